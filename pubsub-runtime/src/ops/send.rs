//! A client sends an event.

use std::{sync::Arc, time::Duration};

use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    actions::{Pace, Work},
    authorise,
    core::Core,
    input::{CLIENT_EVENT_ID, check_client_event_id, check_id, invalid, of_violation, refused},
    member, partition,
    procedures::Caller,
    publish::{Outgoing, OutgoingOrigin},
    table::{Channel, EventInfo, Run, SendId},
};
use crate::{
    services::{
        action::Prepared,
        context::{Context, ContextParts},
        emit::Cause,
    },
    words::{
        error::{Error, ErrorKind, PathSegment, Result, Violation},
        principal::Principal,
    },
};

/// One event as a client sent it.
pub(super) struct Sending<'a> {
    /// The number of the event.
    pub(super) event: usize,
    pub(super) payload: &'a RawValue,
    pub(super) client_event_id: Option<String>,
    /// Where the payload stands in the procedure's input.
    pub(super) at: &'static [&'static str],
}

/// What the sender is answered.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sent {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emitted_events: Vec<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Sends one event: each line is a step of the specification.
pub(super) async fn send(
    core: &Arc<Core>,
    caller: Caller,
    mut sending: Sending<'_>,
) -> Result<Sent> {
    let event = core.table.event_at(sending.event)?;
    let channel = core.table.channel_at(event.channel)?;
    authorise::send(&caller.principal, event, channel)?;
    check_size(&sending, event, channel)?;
    check_client_event_id(sending.client_event_id.as_deref())?;
    check_id_is_given(&sending, event)?;
    let prepared = prepare(event, &sending)?;
    take_id(&mut sending, event, &prepared)?;
    let key = partition_key(event, &sending, &prepared)?;
    act(core, caller, sending, prepared, key).await
}

fn check_size(sending: &Sending<'_>, event: &EventInfo, channel: &Channel) -> Result<()> {
    let (limit, of, name) = match event.max_payload {
        Some(limit) => (limit, "event", &*event.name),
        None => (channel.policy.max_payload_bytes, "channel", channel.name),
    };
    if sending.payload.get().len() <= limit {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::PayloadTooLarge,
        format!("the payload is over the limit of {limit} bytes of {of} `{name}`"),
    ))
}

/// `idempotent = "required"`
fn check_id_is_given(sending: &Sending<'_>, event: &EventInfo) -> Result<()> {
    if event.id == SendId::Required && sending.client_event_id.is_none() {
        return Err(of_violation(Violation {
            path: vec![PathSegment::Key(CLIENT_EVENT_ID.to_owned())],
            message: format!(
                "event `{}` needs a `{CLIENT_EVENT_ID}`; send the same one when you send the event again",
                event.name
            ),
            code: "missing_field",
        }));
    }
    Ok(())
}

/// `idempotent = by(…)`: the id of the send is a field of its payload.
fn take_id(sending: &mut Sending<'_>, event: &EventInfo, ready: &Ready) -> Result<()> {
    let SendId::Field(field) = &event.id else {
        return Ok(());
    };
    let refuse = |rule: String| {
        let rule = format!("field `{field}` is the id of the event: {rule}");
        invalid(&[sending.at, &[&**field]].concat(), rule)
    };
    let id = member::scalar(ready.payload(), field).map_err(|rule| refuse(rule.to_owned()))?;
    check_id(&id).map_err(|rule| refuse(format!("it {rule}")))?;
    match &sending.client_event_id {
        None => sending.client_event_id = Some(id.to_string()),
        Some(given) if **given == *id => {}
        Some(_) => {
            let rule = format!(
                "event `{}` has its id in field `{field}`; leave `{CLIENT_EVENT_ID}` out",
                event.name
            );
            return Err(invalid(&[CLIENT_EVENT_ID], rule));
        }
    }
    Ok(())
}

/// A payload that serde has read: with its action, or to be published as it is.
enum Ready {
    Action(Prepared, Duration, Arc<Pace>),
    Publish(Box<RawValue>),
}

impl Ready {
    /// The payload as serde writes it.
    fn payload(&self) -> &RawValue {
        let (Self::Action(Prepared { payload, .. }, ..) | Self::Publish(payload)) = self;
        payload
    }
}

