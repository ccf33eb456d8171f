//! Files that are not what they should be, disks that are full, and what is found after both.

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Stdio},
};

use super::{super::file::File, *};

fn opening(path: &Path) -> Error {
    Sqlite::open(path).expect_err("a refusal")
}

/// Why it was refused, as an operator reads it.
fn why(error: &Error) -> String {
    std::error::Error::source(error).unwrap().to_string()
}

#[test]
fn what_is_not_a_file_of_this_adapter_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for content in [
        &b"x"[..],
        b"{\"orders\":[]}",
        &[0_u8; 5_000],
        &[0xa5; 5_000],
    ] {
        fs::write(&path, content).unwrap();
        let error = opening(&path);
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(why(&error).contains("not a SQLite file"), "{error:?}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    fs::write(&path, [b"SQLite format 3\0", &[0xff; 4_080][..]].concat()).unwrap();
    assert_eq!(opening(&path).kind(), ErrorKind::Corrupt);
    for (foreign, said) in [
        ("PRAGMA application_id = 7", "another application"),
        ("CREATE TABLE users (id)", "another application"),
        ("PRAGMA user_version = 3", "another application"),
        (
            "PRAGMA application_id = 0x5073624c; PRAGMA user_version = 3",
            "newer version",
        ),
        (
            "PRAGMA application_id = 0x5073624c; PRAGMA user_version = 1",
            "before the first release",
        ),
    ] {
        fs::remove_file(&path).unwrap();
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch(foreign).unwrap();
        drop(connection);
        let before = fs::read(&path).unwrap();
        let error = opening(&path);
        assert_eq!(error.kind(), ErrorKind::Conflict, "{foreign}");
        assert!(why(&error).contains(said), "{error:?}");
        assert!(why(&error).contains(&path.display().to_string()));
        assert!(!error.to_string().contains('/'), "no path for clients");
        assert_eq!(fs::read(&path).unwrap(), before, "{foreign}");
    }
    fs::write(&path, b"").unwrap();
    drop(Sqlite::open(&path).unwrap());
}

#[test]
fn a_folder_or_a_missing_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path(), &folder.path().join("no/such/folder.db")] {
        assert_eq!(opening(path).kind(), ErrorKind::Unavailable, "{path:?}");
    }
    // No file can be created there, not even by an administrator.
    #[cfg(target_os = "linux")]
    assert_eq!(
        opening(Path::new("/proc/orders.db")).kind(),
        ErrorKind::Unavailable
    );
}

#[tokio::test]
async fn a_file_that_may_only_be_read_is_refused() {
    let opened = Opened::new();
    open(&opened.sqlite, 10).await;
    opened.end().await;
    let path = opened.path();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o444)).unwrap();
    // An administrator may write all the same, unless the file itself says no.
    let immutable = |on| {
        Command::new("chattr")
            .args([if on { "+i" } else { "-i" }])
            .arg(&path)
            .status()
    };
    let guarded = immutable(true).is_ok_and(|status| status.success());
    if fs::OpenOptions::new().append(true).open(&path).is_ok() {
        eprintln!("skipped: nothing keeps this user from writing to a file");
        return;
    }
    let error = opening(&path);
    if guarded {
        immutable(false).unwrap();
    }
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(why(&error).contains("read-only"), "{error:?}");
}

/// Every entry that a file still serves, or how it refuses.
async fn served(path: &Path) -> Result<Vec<Entry>> {
    let sqlite = Sqlite::options().clock(hand()).open(path)?;
    let log = Adapter::open(&sqlite, spec(100_000)).await?.remove(0);
    let page = sqlite.read(log.clone(), 0, usize::MAX, usize::MAX).await?;
    // What is there goes on without a hole, too.
    let appended = append(&sqlite, &log, 1 << 64..=1 << 64).await;
    assert_eq!(appended[0].seq, page.marks.head + 1);
    let after = sqlite.read(log, page.marks.head, 10, usize::MAX).await?;
    assert_eq!(after.entries[0].link, page.marks.head_anchor);
    sqlite.shutdown(Duration::from_secs(10)).await?;
    Ok(page.entries)
}

