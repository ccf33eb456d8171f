//! A subscription with its clockwork: what a transport pulls frames from.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use tokio::{
    sync::futures::OwnedNotified,
    time::{Instant, Sleep},
};

use super::{
    closing::Closing,
    framing::{EventFrame, Framing},
    log::Attached,
    pages::{self, Continuation},
    source::{End, Source, Step as Pulled},
    subscription::{Ended, Step, Subscription, SystemBody, SystemEvent},
};
use crate::words::{
    clock::{Clock, FOREVER, IdSource},
    envelope::Timestamp,
    error::{Error, ErrorKind, Result},
    name::RESERVED_CHANNEL,
    system::{self, Gap},
};

/// A stream that is never quiet looks every so many turns whether it is to end: looking takes a lock that all streams share.
const BUSY_TURNS: u32 = 32;
/// How many entries may be passed over in one turn before other tasks get theirs.
const MAX_SKIPPED: usize = 1_024;

type PageFuture = Pin<Box<dyn Future<Output = Result<Continuation>> + Send>>;
/// The answer of a channel's snapshot function, as JSON.
pub(crate) type SnapshotFuture = Pin<Box<dyn Future<Output = Result<Box<RawValue>>> + Send>>;
/// Makes a snapshot of the channel of a log, by the log's number.
pub(crate) type Snapshots = Box<dyn Fn(usize) -> SnapshotFuture + Send>;

/// A subscription with what wakes it.
pub(crate) struct Live {
    subscription: Subscription,
    /// Keeps the logs fed.
    attached: Vec<Attached>,
    changed: Vec<Pin<Box<OwnedNotified>>>,
    /// Pages under way: at most one a log.
    pages: Vec<(usize, PageFuture)>,
    /// Snapshots under way: at most one a channel.
    snapshots: Vec<(usize, SnapshotFuture)>,
    snapshot_of: Snapshots,
    /// Fires at the earlier of `ping_at` and `refresh_at`.
    heartbeat: Pin<Box<Sleep>>,
    heartbeat_interval: Duration,
    ping_at: Instant,
    refresh_interval: Duration,
    refresh_at: Instant,
    /// Whether anything was written since the last ping was due.
    wrote: bool,
    closes: Closing,
    closing: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// Whom the heartbeat and the closing wake.
    waker: Option<Waker>,
    /// Turns since the last quiet one.
    busy: u32,
    with_system: bool,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

/// What a [`Live`] needs besides its subscription.
pub(crate) struct LiveParts {
    pub(crate) heartbeat_interval: Duration,
    /// How often a client whose place moved in silence is given a token with an event.
    pub(crate) refresh_interval: Duration,
    pub(crate) closing: Closing,
    /// Whether `pubsub:ready` and `pubsub:live` are sent; a gap and a snapshot always are.
    pub(crate) with_system: bool,
    pub(crate) snapshots: Snapshots,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
}

impl Live {
    pub(crate) fn new(
        subscription: Subscription,
        attached: Vec<Attached>,
        parts: LiveParts,
    ) -> Self {
        let LiveParts {
            heartbeat_interval,
            refresh_interval,
            closing,
            with_system,
            snapshots,
            clock,
            ids,
        } = parts;
        // Made before the first step: a change after a look wakes the next one.
        let changed = subscription
            .logs()
            .map(|log| Box::pin(Arc::clone(log.changed()).notified_owned()))
            .collect();
        let heartbeat_interval = heartbeat_interval.min(FOREVER);
        let refresh_interval = refresh_interval.min(FOREVER);
        let now = Instant::now();
        let (ping_at, refresh_at) = (now + heartbeat_interval, now + refresh_interval);
        Self {
            subscription,
            attached,
            changed,
            pages: Vec::new(),
            snapshots: Vec::new(),
            snapshot_of: snapshots,
            heartbeat: Box::pin(tokio::time::sleep_until(ping_at.min(refresh_at))),
            heartbeat_interval,
            ping_at,
            refresh_interval,
            refresh_at,
            wrote: false,
            closes: closing.clone(),
            closing: Box::pin(closing.turn()),
            waker: None,
            busy: 0,
            with_system,
            clock,
            ids,
        }
    }

    /// The place of the client, as a token; `None` while it is not settled.
    pub(crate) fn token(&self) -> Option<String> {
        self.subscription.token()
    }

