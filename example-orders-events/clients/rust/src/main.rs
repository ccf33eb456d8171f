//! The typed stubs against the example server: sends an order, and watches what happens to it.
//!
//! ```text
//! cargo run -p example-orders-events                                         # in one terminal
//! cargo run --manifest-path example-orders-events/clients/rust/Cargo.toml    # in another; the server's URL may follow
//! ```

use anyhow::{Context, bail};
use orders_events::{Client, orders::OrderCreated};
use pubsub_runtime::client::{ClientError, HttpTransport, Received};

// Fails to compile where the domain crate brings the server's code into this program.
pubsub_runtime::assert_client_build!(orders_events);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let server = std::env::args().nth(1);
    let server = server.as_deref().unwrap_or("http://127.0.0.1:3000");
    let client = Client::new(HttpTransport::new(server)?);

    // Once this is open, nothing that is sent later is missed without a gap being told.
    let mut orders = client.orders().subscribe().await?;
    println!("subscribed, resume after {}", orders.cursor());

    let order_id = format!("rust-{}", std::process::id());
    let order = OrderCreated {
        order_id,
        total: 5.0,
    };
    match client.orders().created(order).await {
        Ok(ack) => println!("orders.created answers ok = {}", ack.ok),
        // What the action says no with is an enum of the domain crate, to be matched on.
        Err(ClientError::App(refusal)) => bail!("refused: {refusal}"),
        Err(error) => return Err(error).context("not sent"),
    }

    let start = orders.cursor().to_owned();
    let mut received = 0;
    while received < 2 {
        let next = orders.next().await?;
        match next.context("the server ended the stream")? {
            Received::Event(event) => {
                println!("{} {} {}", event.timestamp, event.name, event.payload);
                received += 1;
            }
            // The server says what cannot be replayed, so that a program can read its state anew.
            Received::Gap(gap) => match gap.missed {
                Some(missed) => println!("{missed} events are lost: {}", gap.reason.as_str()),
                None => println!("events are lost: {}", gap.reason.as_str()),
            },
            // What stands for lost events, on a channel that has a snapshot.
            Received::Snapshot(snapshot) => println!("go on from {}", snapshot.payload),
            Received::Live => println!("caught up"),
        }
    }

    // A place outlives the subscription, and the program if it is stored: what follows it is replayed, here of one event only.
    let mut created = client.orders().on_created().resume_from(start).await?;
    if let Some(Received::Event(event)) = created.next().await? {
        let OrderCreated { order_id, total } = event.payload;
        println!("replayed: order {order_id} for {total:.2}");
    }
    println!("resume after {}", created.cursor());
    Ok(())
}
