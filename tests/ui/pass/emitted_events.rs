//! A sender is told what an action emitted as an enum of what it may emit, which can be matched on to the end.

use std::convert::Infallible;

use pubsub_runtime::{
    ActionCtx, Envelope, Event,
    client::{Answer, Call, EmittedEvent, Transport},
    event,
};

pubsub_runtime::domain! {
    channel orders { }
    channel lines { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[event(channel = "orders")]
pub struct OrderIngested {
    pub order_id: String,
}

#[event(channel = "orders", name = "moved")]
pub struct Moved(pub u32);

pub mod lines {
    #[pubsub_runtime::event(channel = "lines", name = "moved")]
    pub struct Moved {
        pub line: u32,
    }

    #[derive(Debug)]
    pub struct NoEvent;
}

#[event(channel = "orders", emits(OrderIngested, Moved, lines::Moved))]
pub async fn created(ctx: &ActionCtx, order: OrderCreated) -> Result<(), Infallible> {
    ctx.emit(OrderIngested { order_id: order.order_id });
    Ok(())
}

/// It may emit nothing, and is private; so is what it emits.
#[event(channel = "orders", emits(Secret))]
async fn r#type(ctx: &ActionCtx, _number: u32) -> Result<(), Infallible> {
    ctx.emit(Secret(1));
    Ok(())
}

#[event(channel = "orders")]
struct Secret(u32);

pub fn typed<T: Transport>(client: &Client<T>, order: OrderCreated) {
    let _: Call<T, OrderCreated, (), Infallible, CreatedEmitted> = client.orders().created(order);
    let _: Call<T, u32, (), Infallible, TypeEmitted> = client.orders().r#type(1);
}

pub async fn told<T: Transport>(client: &Client<T>, order: OrderCreated) -> Vec<String> {
    let Ok(Answer { emitted_events, .. }) = client.orders().created(order).detailed().await else {
        return Vec::new();
    };
    let told = emitted_events.iter().map(|event| match event {
        CreatedEmitted::OrderIngested(event) => event.payload.order_id.clone(),
        CreatedEmitted::Moved(event) => event.payload.0.to_string(),
        CreatedEmitted::LinesMoved(event) => event.payload.line.to_string(),
    });
    told.collect()
}

fn envelope(name: &str, payload: &str) -> Envelope {
    let json = format!(
        r#"{{"id":"1","name":"{name}","channel":"orders","payload":{payload},"timestamp":"2026-01-01T00:00:00.000Z"}}"#
    );
    serde_json::from_str(&json).unwrap()
}

fn main() {
    let moved = CreatedEmitted::read(&envelope("lines:moved", r#"{"line":3}"#)).unwrap();
    assert_eq!(moved.name(), lines::Moved::NAME);
    assert_eq!(moved.as_event::<lines::Moved>().unwrap().payload.line, 3);
    assert!(moved.as_event::<Moved>().is_none());
    assert!(moved.as_event::<lines::NoEvent>().is_none());
    assert_eq!(format!("{moved:?}"), r#"LinesMoved { id: "1", .. }"#);

    // What this client does not know, or not in this form, is not lost: it stands in `other_events`.
    assert!(CreatedEmitted::read(&envelope("orders:refunded", "{}")).is_none());
    assert!(CreatedEmitted::read(&envelope("orders:moved", r#""three""#)).is_none());
    assert!(Infallible::read(&envelope("orders:moved", "3")).is_none());

    let declared = registry().resolve().unwrap();
    let created = declared.iter().find(|declaration| declaration.name == "orders:created").unwrap();
    assert_eq!(created.action.unwrap().emits, ["orders:ingested", "orders:moved", "lines:moved"]);
}