    /// As [`Subscription::told`].
    pub(super) fn told(&self) -> Option<String> {
        self.subscription.told()
    }

    /// As [`Subscription::announce`].
    pub(crate) fn announce(&mut self, gap: Gap) {
        self.subscription.announce(gap);
    }

    /// Polls the pages under way; an error ends the subscription.
    fn poll_pages(&mut self, cx: &mut Context<'_>) -> Result<()> {
        let mut index = 0;
        while let Some((log, page)) = self.pages.get_mut(index) {
            match page.as_mut().poll(cx) {
                Poll::Ready(page) => {
                    let log = *log;
                    drop(self.pages.swap_remove(index));
                    let (entries, marks) = page?;
                    self.subscription.give_framed(log, entries, marks);
                }
                Poll::Pending => index += 1,
            }
        }
        Ok(())
    }

    /// Polls the snapshots under way; an error ends the subscription and is told.
    fn poll_snapshots(&mut self, cx: &mut Context<'_>) -> Result<()> {
        let mut index = 0;
        while let Some((log, snapshot)) = self.snapshots.get_mut(index) {
            match snapshot.as_mut().poll(cx) {
                Poll::Ready(snapshot) => {
                    let log = *log;
                    drop(self.snapshots.swap_remove(index));
                    self.subscription.give_snapshot(log, snapshot?);
                }
                Poll::Pending => index += 1,
            }
        }
        Ok(())
    }

    /// Whether a log changed since the last look.
    fn poll_changed(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        for (log, changed) in self.attached.iter().zip(&mut self.changed) {
            if changed.as_mut().poll(cx).is_ready() {
                changed.set(Arc::clone(log.changed()).notified_owned());
                any = true;
            }
        }
        any
    }

    /// Notes whom to wake; whether it is somebody new.
    ///
    /// The heartbeat and the closing belong to locks that all subscriptions share: they are asked when they fired or when somebody
    /// else must be woken, not after every event.
    fn note_waker(&mut self, cx: &Context<'_>) -> bool {
        let known = self
            .waker
            .as_ref()
            .is_some_and(|waker| waker.will_wake(cx.waker()));
        if !known {
            self.waker = Some(cx.waker().clone());
        }
        !known
    }

    /// Appends a frame that keeps the client's place fresh: a checkpoint once a whole interval was quiet, and an event now and then,
    /// as some clients forget what a checkpoint said.
    fn poll_heartbeat(
        &mut self,
        cx: &mut Context<'_>,
        framing: &dyn Framing,
        out: &mut Vec<Bytes>,
    ) {
        let start = out.len();
        while self.heartbeat.as_mut().poll(cx).is_ready() {
            let now = Instant::now();
            if now >= self.refresh_at {
                self.refresh_at = now + self.refresh_interval;
                if self.with_system
                    && let Some(event) = self.subscription.refresh()
                {
                    out.extend(self.frame_system(&event, framing));
                }
            }
            if now >= self.ping_at {
                self.ping_at = now + self.heartbeat_interval;
                if !self.wrote && out.len() == start {
                    let mut frame = BytesMut::new();
                    // Without a place, too: a client that hears nothing for long comes back, and what it waits for begins anew.
                    framing.checkpoint(self.subscription.token().as_deref(), &mut frame);
                    if !frame.is_empty() {
                        out.push(frame.freeze());
                    }
                }
                self.wrote = false;
            }
            let next = self.ping_at.min(self.refresh_at);
            self.heartbeat.as_mut().reset(next);
        }
    }