/// They are what was appended, from the first on, and chained.
fn assert_prefix(entries: &[Entry]) {
    let mut link = 0;
    for (entry, number) in entries.iter().zip(1..) {
        let expected = event(number);
        assert_eq!((u128::from(entry.seq), entry.link), (number, Some(link)));
        assert_eq!((entry.id, &entry.body), (expected.id, &expected.body));
        link = entry.anchor;
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[tokio::test]
async fn damaged_bytes_are_never_served() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 100_000).await;
    append(&opened.sqlite, &log, 1..=1_000).await;
    opened.end().await;
    let sound = fs::read(opened.path()).unwrap();
    assert!(sound.len() > 20 * 4_096);
    let copy = opened.folder.path().join("copy.db");
    let (mut refused, mut unharmed) = (0, 0);
    for round in 0..60_usize {
        let mut bytes = sound.clone();
        let at = (round * 7_919 * 31 + 4_096) % (bytes.len() - 64);
        let length = [1, 16, 64][round % 3];
        for byte in &mut bytes[at..at + length] {
            *byte ^= 0x5a;
        }
        fs::write(&copy, bytes).unwrap();
        for side in ["-wal", "-shm"] {
            drop(fs::remove_file(beside(&copy, side)));
        }
        match served(&copy).await {
            // Some bytes mean nothing: free space, or the index of ids.
            Ok(entries) => {
                assert_prefix(&entries);
                assert_eq!(entries.len(), 1_000, "round {round}");
                unharmed += 1;
            }
            Err(error) => {
                let kinds = [ErrorKind::Corrupt, ErrorKind::Conflict];
                assert!(kinds.contains(&error.kind()), "round {round}: {error:?}");
                refused += 1;
            }
        }
    }
    assert!(refused > 10, "{refused} refused, {unharmed} unharmed");
}

