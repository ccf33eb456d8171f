//! The Rust client as a program: prints what a subscription yields, one line of JSON each, until its input ends.
//!
//! ```json
//! {"open": true}
//! {"event": {"id": "…", "name": "all:counted", "payload": {"number": 1}}}
//! {"live": true}
//! {"gap": {"channel": "few", "reason": "retention", "missed": 3, "requested": "c1.…", "resumeFrom": "c1.…"}}
//! ```

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
    time::Duration,
};

use anyhow::Context as _;
use clap::Parser;
use pubsub_runtime::client::{ChannelClient, Filters, HttpTransport, Received};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, stdin};

/// Subscribes and prints.
#[derive(Debug, Parser)]
struct Args {
    /// The address of the server, such as `http://127.0.0.1:3000`.
    url: String,
    /// The channel.
    channel: String,
    /// What the events must be like, as JSON: values by field, of which a list is any of them.
    #[arg(long, default_value = "{}")]
    filters: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let transport = HttpTransport::builder(&args.url)
        .reconnect_delay(Duration::from_millis(5), Duration::from_millis(50))
        .build()?;
    let values: BTreeMap<String, Value> = serde_json::from_str(&args.filters)?;
    let mut filters = Filters::default();
    for (name, value) in values {
        filters = match value {
            Value::Array(values) => values
                .into_iter()
                .fold(filters, |filters, value| filters.with(name.clone(), value)),
            value => filters.with(name, value),
        };
    }
    // The name lives as long as the program, which subscribes once.
    let channel = ChannelClient::new(transport, args.channel.leak());
    tokio::select! {
        printed = print(channel, filters) => printed,
        // Whoever started it is gone.
        _ = async { stdin().read_to_end(&mut Vec::new()).await } => Ok(()),
    }
}

async fn print(channel: ChannelClient<HttpTransport>, filters: Filters) -> anyhow::Result<()> {
    let mut subscription = channel.subscribe().filter(filters).await?;
    say(&json!({ "open": true }))?;
    loop {
        let received = subscription.next().await?;
        say(
            &match received.context("the server ended the subscription")? {
                Received::Event(event) => json!({
                    "event": { "id": event.id, "name": event.name, "payload": event.payload }
                }),
                Received::Gap(gap) => json!({ "gap": gap }),
                Received::Snapshot(snapshot) => json!({ "snapshot": snapshot.payload }),
                Received::Live => json!({ "live": true }),
            },
        )?;
    }
}

fn say(line: &Value) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
