//! The server of the depot: it asks clients to come back soon.

use std::{io, net::SocketAddr, time::Duration};

use clap::Parser;
use pubsub_policies::parcels::Shelf;
use pubsub_runtime::PubSubServer;
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// How long clients wait before they come back.
const RETRY: Duration = Duration::from_millis(20);

/// A server of what happens at a depot.
#[derive(Debug, Parser)]
struct Args {
    /// The address to listen on; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
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
    let server = PubSubServer::builder(pubsub_policies::registry())
        .service(Shelf::default())
        .configure(|config| {
            config.limits.retry = RETRY;
            config.drain_window = Duration::ZERO;
        });
    let bound = server.build().await?.bind(args.listen).await?;
    announce(bound.local_addr());
    Ok(bound.serve().await?)
}

#[expect(clippy::print_stdout, reason = "the tests read the address here")]
fn announce(address: SocketAddr) {
    println!("listening on http://{address}");
}