#[tokio::test]
async fn a_damaged_entry_keeps_to_itself() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    append(&opened.sqlite, &log, 1..=10).await;
    let damage = Connection::open(opened.path()).unwrap();
    let keep = "CREATE TEMP TABLE keep AS SELECT * FROM pubsub_entries WHERE seq = 5";
    damage.execute_batch(keep).unwrap();
    let kind = async |after: u64, limit| {
        let page = opened.sqlite.read(log.clone(), after, limit, 1 << 20).await;
        page.map_or_else(|error| Some(error.kind()), |_| None)
    };
    for sql in [
        "UPDATE pubsub_entries SET body = x'7b7d' WHERE seq = 5",
        "UPDATE pubsub_entries SET name = 'orders:other' WHERE seq = 5",
        "UPDATE pubsub_entries SET ms = ms + 1 WHERE seq = 5",
        "UPDATE pubsub_entries SET link = 7 WHERE seq = 5",
        "UPDATE pubsub_entries SET link = -7 WHERE seq = 5",
        "UPDATE pubsub_entries SET id = x'01' WHERE seq = 5",
        "UPDATE pubsub_entries SET bytes_before = -1 WHERE seq = 5",
        "UPDATE pubsub_entries SET checksum = checksum - 1 WHERE seq = 5",
        "UPDATE pubsub_entries SET seq = 500 WHERE seq = 5",
        "DELETE FROM pubsub_entries WHERE seq = 5",
    ] {
        assert_eq!(damage.execute(sql, ()).unwrap(), 1, "{sql}");
        assert_eq!(kind(0, 10).await, Some(ErrorKind::Corrupt), "{sql}");
        assert_eq!(kind(4, 1).await, Some(ErrorKind::Corrupt), "{sql}");
        assert_eq!((kind(0, 4).await, kind(5, 5).await), (None, None), "{sql}");
        let mend = "DELETE FROM pubsub_entries WHERE seq IN (5, 500); \
                    INSERT INTO pubsub_entries SELECT * FROM keep";
        damage.execute_batch(mend).unwrap();
        assert_eq!(kind(0, 10).await, None);
    }
    let astray = "UPDATE pubsub_ids SET seq = 7 WHERE seq = 3";
    assert_eq!(damage.execute(astray, ()).unwrap(), 1);
    let id = Uuid::from_u128(3);
    let located = opened.sqlite.locate(log.clone(), id).await;
    assert_eq!(located.unwrap_err().kind(), ErrorKind::Corrupt);
    let cut = "DELETE FROM pubsub_entries WHERE seq > 8";
    assert_eq!(damage.execute(cut, ()).unwrap(), 2);
    assert_eq!(
        kind(0, 10).await,
        Some(ErrorKind::Corrupt),
        "the end is missing"
    );
    opened.end().await;
    let error = served(&opened.path()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

#[tokio::test]
async fn a_torn_write_ahead_log_leaves_a_beginning_without_a_hole() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 100_000).await;
    for number in 1..=30 {
        append(&opened.sqlite, &log, number..=number).await;
    }
    let (main, wal) = (
        fs::read(opened.path()).unwrap(),
        fs::read(beside(&opened.path(), "-wal")).unwrap(),
    );
    let copy = opened.folder.path().join("copy.db");
    let mut counts = Vec::new();
    for cut in (0..40).map(|step| (step * step * 97) % wal.len()) {
        fs::write(&copy, &main).unwrap();
        fs::write(beside(&copy, "-wal"), &wal[..wal.len() - cut]).unwrap();
        drop(fs::remove_file(beside(&copy, "-shm")));
        let entries = served(&copy).await.unwrap();
        assert_prefix(&entries);
        if cut == 0 {
            assert_eq!(entries.len(), 30);
        }
        counts.push(entries.len());
    }
    counts.sort_unstable();
    counts.dedup();
    assert!(counts.len() > 5, "cuts of different depth: {counts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_made_under_load_is_refused_or_has_no_hole() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000_000).await;
    let stored = Arc::new(AtomicU64::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let load = {
        let (sqlite, log) = (opened.sqlite.clone(), log.clone());
        let (stored, stop) = (Arc::clone(&stored), Arc::clone(&stop));
        tokio::spawn(async move {
            for chunk in 0.. {
                if stop.load(Atomic::Acquire) {
                    break;
                }
                let last = append(&sqlite, &log, chunk * 3 + 1..=chunk * 3 + 3).await;
                stored.store(last[2].seq, Atomic::Release);
            }
        })
    };
    let checkpoints = Connection::open(opened.path()).unwrap();
    let copy = opened.folder.path().join("copy.db");
    let mut whole = 0;
    for round in 0..24_u64 {
        // First undisturbed, then with the log copied back between the two files.
        let disturbed = round >= 8;
        let before = stored.load(Atomic::Acquire);
        let order = if round % 3 == 2 {
            ["-wal", ""]
        } else {
            ["", "-wal"]
        };
        for side in order {
            let from = fs::read(beside(&opened.path(), side)).unwrap();
            fs::write(beside(&copy, side), from).unwrap();
            tokio::time::sleep(Duration::from_millis(round % 5 * 7)).await;
            if disturbed {
                let sql = [
                    "PRAGMA wal_checkpoint(TRUNCATE)",
                    "PRAGMA wal_checkpoint(PASSIVE)",
                ];
                let sql = sql[usize::from(round % 2 == 0)];
                drop(checkpoints.query_row(sql, (), |_| Ok(())));
            }
        }
        drop(fs::remove_file(beside(&copy, "-shm")));
        match served(&copy).await {
            Ok(entries) => {
                assert_prefix(&entries);
                if !disturbed {
                    assert!(entries.len() as u64 >= before, "round {round}");
                    whole += 1;
                }
            }
            Err(error) => {
                assert!(disturbed, "round {round}: {error:?}");
                let kinds = [
                    ErrorKind::Corrupt,
                    ErrorKind::Conflict,
                    ErrorKind::Unavailable,
                ];
                assert!(kinds.contains(&error.kind()), "round {round}: {error:?}");
            }
        }
    }
    assert_eq!(whole, 8);
    stop.store(true, Atomic::Release);
    load.await.unwrap();
}

fn large(number: u128) -> NewEvent {
    let mut event = event(number);
    event.body = Bytes::from(vec![b'1'; 20_000]);
    event
}

/// Appends until the disk is full, sees that what is stored can be read, and answers how much that is.
async fn fill(opened: &Opened, log: &LogId) -> u128 {
    for number in 1..2_000 {
        let appended = opened
            .sqlite
            .append(vec![(log.clone(), large(number))])
            .await;
        let Err(error) = appended else { continue };
        assert_eq!(error.kind(), ErrorKind::StorageFull, "{error:?}");
        let stored = number - 1;
        assert_eq!(all(&opened.sqlite, log).await.len() as u128, stored);
        let health = opened.sqlite.health().await;
        assert!(
            !health.ready && health.detail.contains("full"),
            "{health:?}"
        );
        return stored;
    }
    panic!("the disk is never full");
}

#[tokio::test]
async fn a_full_file_is_told_and_filled_again_once_retention_has_made_room() {
    let opened = Opened::with(|options| options.max_file_bytes(1 << 20));
    let log = open(&opened.sqlite, 100_000).await;
    let stored = fill(&opened, &log).await;
    assert!(stored > 20);
    opened.clock.advance(10_001);
    until("room", async || {
        let again = opened
            .sqlite
            .append(vec![(log.clone(), large(9_000))])
            .await;
        again.ok()
    })
    .await;
    assert!(opened.sqlite.health().await.ready);
    let page = opened.sqlite.read(log, 0, 10, 1 << 20).await.unwrap();
    assert_eq!(page.entries.len(), 1);
    assert_eq!(u128::from(page.marks.trimmed_through), stored);
}

#[tokio::test]
async fn a_full_disk_is_told_and_used_again_once_there_is_room() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("skipped: this user may not mount a small disk");
        return;
    };
    let mount = &disk.0;
    let filler = mount.path().join("filler");
    // More than half: copying the write-ahead log back takes as much room again.
    fs::write(&filler, vec![1; 5 << 19]).unwrap();
    let clock = hand();
    let opened = Opened {
        folder: tempfile::tempdir_in(mount.path()).unwrap(),
        sqlite: Sqlite::options()
            .clock(clock.clone())
            .open(mount.path().join("orders.db"))
            .unwrap(),
        clock,
    };
    let log = open(&opened.sqlite, 100_000).await;
    let stored = fill(&opened, &log).await;
    fs::remove_file(&filler).unwrap();
    until("recovery without traffic", async || {
        opened.sqlite.health().await.ready.then_some(())
    })
    .await;
    let again = opened
        .sqlite
        .append(vec![(log.clone(), large(9_000))])
        .await;
    assert_eq!(u128::from(again.unwrap()[0].seq), stored + 1);
    assert_eq!(all(&opened.sqlite, &log).await.len() as u128, stored + 1);
    opened.end().await;
}

