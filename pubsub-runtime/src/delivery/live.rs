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
use tokio::{
    sync::futures::OwnedNotified,
    time::{Instant, Sleep},
};

use super::{
    adapter::Page,
    closing::Closing,
    framing::{EventFrame, Framing},
    log::Attached,
    source::{End, Source, Step as Pulled},
    subscription::{Step, Subscription, SystemBody, SystemEvent},
};
use crate::words::{
    clock::{Clock, FOREVER, IdSource},
    envelope::Timestamp,
    error::Result,
    name::RESERVED_CHANNEL,
    system,
};

/// A stream that is never quiet looks every so many turns whether it is to end: looking takes a lock that all streams share.
const BUSY_TURNS: u32 = 32;
const PAGE: usize = 256;
const PAGE_BYTES: usize = 1 << 20;

type PageFuture = Pin<Box<dyn Future<Output = Result<Page>> + Send>>;

/// A subscription with what wakes it.
pub(crate) struct Live {
    subscription: Subscription,
    /// Keeps the logs fed.
    attached: Vec<Attached>,
    changed: Vec<Pin<Box<OwnedNotified>>>,
    /// Pages under way: at most one a log.
    pages: Vec<(usize, PageFuture)>,
    heartbeat: Pin<Box<Sleep>>,
    heartbeat_interval: Duration,
    /// Whether anything was written since the heartbeat was set.
    wrote: bool,
    closes: Closing,
    closing: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// Whom the heartbeat and the closing wake.
    waker: Option<Waker>,
    /// Turns since the last quiet one.
    busy: u32,
    with_ready: bool,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

/// What a [`Live`] needs besides its subscription.
pub(crate) struct LiveParts {
    pub(crate) heartbeat_interval: Duration,
    pub(crate) closing: Closing,
    /// Whether `pubsub:ready` is sent; a gap always is.
    pub(crate) with_ready: bool,
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
            closing,
            with_ready,
            clock,
            ids,
        } = parts;
        // Made before the first step: a change after a look wakes the next one.
        let changed = subscription
            .logs()
            .map(|log| Box::pin(Arc::clone(log.changed()).notified_owned()))
            .collect();
        Self {
            subscription,
            attached,
            changed,
            pages: Vec::new(),
            heartbeat: Box::pin(tokio::time::sleep(heartbeat_interval)),
            heartbeat_interval: heartbeat_interval.min(FOREVER),
            wrote: false,
            closes: closing.clone(),
            closing: Box::pin(closing.turn()),
            waker: None,
            busy: 0,
            with_ready,
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
    pub(crate) fn announce(&mut self, gap: system::Gap) {
        self.subscription.announce(gap);
    }

    /// Polls the pages under way; an error ends the subscription, and the client comes back with its cursor.
    fn poll_pages(&mut self, cx: &mut Context<'_>) -> Result<()> {
        let mut index = 0;
        while let Some((log, page)) = self.pages.get_mut(index) {
            match page.as_mut().poll(cx) {
                Poll::Ready(page) => {
                    let log = *log;
                    drop(self.pages.swap_remove(index));
                    self.subscription.give(log, page?);
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

    /// Appends a frame that keeps the client's place fresh, once a whole interval was quiet.
    fn poll_heartbeat(
        &mut self,
        cx: &mut Context<'_>,
        framing: &dyn Framing,
        out: &mut Vec<Bytes>,
    ) {
        while self.heartbeat.as_mut().poll(cx).is_ready() {
            self.heartbeat
                .as_mut()
                .reset(Instant::now() + self.heartbeat_interval);
            if !self.wrote {
                let mut frame = BytesMut::new();
                if let Some(token) = self.subscription.token() {
                    framing.checkpoint(&token, &mut frame);
                }
                if !frame.is_empty() {
                    out.push(frame.freeze());
                    return;
                }
            }
            self.wrote = false;
        }
    }

    fn frame_system(&self, event: &SystemEvent, framing: &dyn Framing) -> Option<Bytes> {
        let token = event.token.as_deref();
        let now = self.clock.now();
        let (name, channel, payload) = match &event.body {
            SystemBody::Ready(_) if !self.with_ready => return None,
            SystemBody::Ready(ready) => {
                (system::READY, RESERVED_CHANNEL, serde_json::to_value(ready))
            }
            SystemBody::Gap(gap) => (system::GAP, gap.channel.as_str(), serde_json::to_value(gap)),
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

#[derive(Serialize)]
struct SystemEnvelope<'a> {
    id: &'a str,
    name: &'a str,
    channel: &'a str,
    payload: serde_json::Value,
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
        let mut bytes = 0;
        self.busy += 1;
        if self.busy >= BUSY_TURNS {
            self.busy = 0;
            if self.closes.has_begun() && self.closing.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Pulled::End(End::Closed));
            }
        }
        loop {
            if let Err(error) = self.poll_pages(cx) {
                tracing::warn!(error = %error, source = ?error, "a subscription could not read its log; its client will resume");
                return Poll::Ready(Pulled::End(End::Closed));
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
                Step::NeedPage { log, after } => {
                    if let Some(attached) = self.attached.get(log) {
                        let (adapter, id) = (Arc::clone(attached.adapter()), attached.id().clone());
                        self.pages.push((
                            log,
                            Box::pin(
                                async move { adapter.read(id, after, PAGE, PAGE_BYTES).await },
                            ),
                        ));
                    }
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
