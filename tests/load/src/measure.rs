//! The cases, and how one is measured.

use std::{fmt, rc::Rc};

use anyhow::{Context as _, Result, bail};
use tokio::{
    task::JoinSet,
    time::{Duration, Instant, timeout},
};

use crate::{
    http::Sender,
    ledger::Ledger,
    options::Options,
    server::Server,
    subscriber::{Stream, subscribe},
};

/// Streams are opened this many at a time, so that no queue of the kernel overflows.
const OPENED_AT_ONCE: usize = 100;
/// Events that must have reached everybody before time is taken, so that both servers are warm.
const WARM_EVENTS: usize = 10;
/// Answers before time is taken, and how many half measuring times they may take.
const WARM_REQUESTS: usize = 10_000;
const WARM_TURNS: usize = 10;
/// How long one request may take.
const REQUEST_PATIENCE: Duration = Duration::from_secs(10);

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Deliveries to open streams.
    Deliveries(Stream),
    /// Answered `sendEvent` requests.
    Requests,
}

/// One thing measured of one server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) kind: Kind,
    /// Its place in the list of servers.
    pub(crate) server: usize,
    pub(crate) server_name: &'static str,
    pub(crate) is_ours: bool,
}

impl Case {
    /// All cases of these servers that the options ask for, one kind after the other.
    pub(crate) fn all(servers: &[Server], options: &Options) -> Vec<Self> {
        let kinds = [
            ("sse", Kind::Deliveries(Stream::Sse)),
            ("trpc-sse", Kind::Deliveries(Stream::TrpcSse)),
            ("ws", Kind::Deliveries(Stream::Ws)),
            ("send", Kind::Requests),
        ];
        let mut cases = Vec::new();
        for (name, kind) in kinds {
            if !options.only.is_empty() && !options.only.iter().any(|only| only == name) {
                continue;
            }
            for (place, server) in servers.iter().enumerate() {
                // The Node server has no plain event stream: its own SSE is that of tRPC.
                if server.is_ours || kind != Kind::Deliveries(Stream::Sse) {
                    cases.push(Self {
                        kind,
                        server: place,
                        server_name: server.name,
                        is_ours: server.is_ours,
                    });
                }
            }
        }
        cases
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.kind {
            Kind::Deliveries(Stream::Sse) => "SSE deliveries",
            Kind::Deliveries(Stream::TrpcSse) => "tRPC SSE deliveries",
            Kind::Deliveries(Stream::Ws) => "WebSocket deliveries",
            Kind::Requests => "sendEvent",
        };
        f.pad(&format!("{} {name}", self.server_name))
    }
}

/// What one round of a case gave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    /// Deliveries or requests.
    pub(crate) count: usize,
    /// Processor time of the server.
    pub(crate) cpu_seconds: f64,
    /// Time that passed.
    pub(crate) seconds: f64,
}

impl Figure {
    /// Deliveries or requests in one second of the server's processor time.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub(crate) fn per_cpu_second(&self) -> f64 {
        self.count as f64 / self.cpu_seconds
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>9.0} per CPU second ({} in {:.2} s, {:.2} CPU s)",
            self.per_cpu_second(),
            self.count,
            self.seconds,
            self.cpu_seconds
        )
    }
}

/// Measures one case once.
pub(crate) async fn measure(case: &Case, server: &Server, options: &Options) -> Result<Figure> {
    server.settle().await?;
    let figure = match case.kind {
        Kind::Deliveries(stream) => deliveries(stream, server, options).await,
        Kind::Requests => requests(server, options).await,
    };
    figure.with_context(|| case.to_string())
}

/// Sends one event at a time to all subscribers; the next one leaves when all have the last.
async fn deliveries(stream: Stream, server: &Server, options: &Options) -> Result<Figure> {
    let ledger = Rc::new(Ledger::new(options.subscribers));
    let mut streams = JoinSet::new();
    for subscriber in 1..=options.subscribers {
        streams.spawn_local(subscribe(stream, server.address, Rc::clone(&ledger)));
        if subscriber % OPENED_AT_ONCE == 0 {
            ledger.at_least_open(subscriber).await?;
        }
    }
    ledger.at_least_open(options.subscribers).await?;
    let mut sender = Sender::connect(server.address).await?;

    // A stream may be open before the server listens on its behalf; it begins with whatever event it sees first.
    let mut warm = 0;
    for _ in 0..WARM_EVENTS * 2 {
        send(&mut sender, &ledger).await?;
        warm += usize::from(ledger.all_arrived_early().await?);
        if warm == WARM_EVENTS {
            break;
        }
    }
    if warm < WARM_EVENTS {
        bail!(
            "lost: {warm} of {} events before the run reached everybody",
            WARM_EVENTS * 2
        );
    }

    let (cpu, start) = (server.cpu_seconds()?, Instant::now());
    let mut events = 0;
    while start.elapsed() < options.time {
        send(&mut sender, &ledger).await?;
        ledger.all_arrived().await?;
        events += 1;
    }
    let figure = Figure {
        count: events * options.subscribers,
        cpu_seconds: server.cpu_seconds()? - cpu,
        seconds: start.elapsed().as_secs_f64(),
    };
    // One more, not counted: had the last one come twice, it would be seen now.
    send(&mut sender, &ledger).await?;
    ledger.all_arrived().await?;
    Ok(figure)
}

async fn send(sender: &mut Sender, ledger: &Ledger) -> Result<()> {
    let number = ledger.begin();
    timeout(REQUEST_PATIENCE, sender.send(number))
        .await
        .context("sendEvent was not answered in time")?
}

/// Sends events over keep-alive connections, on each the next one when the last is answered.
async fn requests(server: &Server, options: &Options) -> Result<Figure> {
    let mut senders = Vec::new();
    for _ in 0..options.connections {
        senders.push(Sender::connect(server.address).await?);
    }
    // Not counted: both servers must be warm, and a compiler at run time needs many requests for that, not much time.
    let mut warm = 0;
    for _ in 0..WARM_TURNS {
        let answered;
        (senders, answered) = send_for(senders, options.time / 2).await?;
        warm += answered;
        if warm >= WARM_REQUESTS {
            break;
        }
    }
    let (cpu, start) = (server.cpu_seconds()?, Instant::now());
    let (_, count) = send_for(senders, options.time).await?;
    Ok(Figure {
        count,
        cpu_seconds: server.cpu_seconds()? - cpu,
        seconds: start.elapsed().as_secs_f64(),
    })
}

/// Lets all connections send for this long; gives them back with the number of answers.
async fn send_for(senders: Vec<Sender>, time: Duration) -> Result<(Vec<Sender>, usize)> {
    let end = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for mut sender in senders {
        tasks.spawn_local(async move {
            let mut sent = 0;
            while Instant::now() < end {
                timeout(REQUEST_PATIENCE, sender.send(u64::try_from(sent)?))
                    .await
                    .context("sendEvent was not answered in time")??;
                sent += 1;
            }
            anyhow::Ok((sender, sent))
        });
    }
    let (mut senders, mut total) = (Vec::new(), 0);
    while let Some(done) = tasks.join_next().await {
        let (sender, sent) = done??;
        senders.push(sender);
        total += sent;
    }
    Ok((senders, total))
}
