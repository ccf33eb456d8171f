//! Clients that all come back at once to a server that was just restarted, while something publishes.

use std::{
    cell::Cell,
    net::SocketAddr,
    path::Path,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    runtime,
    sync::{Notify, Semaphore},
    task::JoinSet,
    time::{Duration, Instant, MissedTickBehavior, interval_at, timeout},
};

use super::{
    Options,
    table::{Table, Target, median, quantile},
};
use crate::{
    http::{Chunks, Sender, connect, event, read_head},
    ledger::number,
    server::Server,
    sse::Events,
};

/// How many events each client has missed.
const BEHIND: u64 = 50;
/// What a subscription reads from storage at once.
const PAGE: u64 = 256;
/// Connections that are being opened at a time, so that no queue of the kernel overflows.
const OPENING: usize = 1_000;
/// Connections that publish meanwhile, and how often each does: together less often than the disk can flush.
const PUBLISHERS: usize = 4;
const PACE: Duration = Duration::from_millis(40);
const PATIENCE: Duration = Duration::from_mins(2);
const PAYLOAD_BYTES: usize = 200;

/// What one storm gave.
#[derive(Debug)]
struct Storm {
    /// From the first connection until everybody had everything.
    seconds: f64,
    /// How long the answers to publishes meanwhile took, in milliseconds.
    answers: Vec<f64>,
    pages: u64,
    places: u64,
}

pub(super) async fn measure(options: &Options, folder: &Path, table: &mut Table) -> Result<()> {
    let (mut durable, mut inserting, mut memory, mut bare) = (vec![], vec![], vec![], vec![]);
    for round in 0..options.rounds {
        let file = folder.join(format!("storm-{round}.db"));
        durable.push(restarted(options, &file).await?);
        let file = folder.join(format!("bare-{round}.db"));
        inserting.push(fresh(options, "bare", "bare-sqlite", Some(&file)).await?);
        memory.push(fresh(options, "ours", "memory", None).await?);
        bare.push(fresh(options, "bare", "bare", None).await?);
    }
    let pages = durable.iter().map(|storm| storm.pages).max().unwrap_or(0);
    let places = durable.iter().map(|storm| storm.places).max().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    table.add(
        &format!(
            "storm of {} clients, {BEHIND} events behind, SQLite: storage pages read",
            options.clients
        ),
        pages as f64,
        "",
        &format!("pages of up to {PAGE}; {places} look-ups of a place"),
        Target::AtMost((2 * BEHIND.div_ceil(PAGE)) as f64),
    );
    let of = |storms: &[Storm], figure: fn(&Storm) -> f64| {
        median(storms.iter().map(figure).collect::<Vec<_>>())
    };
    for (kept, ours, others, name) in [
        ("SQLite", &durable, &inserting, "bare axum, one commit each"),
        ("memory", &memory, &bare, "bare axum, nothing kept"),
    ] {
        let seconds = |storm: &Storm| storm.seconds;
        table.add(
            &format!("storm, {kept}: until everybody has everything"),
            of(ours, seconds),
            "s",
            &format!("{:.2} s with {name}", of(others, seconds)),
            Target::None,
        );
        let (ours, others) = (p99(ours), p99(others));
        table.add(
            &format!("storm, {kept}: p99 of a publish"),
            ours / others,
            "×",
            &format!("{ours:.1} ms beside {others:.1} ms with {name}"),
            Target::AtMost(1.5),
        );
    }
    Ok(())
}

/// The 99th percentile of the answers in all rounds: one round has too few for it.
fn p99(storms: &[Storm]) -> f64 {
    let mut answers: Vec<f64> = storms
        .iter()
        .flat_map(|storm| storm.answers.clone())
        .collect();
    answers.sort_by(f64::total_cmp);
    quantile(&answers, 0.99)
}

/// This server over a file: killed and started again, so that nothing is in memory.
async fn restarted(options: &Options, file: &Path) -> Result<Storm> {
    let server = options.start("ours", "sqlite", Some(file))?;
    let place = publish_backlog(server.address).await?;
    drop(server);
    let server = options.start("ours", "sqlite", Some(file))?;
    storm(options, &server, &place)
        .await
        .context("ours, sqlite")
}

/// A server that nobody has read from.
async fn fresh(
    options: &Options,
    name: &'static str,
    mode: &str,
    file: Option<&Path>,
) -> Result<Storm> {
    let server = options.start(name, mode, file)?;
    let place = publish_backlog(server.address).await?;
    storm(options, &server, &place)
        .await
        .with_context(|| format!("{name}, {mode}"))
}

