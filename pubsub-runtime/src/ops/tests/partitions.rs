//! Channels carried by several logs.

use std::collections::BTreeMap;

use super::*;
use crate::services::emit::{Cause, Emitted};

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(super) struct Moved {
    item: Option<String>,
    step: u64,
}

pub(super) fn moved(name: &'static str, channel: &'static str) -> EventEntry {
    EventEntry {
        channel,
        payload: TypeEntry::of::<Moved>(),
        ..event(name, TypeId::of::<Moved>, Some(Direction::Both))
    }
}

/// The same payload on `notes`.
pub(super) fn noted() -> EventEntry {
    EventEntry {
        type_id: TypeId::of::<Created>,
        ..moved("notes:moved", "notes")
    }
}

/// A channel of four logs, `stock`, whose events are told apart by `item`; and `notes`, of one.
pub(super) fn partitioned() -> Registry {
    let stock = ChannelPolicy {
        partition_by: Some("item"),
        partitions: 4,
        ..ChannelPolicy::DEFAULT
    };
    let channel = |(name, policy)| ChannelEntry {
        name,
        docs: "",
        policy,
    };
    Registry::from_entries(
        Domain {
            package: "stock-events",
            crate_name: "pubsub_runtime",
        },
        [("stock", stock), ("notes", ChannelPolicy::DEFAULT)]
            .map(channel)
            .to_vec(),
        vec![moved("stock:moved", "stock"), noted()],
        Vec::new(),
    )
}

pub(super) async fn stock() -> Operations {
    operations_of(&partitioned(), Memory::new(), Tokens::default()).await
}

/// Sends steps of eight items in turn.
pub(super) async fn move_all(operations: &Operations, steps: std::ops::Range<u64>) -> String {
    let mut cursor = String::new();
    for step in steps {
        let input = json!({"item": format!("item-{}", step % 8), "step": step});
        let input = json!({"name": "stock:moved", "payload": input});
        let answer = call(operations, "sendEvent", input).await.unwrap();
        cursor = answer["cursor"].as_str().unwrap().to_owned();
    }
    cursor
}

async fn open(operations: &Operations, input: Value) -> Box<dyn Source> {
    operations
        .subscribe(caller(), "subscribe", Some(raw(&input)))
        .await
        .unwrap()
}

/// The steps of each item, in the order of arrival.
pub(super) fn by_item<'a>(
    events: impl IntoIterator<Item = &'a Value>,
) -> BTreeMap<String, Vec<u64>> {
    let mut items: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for event in events {
        let item = event["payload"]["item"].as_str().unwrap().to_owned();
        assert_eq!(event["meta"]["partitionKey"], item);
        items
            .entry(item)
            .or_default()
            .push(event["payload"]["step"].as_u64().unwrap());
    }
    items
}

/// Every item's steps below `end`, in order.
pub(super) fn whole(end: u64) -> BTreeMap<String, Vec<u64>> {
    (0..8)
        .map(|item| (format!("item-{item}"), (item..end).step_by(8).collect()))
        .collect()
}

#[tokio::test]
async fn events_of_one_key_keep_their_order_over_a_resume_in_the_middle() {
    let operations = stock().await;
    let mut source = open(&operations, json!({"channel": "stock"})).await;
    move_all(&operations, 0..40).await;
    let mut used = 0;
    for log in &operations.0.table.channel("stock").unwrap().logs {
        let marks = operations.0.hub.adapter().marks(log.id.clone()).await;
        used += usize::from(marks.unwrap().head > 0);
    }
    assert!(used > 2, "eight keys use {used} of four logs");
    let (first, token) = take(&mut source, 1 + 17).await;
    drop(source);
    move_all(&operations, 40..80).await;
    let resumed = json!({"channel": "stock", "lastEventId": token});
    let mut source = open(&operations, resumed).await;
    let (second, _) = take(&mut source, 1 + 80 - 17).await;
    assert_eq!(names(&second)[0], "pubsub:ready");
    let all = first[1..].iter().chain(&second[1..]);
    assert_eq!(by_item(all), whole(80));
}

#[tokio::test]
async fn every_place_between_two_events_can_be_resumed_from() {
    let operations = stock().await;
    let start = open(&operations, json!({"channel": "stock"})).await;
    let mut source = start;
    move_all(&operations, 0..24).await;
    let mut seen = Vec::new();
    let (ready, mut token) = take(&mut source, 1).await;
    assert_eq!(names(&ready), ["pubsub:ready"]);
    loop {
        let resumed = json!({"channel": ["notes", "stock"], "lastEventId": token});
        let (rest, _) = take(&mut open(&operations, resumed).await, 1 + 24 - seen.len()).await;
        assert_eq!(by_item(seen.iter().chain(&rest[1..])), whole(24));
        if seen.len() == 24 {
            break;
        }
        let (mut next, after) = take(&mut source, 1).await;
        seen.append(&mut next);
        token = after;
    }
}

#[tokio::test]
async fn the_answer_of_a_sender_is_a_place_in_the_log_of_its_event() {
    let operations = stock().await;
    let cursor = move_all(&operations, 0..1).await;
    let cursor = Tokens::default().read(&cursor).unwrap();
    let stock = operations.0.table.channel("stock").unwrap();
    let places: Vec<_> = stock
        .logs
        .iter()
        .filter_map(|log| cursor.position(log.tag))
        .map(|position| position.seq)
        .collect();
    assert_eq!(places, [1]);
}

#[tokio::test]
async fn the_answer_of_a_sender_brings_back_nothing_of_the_other_logs() {
    let operations = stock().await;
    let answered = move_all(&operations, 0..40).await;
    let resumed = json!({"channel": "stock", "cursor": answered, "system": false});
    let mut source = open(&operations, resumed).await;
    move_all(&operations, 40..48).await;
    let (received, _) = take(&mut source, 8).await;
    let news: BTreeMap<_, _> = (40..48)
        .map(|step| (format!("item-{}", step % 8), vec![step]))
        .collect();
    assert_eq!(by_item(&received), news);
}

#[tokio::test]
async fn an_event_without_its_key_is_refused_and_the_field_named() {
    let operations = stock().await;
    for (path, input, expected) in [
        (
            "sendEvent",
            json!({"name": "stock:moved", "payload": {"item": null, "step": 1}}),
            json!(["payload", "item"]),
        ),
        ("stock.moved", json!({"step": 1}), json!(["item"])),
    ] {
        let error = call(&operations, path, input).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadRequest);
        let violation = error.violations().first().unwrap();
        assert_eq!(serde_json::to_value(&violation.path).unwrap(), expected);
        assert!(error.message().contains("`item`"), "{error}");
    }
    let emitted = Emitted {
        name: "stock:moved",
        channel: "stock",
        version: 1,
        payload: raw(&json!({"step": 1})),
    };
    let outcome = operations
        .0
        .publish_from_server(emitted, &Cause::default())
        .await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("`item`"), "{source}");
    let history = call(&operations, "fetchHistory", json!({"channel": "stock"}));
    assert_eq!(history.await.unwrap(), json!([]), "nothing was published");
}
