//! A server for the orders events. Run it, open the page it names, send an order and watch two events arrive:
//!
//! ```text
//! cargo run -p example-orders-events
//! cargo run -p example-orders-events -- --listen 127.0.0.1:0
//! cargo run -p example-orders-events -- --adapter sqlite:orders.db
//! ```

use std::{fmt, io, net::SocketAddr, path::PathBuf, str::FromStr};

use anyhow::Context as _;

use axum::{Router, response::Html, routing::get};
use clap::Parser;
use orders_events::store::OrderStore;
use pubsub_runtime::{
    PubSubServer,
    adapter::{Memory, Sqlite},
};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// A server for the orders events, with a page to try them on.
#[derive(Debug, Parser)]
struct Args {
    /// The address to listen on; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Where events are kept: `memory:`, or `sqlite:` and a file, which is created if there is none.
    #[arg(long, default_value = "memory:")]
    adapter: EventStore,
}

/// Where events are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
enum EventStore {
    Memory,
    Sqlite(PathBuf),
}

impl FromStr for EventStore {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            _ => Err(
                "write `memory:`, or `sqlite:` and a file, such as `sqlite:orders.db`".to_owned(),
            ),
        }
    }
}

impl fmt::Display for EventStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("in memory, until the server stops"),
            Self::Sqlite(path) => write!(f, "in {}", path.display()),
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_env_filter(filter)
        .init();

    let server = app(&args.adapter).await?;
    let bound = server
        .bind(args.listen)
        .await
        .with_context(|| format!("--listen {}", args.listen))?;
    greet(bound.local_addr(), &args.adapter);
    Ok(bound.serve().await?)
}

/// The server, apart from where it listens.
async fn app(events: &EventStore) -> anyhow::Result<PubSubServer> {
    let page = get(|| async { Html(include_str!("../page/index.html")) });
    let builder = PubSubServer::builder(orders_events::registry())
        .service(OrderStore::default())
        .fallback(Router::new().route("/", page));
    let builder = match events {
        EventStore::Memory => builder.adapter(Memory::new()),
        EventStore::Sqlite(path) => builder.adapter(Sqlite::open(path).context("--adapter")?),
    };
    Ok(builder.build().await?)
}

#[allow(
    clippy::print_stdout,
    reason = "what to open is the output of this program"
)]
fn greet(address: SocketAddr, events: &EventStore) {
    println!("listening on http://{address}");
    println!("events are kept {events}");
    println!();
    println!("open   http://{address}/");
    println!("watch  curl -N 'http://{address}/events?channel=orders'");
    println!(
        "send   curl http://{address}/trpc/sendEvent -H 'content-type: application/json' \\\n            -d '{{\"name\":\"orders:created\",\"payload\":{{\"orderId\":\"abc\",\"total\":100}}}}'"
    );
    println!("stop   Ctrl-C");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adapter_is_named_or_refused() {
        let read = |text: &str| text.parse::<EventStore>();
        assert_eq!(read("memory:"), Ok(EventStore::Memory));
        assert_eq!(
            read("sqlite:a/b:c.db"),
            Ok(EventStore::Sqlite("a/b:c.db".into()))
        );
        for wrong in [
            "",
            "memory",
            "memory:x",
            "sqlite:",
            "sqlite",
            "redis://x",
            "orders.db",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