/// Publishes what the clients have seen, and what they will have missed; gives the place between.
async fn publish_backlog(address: SocketAddr) -> Result<String> {
    let mut sender = Sender::connect(address).await?;
    let answer = sender
        .send_event(&event("orders:created", 0, PAYLOAD_BYTES))
        .await?;
    let answer = std::str::from_utf8(answer)?;
    let cursor = answer.split_once(r#""cursor":""#);
    let cursor = cursor.and_then(|(_, rest)| rest.split_once('"'));
    let place = cursor.context("an answer without a cursor")?.0.to_owned();
    for number in 1..=BEHIND {
        sender
            .send_event(&event("orders:created", number, PAYLOAD_BYTES))
            .await?;
    }
    Ok(place)
}

async fn storm(options: &Options, server: &Server, place: &str) -> Result<Storm> {
    let mut asking = Sender::connect(server.address).await?;
    let before = reads(&mut asking).await?;
    let cpu = server.cpu_seconds()?;
    let stopped = Arc::new(AtomicBool::new(false));
    let address = server.address;
    let publishing = Arc::clone(&stopped);
    // A thread of its own, so that what is measured is not the generator.
    let publishers = thread::spawn(move || publish_until(address, &publishing));

    let start = Instant::now();
    let caught_up = Rc::new((Cell::new(0), Notify::new()));
    let opening = Rc::new(Semaphore::new(OPENING));
    let mut clients = JoinSet::new();
    for _ in 0..options.clients {
        let (caught_up, opening) = (Rc::clone(&caught_up), Rc::clone(&opening));
        let place = place.to_owned();
        clients.spawn_local(async move { client(address, &place, &caught_up, &opening).await });
    }
    let everybody = async {
        while caught_up.0.get() < options.clients {
            tokio::select! {
                () = caught_up.1.notified() => {}
                Some(ended) = clients.join_next() => {
                    ended??;
                    bail!("a stream ended");
                }
            }
        }
        Ok(())
    };
    timeout(PATIENCE, everybody).await.unwrap_or_else(|_| {
        bail!(
            "lost: {} of {} clients caught up within {PATIENCE:?}",
            caught_up.0.get(),
            options.clients
        )
    })?;
    let seconds = start.elapsed().as_secs_f64();
    stopped.store(true, Relaxed);
    let answers = publishers.join().ok().context("the publishing thread")??;
    let after = reads(&mut asking).await?;
    let cpu = server.cpu_seconds()? - cpu;
    let storm = Storm {
        seconds,
        answers,
        pages: after.0 - before.0,
        places: after.1 - before.1,
    };
    eprintln!(
        "{}: {:.2} s, {cpu:.2} s of processor time; {} publishes, median {:.1} ms, slowest {:.1} ms; {} pages, {} places",
        server.name,
        storm.seconds,
        storm.answers.len(),
        median(storm.answers.clone()),
        storm.answers.iter().copied().fold(0.0, f64::max),
        storm.pages,
        storm.places
    );
    Ok(storm)
}

/// How many pages and places were read from storage.
async fn reads(asking: &mut Sender) -> Result<(u64, u64)> {
    let answer = asking.get("/reads").await?;
    let (pages, places) = answer.split_once(' ').context("two numbers")?;
    Ok((pages.parse()?, places.parse()?))
}

/// One client: comes back with its place, reads what it missed, and stays.
async fn client(
    address: SocketAddr,
    place: &str,
    caught_up: &(Cell<usize>, Notify),
    opening: &Semaphore,
) -> Result<()> {
    let permit = opening.acquire().await?;
    let mut stream = connect(address).await?;
    let request = format!(
        "GET /events?channel=orders HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nlast-event-id: {place}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::with_capacity(8 * 1024);
    let head = read_head(&mut stream, &mut bytes).await?;
    drop(permit);
    ensure!(head.status == 200 && head.chunked, "{head:?}");
    let (mut chunks, mut events, mut due) = (Chunks::default(), Events::default(), 1);
    loop {
        chunks.decode(&bytes, events.pending())?;
        events.read(|_, data| {
            let Some(number) = number(data)? else {
                return Ok(());
            };
            ensure!(
                number == due,
                "lost or reordered: event {number} came where {due} was due"
            );
            due += 1;
            if number == BEHIND {
                caught_up.0.set(caught_up.0.get() + 1);
                caught_up.1.notify_one();
            }
            Ok(())
        })?;
        bytes.clear();
        if stream.read_buf(&mut bytes).await? == 0 {
            bail!("the server closed a stream");
        }
    }
}

/// Publishes where nobody reads, and gives how long each answer took, in milliseconds.
fn publish_until(address: SocketAddr, stopped: &AtomicBool) -> Result<Vec<f64>> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let begun = Instant::now();
    // One after the other: a moment without an answer is then seen as long as it lasts, and not by all at once.
    let publisher = async |number: usize| {
        let mut sender = Sender::connect(address).await?;
        let mut answers = Vec::new();
        let first = begun + PACE * u32::try_from(number)? / u32::try_from(PUBLISHERS)?;
        let mut ticks = interval_at(first, PACE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stopped.load(Relaxed) {
            ticks.tick().await;
            let start = Instant::now();
            sender
                .send_event(&event("quiet:created", 1, PAYLOAD_BYTES))
                .await?;
            answers.push(start.elapsed().as_secs_f64() * 1e3);
        }
        anyhow::Ok(answers)
    };
    let publishers = (0..PUBLISHERS).map(publisher);
    let answers = runtime.block_on(futures_util::future::try_join_all(publishers))?;
    Ok(answers.concat())
}
