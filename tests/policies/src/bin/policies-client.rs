//! The Rust client as the depot's team would write it: prints what a typed subscription yields, one line of JSON each.
//!
//! ```json
//! {"moved": {"parcelId": "a", "stage": "on_shelf", "carrier": null, "moves": 1}}
//! {"live": true}
//! {"gap": {"channel": "parcels", "reason": "retention", "missed": 3, "requested": "c1.…", "resumeFrom": "c1.…"}}
//! {"shelf": {"parcelIds": ["a"]}}
//! {"error": "…", "gap": {…}}
//! ```

use std::io::{self, Write as _};

use clap::{Parser, Subcommand};
use pubsub_policies::{
    Client,
    depot::BookingMade,
    parcels::{ParcelMoved, Stage},
};
use pubsub_runtime::client::{ClientError, Filters, HttpTransport, Received};
use serde_json::{Value, json};

/// Subscribes and prints.
#[derive(Debug, Parser)]
struct Args {
    /// The address of the server, such as `http://127.0.0.1:3000`.
    url: String,
    /// What to watch.
    #[command(subcommand)]
    watch: Watch,
}

#[derive(Debug, Subcommand)]
enum Watch {
    /// Parcels on the shelf or in a van that nobody carries.
    Parcels {
        /// The place to resume after; without it the oldest event comes first.
        #[arg(long)]
        resume: Option<String>,
    },
    /// Bookings.
    Bookings {
        /// The place to resume after.
        #[arg(long)]
        resume: String,
    },
    /// Parcels by a field that there is not.
    Unknown,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let client = Client::new(HttpTransport::new(&args.url)?);
    let Err(error) = watch(client, args.watch).await else {
        return Ok(());
    };
    let text = error.to_string();
    let line = match error.downcast::<ClientError>()? {
        ClientError::Gap(gap) => json!({ "error": text, "lost": gap }),
        ClientError::Rejected(rejection) => {
            json!({ "error": text, "path": rejection.issues.first().map(|issue| format!("{:?}", issue.path)) })
        }
        error => return Err(error.into()),
    };
    say(&line)
}

async fn watch(client: Client<HttpTransport>, watch: Watch) -> anyhow::Result<()> {
    match watch {
        Watch::Parcels { resume } => {
            let wanted = ParcelMoved::filter()
                .stage(Stage::OnShelf)
                .stage(Stage::InVan);
            let subscribe = client
                .parcels()
                .on_moved()
                .filter(wanted)
                .filter(Filters::new().with_null("carrier"));
            let mut parcels = match resume {
                Some(cursor) => subscribe.resume_from(cursor),
                None => subscribe.from_earliest(),
            }
            .await?;
            while let Some(received) = parcels.next().await? {
                say(&match received {
                    Received::Event(event) => json!({ "moved": event.payload }),
                    Received::Gap(gap) => json!({ "gap": gap }),
                    Received::Snapshot(snapshot) => json!({ "shelf": snapshot.payload }),
                    Received::Live => json!({ "live": true }),
                })?;
            }
        }
        Watch::Bookings { resume } => {
            let mut bookings = client.bookings().on_made().resume_from(resume).await?;
            while let Some(received) = bookings.next().await? {
                if let Received::Event(event) = received {
                    let BookingMade { number } = event.payload;
                    say(&json!({ "made": number }))?;
                }
            }
        }
        Watch::Unknown => {
            let colour = Filters::new().with("colour", "red");
            client.parcels().subscribe().filter(colour).await?;
        }
    }
    Ok(())
}

fn say(line: &Value) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
