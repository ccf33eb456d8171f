//! tRPC over WebSocket.

mod frame;
mod handshake;
mod session;
mod socket;

use std::sync::Arc;

use ::http::{HeaderValue, Response, StatusCode, header, request::Parts};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_util::task::TaskTracker;

use self::{session::Session, socket::Socket};
use super::{
    http::{Cors, ResponseBody, Upgrade, reply},
    limits::Limits,
    origin,
};
use crate::{
    delivery::{closing::Closing, framing::Framing},
    ops::procedures::{Caller, Procedures},
    protocols::trpc::ws_framing::{WsPlain, WsTracked},
    words::{
        clock::IdSource,
        error::{Error, ErrorKind, Result},
        principal::Principal,
    },
};

/// Opens the sockets of one server.
#[derive(Clone)]
pub struct Sockets {
    /// What they serve.
    pub procedures: Arc<dyn Procedures>,
    /// Gives connections their ids.
    pub ids: Arc<dyn IdSource>,
    /// Messages, calls, subscriptions and pings.
    pub limits: Arc<Limits>,
    /// Which pages of other origins may open one.
    pub cors: Cors,
    /// Tells them to end.
    pub closing: Closing,
    /// Counts their tasks.
    pub tasks: TaskTracker,
}

impl Sockets {
    /// What the HTTP routes call for a request to become a WebSocket.
    pub fn into_upgrade(self) -> Upgrade {
        Arc::new(move |parts| {
            self.upgrade(parts)
                .unwrap_or_else(|error| reply::error(&error))
        })
    }

    /// Answers 101, and starts the socket's task once that is sent. Works under hyper's own connections and under an axum router alike.
    ///
    /// Every client is let in: calls are refused one by one, because clients answer a refused socket by connecting again at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Forbidden`] for a page of another origin, [`ErrorKind::BadRequest`] for a handshake that RFC 6455 does not allow,
    /// [`ErrorKind::Unavailable`] while the server drains.
    fn upgrade(&self, parts: &mut Parts) -> Result<Response<ResponseBody>> {
        if !origin::permits(&self.cors, &parts.headers) {
            return Err(Error::new(
                ErrorKind::Forbidden,
                "pages of this origin may not open a socket",
            ));
        }
        if self.closing.has_begun() {
            return Err(Error::new(ErrorKind::Unavailable, "the server is draining"));
        }
        let accept = handshake::accept_key(parts)?;
        let upgrade = parts.extensions.remove::<OnUpgrade>().ok_or_else(|| {
            Error::new(
                ErrorKind::BadRequest,
                "this connection cannot become a WebSocket",
            )
        })?;
        let options = handshake::Options::of(parts.uri.query());
        let framing: &'static dyn Framing = if options.plain_items {
            &WsPlain
        } else {
            &WsTracked
        };
        let session = Session::new(
            Arc::clone(&self.procedures),
            Caller {
                principal: Principal::anonymous(),
                request_id: format!("{:016x}", self.ids.random()).into(),
                connection_params: None,
                confirms: true,
            },
            framing,
            Arc::clone(&self.limits),
            options.connection_params,
            socket::OWN_PARTS,
        );
        let (limits, closing) = (Arc::clone(&self.limits), self.closing.clone());
        self.tasks.spawn(async move {
            // A failure means that the connection broke before the answer was sent.
            if let Ok(upgraded) = upgrade.await {
                Socket::new(TokioIo::new(upgraded), session, &limits, closing).await;
            }
        });
        let mut response = reply::empty(StatusCode::SWITCHING_PROTOCOLS);
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        Ok(response)
    }
}

impl std::fmt::Debug for Sockets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sockets")
            .field("limits", &self.limits)
            .field("cors", &self.cors)
            .field("closing", &self.closing)
            .finish_non_exhaustive()
    }
}

/// What a handshake is answered with, and whether it asks for connection parameters and plain items; for the fuzzer.
#[cfg(fuzzing)]
pub(crate) fn read_handshake(parts: &Parts) -> (Result<HeaderValue>, bool, bool) {
    let options = handshake::Options::of(parts.uri.query());
    let key = handshake::accept_key(parts);
    (key, options.connection_params, options.plain_items)
}
