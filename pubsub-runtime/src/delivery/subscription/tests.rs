use std::time::Duration;

use bytes::{Bytes, BytesMut};
use uuid::Uuid;

use super::*;
use crate::{
    delivery::{
        adapter::{Adapter, ChannelSpec, DynAdapter, LogId, Memory, NewEvent, Page},
        framing::{EventFrame, Slot},
        ring::{Accepted, Hot, RingBudget},
    },
    words::{cursor::anchor, envelope::Timestamp},
};

/// A memory adapter with one log, and that log's ring fed by hand.
struct World {
    memory: Arc<Memory>,
    log: Arc<Log>,
    id: LogId,
}

fn uuid(number: u64) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

impl World {
    async fn new(max_events: u64) -> Self {
        let memory = Arc::new(Memory::new());
        let spec = ChannelSpec::new("orders", Duration::from_hours(1), max_events, 1 << 20);
        let id = Adapter::open(&*memory, spec).await.unwrap().remove(0);
        let log = Arc::new(Log::new(
            id.clone(),
            memory.clone() as Arc<dyn DynAdapter>,
            Arc::new(RingBudget::new(4_000, 1 << 20)),
        ));
        let world = Self { memory, log, id };
        world.restart_ring().await;
        world
    }

    async fn restart_ring(&self) {
        let marks = Adapter::marks(&*self.memory, self.id.clone())
            .await
            .unwrap();
        self.log.ring().start(&marks);
    }

    async fn append(&self, numbers: std::ops::RangeInclusive<u64>) {
        for number in numbers {
            let event = NewEvent {
                id: uuid(number),
                name: "orders:created".into(),
                time: Timestamp::from_millis(0),
                key: None,
                body: Bytes::from(number.to_string()),
            };
            self.append_event(event).await;
        }
    }

    async fn append_event(&self, event: NewEvent) {
        {
            Adapter::append(&*self.memory, vec![(self.id.clone(), event)])
                .await
                .unwrap();
        }
    }

    /// Brings the ring up to the log's head, as the feeder does: over a hole it starts anew.
    async fn feed(&self) {
        let (_, head, _) = self.log.ring().head();
        for entry in Adapter::read(&*self.memory, self.id.clone(), head, 1_000, 1 << 20)
            .await
            .unwrap()
            .entries
        {
            let accepted = self.log.ring().accept(entry);
            if accepted != Accepted::Appended {
                return self.restart_ring().await;
            }
        }
    }

    fn subscribe(&self, start: Start, reading: impl Into<Reading>) -> Subscription {
        Subscription::new(vec![(Arc::clone(&self.log), start, reading.into())])
    }

    async fn token(&self) -> String {
        let mut now = self.subscribe(Start::Now, 10_000);
        self.drive(&mut now).await;
        now.token().unwrap()
    }

    /// Everything the subscription writes until it is idle, one word each.
    async fn drive(&self, subscription: &mut Subscription) -> Vec<String> {
        let mut written = Vec::new();
        loop {
            match subscription.step() {
                Step::Event { framed, .. } => {
                    written.push(String::from_utf8(framed.entry().body.to_vec()).unwrap());
                }
                Step::System(SystemEvent {
                    body: SystemBody::Ready(_),
                    token,
                }) => {
                    assert!(token.is_some());
                    written.push("ready".to_owned());
                }
                Step::System(SystemEvent {
                    body: SystemBody::Gap(gap),
                    ..
                }) => {
                    let missed = gap
                        .missed
                        .map_or_else(|| "?".to_owned(), |missed| missed.to_string());
                    written.push(format!("gap({},{missed})", gap.reason.as_str()));
                }
                Step::NeedPage { log, place, .. } => {
                    let page = Adapter::read(&*self.memory, self.id.clone(), place.seq, 3, 1 << 20)
                        .await
                        .unwrap();
                    subscription.give(log, page);
                }
                Step::System(SystemEvent {
                    body: SystemBody::Live(_),
                    token,
                }) => {
                    assert!(token.is_some());
                    written.push("live".to_owned());
                }
                Step::System(SystemEvent {
                    body: SystemBody::Snapshot { payload, .. },
                    token,
                }) => {
                    assert!(token.is_some());
                    written.push(format!("snapshot({})", payload.get()));
                }
                Step::NeedSnapshot { log } => {
                    let head = self.log.ring().head().1;
                    let payload = serde_json::value::to_raw_value(&head).unwrap();
                    subscription.give_snapshot(log, payload);
                }
                Step::Skipped => {}
                Step::End(Ended::Lagging) => {
                    written.push("end".to_owned());
                    return written;
                }
                Step::End(Ended::Gap(gap)) => {
                    written.push(format!("end({},{:?})", gap.reason.as_str(), gap.missed));
                    return written;
                }
                Step::Idle => return written,
            }
        }
    }
}

