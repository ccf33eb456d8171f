//! Events and the application's own rows in one commit.

use futures_util::{FutureExt as _, StreamExt as _};
use rusqlite::TransactionBehavior;

use super::{super::super::FeedItem, *};

async fn with_table(opened: &Opened) {
    opened
        .sqlite
        .transact(|tx| -> Result<()> {
            tx.execute("CREATE TABLE shipped (id TEXT PRIMARY KEY)", ())?;
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn rows_and_events_are_committed_together_or_not_at_all() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    with_table(&opened).await;
    let mut feed = sqlite.feed(log.clone()).await.unwrap();
    let ship = async |number: u128, fail: bool| {
        let log = log.clone();
        let run = move |tx: &SqliteTx<'_>| -> Result<Appended> {
            tx.execute("INSERT INTO shipped (id) VALUES (?1)", [number.to_string()])?;
            let appended = tx.append(&log, &event(number))?;
            if fail {
                return Err(Error::new(ErrorKind::Conflict, "sold out"));
            }
            Ok(appended)
        };
        sqlite.transact(run).await
    };
    assert_eq!(ship(1, false).await.unwrap().seq, 1);
    assert_eq!(ship(2, true).await.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(
        ship(1, false).await.unwrap_err().kind(),
        ErrorKind::Internal
    );
    let id = Uuid::from_u128(2);
    assert_eq!(
        sqlite.locate(log.clone(), id).await.unwrap(),
        Located::Unknown
    );
    assert_eq!(ship(3, false).await.unwrap().seq, 2);
    assert_eq!(numbers(sqlite, &log).await, [1, 3]);
    assert_eq!(count(&opened.path(), "shipped"), 2);
    for number in [1, 3] {
        let item = feed.next().await.unwrap().unwrap();
        assert!(matches!(item, FeedItem::Entry(entry) if entry.id.as_u128() == number));
    }
    assert!(feed.next().now_or_never().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rollback_leaves_those_who_share_the_commit_alone() {
    let opened = Opened::new();
    let sqlite = opened.sqlite.clone();
    let log = open(&sqlite, 100_000).await;
    with_table(&opened).await;
    let mut tasks = Vec::new();
    for number in 1..=300_u128 {
        let (sqlite, log) = (sqlite.clone(), log.clone());
        tasks.push(tokio::spawn(async move {
            if number % 3 == 0 {
                return sqlite.append(batch(&log, number..=number)).await.is_ok();
            }
            let run = move |tx: &SqliteTx<'_>| -> Result<()> {
                tx.append(&log, &event(number))?;
                tx.execute("INSERT INTO shipped (id) VALUES (?1)", [number.to_string()])?;
                assert!(number % 5 != 0, "panics are undone as well");
                if number % 7 == 0 {
                    return Err(Error::new(ErrorKind::Conflict, "undone"));
                }
                Ok(())
            };
            sqlite.transact(run).await.is_ok()
        }));
    }
    let mut expected = Vec::new();
    for (task, number) in tasks.into_iter().zip(1..) {
        let stored = task.await.unwrap();
        assert_eq!(
            stored,
            number % 3 == 0 || (number % 5 != 0 && number % 7 != 0),
            "{number}"
        );
        if stored {
            expected.push(number);
        }
    }
    let mut found = numbers(&sqlite, &log).await;
    found.sort_unstable();
    assert_eq!(found, expected);
    let rows = expected.iter().filter(|number| *number % 3 != 0).count();
    assert_eq!(
        usize::try_from(count(&opened.path(), "shipped")).unwrap(),
        rows
    );
}

#[tokio::test]
async fn a_transaction_of_the_applications_own_connection_is_found_by_feeds() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    with_table(&opened).await;
    append(sqlite, &log, 1..=1).await;
    let mut feed = sqlite.feed(log.clone()).await.unwrap();
    let mut connection = Connection::open(opened.path()).unwrap();
    let error = sqlite.join(&connection).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    for (commit, number) in [(false, 2), (true, 3)] {
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .unwrap();
        transaction
            .execute("INSERT INTO shipped (id) VALUES ('abc')", ())
            .unwrap();
        let tx = sqlite.join(&transaction).unwrap();
        assert_eq!(tx.append(&log, &event(number)).unwrap().seq, 2);
        assert!(tx.append(&log, &event(number)).unwrap().duplicate);
        let mut elsewhere = log.clone();
        elsewhere.channel = "nowhere".into();
        let error = tx.append(&elsewhere, &event(9)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        drop(tx);
        if commit {
            transaction.commit().unwrap();
        } else {
            transaction.rollback().unwrap();
        }
    }
    let item = tokio::time::timeout(Duration::from_secs(5), feed.next()).await;
    assert_eq!(item.unwrap().unwrap().unwrap(), FeedItem::Hint(2));
    append(sqlite, &log, 4..=4).await;
    assert_eq!(numbers(sqlite, &log).await, [1, 3, 4]);
    assert_eq!(count(&opened.path(), "shipped"), 1);
}

#[tokio::test]
async fn a_transaction_that_is_ended_from_within_is_told_as_unknown() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    let run = |tx: &SqliteTx<'_>| -> Result<()> { Ok(tx.execute_batch("COMMIT")?) };
    let error = opened.sqlite.transact(run).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::GatewayTimeout);
    assert_eq!(append(&opened.sqlite, &log, 1..=1).await[0].seq, 1);
    assert!(opened.sqlite.health().await.ready);
}

#[tokio::test]
async fn a_transaction_that_is_ended_after_an_append_leaves_its_log_whole() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    let of_run = log.clone();
    let run = move |tx: &SqliteTx<'_>| -> Result<()> {
        tx.append(&of_run, &event(1))?;
        Ok(tx.execute_batch("COMMIT")?)
    };
    let error = sqlite.transact(run).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::GatewayTimeout);
    assert_eq!(append(sqlite, &log, 2..=2).await[0].seq, 2);
    assert_eq!(numbers(sqlite, &log).await, [1, 2]);
}

