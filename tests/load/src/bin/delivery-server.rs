//! The servers of `tests/load/run delivery`: this one over SQLite or memory, counting what is read from storage, and a plain
//! axum handler that answers the same requests.
//!
//! ```text
//! delivery-server sqlite FILE
//! delivery-server memory
//! delivery-server bare                 answers publishes at once, and keeps nothing
//! delivery-server bare-sqlite FILE     inserts what is published, one commit each
//! ```

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use anyhow::{Context as _, bail};
use axum::{
    Json, Router,
    body::Body,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use bytes::Bytes;
use futures_util::{StreamExt as _, future, stream};
use pubsub_runtime::{
    Clock as _, IdSource as _, PubSubServer, RandomIds, Result, SystemClock, Timestamp,
    adapter::{
        Adapter, Appended, Capabilities, ChannelSpec, Feed, Health, Located, LogId, Marks, Memory,
        NewEvent, Page, Seq, Sqlite,
    },
    event,
};
use tokio::net::TcpListener;
use uuid::Uuid;

pubsub_runtime::domain! {
    /// What the subscribers read.
    channel orders { subscribe = public, publish = public, retention = "24h" }
    /// What nobody reads.
    channel quiet { subscribe = public, publish = public, retention = "24h" }
}

/// An order was placed.
#[event(name = "created", channel = "orders", direction = "both")]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    /// What the client calls the order.
    pub order_id: String,
    /// What it costs.
    pub total: f64,
}

/// An order was placed, and nobody looks.
#[event(name = "created", channel = "quiet", direction = "both")]
#[derive(Debug)]
#[serde(rename_all = "camelCase")]
pub struct QuietCreated {
    /// What the client calls the order.
    pub order_id: String,
    /// What it costs.
    pub total: f64,
}

/// What was asked of storage.
#[derive(Debug, Default)]
struct Reads {
    pages: AtomicU64,
    places: AtomicU64,
}

/// An adapter that counts what is read.
struct Counting<A> {
    adapter: A,
    reads: Arc<Reads>,
}

impl<A: Adapter> Adapter for Counting<A> {
    fn name(&self) -> &'static str {
        self.adapter.name()
    }

    fn capabilities(&self) -> Capabilities {
        self.adapter.capabilities()
    }

    async fn open(&self, spec: ChannelSpec) -> Result<Vec<LogId>> {
        self.adapter.open(spec).await
    }

    async fn append(&self, batch: Vec<(LogId, NewEvent)>) -> Result<Vec<Appended>> {
        self.adapter.append(batch).await
    }

    async fn feed(&self, log: LogId) -> Result<Feed> {
        self.adapter.feed(log).await
    }

    async fn read(&self, log: LogId, after: Seq, limit: usize, max_bytes: usize) -> Result<Page> {
        self.reads.pages.fetch_add(1, Relaxed);
        self.adapter.read(log, after, limit, max_bytes).await
    }

    async fn marks(&self, log: LogId) -> Result<Marks> {
        self.adapter.marks(log).await
    }

    async fn locate(&self, log: LogId, id: Uuid) -> Result<Located> {
        self.reads.places.fetch_add(1, Relaxed);
        self.adapter.locate(log, id).await
    }

    async fn seek_time(&self, log: LogId, time: Timestamp) -> Result<Seq> {
        self.reads.places.fetch_add(1, Relaxed);
        self.adapter.seek_time(log, time).await
    }

    async fn health(&self) -> Health {
        self.adapter.health().await
    }

    async fn shutdown(&self, deadline: Duration) -> Result<()> {
        self.adapter.shutdown(deadline).await
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let mode = args.next().context("say what to serve")?;
    let file = args.next().map(PathBuf::from);
    match (mode.as_str(), file) {
        ("sqlite", Some(file)) => ours(Sqlite::open(&file)?).await,
        ("memory", None) => ours(Memory::new()).await,
        ("bare", None) => bare(None).await,
        ("bare-sqlite", Some(file)) => bare(Some(Inserts::open(&file)?)).await,
        _ => bail!("`{mode}` is not served so"),
    }
}

async fn ours(adapter: impl Adapter) -> anyhow::Result<()> {
    let reads = Arc::new(Reads::default());
    let counting = Counting {
        adapter,
        reads: Arc::clone(&reads),
    };
    let pages = get(async move || {
        format!(
            "{} {}",
            reads.pages.load(Relaxed),
            reads.places.load(Relaxed)
        )
    });
    let server = PubSubServer::builder(registry())
        .adapter(counting)
        .fallback(Router::new().route("/reads", pages));
    let bound = server.build().await?.bind("127.0.0.1:0").await?;
    announce(&format!("listening on http://{}", bound.local_addr()));
    Ok(bound.serve().await?)
}

/// Rows of the same size as this server's, each in a commit of its own, which is flushed to the disk.
#[derive(Clone)]
struct Inserts(Arc<Mutex<rusqlite::Connection>>);

impl Inserts {
    fn open(file: &Path) -> anyhow::Result<Self> {
        let connection = rusqlite::Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch("CREATE TABLE IF NOT EXISTS published (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    fn insert(&self, body: &[u8]) -> rusqlite::Result<()> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut insert = connection.prepare_cached("INSERT INTO published (body) VALUES (?1)")?;
        insert.execute([body]).map(drop)
    }
}

/// A plain axum server: a stream of the events that were published, from memory, and an answer to a publish.
async fn bare(inserts: Option<Inserts>) -> anyhow::Result<()> {
    let published: Arc<Mutex<Bytes>> = Arc::default();
    let log = Arc::clone(&published);
    let events = get(async move || {
        let frames = log.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let frames = stream::once(future::ready(Ok::<_, io::Error>(frames)));
        // It stays open, as a stream of events does.
        let body = Body::from_stream(frames.chain(stream::once(future::pending())));
        ([(header::CONTENT_TYPE, "text/event-stream")], body)
    });
    let ids = Arc::new(RandomIds::default());
    let send = post(async move |Json(input): Json<serde_json::Value>| {
        let number = input["payload"]["total"].as_u64().unwrap_or(0);
        let id = ids.event_id(SystemClock.now());
        let event = serde_json::json!({
            "id": id, "name": input["name"], "channel": "orders", "payload": input["payload"],
            "timestamp": "2026-01-01T00:00:00.000Z", "meta": { "version": 1, "requestId": "0000000000000000" }
        });
        if let Some(inserts) = inserts.clone() {
            let body = event.to_string();
            let inserted = tokio::task::spawn_blocking(move || inserts.insert(body.as_bytes()));
            if !matches!(inserted.await, Ok(Ok(()))) {
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        }
        // The first event is the place that the clients have seen already.
        if input["name"] == "orders:created" && number > 0 {
            let frame = format!("event: orders:created\nid: {id}\ndata: {event}\n\n");
            let mut published = published.lock().unwrap_or_else(PoisonError::into_inner);
            *published = [&published[..], frame.as_bytes()].concat().into();
        }
        Json(serde_json::json!({ "result": { "data": { "status": "ok", "cursor": "none" } } }))
            .into_response()
    });
    let app = Router::new()
        .route("/events", events)
        .route("/trpc/sendEvent", send)
        .route("/reads", get(async || "0 0"));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    announce(&format!("listening on http://{}", listener.local_addr()?));
    Ok(axum::serve(listener, app).await?)
}

#[expect(clippy::print_stdout, reason = "the generator reads the address here")]
fn announce(line: &str) {
    println!("{line}");
}