fn after(token: &str, log: &Log) -> Start {
    let position = Cursor::from_plain(token)
        .unwrap()
        .position(log.tag())
        .unwrap();
    let place = Place {
        epoch: Some(position.epoch),
        seq: position.seq,
        anchor: Some(position.anchor),
    };
    Start::After {
        place,
        requested: token.to_owned(),
    }
}

#[tokio::test]
async fn a_subscription_from_now_gets_what_comes_and_no_more() {
    let world = World::new(100).await;
    world.append(1..=3).await;
    world.feed().await;
    let mut subscription = world.subscribe(Start::Now, 10_000);
    assert_eq!(world.drive(&mut subscription).await, ["ready"]);
    world.append(4..=5).await;
    world.feed().await;
    assert_eq!(world.drive(&mut subscription).await, ["4", "5"]);
}

#[tokio::test]
async fn a_reader_that_caught_up_keeps_no_room_for_pages() {
    let world = World::new(100).await;
    world.append(1..=30).await;
    world.feed().await;
    let mut subscription = world.subscribe(Start::Earliest, 10_000);
    world.drive(&mut subscription).await;
    assert_eq!(subscription.cursors[0].page.capacity(), 0);
}

#[tokio::test]
async fn a_busy_log_does_not_starve_another() {
    let (first, second) = (World::new(100).await, World::new(100).await);
    let logs = [&first, &second].map(|world| (Arc::clone(&world.log), Start::Now, 10_000));
    let mut subscription = Subscription::new(logs.into());
    assert!(matches!(subscription.step(), Step::System(_)));
    for (world, numbers) in [(&first, 1..=6), (&second, 11..=13)] {
        world.append(numbers).await;
        world.feed().await;
    }
    let order = first.drive(&mut subscription).await;
    assert_eq!(order, ["1", "11", "2", "12", "3", "13", "4", "5", "6"]);
}

#[tokio::test]
async fn pages_that_came_too_early_in_a_long_life_are_no_other_history() {
    let world = World::new(100).await;
    world.append(1..=1).await;
    world.feed().await;
    let mut subscription = world.subscribe(Start::Now, 10_000);
    assert_eq!(world.drive(&mut subscription).await, ["ready"]);
    for number in 2..=12 {
        world.append(number..=number).await;
        world.restart_ring().await;
        let Step::NeedPage { log, place, .. } = subscription.step() else {
            panic!("a page")
        };
        let page = Adapter::read(&*world.memory, world.id.clone(), place.seq, 3, 1 << 20);
        let mut page = page.await.unwrap();
        page.entries.clear();
        subscription.give(log, page);
        assert_eq!(world.drive(&mut subscription).await, [number.to_string()]);
    }
}

#[tokio::test]
async fn a_token_resumes_from_storage_and_goes_on_in_the_ring() {
    let world = World::new(100).await;
    world.append(1..=2).await;
    world.feed().await;
    let token = world.token().await;
    world.append(3..=30).await;
    world.feed().await;
    let mut resumed = world.subscribe(after(&token, &world.log), 10_000);
    let expected: Vec<_> = std::iter::once("ready".to_owned())
        .chain((3..=30).map(|n: u64| n.to_string()))
        .chain(["live".to_owned()])
        .collect();
    assert_eq!(world.drive(&mut resumed).await, expected);
    world.append(31..=31).await;
    world.feed().await;
    assert_eq!(world.drive(&mut resumed).await, ["31"]);
}

#[tokio::test]
async fn what_retention_removed_is_counted_before_the_next_event() {
    let world = World::new(3).await;
    world.append(1..=2).await;
    world.feed().await;
    let token = world.token().await;
    world.append(3..=10).await;
    let mut resumed = world.subscribe(after(&token, &world.log), 10_000);
    assert_eq!(
        world.drive(&mut resumed).await,
        ["gap(retention,5)", "ready", "8", "9", "10", "live"]
    );
}

