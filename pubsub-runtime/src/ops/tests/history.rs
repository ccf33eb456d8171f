//! Pages of what was published before, over one log and over several.

use super::{
    partitions::{by_item, move_all, partitioned, stock, whole},
    *,
};
use crate::words::cursor::{Cursor, Position};

fn steps(events: &Value) -> Vec<u64> {
    let step = |event: &Value| event["payload"]["step"].as_u64().unwrap();
    events.as_array().unwrap().iter().map(step).collect()
}

async fn page(operations: &Operations, input: Value) -> Value {
    call(operations, "stock.history", input).await.unwrap()
}

#[tokio::test]
async fn pages_over_several_logs_hold_everything_once_in_both_directions() {
    let operations = stock().await;
    move_all(&operations, 0..80).await;
    let mut input = json!({"limit": 7});
    let (mut seen, mut pages) = (Vec::new(), Vec::new());
    loop {
        let page = page(&operations, input.clone()).await;
        assert_eq!(page.get("gap"), None);
        seen.extend(page["events"].as_array().unwrap().clone());
        let next = page["next"].clone();
        pages.push(page);
        if next.is_null() {
            break;
        }
        input["cursor"] = next;
    }
    assert_eq!(pages.len(), 12);
    assert_eq!(by_item(&seen), whole(80));
    assert_eq!(pages[0]["prev"], Value::Null);
    for pair in pages.windows(2) {
        let back = json!({"limit": 7, "cursor": pair[1]["prev"], "direction": "backward"});
        let back = page(&operations, back).await;
        assert_eq!(back["events"], pair[0]["events"], "the page before");
        assert_eq!(
            (&back["next"], &back["prev"]),
            (&pair[1]["prev"], &pair[0]["prev"])
        );
    }
    let mut input = json!({"limit": 9, "direction": "backward"});
    let mut back = Vec::new();
    loop {
        let page = page(&operations, input.clone()).await;
        back.splice(0..0, page["events"].as_array().unwrap().clone());
        if page["prev"].is_null() {
            break;
        }
        input["cursor"] = page["prev"].clone();
    }
    assert_eq!(back, seen, "the same order from either end");
}

#[tokio::test]
async fn several_logs_are_merged_by_time() {
    let operations = stock().await;
    for step in 0..10_u64 {
        move_all(&operations, step..step + 1).await;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let fetch = |input: Value| call(&operations, "fetchHistory", input);
    let all = fetch(json!({"channel": "stock"})).await.unwrap();
    assert_eq!(steps(&all), (0..10).collect::<Vec<_>>());
    for after in 0..10 {
        let since = fetch(json!({"channel": ["notes", "stock"], "since": all[after]["id"]}));
        assert_eq!(
            steps(&since.await.unwrap()),
            (after as u64 + 1..10).collect::<Vec<_>>()
        );
        let since = fetch(json!({"channel": "stock", "cursor": all[after]["id"], "limit": 3}));
        let expected = after as u64 + 1..(after as u64 + 4).min(10);
        assert_eq!(steps(&since.await.unwrap()), expected.collect::<Vec<_>>());
    }
    let newest = fetch(json!({"channel": "stock", "limit": 4}))
        .await
        .unwrap();
    assert_eq!(steps(&newest), [6, 7, 8, 9]);
    let place = page(&operations, json!({"limit": 4})).await["next"].clone();
    let rest = fetch(json!({"channel": "stock", "cursor": place}));
    assert_eq!(steps(&rest.await.unwrap()), [4, 5, 6, 7, 8, 9]);
}

#[tokio::test]
async fn the_limit_of_an_answer_is_held() {
    let operations = stock().await;
    for limit in [0, 1_001, u64::MAX] {
        for path in ["fetchHistory", "stock.history"] {
            let input = json!({"channel": "stock", "limit": limit});
            let error = call(&operations, path, input).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BadRequest, "{path} {limit}");
        }
    }
    move_all(&operations, 0..5).await;
    let page = page(&operations, json!({"limit": 1_000})).await;
    assert_eq!(page["events"].as_array().unwrap().len(), 5);
}

