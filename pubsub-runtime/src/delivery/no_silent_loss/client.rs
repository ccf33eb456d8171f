//! A client: it connects, keeps the last id it saw, is slow at times, and comes back.

use std::{future::poll_fn, sync::Arc, time::Duration};

use bytes::{BufMut as _, Bytes, BytesMut};
use serde_json::Value;
use tokio::time::sleep;
use uuid::Uuid;

use super::{
    engine::log_id,
    oracle::{Presented, Verdict},
    truth::Truth,
    world::World,
};
use crate::delivery::adapter::Located;
use crate::{
    declarations::channel::ChannelPolicy,
    delivery::{
        framing::{EventFrame, Framing, Slot},
        live::{Live, LiveParts},
        log::Log,
        resolve::Place,
        source::{Source as _, Step},
        subscription::{Reading, Start, Subscription},
    },
    words::{
        cursor::{Cursor, anchor},
        error::Result,
        system::{self, GapReason},
    },
};

/// How often a quiet subscription is given a checkpoint.
const HEARTBEAT: Duration = Duration::from_secs(7);
/// How often it is given one with an event.
const REFRESH: Duration = Duration::from_secs(40);

/// `name`, `id`, `token` and body, one a line.
struct Lines;

impl Framing for Lines {
    fn slot(&self) -> Slot {
        Slot::WsPlain
    }

    fn event(&self, event: EventFrame<'_>, out: &mut BytesMut) {
        for field in [event.name, event.id, event.token.unwrap_or_default()] {
            out.put_slice(field.as_bytes());
            out.put_u8(b'\n');
        }
        out.put_slice(event.body);
    }

    fn checkpoint(&self, token: Option<&str>, out: &mut BytesMut) {
        out.put_slice(b"ping\n\n");
        out.put_slice(token.unwrap_or_default().as_bytes());
        out.put_u8(b'\n');
    }
}

/// What a client remembers from one connection to the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) keeps_event_ids: bool,
    pub(super) last: Option<String>,
    /// The next time it presents something that is no place.
    pub(super) garbles: bool,
}

/// Runs client number `index` until it is aborted.
pub(super) async fn run(world: Arc<World>, index: usize, away: Duration) {
    sleep(away).await;
    loop {
        let server = world.pick_server();
        if let Ok(mut live) = connect(&world, index, server).await {
            while follow(&world, index, &mut live).await {}
        }
        sleep(world.pause(Duration::from_secs(2)) + Duration::from_millis(50)).await;
    }
}

/// Opens a subscription, as the operations do.
async fn connect(world: &World, index: usize, server: usize) -> Result<Live> {
    let resume = world.connects(index);
    let hub = world.hub(server);
    let ids: Vec<_> = (0..world.logs).map(log_id).collect();
    let attached = hub.attach_all(&ids).await?;
    let policy = ChannelPolicy {
        max_replay: world.max_replay,
        ..ChannelPolicy::DEFAULT
    };
    let mut logs = Vec::new();
    for log in &attached {
        let start = start(log, resume.as_deref()).await?;
        logs.push((Arc::clone(log), start, Reading::of(&policy)));
    }
    let parts = LiveParts {
        heartbeat_interval: HEARTBEAT,
        closing: world.closing.clone(),
        refresh_interval: REFRESH,
        with_system: true,
        snapshots: Box::new(|_| Box::pin(std::future::pending())),
        clock: Arc::clone(&world.clock),
        ids: Arc::clone(&world.ids),
    };
    Ok(Live::new(Subscription::new(logs), attached, parts))
}

/// Where a subscription starts in one log, as `ops::start` finds it.
async fn start(log: &Log, resume: Option<&str>) -> Result<Start> {
    let Some(requested) = resume else {
        return Ok(Start::Now);
    };
    let requested = requested.to_owned();
    let lost = |reason, requested| Ok(Start::Lost { reason, requested });
    if Cursor::is_token(&requested) {
        let Ok(cursor) = log.tokens().read(&requested) else {
            return lost(GapReason::InvalidCursor, requested);
        };
        return Ok(cursor.position(log.tag()).map_or(Start::Now, |position| {
            let anchor = (position.anchor != 0 || position.seq == 0).then_some(position.anchor);
            let place = Place {
                epoch: Some(position.epoch),
                seq: position.seq,
                anchor,
            };
            Start::After { place, requested }
        }));
    }
    let Ok(id) = Uuid::try_parse(&requested) else {
        return lost(GapReason::InvalidCursor, requested);
    };
    match log.adapter().locate(log.id().clone(), id).await? {
        Located::At(seq) | Located::Trimmed(seq) => {
            let place = Place {
                epoch: None,
                seq,
                anchor: Some(anchor(id)),
            };
            Ok(Start::After { place, requested })
        }
        Located::Unknown => lost(GapReason::UnknownId, requested),
    }
}

/// Reads once; whether the connection is still there.
async fn follow(world: &World, index: usize, live: &mut Live) -> bool {
    let budget = world.budget();
    let mut frames = Vec::new();
    let step = poll_fn(|cx| live.poll_frames(cx, &Lines, budget, &mut frames)).await;
    // What was written last may never arrive.
    let arrived = world.arrives(frames.len());
    let whole = arrived == frames.len();
    for frame in frames.drain(..arrived) {
        world.receives(index, &frame);
    }
    if world.is_flooded() {
        // The verdict is found by whoever waits for the clock.
        std::future::pending::<()>().await;
    }
    if matches!(step, Step::End(_)) || !whole {
        return false;
    }
    let pause = world.pause(Duration::from_secs(4));
    if !pause.is_zero() {
        sleep(pause).await;
    }
    true
}

/// A client, and the count of what it was given.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) memory: Memory,
    pub(super) ledger: super::oracle::Ledger,
}

impl Client {
    /// What it presents now.
    pub(super) fn connects(&mut self, truth: &Truth) -> Verdict<Option<String>> {
        let last = self.memory.last.clone();
        let presented = match &last {
            _ if std::mem::take(&mut self.memory.garbles) => Presented::Garbage,
            None => Presented::Nothing,
            Some(last) if Cursor::is_token(last) => Presented::Token,
            Some(_) => Presented::EventId,
        };
        self.ledger.connect(truth, presented, last.as_deref())?;
        Ok(match presented {
            Presented::Garbage => Some("c1.garbage".to_owned()),
            _ => last,
        })
    }

    /// Takes one frame.
    pub(super) fn receives(&mut self, truth: &Truth, frame: &Bytes) -> Verdict {
        let text = std::str::from_utf8(frame).map_err(|error| error.to_string())?;
        let mut lines = text.splitn(4, '\n');
        let mut line = || lines.next().unwrap_or_default();
        let (name, id, token, body) = (line(), line(), line(), line());
        let is_event = name == "orders:created";
        if is_event {
            let number = body.parse().map_err(|_| format!("{body} is no event"))?;
            self.ledger.event(truth, number)?;
        } else if name == system::GAP {
            let mut envelope: Value =
                serde_json::from_str(body).map_err(|error| error.to_string())?;
            let gap = serde_json::from_value(envelope["payload"].take())
                .map_err(|error| error.to_string())?;
            self.ledger.gap(truth, &gap)?;
        } else if name == system::READY && token.is_empty() {
            return Err("`ready` without a place".to_owned());
        }
        if !token.is_empty() {
            self.ledger.token(truth, token)?;
            let keeps_id = is_event && self.memory.keeps_event_ids && self.ledger.known.len() == 1;
            self.memory.last = Some(if keeps_id { id } else { token }.to_owned());
        }
        Ok(())
    }
}