/// An error that cannot be made from one of the runtime.
#[derive(Debug)]
struct Unmade;

impl From<Error> for Unmade {
    fn from(error: Error) -> Self {
        panic!("of the test: {error}")
    }
}

/// A value that cannot be dropped.
#[derive(Debug)]
struct Undroppable;

impl Drop for Undroppable {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "of the test");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_in_a_type_of_the_application_does_not_end_the_writer() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    let sqlite = opened.sqlite.clone();
    let unmade = tokio::spawn(async move {
        let run = |_: &SqliteTx<'_>| -> Result<(), Unmade> { panic!("of the test") };
        sqlite.transact(run).await
    });
    assert!(unmade.await.unwrap_err().is_panic());
    assert_eq!(append(&opened.sqlite, &log, 1..=1).await[0].seq, 1);

    let (started, has_started) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel();
    let sqlite = opened.sqlite.clone();
    let undroppable = tokio::spawn(async move {
        let run = move |_: &SqliteTx<'_>| -> Result<Undroppable> {
            started.send(()).unwrap();
            may_go.recv().unwrap();
            Ok(Undroppable)
        };
        sqlite.transact(run).await
    });
    tokio::task::spawn_blocking(move || has_started.recv().unwrap())
        .await
        .unwrap();
    undroppable.abort();
    assert!(undroppable.await.unwrap_err().is_cancelled());
    go.send(()).unwrap();
    assert_eq!(append(&opened.sqlite, &log, 2..=2).await[0].seq, 2);
}

/// Keeps the writer busy until the answer is dropped, so that what is asked meanwhile shares a commit.
async fn hold(sqlite: &Sqlite) -> std::sync::mpsc::Sender<()> {
    let (started, has_started) = tokio::sync::oneshot::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let sqlite = sqlite.clone();
    tokio::spawn(async move {
        let run = move |_: &SqliteTx<'_>| -> Result<()> {
            started.send(()).unwrap();
            assert!(may_go.recv().is_err(), "told by a drop");
            std::thread::sleep(Duration::from_millis(5));
            Ok(())
        };
        sqlite.transact(run).await
    });
    has_started.await.unwrap();
    go
}

