//! A server, ready to be mounted or to serve by itself.

use std::{fmt, future::Future, net::SocketAddr, sync::Arc};

use tokio::{
    net::{TcpListener, ToSocketAddrs},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    builder::{Builder, engine},
    config::Config,
    publisher::Publisher,
};
use crate::{
    declarations::registry::Registry,
    delivery::closing::Closing,
    ops::{Core, Operations, StartError},
    transports::{
        accept::{ConnInfo, Serving, serve},
        http::{Cors, HttpOptions, HttpTransport},
        ws::Sockets,
    },
    words::clock::IdSource,
};

/// A server, ready to be mounted or to serve by itself.
pub struct PubSubServer {
    core: Arc<Core>,
    http: HttpTransport,
    sockets: TaskTracker,
    closing: Closing,
    config: Config,
}

/// How a server meets the web.
pub(super) struct Web {
    pub(super) cors: Cors,
    pub(super) method_override: bool,
    pub(super) fallback: Option<axum::Router>,
}

impl PubSubServer {
    /// Starts putting a server together from a domain's `registry()`.
    pub fn builder(registry: Registry) -> Builder {
        Builder::new(registry)
    }

    pub(super) fn new(
        core: Arc<Core>,
        operations: Operations,
        ids: Arc<dyn IdSource>,
        closing: Closing,
        web: Web,
        config: Config,
    ) -> Self {
        let Web {
            cors,
            method_override,
            fallback,
        } = web;
        let procedures = Arc::new(operations);
        let sockets = TaskTracker::new();
        let upgrade = Sockets {
            procedures: procedures.clone(),
            ids: Arc::clone(&ids),
            limits: Arc::new(config.limits.clone()),
            cors: cors.clone(),
            closing: closing.clone(),
            tasks: sockets.clone(),
        }
        .into_upgrade();
        let options = HttpOptions {
            limits: config.limits.clone(),
            upgrade: Some(upgrade),
            cors,
            method_override,
            path_separator: None,
            fallback,
        };
        Self {
            core,
            http: HttpTransport::new(procedures, ids, options),
            sockets,
            closing,
            config,
        }
    }

    /// A handle to publish from the application itself.
    pub fn publisher(&self) -> Publisher {
        Publisher::new(Arc::clone(&self.core))
    }

    /// The routes `/trpc/…` and `/events`, to be merged into an axum application.
    ///
    /// The application's own server then decides about connections, header time-outs and draining; the limits of requests,
    /// batches, sockets and subscriptions hold all the same.
    pub fn into_router(self) -> axum::Router {
        Arc::new(self.http).into_router()
    }

    /// Listens on an address; port 0 lets the system choose one.
    ///
    /// # Errors
    ///
    /// [`StartError::Engine`] if the address cannot be listened on.
    pub async fn bind(self, address: impl ToSocketAddrs) -> Result<Bound, StartError> {
        let cannot = |error| engine("the address cannot be listened on".to_owned(), error);
        let listener = TcpListener::bind(address).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        Ok(Bound {
            server: self,
            listener,
            address,
        })
    }

    /// Listens on an address and serves until the process is told to stop; see [`Bound::serve`].
    ///
    /// # Errors
    ///
    /// [`StartError::Engine`] if the address cannot be listened on.
    pub async fn serve(self, address: impl ToSocketAddrs) -> Result<(), StartError> {
        self.bind(address).await?.serve().await
    }
}

/// A server that listens and does not serve yet.
pub struct Bound {
    server: PubSubServer,
    listener: TcpListener,
    address: SocketAddr,
}

impl Bound {
    /// The address it listens on.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// A handle to publish from the application itself.
    pub fn publisher(&self) -> Publisher {
        self.server.publisher()
    }

    /// Serves until `SIGTERM` or `SIGINT`, then drains; a second signal returns at once.
    ///
    /// # Errors
    ///
    /// As [`Bound::serve_until`].
    pub async fn serve(self) -> Result<(), StartError> {
        let stopping = tokio::sync::Notify::new();
        let stop = async {
            signalled().await;
            tracing::info!("stopping; a second signal stops at once");
            stopping.notify_one();
        };
        let second = async {
            stopping.notified().await;
            signalled().await;
        };
        tokio::select! {
            served = self.serve_until(stop) => served,
            () = second => Ok(()),
        }
    }

    /// Serves until `stop` resolves, then drains: stops accepting, ends streams and sockets over the drain window so that their clients
    /// resume elsewhere, waits for what is under way, and shuts the adapter down.
    ///
    /// # Errors
    ///
    /// [`StartError::Engine`] if the adapter did not end in time.
    pub async fn serve_until(self, stop: impl Future<Output = ()>) -> Result<(), StartError> {
        let Self {
            server, listener, ..
        } = self;
        let PubSubServer {
            core,
            http,
            sockets,
            closing,
            config,
        } = server;
        let http = Arc::new(http);
        let handler = move |request, _: ConnInfo| {
            let http = Arc::clone(&http);
            async move { http.handle(request).await }
        };
        let serving = Serving {
            limits: Arc::new(config.limits),
            closing,
            tasks: sockets,
            drain_timeout: config.drain_deadline.saturating_sub(config.drain_delay),
        };
        let shutdown = CancellationToken::new();
        let stopping = async {
            stop.await;
            let stopped = Instant::now();
            tokio::time::sleep(config.drain_delay).await;
            shutdown.cancel();
            stopped
        };
        let ((), stopped) = tokio::join!(
            serve(listener, handler, &serving, shutdown.clone()),
            stopping
        );
        core.stop(config.drain_deadline.saturating_sub(stopped.elapsed()))
            .await
            .map_err(|error| engine("the adapter did not end in time".to_owned(), error))
    }
}

/// Resolves at the next signal that asks the process to stop.
async fn signalled() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut terminate), Ok(mut interrupt)) = (
            signal(SignalKind::terminate()),
            signal(SignalKind::interrupt()),
        ) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

impl fmt::Debug for PubSubServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PubSubServer")
            .field("core", &self.core)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
