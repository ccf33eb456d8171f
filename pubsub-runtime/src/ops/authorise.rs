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
    if channel.policy.publish == Access::None {
        return Err(Error::new(
            ErrorKind::Forbidden,
            format!("clients cannot send to channel `{}`", channel.name),
        ));
    }
    Ok(())
}