    fn frame_system(&self, event: &SystemEvent, framing: &dyn Framing) -> Option<Bytes> {
        let token = event.token.as_deref();
        let now = self.clock.now();
        let (name, channel, payload) = match &event.body {
            SystemBody::Ready(_) | SystemBody::Live(_) if !self.with_system => return None,
            SystemBody::Ready(ready) => (system::READY, RESERVED_CHANNEL, to_raw_value(ready)),
            SystemBody::Live(live) => (system::LIVE, RESERVED_CHANNEL, to_raw_value(live)),
            SystemBody::Gap(gap) => (system::GAP, gap.channel.as_str(), to_raw_value(gap)),
            SystemBody::Snapshot { channel, payload } => {
                (system::SNAPSHOT, &**channel, Ok(payload.clone()))
            }
        };
        let id = token.map_or_else(|| self.ids.event_id(now).to_string(), str::to_owned);
        let envelope = SystemEnvelope {
            id: &id,
            name,
            channel,
            payload: payload.ok()?,
            timestamp: now,
        };
        let body = serde_json::to_vec(&envelope).ok()?;
        let mut frame = BytesMut::new();
        framing.event(
            EventFrame {
                body: &body,
                name,
                id: &id,
                token,
            },
            &mut frame,
        );
        Some(frame.freeze())
    }
}

/// The end of a subscription whose channel has no way on after a gap: it is the error's data.
fn refused(gap: &Gap) -> Error {
    Error::new(
        ErrorKind::PreconditionFailed,
        format!(
            "events of channel `{}` are lost ({}); what is retained follows the place `gap.resumeFrom`",
            gap.channel,
            gap.reason.as_str()
        ),
    )
    .with_gap(gap.clone())
}

#[derive(Serialize)]
struct SystemEnvelope<'a> {
    id: &'a str,
    name: &'a str,
    channel: &'a str,
    payload: Box<RawValue>,
    timestamp: Timestamp,
}

impl Source for Live {
    fn poll_frames(
        &mut self,
        cx: &mut Context<'_>,
        framing: &dyn Framing,
        budget: usize,
        out: &mut Vec<Bytes>,
    ) -> Poll<Pulled> {
        let start = out.len();
        let (mut bytes, mut skipped) = (0, 0);
        self.busy += 1;
        if self.busy >= BUSY_TURNS {
            self.busy = 0;
            if self.closes.has_begun() && self.closing.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Pulled::End(End::Closed));
            }
        }
        loop {
            if let Err(error) = self.poll_pages(cx) {
                tracing::warn!(error = %error, source = ?error, "a subscription could not read its log");
                // What passes, the client need not know: it comes back with its cursor. What stays, such as a damaged entry, would
                // have it come back for ever, and look quiet.
                let end = if error.is_retryable() {
                    End::Closed
                } else {
                    End::Failed(error)
                };
                return Poll::Ready(Pulled::End(end));
            }
            if let Err(error) = self.poll_snapshots(cx) {
                tracing::warn!(error = %error, source = ?error, "a snapshot failed; the subscription that needs it ends");
                return Poll::Ready(Pulled::End(End::Failed(error)));
            }
            match self.subscription.step() {
                Step::Event { framed, token } => {
                    let frame = token.frame(&framed, framing);
                    bytes += frame.len();
                    out.push(frame);
                    if bytes >= budget {
                        break;
                    }
                }
                Step::System(event) => {
                    if let Some(frame) = self.frame_system(&event, framing) {
                        bytes += frame.len();
                        out.push(frame);
                        if bytes >= budget {
                            break;
                        }
                    }
                }
                Step::NeedPage { log, place, fresh } => {
                    if let Some(attached) = self.attached.get(log) {
                        let read = Arc::clone(attached);
                        self.pages.push((
                            log,
                            Box::pin(async move { pages::read(&read, place, fresh).await }),
                        ));
                    }
                }
                Step::NeedSnapshot { log } => {
                    let snapshot = (self.snapshot_of)(log);
                    self.snapshots.push((log, snapshot));
                }
                Step::Skipped => {
                    skipped += 1;
                    if skipped >= MAX_SKIPPED {
                        if out.len() > start {
                            break;
                        }
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                }
                Step::End(Ended::Lagging) => return Poll::Ready(Pulled::End(End::Closed)),
                Step::End(Ended::Gap(gap)) => {
                    return Poll::Ready(Pulled::End(End::Failed(refused(&gap))));
                }
                Step::Idle => {
                    if out.len() > start {
                        break;
                    }
                    if self.poll_changed(cx) {
                        continue;
                    }
                    self.busy = 0;
                    let is_new_waker = self.note_waker(cx);
                    if (is_new_waker || self.closes.has_begun())
                        && self.closing.as_mut().poll(cx).is_ready()
                    {
                        return Poll::Ready(Pulled::End(End::Closed));
                    }
                    if is_new_waker || self.heartbeat.is_elapsed() {
                        self.poll_heartbeat(cx, framing, out);
                    }
                    if out.len() > start {
                        return Poll::Ready(Pulled::Frames);
                    }
                    return Poll::Pending;
                }
            }
        }
        self.wrote = true;
        Poll::Ready(Pulled::Frames)
    }
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live")
            .field("logs", &self.attached.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
