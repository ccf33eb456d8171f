//! Starts without a place, and what follows a gap.

use super::*;
use crate::delivery::tokens::Tokens;

fn on_gap(on_gap: OnGap) -> Reading {
    Reading {
        on_gap,
        ..Reading::from(10_000)
    }
}

/// The gap that comes first.
fn first_gap(subscription: &mut Subscription) -> (Gap, Option<String>) {
    match subscription.step() {
        Step::System(SystemEvent {
            body: SystemBody::Gap(gap),
            token,
        }) => (gap, token),
        other => panic!("a gap, not {other:?}"),
    }
}

/// Gives pages until something else is to be done.
async fn give_pages(world: &World, subscription: &mut Subscription) -> Step {
    loop {
        match subscription.step() {
            Step::NeedPage { log, place, .. } => {
                let page = Adapter::read(&*world.memory, world.id.clone(), place.seq, 3, 1 << 20);
                subscription.give(log, page.await.unwrap());
            }
            step => return step,
        }
    }
}

#[tokio::test]
async fn the_earliest_start_is_no_loss_however_much_was_trimmed() {
    let world = World::new(3).await;
    world.append(1..=5).await;
    world.feed().await;
    let mut subscription = world.subscribe(Start::Earliest, 10_000);
    assert_eq!(
        world.drive(&mut subscription).await,
        ["ready", "3", "4", "5", "live"]
    );
    let mut limited = world.subscribe(Start::Earliest, 2);
    let Step::System(SystemEvent {
        body: SystemBody::Gap(gap),
        ..
    }) = give_pages(&world, &mut limited).await
    else {
        panic!("more than is replayed")
    };
    assert_eq!(
        (gap.reason, gap.missed, &*gap.requested),
        (GapReason::TooMany, Some(1), "earliest")
    );
    assert_eq!(world.drive(&mut limited).await, ["ready", "4", "5", "live"]);
}

#[tokio::test]
async fn an_empty_log_has_an_earliest_place_too() {
    let world = World::new(3).await;
    let mut subscription = world.subscribe(Start::Earliest, 10_000);
    assert_eq!(world.drive(&mut subscription).await, ["ready"]);
    assert!(subscription.token().is_some());
}

#[tokio::test]
async fn a_moment_is_uncertain_only_where_something_trimmed_may_lie_after_it() {
    let world = World::new(3).await;
    world.append(1..=3).await;
    world.feed().await;
    let since = |seq| Start::Since {
        seq,
        requested: "2026".to_owned(),
    };
    let mut whole = world.subscribe(since(0), 10_000);
    assert_eq!(
        world.drive(&mut whole).await,
        ["ready", "1", "2", "3", "live"]
    );
    world.append(4..=5).await;
    world.feed().await;
    let mut inside = world.subscribe(since(3), 10_000);
    assert_eq!(world.drive(&mut inside).await, ["ready", "4", "5", "live"]);
    for before in [0, 2] {
        let mut subscription = world.subscribe(since(before), 10_000);
        let Step::System(SystemEvent {
            body: SystemBody::Gap(gap),
            token,
        }) = give_pages(&world, &mut subscription).await
        else {
            panic!("a gap")
        };
        assert_eq!(
            (gap.reason, gap.missed, gap.certain, &*gap.requested),
            (GapReason::Retention, None, Some(false), "2026")
        );
        assert!(token.is_some());
        assert_eq!(
            world.drive(&mut subscription).await,
            ["ready", "3", "4", "5", "live"]
        );
    }
}

#[tokio::test]
async fn after_a_gap_a_live_policy_skips_and_counts_everything() {
    let world = World::new(3).await;
    let token = world.token().await;
    world.append(1..=10).await;
    world.feed().await;
    let mut resumed = world.subscribe(after(&token, &world.log), on_gap(OnGap::Live));
    assert_eq!(
        world.drive(&mut resumed).await,
        ["gap(retention,10)", "ready", "live"]
    );
    world.append(11..=11).await;
    world.feed().await;
    assert_eq!(world.drive(&mut resumed).await, ["11"]);
    let lost = Start::Lost {
        reason: GapReason::UnknownId,
        requested: "x".to_owned(),
    };
    let mut lost = world.subscribe(lost, on_gap(OnGap::Live));
    assert_eq!(
        world.drive(&mut lost).await,
        ["gap(unknown_id,?)", "ready", "live"],
        "also where nothing was trimmed before"
    );
    let mut whole = world.subscribe(after(&world.token().await, &world.log), on_gap(OnGap::Live));
    assert_eq!(
        world.drive(&mut whole).await,
        ["ready"],
        "without a gap nothing is skipped"
    );
}