#[tokio::test]
async fn a_reader_that_falls_behind_retention_is_told_in_the_middle() {
    let world = World::new(3).await;
    let mut subscription = world.subscribe(Start::Now, 10_000);
    assert_eq!(world.drive(&mut subscription).await, ["ready"]);
    world.append(1..=40).await;
    world.feed().await;
    assert_eq!(
        world.drive(&mut subscription).await,
        ["gap(retention,37)", "38", "39", "40"]
    );
}

#[tokio::test]
async fn nothing_missed_is_no_gap_even_when_everything_is_trimmed() {
    let world = World::new(1).await;
    world.append(1..=5).await;
    world.feed().await;
    let token = world.token().await;
    world.append(6..=6).await;
    let mut resumed = world.subscribe(after(&token, &world.log), 10_000);
    assert_eq!(world.drive(&mut resumed).await, ["ready", "6", "live"]);
}

#[tokio::test]
async fn another_life_of_the_log_is_told() {
    let world = World::new(100).await;
    world.append(1..=3).await;
    world.feed().await;
    let token = world.token().await;
    let other = World::new(100).await;
    other.append(1..=5).await;
    other.feed().await;
    let mut resumed = other.subscribe(after(&token, &other.log), 10_000);
    assert_eq!(
        other.drive(&mut resumed).await,
        [
            "gap(epoch_changed,?)",
            "ready",
            "1",
            "2",
            "3",
            "4",
            "5",
            "live"
        ]
    );
}

#[tokio::test]
async fn an_event_id_without_an_epoch_is_proven_by_its_anchor() {
    let world = World::new(100).await;
    world.append(1..=3).await;
    let place = |number: u64| Place {
        epoch: None,
        seq: number,
        anchor: Some(anchor(uuid(number))),
    };
    let start = |place| Start::After {
        place,
        requested: "id".to_owned(),
    };
    let mut resumed = world.subscribe(start(place(2)), 10_000);
    assert_eq!(world.drive(&mut resumed).await, ["ready", "3", "live"]);
    let forged = Place {
        anchor: Some(77),
        ..place(2)
    };
    let mut diverged = world.subscribe(start(forged), 10_000);
    assert_eq!(
        world.drive(&mut diverged).await,
        ["gap(history_diverged,?)", "ready", "1", "2", "3", "live"]
    );
}

#[tokio::test]
async fn more_than_max_replay_is_skipped_and_counted() {
    let world = World::new(100).await;
    let token = world.token().await;
    world.append(1..=10).await;
    world.feed().await;
    let mut resumed = world.subscribe(after(&token, &world.log), 4);
    assert_eq!(
        world.drive(&mut resumed).await,
        ["gap(too_many,6)", "ready", "7", "8", "9", "10", "live"]
    );
}

#[tokio::test]
async fn a_place_nobody_knows_starts_at_the_oldest_after_a_gap() {
    let world = World::new(3).await;
    world.append(1..=5).await;
    let lost = Start::Lost {
        reason: GapReason::UnknownId,
        requested: "x".to_owned(),
    };
    let mut resumed = world.subscribe(lost, 10_000);
    assert_eq!(
        world.drive(&mut resumed).await,
        ["gap(unknown_id,?)", "ready", "3", "4", "5", "live"]
    );
}

#[tokio::test]
async fn a_restarted_ring_makes_every_place_be_proven_again() {
    let world = World::new(100).await;
    let mut subscription = world.subscribe(Start::Now, 10_000);
    assert_eq!(world.drive(&mut subscription).await, ["ready"]);
    world.append(1..=3).await;
    world.restart_ring().await;
    assert_eq!(
        world.drive(&mut subscription).await,
        ["1", "2", "3"],
        "read from storage, none lost"
    );
}

#[tokio::test]
async fn several_logs_share_one_vector_token() {
    let (orders, ops) = (World::new(100).await, World::new(100).await);
    // The second world's log has the same name; another shard gives it another tag.
    let id = LogId {
        shard: 1,
        ..ops.id.clone()
    };
    let log = Arc::new(Log::new(
        id,
        ops.memory.clone() as Arc<dyn DynAdapter>,
        Arc::new(RingBudget::default()),
    ));
    let marks = Adapter::marks(&*ops.memory, ops.id.clone()).await.unwrap();
    log.ring().start(&marks);
    let logs = vec![
        (Arc::clone(&orders.log), Start::Now, 100),
        (Arc::clone(&log), Start::Now, 100),
    ];
    let mut subscription = Subscription::new(logs);
    assert_eq!(orders.drive(&mut subscription).await, ["ready"]);
    orders.append(1..=1).await;
    orders.feed().await;
    let Step::Event {
        token: Token::Vector(token),
        ..
    } = subscription.step()
    else {
        panic!("an event with a token of its own")
    };
    let Hot::Entry(framed) = orders.log.ring().after(1, 0) else {
        panic!("the event is in the ring")
    };
    let written = Token::Vector(token.clone()).frame(&framed, &IdOnly);
    assert_eq!(
        written, token,
        "the id of one event cannot say where the other logs stood"
    );
    let cursor = Cursor::from_plain(&token).unwrap();
    assert_eq!(
        cursor
            .position(orders.log.tag())
            .map(|position| position.seq),
        Some(1)
    );
    assert_eq!(
        cursor.position(log.tag()).map(|position| position.seq),
        Some(0)
    );
}