fn prepare(event: &EventInfo, sending: &Sending<'_>) -> Result<Ready> {
    let json = sending.payload.get();
    let ready = match &event.run {
        Run::Action {
            timeout,
            body,
            pace,
        } => {
            (body.prepare)(json).map(|prepared| Ready::Action(prepared, *timeout, Arc::clone(pace)))
        }
        Run::Publish(canonical) => canonical(json).map(Ready::Publish),
        Run::Never => {
            return Err(Error::internal(
                "an event that nobody may send was about to run",
            ));
        }
    };
    ready.map_err(|refusal| refused(refusal, sending.at))
}

/// The partition key of an event that is published; asked before its action runs, so that nothing is done for an event without one.
fn partition_key(
    event: &EventInfo,
    sending: &Sending<'_>,
    ready: &Ready,
) -> Result<Option<Arc<str>>> {
    if !event.direction.is_published() {
        return Ok(None);
    }
    partition::key(event, ready.payload()).map_err(|refused| {
        let path = [sending.at, &[&*refused.field]].concat();
        invalid(&path, refused.to_string())
    })
}

/// Runs the action on the actions' own threads and publishes what comes of it; an event without one is published here.
async fn act(
    core: &Arc<Core>,
    caller: Caller,
    sending: Sending<'_>,
    ready: Ready,
    key: Option<Arc<str>>,
) -> Result<Sent> {
    let cause = Cause {
        request_id: caller.request_id,
        client_event_id: sending.client_event_id,
    };
    let principal = caller.principal;
    match ready {
        Ready::Publish(payload) => {
            finish(
                core,
                &principal,
                &cause,
                sending.event,
                (payload, key),
                None,
                Vec::new(),
            )
            .await
        }
        Ready::Action(Prepared { payload, run }, timeout, pace) => {
            let context = Context::new(ContextParts {
                principal: principal.clone(),
                cause: cause.clone(),
                services: Arc::clone(&core.services),
                clock: Arc::clone(&core.clock),
                publish: Some(Arc::clone(core) as _),
            });
            // Dropped with this future, so that the action learns that its caller is gone.
            let _caller = CallerPresent(context.clone());
            let (owned, event) = (Arc::clone(core), sending.event);
            let action = async move {
                let Ok(reply) = tokio::time::timeout(timeout, run(context.clone())).await else {
                    context.cancel();
                    return Err(Error::new(
                        ErrorKind::Timeout,
                        format!("the action took longer than {} ms", timeout.as_millis()),
                    ));
                };
                Ok((reply?, context.take_emitted()?))
            };
            let publish = move |(reply, emitted)| -> Work<Sent> {
                Box::pin(async move {
                    finish(
                        &owned,
                        &principal,
                        &cause,
                        event,
                        (payload, key),
                        Some(reply),
                        emitted,
                    )
                    .await
                })
            };
            core.actions.run(&pace, Box::pin(action), publish).await
        }
    }
}

/// Held by the request that waits for an action: dropped with it, it tells the action that its caller is gone.
pub(super) struct CallerPresent(Context);

impl CallerPresent {
    pub(super) fn new(context: Context) -> Self {
        Self(context)
    }
}

impl Drop for CallerPresent {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Publishes the sent event, if it is published at all, and what was emitted, in one append; answers the sender.
async fn finish(
    core: &Core,
    principal: &Principal,
    cause: &Cause,
    event: usize,
    (payload, key): (Box<RawValue>, Option<Arc<str>>),
    reply: Option<Box<RawValue>>,
    emitted: Vec<crate::services::emit::Emitted>,
) -> Result<Sent> {
    let event = core.table.event_at(event)?;
    let mut outgoing = Vec::with_capacity(emitted.len() + 1);
    if event.direction.is_published() {
        let channel = core.table.channel_at(event.channel)?;
        outgoing.push(Outgoing {
            name: Arc::clone(&event.name),
            channel,
            version: event.version,
            payload,
            key,
            origin: OutgoingOrigin::Sent,
        });
    }
    for event in emitted {
        let mut event = core.outgoing(event)?;
        let shown = authorise::may_read(principal, event.channel);
        event.origin = OutgoingOrigin::Emitted { shown };
        outgoing.push(event);
    }
    let published = core.publish_all(outgoing, cause).await?;
    Ok(Sent {
        status: "ok",
        result: reply,
        emitted_events: published.shown,
        cursor: published.cursor,
    })
}
