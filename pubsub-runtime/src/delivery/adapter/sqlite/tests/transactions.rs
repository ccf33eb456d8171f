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
