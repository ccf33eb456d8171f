//! `/events`: plain server-sent events.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use http::{Method, Response, request::Parts};

use super::{
    HttpTransport,
    body::{Ending, EventStream, ResponseBody},
    panicked, reply,
};
use crate::{
    delivery::framing::Framing,
    protocols::{
        events,
        framing::{RawSse, RawSseToken},
    },
    words::error::{Error, ErrorKind},
};

impl HttpTransport {
    pub(super) async fn events(&self, parts: &Parts) -> Response<ResponseBody> {
        if parts.method != Method::GET {
            let message = format!("Unsupported {}-request to /events", parts.method);
            let error = Error::new(ErrorKind::MethodNotSupported, message);
            return reply::allow(reply::error(&error), Some("GET"));
        }
        let query = parts.uri.query().unwrap_or_default();
        let request = match events::request(&parts.headers, query) {
            Ok(request) => request,
            Err(error) => return reply::error(&error),
        };
        // One event's id cannot say where the other logs stood.
        let framing: &'static dyn Framing = if request.channels.len() > 1 || request.token_ids {
            &RawSseToken
        } else {
            &RawSse
        };
        let caller = self.caller(&parts.headers);
        let opened = async { self.procedures.events(caller, request).await };
        let opened = AssertUnwindSafe(opened).catch_unwind().await;
        match opened.unwrap_or_else(|_| Err(panicked())) {
            Ok(source) => {
                let head = self.events_head.clone();
                let stream =
                    EventStream::new(head, source, framing, Ending::Plain, self.comeback());
                reply::event_stream(ResponseBody::events(stream))
            }
            Err(error) => reply::error(&error),
        }
    }
}