/// A page of everything from `first` to the head, of a log in its life `epoch` of which nothing is trimmed.
fn page(epoch: u64, first: u64, head: u64) -> Page {
    use crate::delivery::adapter::{Entry, Marks};
    let entry = |seq: u64| Entry {
        seq,
        id: uuid(seq),
        name: "orders:created".into(),
        time: Timestamp::from_millis(0),
        anchor: anchor(uuid(seq)),
        link: Some(if seq == 1 { 0 } else { anchor(uuid(seq - 1)) }),
        body: Bytes::from(seq.to_string()),
    };
    Page {
        entries: (first..=head).map(entry).collect(),
        marks: Marks {
            epoch,
            head,
            head_anchor: Some(anchor(uuid(head))),
            trimmed_through: 0,
        },
    }
}

/// What comes of the next page, or where it must begin.
fn asked(subscription: &mut Subscription) -> Option<(usize, Seq)> {
    match subscription.step() {
        Step::NeedPage { log, place, .. } => Some((log, place.seq)),
        _ => None,
    }
}

#[tokio::test]
async fn an_event_beside_a_log_whose_gap_is_untold_moves_no_place() {
    let (orders, ops) = (World::new(100).await, World::new(100).await);
    let id = LogId {
        shard: 1,
        ..ops.id.clone()
    };
    let log = Arc::new(Log::new(
        id,
        ops.memory.clone() as Arc<dyn DynAdapter>,
        Arc::new(RingBudget::default()),
    ));
    log.ring().start(&page(7 << 32, 1, 9).marks);
    let mut subscription = Subscription::new(vec![
        (Arc::clone(&orders.log), Start::Now, 100),
        (Arc::clone(&log), Start::Now, 100),
    ]);
    assert!(matches!(subscription.step(), Step::System(_)), "ready");
    // The second log begins another life: its gap can only be told with a page from its new beginning.
    log.ring().start(&page(8 << 32, 1, 3).marks);
    assert_eq!(asked(&mut subscription), Some((1, 9)));
    subscription.give(1, page(8 << 32, 4, 3));
    orders.append(1..=1).await;
    orders.feed().await;
    let Step::Event { framed, token } = subscription.step() else {
        panic!("the event of the first log")
    };
    assert_eq!(&token.frame(&framed, &TokenOnly)[..], b"none");
    assert_ne!(&Token::Own.frame(&framed, &TokenOnly)[..], b"none");
}

/// Writes the id alone.
struct IdOnly;

impl Framing for IdOnly {
    fn slot(&self) -> Slot {
        Slot::RawSse
    }

    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut) {
        out.extend_from_slice(event.id.as_bytes());
    }

    fn checkpoint(&self, _: Option<&str>, _: &mut BytesMut) {}
}

/// Writes the token alone.
struct TokenOnly;

impl Framing for TokenOnly {
    fn slot(&self) -> Slot {
        Slot::WsPlain
    }

    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut) {
        out.extend_from_slice(event.token.unwrap_or("none").as_bytes());
    }

    fn checkpoint(&self, _: Option<&str>, _: &mut BytesMut) {}
}

#[tokio::test]
async fn a_log_that_grows_while_it_is_read_does_not_keep_a_subscription_from_opening() {
    let world = World::new(100).await;
    let lost = Start::Lost {
        reason: GapReason::UnknownId,
        requested: "x".to_owned(),
    };
    let mut subscription = world.subscribe(lost, 4);
    for head in 20..40 {
        let Some((log, after)) = asked(&mut subscription) else {
            return;
        };
        subscription.give(log, page(7, after + 1, head));
    }
    panic!("it still asks for pages, of which none will do");
}

