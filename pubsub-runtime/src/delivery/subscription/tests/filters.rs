//! Subscriptions that want some events only.

use super::*;
use crate::delivery::payload::Scalar;

/// The even numbers.
fn even() -> Reading {
    let fields = PayloadFields::new(["even"], []);
    let wanted = [("even".to_owned(), vec![Scalar::Bool(true)])];
    Reading {
        filter: Filter::new(&fields, &wanted),
        fields: Arc::new(fields),
        ..Reading::from(10_000)
    }
}

async fn publish(world: &World, numbers: std::ops::RangeInclusive<u64>) {
    for number in numbers {
        let payload = format!("{{\"even\":{},\"number\":{number}}}", number % 2 == 0);
        let event = NewEvent {
            id: uuid(number),
            name: "numbers:next".into(),
            time: Timestamp::from_millis(0),
            key: None,
            body: Bytes::from(format!("{{\"payload\":{payload}}}")),
        };
        world.append_event(event).await;
    }
    world.feed().await;
}

fn seq(token: &str, world: &World) -> u64 {
    let cursor = Cursor::from_plain(token).unwrap();
    cursor.position(world.log.tag()).unwrap().seq
}

#[tokio::test]
async fn what_is_not_wanted_moves_the_place_all_the_same() {
    let world = World::new(100).await;
    let token = world.token().await;
    publish(&world, 1..=5).await;
    let mut resumed = world.subscribe(after(&token, &world.log), even());
    let written = world.drive(&mut resumed).await;
    let even = |n| format!("{{\"payload\":{{\"even\":true,\"number\":{n}}}}}");
    assert_eq!(
        written,
        ["ready".to_owned(), even(2), even(4), "live".to_owned()]
    );
    assert_eq!(seq(&resumed.token().unwrap(), &world), 5);
    publish(&world, 6..=7).await;
    assert_eq!(
        world.drive(&mut resumed).await,
        [even(6)],
        "and from the ring"
    );
}

#[tokio::test]
async fn a_place_that_moved_in_silence_is_told_once() {
    let world = World::new(100).await;
    let mut subscription = world.subscribe(Start::Now, even());
    assert_eq!(world.drive(&mut subscription).await, ["ready"]);
    assert!(subscription.refresh().is_none(), "`ready` told it");
    publish(&world, 1..=1).await;
    assert_eq!(world.drive(&mut subscription).await, Vec::<String>::new());
    let refreshed = subscription.refresh().and_then(|event| event.token);
    assert_eq!(seq(&refreshed.unwrap(), &world), 1);
    assert!(subscription.refresh().is_none());
    publish(&world, 2..=2).await;
    assert_eq!(world.drive(&mut subscription).await.len(), 1);
    assert!(subscription.refresh().is_none(), "the event told it");
}

#[tokio::test]
async fn conflation_takes_only_what_is_wanted_and_counts_no_other() {
    let world = World::new(100).await;
    let fields = PayloadFields::new(["even"], [("numbers:next", "even")]);
    let wanted = [("even".to_owned(), vec![Scalar::Bool(true)])];
    let reading = Reading {
        filter: Filter::new(&fields, &wanted),
        fields: Arc::new(fields),
        on_lag: OnLag::Conflate("even"),
        max_lag: 4,
        ..Reading::from(10_000)
    };
    let mut subscription = world.subscribe(Start::Now, reading);
    assert_eq!(world.drive(&mut subscription).await, ["ready"]);
    publish(&world, 1..=9).await;
    let written = world.drive(&mut subscription).await;
    assert_eq!(
        written,
        [
            "gap(slow_consumer,3)",
            "{\"payload\":{\"even\":true,\"number\":8}}"
        ]
    );
    assert_eq!(seq(&subscription.token().unwrap(), &world), 9);
}
