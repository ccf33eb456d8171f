//! Who may send to a channel, and who may read it.

use super::table::{Channel, EventInfo};
use crate::{
    declarations::channel::Access,
    words::{
        error::{Error, ErrorKind, Result},
        principal::Principal,
    },
};

/// May this principal read the channel? Without authentication everybody may, unless nobody may.
pub(super) fn may_read(_principal: &Principal, channel: &Channel) -> bool {
    channel.policy.subscribe != Access::None
}

/// As [`may_read`], as an error that says what is missing.
pub(super) fn read(principal: &Principal, channel: &Channel) -> Result<()> {
    if may_read(principal, channel) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Forbidden,
        format!("channel `{}` cannot be read by clients", channel.name),
    ))
}

/// May this principal send the event?
pub(super) fn send(_principal: &Principal, event: &EventInfo, channel: &Channel) -> Result<()> {
    if !event.direction.is_client_sent() {
        return Err(Error::new(
            ErrorKind::Forbidden,
            format!("event `{}` is sent by the server only", event.name),
        ));
    }
    if event.publish == Access::None {
        let message = if channel.policy.publish == Access::None {
            format!("clients cannot send to channel `{}`", channel.name)
        } else {
            format!("clients cannot send event `{}`", event.name)
        };
        return Err(Error::new(ErrorKind::Forbidden, message));
    }
    Ok(())
}

/// Whether callers are identified; nobody does that yet, so that every channel counts as public.
pub(super) const AUTHENTICATION: bool = false;

/// May this principal name a consumer of these channels?
///
/// A name belongs to its principal. Anonymous callers share theirs: whoever knows one gets what its owner would get, which is
/// everybody's anyway where a channel is public.
pub(super) fn consumer(
    principal: &Principal,
    channels: &[&Channel],
    authentication: bool,
) -> Result<()> {
    let is_open = |channel: &&&Channel| channel.policy.subscribe == Access::Public;
    let refused = channels.iter().find(|channel| !is_open(channel));
    match refused.filter(|_| authentication && principal.id().is_none()) {
        None => Ok(()),
        Some(channel) => Err(Error::new(
            ErrorKind::Forbidden,
            format!(
                "a consumer of channel `{}`, which is not public, must be authenticated",
                channel.name
            ),
        )),
    }
}
