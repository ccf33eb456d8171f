//! A server for the orders events. Run it, open the page it names, send an order and watch two events arrive:
//!
//! ```text
//! cargo run -p example-orders-events
//! cargo run -p example-orders-events -- --listen 127.0.0.1:0
//! ```

use std::{io, net::SocketAddr};

use axum::{Router, response::Html, routing::get};
use clap::Parser;
use orders_events::store::OrderStore;
use pubsub_runtime::{PubSubServer, StartError};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// A server for the orders events, with a page to try them on.
#[derive(Debug, Parser)]
struct Args {
    /// The address to listen on; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
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

    let bound = app().await?.bind(args.listen).await?;
    greet(bound.local_addr());
    Ok(bound.serve().await?)
}

/// The server, apart from where it listens.
async fn app() -> Result<PubSubServer, StartError> {
    let page = get(|| async { Html(include_str!("../page/index.html")) });
    PubSubServer::builder(orders_events::registry())
        .service(OrderStore::default())
        .fallback(Router::new().route("/", page))
        .build()
        .await
}

#[allow(
    clippy::print_stdout,
    reason = "what to open is the output of this program"
)]
fn greet(address: SocketAddr) {
    println!("listening on http://{address}");
    println!();
    println!("open   http://{address}/");
    println!("watch  curl -N 'http://{address}/events?channel=orders'");
    println!(
        "send   curl http://{address}/trpc/sendEvent -H 'content-type: application/json' \\\n            -d '{{\"name\":\"orders:created\",\"payload\":{{\"orderId\":\"abc\",\"total\":100}}}}'"
    );
    println!("stop   Ctrl-C");
}