/// What is presented, and why it cannot be continued.
async fn presented(operations: &Operations) -> Vec<(String, &'static str)> {
    let log = &operations.0.table.channel("notes").unwrap().logs[0];
    let marks = operations.0.hub.adapter().marks(log.id.clone()).await;
    let marks = marks.unwrap();
    let token = |change: fn(&mut Position)| {
        let mut position = Position {
            log: log.tag,
            epoch: Position::epoch_tag(marks.epoch),
            seq: marks.head,
            anchor: marks.head_anchor.unwrap(),
        };
        change(&mut position);
        Cursor::of(position).to_plain()
    };
    vec![
        (token(|place| place.epoch ^= 1), "epoch_changed"),
        (token(|place| place.seq += 1), "history_rewound"),
        (token(|place| place.seq = u64::MAX), "history_rewound"),
        (token(|place| place.anchor ^= 1), "history_diverged"),
        (
            token(|place| (place.seq, place.anchor) = (1, 0)),
            "retention",
        ),
        (token(|place| place.log ^= 1), "invalid_cursor"),
        (token(|_| {}).replace("c1.", "c1.A"), "invalid_cursor"),
        (format!("c1.{}", "A".repeat(5_000)), "invalid_cursor"),
        ("nonsense\u{7}".to_owned(), "invalid_cursor"),
        ("c1.".to_owned(), "invalid_cursor"),
        (uuid::Uuid::from_u128(1).to_string(), "unknown_id"),
    ]
}

async fn trimmed() -> (Operations, String) {
    let mut registry = partitioned();
    registry = Registry::from_entries(
        Domain {
            package: "stock-events",
            crate_name: "pubsub_runtime",
        },
        registry
            .channels()
            .iter()
            .map(|channel| ChannelEntry {
                policy: ChannelPolicy {
                    max_events: 5,
                    ..channel.policy
                },
                ..*channel
            })
            .collect(),
        vec![
            partitions::moved("stock:moved", "stock"),
            partitions::noted(),
        ],
        Vec::new(),
    );
    let operations = operations_of(&registry, Memory::new(), Tokens::default()).await;
    let mut first = String::new();
    for step in 0..12 {
        let input = json!({"item": "a", "step": step});
        call(&operations, "notes.moved", input).await.unwrap();
        if step == 0 {
            let all = call(&operations, "fetchHistory", json!({"channel": "notes"}));
            first = all.await.unwrap()[0]["id"].as_str().unwrap().to_owned();
        }
    }
    (operations, first)
}

#[tokio::test]
async fn what_cannot_be_continued_is_400_where_an_array_is_answered() {
    let (operations, first) = trimmed().await;
    let mut cases = presented(&operations).await;
    cases.push((first.clone(), "retention"));
    for (cursor, reason) in cases {
        let input = json!({"channel": "notes", "cursor": cursor});
        let error = call(&operations, "fetchHistory", input).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadRequest, "{cursor}");
        assert!(error.message().contains(reason), "{cursor}: {error}");
        let violation = error.violations().first().unwrap();
        assert_eq!(
            serde_json::to_value(&violation.path).unwrap(),
            json!(["cursor"])
        );
    }
    for (since, reason) in [
        (first, "retention"),
        (uuid::Uuid::from_u128(1).to_string(), "unknown_id"),
    ] {
        let input = json!({"channel": "notes", "since": since});
        let error = call(&operations, "fetchHistory", input).await.unwrap_err();
        assert!(error.message().contains(reason), "{error}");
    }
}

#[tokio::test]
async fn what_cannot_be_continued_is_a_gap_in_a_page() {
    let (operations, first) = trimmed().await;
    let page = |input: Value| call(&operations, "notes.history", input);
    let whole = page(json!({})).await.unwrap();
    assert_eq!(steps(&whole["events"]), [7, 8, 9, 10, 11]);
    assert_eq!(whole.get("gap"), None);
    let oldest = whole["events"][0]["timestamp"].as_str().unwrap();
    let mut cases = presented(&operations).await;
    cases.push((first, "retention"));
    for (cursor, reason) in cases {
        let forward = page(json!({"cursor": cursor, "limit": 2})).await.unwrap();
        assert_eq!(steps(&forward["events"]), [7, 8], "{reason}");
        let backward = json!({"cursor": cursor, "limit": 2, "direction": "backward"});
        let backward = page(backward).await.unwrap();
        assert_eq!(steps(&backward["events"]), [10, 11], "{reason}");
        for answer in [&forward, &backward] {
            let gap = &answer["gap"];
            assert_eq!(
                (&gap["reason"], &gap["channel"]),
                (&json!(reason), &json!("notes"))
            );
            assert_eq!(
                gap["missed"],
                if reason == "retention" {
                    json!(6)
                } else {
                    Value::Null
                }
            );
            let requested = gap["requested"].as_str().unwrap();
            assert!(requested.len() <= 200 && cursor.starts_with(requested));
            assert!(gap["oldest"].as_str().unwrap() >= oldest);
        }
        let resumed = page(json!({"cursor": forward["gap"]["resumeFrom"], "limit": 2}));
        let resumed = resumed.await.unwrap();
        assert_eq!(resumed["events"], forward["events"], "{reason}");
        assert_eq!(resumed.get("gap"), None);
        let next = page(json!({"cursor": forward["next"]})).await.unwrap();
        assert_eq!(steps(&next["events"]), [9, 10, 11]);
    }
}

