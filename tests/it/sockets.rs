//! A server and WebSocket clients, for tests.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use pubsub_runtime::{
    __private::wire::{
        Closing, ConnInfo, Cors, HttpOptions, HttpTransport, Limits, Procedures, Serving, Sockets,
        serve,
    },
    RandomIds,
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_tungstenite::{WebSocketStream, tungstenite::client::IntoClientRequest as _};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A client's end of a socket.
pub(crate) type Client = WebSocketStream<TcpStream>;

/// A server on a free port; it ends with the test.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) transport: Arc<HttpTransport>,
    pub(crate) serving: Serving,
    pub(crate) shutdown: CancellationToken,
    /// The accept loop, which ends when all is drained.
    pub(crate) ended: JoinHandle<()>,
}

/// The routes over `procedures`, with sockets.
pub(crate) fn transport(
    procedures: impl Procedures,
    limits: &Limits,
    cors: Cors,
    closing: &Closing,
    tasks: &TaskTracker,
) -> Arc<HttpTransport> {
    let procedures: Arc<dyn Procedures> = Arc::new(procedures);
    let ids = Arc::new(RandomIds::default());
    let sockets = Sockets {
        procedures: Arc::clone(&procedures),
        ids: ids.clone(),
        limits: Arc::new(limits.clone()),
        cors: cors.clone(),
        closing: closing.clone(),
        tasks: tasks.clone(),
    };
    let options = HttpOptions {
        limits: limits.clone(),
        cors,
        upgrade: Some(sockets.into_upgrade()),
        ..HttpOptions::default()
    };
    Arc::new(HttpTransport::new(procedures, ids, options))
}

impl Server {
    pub(crate) async fn start(procedures: impl Procedures, limits: Limits) -> Self {
        Self::start_for(procedures, limits, Cors::default()).await
    }

    /// A server for pages of these origins.
    pub(crate) async fn start_for(procedures: impl Procedures, limits: Limits, cors: Cors) -> Self {
        let ids = Arc::new(RandomIds::default());
        let closing = Closing::new(Duration::from_millis(50), ids);
        let tasks = TaskTracker::new();
        let transport = transport(procedures, &limits, cors, &closing, &tasks);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let routes = Arc::clone(&transport);
        let shutdown = CancellationToken::new();
        let serving = Serving {
            limits: Arc::new(limits),
            closing,
            tasks,
            drain_timeout: Duration::from_secs(2),
        };
        let ended = tokio::spawn({
            let (serving, shutdown) = (serving.clone(), shutdown.clone());
            async move {
                let handler = move |request, _: ConnInfo| {
                    let transport = Arc::clone(&routes);
                    async move { transport.handle(request).await }
                };
                serve(listener, handler, &serving, shutdown).await;
            }
        });
        Self {
            address,
            transport,
            serving,
            shutdown,
            ended,
        }
    }

    /// Opens a socket at a path such as `/trpc`.
    pub(crate) async fn connect(&self, path: &str) -> Client {
        let stream = TcpStream::connect(self.address)
            .await
            .expect("a connection");
        open(stream, self.address, path).await
    }
}

pub(crate) async fn open(stream: TcpStream, address: SocketAddr, path: &str) -> Client {
    let request = format!("ws://{address}{path}")
        .into_client_request()
        .expect("a URL");
    let opening = tokio_tungstenite::client_async(request, stream);
    opening.await.expect("a WebSocket").0
}
