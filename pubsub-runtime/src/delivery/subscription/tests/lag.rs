//! Readers that are too far behind a log that they once had caught up with.

use super::*;

fn on_lag(on_lag: OnLag) -> Reading {
    Reading {
        on_lag,
        max_lag: 4,
        fields: Arc::new(PayloadFields::new([], [("stock:moved", "item")])),
        ..Reading::from(10_000)
    }
}

/// A subscription that has caught up.
async fn caught_up(world: &World, reading: Reading) -> Subscription {
    let mut subscription = world.subscribe(Start::Now, reading);
    assert_eq!(world.drive(&mut subscription).await, ["ready"]);
    subscription
}

#[tokio::test]
async fn a_reader_within_its_limit_is_left_alone() {
    let world = World::new(100).await;
    let mut subscription = caught_up(&world, on_lag(OnLag::Disconnect)).await;
    world.append(1..=4).await;
    world.feed().await;
    assert_eq!(world.drive(&mut subscription).await, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_reader_that_is_too_far_behind_is_ended_or_goes_on_with_a_count() {
    for (policy, expected) in [
        (OnLag::Disconnect, &["end"] as &[&str]),
        (OnLag::Resync, &["gap(slow_consumer,9)"]),
        (
            OnLag::DropOldest,
            &["gap(slow_consumer,5)", "6", "7", "8", "9"],
        ),
    ] {
        let world = World::new(100).await;
        let mut subscription = caught_up(&world, on_lag(policy)).await;
        world.append(1..=9).await;
        world.feed().await;
        assert_eq!(world.drive(&mut subscription).await, expected, "{policy:?}");
        if policy != OnLag::Disconnect {
            world.append(10..=10).await;
            world.feed().await;
            assert_eq!(world.drive(&mut subscription).await, ["10"]);
        }
    }
}

#[tokio::test]
async fn what_is_replayed_after_a_start_is_no_lag() {
    let world = World::new(100).await;
    let token = world.token().await;
    world.append(1..=9).await;
    world.feed().await;
    let mut resumed = world.subscribe(after(&token, &world.log), on_lag(OnLag::Disconnect));
    assert_eq!(
        world.drive(&mut resumed).await.len(),
        "ready 1 2 3 4 5 6 7 8 9 live".split(' ').count()
    );
}

#[tokio::test]
async fn the_place_after_dropped_events_can_be_resumed() {
    let world = World::new(100).await;
    let mut subscription = caught_up(&world, on_lag(OnLag::DropOldest)).await;
    world.append(1..=9).await;
    world.feed().await;
    assert!(matches!(subscription.step(), Step::System(_)));
    let token = subscription.token().unwrap();
    let mut resumed = world.subscribe(after(&token, &world.log), 10_000);
    assert_eq!(
        world.drive(&mut resumed).await,
        ["ready", "6", "7", "8", "9", "live"]
    );
}

async fn moved(world: &World, number: u64, item: &str) {
    let payload = if item.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{\"item\":\"{item}\"}}")
    };
    let event = NewEvent {
        id: uuid(number),
        name: "stock:moved".into(),
        time: Timestamp::from_millis(0),
        key: None,
        body: Bytes::from(format!("{{\"n\":{number},\"payload\":{payload}}}")),
    };
    world.append_event(event).await;
}

fn number(written: &str) -> String {
    let number = written
        .strip_prefix("{\"n\":")
        .and_then(|rest| rest.split(',').next());
    number.unwrap_or(written).to_owned()
}

#[tokio::test]
async fn the_newest_event_of_each_value_stays_in_order_and_the_others_are_counted() {
    let world = World::new(100).await;
    let mut subscription = caught_up(&world, on_lag(OnLag::Conflate("item"))).await;
    let before = subscription.token();
    for (n, item) in (1..).zip(["a", "b", "a", "", "c", "a", "b", "", "c"]) {
        moved(&world, n, item).await;
    }
    world.feed().await;
    loop {
        assert_eq!(subscription.token(), before, "nothing was written yet");
        match subscription.step() {
            Step::NeedPage { log, place, .. } => {
                let page = Adapter::read(&*world.memory, world.id.clone(), place.seq, 3, 1 << 20);
                subscription.give(log, page.await.unwrap());
            }
            Step::Skipped => {}
            Step::System(SystemEvent { body, token }) => {
                let SystemBody::Gap(gap) = body else {
                    panic!("a gap")
                };
                assert_eq!(
                    (gap.reason, gap.missed, token),
                    (GapReason::SlowConsumer, Some(4), before)
                );
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    let written = world.drive(&mut subscription).await;
    let numbers: Vec<_> = written.iter().map(|text| number(text)).collect();
    assert_eq!(
        numbers,
        ["4", "6", "7", "8", "9"],
        "an event without the field stays"
    );
    moved(&world, 10, "a").await;
    world.feed().await;
    assert_eq!(world.drive(&mut subscription).await.len(), 1);
}

#[tokio::test]
async fn conflation_counts_what_it_took_away_and_reads_storage_where_the_ring_is_too_small() {
    let world = World::new(1_000).await;
    let mut subscription = caught_up(&world, on_lag(OnLag::Conflate("item"))).await;
    for n in 1..=200 {
        moved(&world, n, if n % 2 == 0 { "a" } else { "b" }).await;
        world.feed().await;
    }
    let written = world.drive(&mut subscription).await;
    let numbers: Vec<_> = written.iter().map(|text| number(text)).collect();
    assert_eq!(numbers, ["gap(slow_consumer,198)", "199", "200"]);
}

#[tokio::test]
async fn what_retention_takes_from_a_conflation_is_counted_with_it() {
    let world = World::new(50).await;
    let mut subscription = caught_up(&world, on_lag(OnLag::Conflate("item"))).await;
    for n in 1..=40 {
        moved(&world, n, "a").await;
        world.feed().await;
    }
    // It begins with pages of storage, and is overtaken.
    let mut steps = 0;
    while steps < 12 {
        match subscription.step() {
            Step::NeedPage { log, place, .. } => {
                let page = Adapter::read(&*world.memory, world.id.clone(), place.seq, 3, 1 << 20);
                subscription.give(log, page.await.unwrap());
            }
            Step::Skipped => {}
            other => panic!("{other:?}"),
        }
        steps += 1;
    }
    for n in 41..=140 {
        moved(&world, n, "a").await;
        world.feed().await;
    }
    let written = world.drive(&mut subscription).await;
    let numbers: Vec<_> = written.iter().map(|text| number(text)).collect();
    assert_eq!(
        numbers,
        [
            "gap(retention,90)",
            "91",
            "92",
            "93",
            "gap(slow_consumer,46)",
            "140"
        ],
        "the page that told the gap is delivered, and conflation begins anew"
    );
}

#[tokio::test]
async fn more_values_than_can_be_kept_are_skipped_instead() {
    let world = World::new(100_000).await;
    let reading = Reading {
        max_lag: 10_000,
        ..on_lag(OnLag::Conflate("item"))
    };
    let mut subscription = caught_up(&world, reading).await;
    for n in 1..=10_002 {
        moved(&world, n, "").await;
        world.feed().await;
    }
    assert_eq!(
        world.drive(&mut subscription).await,
        ["gap(slow_consumer,10002)"]
    );
}

#[tokio::test]
async fn what_is_all_different_is_conflated_without_a_gap() {
    let world = World::new(100).await;
    let mut subscription = caught_up(&world, on_lag(OnLag::Conflate("item"))).await;
    for number in 1..=9 {
        moved(&world, number, &number.to_string()).await;
    }
    world.feed().await;
    let written = world.drive(&mut subscription).await;
    assert_eq!(written.len(), 9, "{written:?}");
}

#[tokio::test]
async fn a_place_proven_against_an_older_ring_is_judged_before_it_is_skipped() {
    let world = World::new(100).await;
    let mut subscription = caught_up(&world, on_lag(OnLag::Disconnect)).await;
    let generation = world.log.ring().generation();
    world.restart_ring().await;
    let next = subscription.cursors[0].fall_behind(generation);
    assert!(matches!(next, Next::Kept));
}
