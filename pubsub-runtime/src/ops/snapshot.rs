//! What a subscriber gets instead of lost history.

use std::{sync::Arc, time::Duration};

use serde_json::value::RawValue;

use super::{actions::Pace, core::Core};
use crate::{
    services::{
        context::{Context, ContextParts},
        emit::Cause,
        snapshot::SnapshotBody,
    },
    words::{
        error::{Error, ErrorKind, Result},
        principal::Principal,
    },
};

/// The largest snapshot, in bytes of JSON: it is sent as one event.
const MAX_SNAPSHOT_BYTES: usize = 1 << 20;

/// Runs a snapshot function on the actions' own threads.
///
/// # Errors
///
/// What it answers; `TIMEOUT`; `INTERNAL_SERVER_ERROR` if it panics or answers more than a mebibyte; `SERVICE_UNAVAILABLE` if too
/// many actions are under way.
pub(super) async fn snapshot(
    core: Arc<Core>,
    principal: Principal,
    request_id: Arc<str>,
    body: SnapshotBody,
) -> Result<Box<RawValue>> {
    let context = Context::new(ContextParts {
        principal,
        cause: Cause {
            request_id,
            client_event_id: None,
        },
        services: Arc::clone(&core.services),
        clock: Arc::clone(&core.clock),
        // It reads; what it emits is dropped with its context.
        publish: None,
    });
    // Dropped with this future, so that the function learns that its subscriber is gone.
    let _subscriber = super::send::CallerPresent::new(context.clone());
    let timeout = Duration::from_millis(body.timeout_ms);
    let work = Box::pin(async move {
        if let Ok(answer) = tokio::time::timeout(timeout, (body.run)(context.clone())).await {
            return answer;
        }
        context.cancel();
        Err(Error::new(
            ErrorKind::Timeout,
            format!(
                "the snapshot of channel `{}` took longer than {} ms",
                body.channel,
                timeout.as_millis()
            ),
        ))
    });
    // A pace of its own is never trusted: snapshots are too rare to be worth the risk.
    let pace = Arc::<Pace>::default();
    let run = core.actions.run(&pace, work, |answer| {
        Box::pin(std::future::ready(Ok(answer)))
    });
    let answer = run.await?;
    if answer.get().len() > MAX_SNAPSHOT_BYTES {
        return Err(Error::internal(format!(
            "the snapshot of channel `{}` has {} bytes, and {MAX_SNAPSHOT_BYTES} are allowed",
            body.channel,
            answer.get().len()
        )));
    }
    Ok(answer)
}
