//! What an event says for itself, on a payload type, on an action, and on one of the two.

use std::{convert::Infallible, time::Duration};

use pubsub_runtime::{
    Access, AccessManifest, EventPolicy, Idempotent, IdempotentManifest, Rate, event, model,
};

pubsub_runtime::domain! {
    channel orders { publish = "orders:write" }
}

#[event(
    channel = "orders", direction = "both", publish = public, rate = "5/min", max_payload = "1MiB", idempotent = by(order_id)
)]
pub struct OrderCreated {
    #[serde(rename = "ID")]
    pub order_id: String,
    pub orderid: u32,
}

#[event(channel = "orders", idempotent = "required")]
pub struct OrderMoved {
    pub order_id: String,
}

#[event(channel = "orders", rate = "2/s", idempotent = "required", retry_safe)]
pub async fn moved(order: OrderMoved) -> Result<(), Infallible> {
    drop(order);
    Ok(())
}

#[event(channel = "orders", direction = "both", idempotent = by(r#type))]
#[serde(tag = "kind", rename_all_fields = "camelCase")]
pub enum OrderChanged {
    Paid { r#type: u64 },
    Sent { r#type: u64, to: String },
}

#[model]
#[serde(rename_all = "camelCase")]
pub struct Check {
    pub order_id: u32,
}

#[event(channel = "orders", publish = "orders:check", max_payload = "1KiB", idempotent = by(order_id))]
pub async fn check(check: Check) -> Result<(), Infallible> {
    drop(check);
    Ok(())
}

#[event(channel = "orders", idempotent = "optional")]
pub async fn count(_nothing: ()) -> Result<(), Infallible> {
    Ok(())
}

fn main() {
    let declared = registry().resolve().unwrap();
    let [changed, check, count, created, moved] = declared.as_slice() else {
        panic!("{declared:?}");
    };
    let rate = |count, secs| {
        Some(Rate {
            count,
            per: Duration::from_secs(secs),
        })
    };
    let expected = EventPolicy {
        publish: Some(Access::Public),
        rate: rate(5, 60),
        max_payload_bytes: Some(1 << 20),
        idempotent: Some(Idempotent::By("order_id")),
    };
    assert_eq!(created.policy, expected);
    assert_eq!(created.idempotency_key.as_deref(), Some("ID"));
    assert_eq!(changed.idempotency_key.as_deref(), Some("type"));
    assert_eq!(check.idempotency_key.as_deref(), Some("orderId"));
    assert_eq!(check.policy.max_payload_bytes, Some(1 << 10));
    assert_eq!(count.policy.idempotent, Some(Idempotent::Optional));
    let expected = EventPolicy {
        rate: rate(2, 1),
        idempotent: Some(Idempotent::Required),
        ..EventPolicy::DEFAULT
    };
    assert_eq!(moved.policy, expected);

    let manifest = registry().manifest().unwrap();
    let [changed, check, count, created, moved] = manifest.events.as_slice() else {
        panic!("{manifest:?}");
    };
    assert_eq!(created.idempotent, IdempotentManifest::By("ID".to_owned()));
    assert_eq!(created.publish, Some(AccessManifest::Public));
    assert_eq!(created.max_payload_bytes, Some(1 << 20));
    assert_eq!(created.rate.unwrap().to_string(), "5/min");
    assert_eq!(changed.idempotent, IdempotentManifest::By("type".to_owned()));
    assert_eq!(check.idempotent, IdempotentManifest::By("orderId".to_owned()));
    assert_eq!(count.idempotent, IdempotentManifest::Optional);
    assert_eq!(moved.idempotent, IdempotentManifest::Required);
    assert!(moved.action.as_ref().unwrap().retry_safe);
    assert!(!check.action.as_ref().unwrap().retry_safe);
}