#[tokio::test]
async fn a_log_recreated_between_two_pages_is_no_reason_to_panic_or_to_count() {
    let world = World::new(100).await;
    let start = Start::After {
        place: Place {
            epoch: Some(7),
            seq: 10,
            anchor: Some(anchor(uuid(10))),
        },
        requested: "x".to_owned(),
    };
    let mut subscription = world.subscribe(start, 4);
    assert_eq!(asked(&mut subscription), Some((0, 10)));
    // More than is replayed: a page of now says so, too, the place moves, and another page is needed.
    let mut first = page(7 << 32, 11, 40);
    first.entries.truncate(5);
    subscription.give(0, first.clone());
    assert_eq!(asked(&mut subscription), Some((0, 10)));
    subscription.give(0, first);
    assert_eq!(asked(&mut subscription), Some((0, 36)));
    subscription.give(0, page(8 << 32, 4, 3));
    assert_eq!(asked(&mut subscription), Some((0, 0)));
    subscription.give(0, page(8 << 32, 1, 3));
    let Step::System(SystemEvent {
        body: SystemBody::Gap(gap),
        ..
    }) = subscription.step()
    else {
        panic!("a gap")
    };
    assert_eq!(gap.missed, None, "nobody can count over two lives");
}

/// What a client remembers: its last token, and up to where it knows of everything.
struct Client {
    token: String,
    known: u64,
}

impl Client {
    /// Takes a few steps; what is neither received nor counted as missed fails.
    async fn follow(&mut self, world: &World, subscription: &mut Subscription, steps: usize) {
        for _ in 0..steps {
            match subscription.step() {
                Step::Event { framed, .. } => {
                    assert_eq!(
                        framed.entry().seq,
                        self.known + 1,
                        "silently lost, or again"
                    );
                    self.known += 1;
                    framed.token().clone_into(&mut self.token);
                }
                Step::System(SystemEvent { body, token }) => {
                    if let SystemBody::Gap(gap) = body {
                        let missed = gap.missed.expect("every gap here can be counted");
                        assert!(missed > 0, "a false alarm");
                        self.known += missed;
                    }
                    self.token = token.expect("a place");
                }
                Step::NeedPage { log, place, .. } => {
                    let page =
                        Adapter::read(&*world.memory, world.id.clone(), place.seq, 2, 1 << 20);
                    subscription.give(log, page.await.unwrap());
                }
                Step::Skipped => {}
                Step::NeedSnapshot { .. } | Step::End(_) => panic!("not with this policy"),
                Step::Idle => return,
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn whatever_happens_every_event_is_received_or_counted(
        moves in proptest::collection::vec((0_u8..5, 1_u64..6), 1..80),
        max_events in 1_u64..8,
        max_replay in 1_u64..8,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let world = World::new(max_events).await;
            let mut client = Client { token: world.token().await, known: 0 };
            let mut subscription = world.subscribe(after(&client.token, &world.log), max_replay);
            let mut published = 0;
            for (action, count) in moves {
                match action {
                    0 => {
                        world.append(published + 1..=published + count).await;
                        published += count;
                    }
                    1 => world.feed().await,
                    2 => world.restart_ring().await,
                    3 => subscription = world.subscribe(after(&client.token, &world.log), max_replay),
                    _ => client.follow(&world, &mut subscription, usize::try_from(count).unwrap()).await,
                }
            }
            world.feed().await;
            client.follow(&world, &mut subscription, 1_000).await;
            assert_eq!(client.known, published);
        });
    }
}

#[tokio::test]
async fn a_ring_of_another_history_delivers_nothing_and_is_waited_out() {
    let (world, other) = (World::new(100).await, World::new(100).await);
    let start = after(&world.token().await, &world.log);
    world.append(1..=3).await;
    other.append(11..=14).await;
    let read = Adapter::read(&*other.memory, other.id.clone(), 0, 100, 1 << 20);
    for entry in read.await.unwrap().entries {
        assert_eq!(world.log.ring().accept(entry), Accepted::Appended);
    }
    let mut subscription = world.subscribe(start, 10_000);
    assert_eq!(
        world.drive(&mut subscription).await,
        ["ready", "1", "2", "3"]
    );
    assert_eq!(
        world.drive(&mut subscription).await,
        Vec::<String>::new(),
        "14 stands at the next place, and does not continue 3"
    );
    world.restart_ring().await;
    world.append(4..=4).await;
    world.feed().await;
    assert_eq!(world.drive(&mut subscription).await, ["4", "live"]);
}

mod filters;
mod lag;
mod policies;
