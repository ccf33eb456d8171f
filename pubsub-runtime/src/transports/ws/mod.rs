//! tRPC over WebSocket.

mod frame;
mod handshake;
mod ready;
mod session;
mod socket;

use std::sync::Arc;

use http::{HeaderValue, Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio_util::task::TaskTracker;

use self::{session::Session, socket::Socket};
use super::{limits::Limits, origin::Origins};
use crate::{
    delivery::{closing::Closing, framing::Framing},
    ops::procedures::{Caller, Procedures},
    protocols::trpc::ws_framing::{WsPlain, WsTracked},
    words::{
        error::{Error, ErrorKind, Result},
        principal::Principal,
    },
};

pub(crate) use self::handshake::is_upgrade;

/// Opens sockets for one server.
#[derive(Clone)]
pub(crate) struct Sockets {
    /// What the sockets serve.
    pub(crate) procedures: Arc<dyn Procedures>,
    /// Their limits.
    pub(crate) limits: Arc<Limits>,
    /// Which pages may open them.
    pub(crate) origins: Arc<Origins>,
    /// Tells them to end.
    pub(crate) closing: Closing,
    /// Counts their tasks.
    pub(crate) tasks: TaskTracker,
}

impl Sockets {
    /// Answers an upgrade request, and starts the socket's task once the answer is sent. Works under hyper's own connections and under
    /// an axum router alike.
    ///
    /// Every client is let in: calls are refused one by one, because clients answer a refused socket by connecting again at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Forbidden`] for a page of another origin, [`ErrorKind::BadRequest`] for a handshake that RFC 6455 does not allow,
    /// [`ErrorKind::Unavailable`] while the server drains.
    pub(crate) fn upgrade<B>(
        &self,
        request: &mut Request<B>,
        principal: Principal,
        request_id: Arc<str>,
    ) -> Result<Response<()>> {
        if !self.origins.permit(request.headers()) {
            return Err(Error::new(
                ErrorKind::Forbidden,
                "pages of this origin may not open a socket",
            ));
        }
        if self.closing.has_begun() {
            return Err(Error::new(ErrorKind::Unavailable, "the server is draining"));
        }
        let accept = handshake::accept_key(request)?;
        let options = handshake::Options::of(request.uri().query());
        let framing: &'static dyn Framing = if options.plain_items {
            &WsPlain
        } else {
            &WsTracked
        };
        let session = Session::new(
            Arc::clone(&self.procedures),
            Caller {
                principal,
                request_id,
                connection_params: None,
            },
            framing,
            Arc::clone(&self.limits),
            options.connection_params,
            socket::OWN_PARTS,
        );
        let upgrade = hyper::upgrade::on(request);
        let (limits, closing) = (Arc::clone(&self.limits), self.closing.clone());
        self.tasks.spawn(async move {
            // A failure means that the connection broke before the answer was sent.
            if let Ok(upgraded) = upgrade.await {
                Socket::new(TokioIo::new(upgraded), session, &limits, closing.turn()).await;
            }
        });
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
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
            .field("origins", &self.origins)
            .field("closing", &self.closing)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
