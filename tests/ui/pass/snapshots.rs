//! A snapshot with every kind of parameter, one with none, and one behind an alias of `Result`.

use std::convert::Infallible;

use pubsub_runtime::{
    __private::SnapshotBody,
    ActionCtx, EventError, OnGapManifest, Raw, Service,
    client::{Received, Subscribe, Transport},
    event, model, snapshot,
};

pubsub_runtime::domain! {
    channel orders { on_gap = snapshot }
    channel ops { on_gap = snapshot }
    channel mail { on_gap = snapshot }
    channel plain { }
}

#[event(channel = "orders")]
pub struct OrderCreated {
    pub order_id: String,
}

#[model]
pub struct Orders {
    pub open: Vec<String>,
}

#[derive(Debug, thiserror::Error, EventError)]
pub enum OrderError {
    #[error("the store failed")]
    #[event_error(internal)]
    Store,
}

pub struct Store(Vec<String>);
pub struct Limit(usize);

/// The open orders.
#[snapshot(channel = "orders", timeout = "5s")]
pub async fn all(ctx: &ActionCtx, store: Service<Store>, limit: Service<Limit>) -> Result<Orders, OrderError> {
    if store.0.len() > limit.0 {
        return Err(OrderError::Store);
    }
    assert!(ctx.client_event_id().is_none());
    Ok(Orders { open: store.0.clone() })
}

#[snapshot(channel = "ops")]
async fn nothing() -> Result<u32, Infallible> {
    Ok(0)
}

type Outcome<T> = Result<T, OrderError>;

#[snapshot(channel = "mail")]
pub async fn unread() -> Outcome<Vec<String>> {
    Ok(Vec::new())
}

/// What a client reads, with no word about it: of each channel what its function returns.
pub async fn typed<T: Transport>(client: &Client<T>) -> Option<usize> {
    let _: Subscribe<T, OrderCreated, Orders> = client.orders().on_created();
    let _: Subscribe<T, Raw, Orders> = client.orders().subscribe();
    let _: Subscribe<T, Raw, u32> = client.ops().subscribe();
    let _: Subscribe<T, Raw, Vec<String>> = client.mail().subscribe();
    let _: Subscribe<T, Raw> = client.plain().subscribe();
    let _: Subscribe<T, Raw, Raw> = client.orders().subscribe().snapshots_as();
    match client.orders().on_created().await.ok()?.next().await.ok()?? {
        Received::Snapshot(snapshot) => Some(snapshot.payload.open.len()),
        _ => None,
    }
}

fn main() {
    let snapshots = registry().snapshots();
    let channels: Vec<_> = snapshots.iter().map(|snapshot| snapshot.channel).collect();
    assert_eq!(channels, ["mail", "ops", "orders"]);
    let orders = snapshots[2];
    assert_eq!((orders.fn_name, orders.docs), ("all", "The open orders."));
    assert_eq!((orders.timeout_ms, snapshots[0].timeout_ms), (5_000, 30_000));

    let manifest = registry().manifest().unwrap();
    let of = |name: &str| {
        let channel = manifest.channels.iter().find(|channel| channel.name == name).unwrap();
        assert_eq!(channel.on_gap, OnGapManifest::Snapshot);
        serde_json::to_value(&channel.snapshot.as_ref().unwrap().output).unwrap()
    };
    assert_eq!(of("orders")["$ref"], "#/$defs/Orders");
    assert_eq!(of("ops")["type"], "integer");
    assert_eq!(of("mail")["items"]["type"], "string");

    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = || Service::new(Store(vec!["abc".to_owned()]));
    let answer = runtime.block_on(all(&ActionCtx::testing(), store(), Service::new(Limit(1))));
    assert_eq!(answer.unwrap().open, ["abc"]);
    let answer = runtime.block_on(all(&ActionCtx::testing(), store(), Service::new(Limit(0))));
    assert!(matches!(answer, Err(OrderError::Store)));

    // As the server runs them: it finds the bodies, and asks for their services before it starts.
    let body = |channel: &str| {
        pubsub_runtime::__private::inventory::iter::<SnapshotBody>()
            .find(|body| body.channel == channel)
            .unwrap()
    };
    assert_eq!((body("orders").services)().len(), 2);
    assert_eq!((body("orders").timeout_ms, body("ops").timeout_ms), (5_000, 30_000));
    let ctx: ActionCtx = ActionCtx::testing();
    let answer = runtime.block_on((body("ops").run)((*ctx).clone()));
    assert_eq!(answer.unwrap().get(), "0");
    let answer = runtime.block_on((body("orders").run)((*ctx).clone()));
    assert_eq!(answer.unwrap_err().kind(), pubsub_runtime::ErrorKind::Internal);
}