#[tokio::test]
async fn a_snapshot_stands_for_what_is_lost_and_its_place_is_not_given_out_before_it() {
    let world = World::new(3).await;
    let token = world.token().await;
    world.append(1..=10).await;
    world.feed().await;
    let mut resumed = world.subscribe(after(&token, &world.log), on_gap(OnGap::Snapshot));
    assert!(matches!(resumed.step(), Step::NeedPage { .. }));
    let page = Adapter::read(&*world.memory, world.id.clone(), 0, 100, 1 << 20);
    resumed.give(0, page.await.unwrap());
    let (gap, told_with) = first_gap(&mut resumed);
    assert_eq!((gap.reason, gap.missed), (GapReason::Retention, Some(10)));
    assert_eq!(
        (told_with, resumed.token()),
        (None, None),
        "a client that left now would come back past its snapshot"
    );
    assert!(matches!(resumed.step(), Step::NeedSnapshot { log: 0 }));
    world.append(11..=12).await;
    world.feed().await;
    assert!(matches!(resumed.step(), Step::Idle), "it is waited for");
    resumed.give_snapshot(0, serde_json::value::to_raw_value("state").unwrap());
    let Step::System(SystemEvent {
        body: SystemBody::Snapshot { .. },
        token,
    }) = resumed.step()
    else {
        panic!("a snapshot")
    };
    assert_eq!(token, Some(gap.resume_from));
    assert_eq!(
        world.drive(&mut resumed).await,
        ["ready", "11", "12", "live"],
        "what came after the place of the snapshot"
    );
}

#[tokio::test]
async fn a_gap_in_the_middle_of_a_stream_gets_its_snapshot_too() {
    let world = World::new(3).await;
    let mut subscription = world.subscribe(Start::Now, on_gap(OnGap::Snapshot));
    assert_eq!(world.drive(&mut subscription).await, ["ready"]);
    world.append(1..=40).await;
    world.feed().await;
    assert_eq!(
        world.drive(&mut subscription).await,
        ["gap(retention,40)", "snapshot(40)"]
    );
}

#[tokio::test]
async fn one_snapshot_serves_all_logs_of_its_channel() {
    let (first, second) = (World::new(3).await, World::new(3).await);
    let id = LogId {
        shard: 1,
        ..second.id.clone()
    };
    let log = Arc::new(Log::new(
        id,
        second.memory.clone() as Arc<dyn DynAdapter>,
        Arc::new(RingBudget::default()),
    ));
    let lost = || Start::Lost {
        reason: GapReason::UnknownId,
        requested: "x".to_owned(),
    };
    let mut subscription = Subscription::new(vec![
        (Arc::clone(&first.log), lost(), on_gap(OnGap::Snapshot)),
        (log, lost(), on_gap(OnGap::Snapshot)),
    ]);
    for _ in 0..2 {
        let Step::NeedPage { log, .. } = subscription.step() else {
            panic!("a page of each log comes first")
        };
        let page = Adapter::read(&*first.memory, first.id.clone(), 0, 3, 1 << 20);
        subscription.give(log, page.await.unwrap());
        let (_, token) = first_gap(&mut subscription);
        assert_eq!(token, None);
    }
    assert!(matches!(subscription.step(), Step::NeedSnapshot { log: 0 }));
    subscription.give_snapshot(0, serde_json::value::to_raw_value("state").unwrap());
    let Step::System(SystemEvent { token, .. }) = subscription.step() else {
        panic!("a snapshot")
    };
    assert!(token.is_some(), "it settles both logs");
}

