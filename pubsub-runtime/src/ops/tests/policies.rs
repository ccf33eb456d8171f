//! What an event says for itself where its channel speaks for all.

use super::*;
use crate::declarations::event_policy::{EventPolicy, Idempotent};

const NAME: &str = "orders:noted";

/// The registry in which `orders:noted`, which clients publish without an action, says this for itself.
fn noted(policy: EventPolicy, of_channel: Access) -> Registry {
    let domain = Domain {
        package: "orders-events",
        crate_name: "pubsub_runtime",
    };
    let channel = ChannelEntry {
        name: "orders",
        docs: "",
        policy: ChannelPolicy {
            publish: of_channel,
            max_payload_bytes: 200,
            ..ChannelPolicy::DEFAULT
        },
    };
    let event = EventEntry {
        policy,
        ..event(NAME, TypeId::of::<Created>, Some(Direction::Both))
    };
    Registry::from_entries(domain, vec![channel], vec![event], Vec::new())
}

async fn serving(policy: EventPolicy) -> Operations {
    let registry = noted(policy, Access::Authenticated);
    operations_of(&registry, Memory::new(), Tokens::default()).await
}

fn idempotent(idempotent: Idempotent) -> EventPolicy {
    EventPolicy {
        idempotent: Some(idempotent),
        ..EventPolicy::DEFAULT
    }
}

fn violation(error: &Error) -> Value {
    let violation = error.violations().first().unwrap();
    json!([violation.path, violation.code])
}

/// The `meta.clientEventId` of everything published, oldest first.
async fn ids(operations: &Operations) -> Vec<Value> {
    let history = call(operations, "fetchHistory", json!({"channel": "orders"}));
    let history = history.await.unwrap();
    let events = history.as_array().unwrap().iter();
    events
        .map(|event| event["meta"]["clientEventId"].clone())
        .collect()
}

#[tokio::test]
async fn an_event_has_a_limit_of_its_own() {
    let of = |id: &str| json!({"orderId": id});
    let large = "x".repeat(300);
    let wider = EventPolicy {
        max_payload_bytes: Some(400),
        ..EventPolicy::DEFAULT
    };
    let operations = serving(wider).await;
    call(&operations, "orders.noted", of(&large)).await.unwrap();
    let error = call(&operations, "orders.noted", of(&"x".repeat(400)));
    let error = error.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PayloadTooLarge);
    assert_eq!(
        error.to_string(),
        "the payload is over the limit of 400 bytes of event `orders:noted`"
    );

    let narrower = EventPolicy {
        max_payload_bytes: Some(20),
        ..EventPolicy::DEFAULT
    };
    let operations = serving(narrower).await;
    call(&operations, "orders.noted", of("x")).await.unwrap();
    let error = call(&operations, "orders.noted", of(&"x".repeat(20)));
    assert_eq!(error.await.unwrap_err().kind(), ErrorKind::PayloadTooLarge);

    let operations = serving(EventPolicy::DEFAULT).await;
    let error = call(&operations, "orders.noted", of(&large)).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "the payload is over the limit of 200 bytes of channel `orders`"
    );
}

#[tokio::test]
async fn an_event_may_be_sent_where_no_other_may() {
    let open = EventPolicy {
        publish: Some(Access::Authenticated),
        ..EventPolicy::DEFAULT
    };
    let registry = noted(open, Access::None);
    let operations = operations_of(&registry, Memory::new(), Tokens::default()).await;
    call(&operations, "orders.noted", json!({"orderId": "a"}))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_send_without_the_id_it_needs_is_refused_on_every_way() {
    let operations = serving(idempotent(Idempotent::Required)).await;
    let payload = || json!({"orderId": "a"});
    let typed = call(&operations, "orders.noted", payload()).await;
    let typed = typed.unwrap_err();
    let sent = call(
        &operations,
        "sendEvent",
        json!({"name": NAME, "payload": payload()}),
    );
    for error in [typed, sent.await.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::BadRequest);
        assert_eq!(
            violation(&error),
            json!([["clientEventId"], "missing_field"])
        );
        assert!(
            error
                .to_string()
                .starts_with("event `orders:noted` needs a `clientEventId`"),
            "{error}"
        );
    }
    assert_eq!(ids(&operations).await, [Value::Null; 0]);

    let with_id = json!({"orderId": "a", "clientEventId": "one"});
    call(&operations, "orders.noted", with_id).await.unwrap();
    let sent = json!({"name": NAME, "payload": payload(), "clientEventId": "two"});
    call(&operations, "sendEvent", sent).await.unwrap();
    assert_eq!(ids(&operations).await, ["one", "two"]);
}

#[tokio::test]
async fn the_id_is_taken_from_the_field_that_has_it() {
    let operations = serving(idempotent(Idempotent::By("order_id"))).await;
    call(&operations, "orders.noted", json!({"orderId": "a"}))
        .await
        .unwrap();
    let sent = |id: Value, given: Value| {
        let input = json!({"name": NAME, "payload": {"orderId": id}, "clientEventId": given});
        call(&operations, "sendEvent", input)
    };
    sent(json!("b"), Value::Null).await.unwrap();
    sent(json!("c"), json!("c")).await.unwrap();
    assert_eq!(ids(&operations).await, ["a", "b", "c"]);

    let error = sent(json!("d"), json!("other")).await.unwrap_err();
    assert_eq!(
        violation(&error),
        json!([["clientEventId"], "invalid_value"])
    );
    assert_eq!(
        error.to_string(),
        "event `orders:noted` has its id in field `orderId`; leave `clientEventId` out"
    );
    for id in ["", "a\u{7}b"] {
        let error = sent(json!(id), Value::Null).await.unwrap_err();
        assert_eq!(
            violation(&error),
            json!([["payload", "orderId"], "invalid_value"]),
            "{error}"
        );
        assert!(error.to_string().contains("1 to 200 bytes"), "{error}");
    }
    let error = call(&operations, "orders.noted", json!({"orderId": ""}));
    assert_eq!(
        violation(&error.await.unwrap_err()),
        json!([["orderId"], "invalid_value"])
    );
    assert_eq!(ids(&operations).await.len(), 3);
}

#[test]
fn an_event_whose_reply_nobody_gives_keeps_the_server_from_starting() {
    let domain = Domain {
        package: "orders-events",
        crate_name: "pubsub_runtime",
    };
    let channel = ChannelEntry {
        name: "orders",
        docs: "",
        policy: ChannelPolicy::DEFAULT,
    };
    let contract = EventEntry {
        reply: Some(TypeEntry::of::<Value>()),
        ..EventEntry::new::<Created>("orders:placed", "orders", "OrderPlaced", origin())
    };
    let registry = Registry::from_entries(domain, vec![channel], vec![contract], Vec::new());
    assert!(registry.resolve().is_ok(), "its action may be elsewhere");
    let error = Table::new(&registry, &Services::default()).unwrap_err();
    assert!(
        error.to_string().starts_with(
            "event `orders:placed` declares what it replies, but no action of this server gives it; \
             write `#[event(action = OrderPlaced)]` on an async fn"
        ),
        "{error}"
    );
}