#[tokio::test]
async fn a_damaged_log_fails_its_own_appends_only() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    with_table(&opened).await;
    let mut damaged = spec(1_000);
    damaged.channel = "damaged".into();
    let damaged = Adapter::open(sqlite, damaged).await.unwrap().remove(0);
    append(sqlite, &damaged, 1..=1).await;
    Connection::open(opened.path())
        .unwrap()
        .execute(
            "UPDATE pubsub_logs SET head = 0 WHERE channel = 'damaged'",
            (),
        )
        .unwrap();
    let ship = |tx: &SqliteTx<'_>| -> Result<usize> {
        Ok(tx.execute("INSERT INTO shipped (id) VALUES ('abc')", ())?)
    };
    let held = hold(sqlite).await;
    let asked = async {
        futures_util::join!(
            sqlite.append(batch(&log, 1..=1)),
            sqlite.transact(ship),
            sqlite.append(batch(&log, 2..=2)),
            sqlite.append([batch(&log, 3..=3), batch(&damaged, 2..=2)].concat()),
            sqlite.append(batch(&log, 4..=4)),
        )
    };
    let (answers, ()) = futures_util::join!(asked, async { drop(held) });
    assert_eq!(answers.0.unwrap()[0].seq, 1);
    assert_eq!(answers.1.unwrap(), 1);
    assert_eq!(answers.2.unwrap()[0].seq, 2);
    assert_eq!(answers.3.unwrap_err().kind(), ErrorKind::Corrupt);
    assert_eq!(answers.4.unwrap()[0].seq, 3);
    assert_eq!(numbers(sqlite, &log).await, [1, 2, 4]);
    assert_eq!(count(&opened.path(), "shipped"), 1);
}

#[tokio::test]
async fn a_rule_that_is_broken_at_the_commit_fails_its_own_transaction_only() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    with_table(&opened).await;
    let tables = |tx: &SqliteTx<'_>| -> Result<()> {
        Ok(tx.execute_batch(
            "CREATE TABLE lines (id TEXT REFERENCES shipped (id) DEFERRABLE INITIALLY DEFERRED)",
        )?)
    };
    sqlite.transact(tables).await.unwrap();
    let of_run = log.clone();
    let orphan = move |tx: &SqliteTx<'_>| -> Result<()> {
        tx.append(&of_run, &event(9))?;
        tx.execute("INSERT INTO lines (id) VALUES ('nobody')", ())?;
        Ok(())
    };
    let held = hold(sqlite).await;
    let asked = async {
        futures_util::join!(
            sqlite.append(batch(&log, 1..=1)),
            sqlite.transact(orphan),
            sqlite.append(batch(&log, 2..=2)),
        )
    };
    let (answers, ()) = futures_util::join!(asked, async { drop(held) });
    assert_eq!(answers.0.unwrap()[0].seq, 1);
    assert_eq!(answers.1.unwrap_err().kind(), ErrorKind::Conflict);
    assert_eq!(answers.2.unwrap()[0].seq, 2);
    assert_eq!(numbers(sqlite, &log).await, [1, 2]);
    assert_eq!(count(&opened.path(), "lines"), 0);
    assert!(sqlite.health().await.ready);
}

#[tokio::test]
async fn a_transaction_that_is_ended_from_within_leaves_the_logs_of_others_whole() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    let held = hold(sqlite).await;
    let end = |tx: &SqliteTx<'_>| -> Result<()> { Ok(tx.execute_batch("COMMIT")?) };
    let asked =
        async { futures_util::join!(sqlite.append(batch(&log, 1..=1)), sqlite.transact(end)) };
    let ((appended, ended), ()) = futures_util::join!(asked, async { drop(held) });
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::GatewayTimeout);
    // It is not known whether it was stored; asked again, it is.
    drop(appended);
    append(sqlite, &log, 1..=2).await;
    assert_eq!(numbers(sqlite, &log).await, [1, 2]);
}

#[tokio::test]
async fn a_feed_tells_nothing_that_was_undone_in_a_shared_commit() {
    let opened = Opened::new();
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    let mut feed = sqlite.feed(log.clone()).await.unwrap();
    let of_run = log.clone();
    let undone = move |tx: &SqliteTx<'_>| -> Result<()> {
        tx.append(&of_run, &event(9))?;
        Err(Error::new(ErrorKind::Conflict, "undone"))
    };
    let held = hold(sqlite).await;
    let asked = async {
        futures_util::join!(
            sqlite.append(batch(&log, 1..=1)),
            sqlite.transact(undone),
            sqlite.append(batch(&log, 2..=2)),
        )
    };
    let (answers, ()) = futures_util::join!(asked, async { drop(held) });
    assert!(answers.0.is_ok() && answers.1.is_err() && answers.2.is_ok());
    for stored in all(sqlite, &log).await {
        let item = tokio::time::timeout(Duration::from_secs(10), feed.next()).await;
        assert_eq!(item.unwrap().unwrap().unwrap(), FeedItem::Entry(stored));
    }
}