#[tokio::test]
async fn a_policy_that_fails_ends_with_the_gap() {
    let world = World::new(3).await;
    let token = world.token().await;
    world.append(1..=10).await;
    let mut resumed = world.subscribe(after(&token, &world.log), on_gap(OnGap::Fail));
    let Step::End(Ended::Gap(gap)) = give_pages(&world, &mut resumed).await else {
        panic!("it ends")
    };
    assert_eq!((gap.reason, gap.missed), (GapReason::Retention, Some(7)));
    // What is retained follows the place that it names.
    let Start::After { place, requested } = after(&gap.resume_from, &world.log) else {
        panic!("a place")
    };
    let place = Place {
        anchor: None,
        ..place
    };
    let again = Start::After { place, requested };
    let mut again = world.subscribe(again, on_gap(OnGap::Fail));
    assert_eq!(
        world.drive(&mut again).await,
        ["ready", "8", "9", "10", "live"]
    );
    let lost = Start::Lost {
        reason: GapReason::UnknownId,
        requested: "x".to_owned(),
    };
    let mut lost = world.subscribe(lost, on_gap(OnGap::Fail));
    let Step::End(Ended::Gap(unknown)) = give_pages(&world, &mut lost).await else {
        panic!("it ends")
    };
    assert_eq!(
        (unknown.missed, unknown.resume_from),
        (None, gap.resume_from)
    );
    let mut whole = world.subscribe(Start::Earliest, on_gap(OnGap::Fail));
    assert_eq!(
        world.drive(&mut whole).await,
        ["ready", "8", "9", "10", "live"]
    );
}

#[tokio::test]
async fn a_snapshot_is_not_made_before_every_log_was_judged_nor_a_place_told_before_its_gap() {
    let world = World::new(3).await;
    let other = Log::new(
        LogId {
            shard: 1,
            ..world.id.clone()
        },
        world.memory.clone() as Arc<dyn DynAdapter>,
        Arc::new(RingBudget::default()),
    );
    let lost = || Start::Lost {
        reason: GapReason::UnknownId,
        requested: "x".to_owned(),
    };
    let mut subscription = Subscription::new(vec![
        (Arc::clone(&world.log), lost(), on_gap(OnGap::Snapshot)),
        (Arc::new(other), lost(), on_gap(OnGap::Snapshot)),
    ]);
    for log in 0..2 {
        assert!(matches!(subscription.step(), Step::NeedPage { log: asked, .. } if asked == log));
    }
    let page = || Adapter::read(&*world.memory, world.id.clone(), 0, 3, 1 << 20);
    subscription.give(0, page().await.unwrap());
    let (gap, token) = first_gap(&mut subscription);
    assert_eq!(token, None);
    let place = Tokens::default().read(&gap.resume_from).unwrap();
    for tag in subscription.logs().map(|log| log.tag()) {
        let position = place.position(tag).unwrap();
        assert_eq!(
            (position.epoch, position.seq),
            (0, 0),
            "what is not told yet is told there"
        );
    }
    assert!(matches!(subscription.step(), Step::Idle));
    subscription.give(1, page().await.unwrap());
    first_gap(&mut subscription);
    assert!(matches!(subscription.step(), Step::NeedSnapshot { log: 0 }));
}

#[tokio::test]
async fn a_place_is_not_told_before_what_was_found_on_the_way_there() {
    let world = World::new(3).await;
    let mut subscription = world.subscribe(Start::Now, 10_000);
    assert_eq!(world.drive(&mut subscription).await, ["ready"]);
    let before = subscription.token().unwrap();
    world.append(1..=40).await;
    world.feed().await;
    let Step::NeedPage { log, place, .. } = subscription.step() else {
        panic!("a page")
    };
    let page = Adapter::read(&*world.memory, world.id.clone(), place.seq, 3, 1 << 20);
    subscription.give(log, page.await.unwrap());
    assert_eq!(subscription.told(), None);
    assert_eq!(first_gap(&mut subscription).0.requested, before);
    assert!(subscription.told().is_some());
}

#[tokio::test]
async fn a_moment_is_judged_by_what_is_trimmed_now() {
    let world = World::new(3).await;
    let since = Start::Since {
        seq: 0,
        requested: "2026".to_owned(),
    };
    let mut since = world.subscribe(since, 10_000);
    assert!(matches!(since.step(), Step::NeedPage { fresh: true, .. }));
    let mut earliest = world.subscribe(Start::Earliest, 10_000);
    assert!(matches!(
        earliest.step(),
        Step::NeedPage { fresh: false, .. }
    ));
}

#[tokio::test]
async fn what_is_read_ahead_of_the_ring_is_noted_there() {
    let world = World::new(100).await;
    world.append(1..=5).await;
    let mut subscription = world.subscribe(Start::Earliest, 10_000);
    world.drive(&mut subscription).await;
    assert_eq!(world.log.ring().head().1, 0);
    assert_eq!(world.log.ring().seen_through(), 3, "one page of three");
}