#[tokio::test]
async fn a_gap_in_one_of_several_logs_moves_that_log_alone() {
    let operations = stock().await;
    move_all(&operations, 0..40).await;
    let middle = page(&operations, json!({"limit": 20})).await;
    let token = middle["next"].as_str().unwrap();
    let cursor = Tokens::default().read(token).unwrap();
    let logs = &operations.0.table.channel("stock").unwrap().logs;
    let busy = logs
        .iter()
        .find(|log| cursor.position(log.tag).unwrap().seq > 0);
    let busy = busy.unwrap().tag;
    let places = logs.iter().map(|log| {
        let mut place = cursor.position(log.tag).unwrap();
        place.epoch ^= u32::from(log.tag == busy);
        place
    });
    let broken = Cursor::new(places.collect()).unwrap().to_plain();
    let answer = page(&operations, json!({"cursor": broken})).await;
    assert_eq!(answer["gap"]["reason"], "epoch_changed");
    let intact = page(&operations, json!({"cursor": token})).await;
    let again = cursor.position(busy).unwrap().seq;
    assert_eq!(
        answer["events"].as_array().unwrap().len() as u64,
        intact["events"].as_array().unwrap().len() as u64 + again,
        "that log from its beginning, the others from their places"
    );
    // A place that names only some partitions was written before the others had anything.
    let one = Cursor::of(cursor.position(busy).unwrap()).to_plain();
    let answer = page(&operations, json!({"cursor": one})).await;
    assert_eq!(answer.get("gap"), None);
    assert_eq!(
        answer["events"].as_array().unwrap().len() as u64,
        40 - again
    );
}

#[tokio::test]
async fn large_events_of_several_logs_are_cut_into_pages_and_none_is_skipped() {
    use crate::delivery::adapter::NewEvent;
    let operations = stock().await;
    let logs = &operations.0.table.channel("stock").unwrap().logs;
    let pad = "x".repeat(1 << 20);
    for (log, step) in logs.iter().cycle().zip(0..20_u32) {
        let event = NewEvent {
            id: uuid::Uuid::from_u128(u128::from(step) + 1),
            name: "stock:moved".into(),
            time: crate::words::envelope::Timestamp::from_millis(0),
            key: None,
            body: Bytes::from(json!({"payload": {"step": step}, "pad": pad}).to_string()),
        };
        let append = vec![(log.id.clone(), event)];
        operations.0.hub.adapter().append(append).await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    for (direction, end) in [("forward", "next"), ("backward", "prev")] {
        let mut input = json!({"limit": 1_000, "direction": direction});
        let mut seen = Vec::new();
        loop {
            let page = page(&operations, input.clone()).await;
            let steps = steps(&page["events"]);
            assert!(
                (1..=8).contains(&steps.len()),
                "{} events of 1 MiB",
                steps.len()
            );
            let at = if direction == "forward" {
                seen.len()
            } else {
                0
            };
            seen.splice(at..at, steps);
            if page[end].is_null() {
                break;
            }
            input["cursor"] = page[end].clone();
        }
        assert_eq!(seen, (0..20).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_partition_that_the_place_does_not_name_is_read_from_its_beginning_or_a_gap() {
    let (operations, _) = trimmed().await;
    let cursor = move_all(&operations, 0..80).await;
    let forward = page(&operations, json!({"cursor": cursor})).await;
    assert_eq!(forward["gap"]["reason"], "retention", "{forward}");
    assert!(forward["gap"]["missed"].as_u64().unwrap() > 0);
    let backward = json!({"cursor": cursor, "direction": "backward"});
    let backward = page(&operations, backward).await;
    assert_eq!(backward.get("gap"), None, "nothing is before a beginning");
}