/// A disk of 4 MiB in memory.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]);
        let status = mount.arg(folder.path()).stderr(Stdio::null()).status();
        status
            .is_ok_and(|status| status.success())
            .then(|| Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, since a failed test still has the file open.
        let status = Command::new("umount").arg("-l").arg(self.0.path()).status();
        assert!(status.is_ok_and(|status| status.success()));
    }
}

#[tokio::test]
async fn a_file_that_another_process_holds_is_unavailable_for_writing_only() {
    let opened = Opened::with(|options| options.busy_timeout(Duration::from_millis(100)));
    let sqlite = &opened.sqlite;
    let log = open(sqlite, 1_000).await;
    append(sqlite, &log, 1..=1).await;
    let holder = Connection::open(opened.path()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let started = std::time::Instant::now();
    let appends = (2..=40).map(|number| sqlite.append(batch(&log, number..=number)));
    for answer in futures_util::future::join_all(appends).await {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "not one time-out each"
    );
    assert_eq!(numbers(sqlite, &log).await, [1]);
    assert!(!sqlite.health().await.ready);
    holder.execute_batch("COMMIT").unwrap();
    assert_eq!(append(sqlite, &log, 2..=2).await[0].seq, 2);
    assert!(sqlite.health().await.ready);
}

#[tokio::test]
async fn nothing_is_acknowledged_in_a_file_that_was_removed() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    append(&opened.sqlite, &log, 1..=1).await;
    fs::remove_file(opened.path()).unwrap();
    for content in [None, Some(Vec::new())] {
        if let Some(content) = content {
            fs::File::create(opened.path())
                .unwrap()
                .write_all(&content)
                .unwrap();
        }
        let answer = opened.sqlite.append(batch(&log, 2..=2)).await;
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unavailable);
        let health = opened.sqlite.health().await;
        assert!(
            !health.ready && health.detail.contains("removed"),
            "{health:?}"
        );
    }
}

#[tokio::test]
async fn an_end_that_another_history_wrote_is_noticed() {
    let opened = Opened::new();
    let log = open(&opened.sqlite, 1_000).await;
    append(&opened.sqlite, &log, 1..=3).await;
    let damage = Connection::open(opened.path()).unwrap();
    damage
        .execute("UPDATE pubsub_logs SET head = 2, head_anchor = 7", ())
        .unwrap();
    let answer = opened.sqlite.append(batch(&log, 9..=9)).await;
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::Corrupt);
    let again = Adapter::open(&opened.again(), spec(10)).await;
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn two_processes_may_create_the_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..10 {
        let path = folder.path().join(format!("{round}.db"));
        std::thread::scope(|scope| {
            let open = || File::open(&path, Sqlite::options()).map(drop);
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            for thread in threads {
                thread.join().unwrap().unwrap();
            }
        });
    }
}
