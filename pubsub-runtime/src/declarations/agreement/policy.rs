//! What an event says for itself, and whether its two parts say the same.

use super::super::{
    channel::{Access, ChannelPolicy},
    entry::{Declaration, Origin},
    event_policy::EventPolicy,
    registry_error::Problem,
};

/// The words of a policy that say something, as the attributes write them.
fn said(policy: &EventPolicy) -> impl Iterator<Item = &'static str> {
    let EventPolicy {
        publish,
        rate,
        max_payload_bytes,
        idempotent,
    } = policy;
    [
        ("publish", publish.is_some()),
        ("rate", rate.is_some()),
        ("max_payload", max_payload_bytes.is_some()),
        ("idempotent", idempotent.is_some()),
    ]
    .into_iter()
    .filter_map(|(word, is_said)| is_said.then_some(word))
}

/// Joins what payload type and action say, and checks it against the direction and the channel.
pub(in super::super) fn check_policy(
    declaration: &mut Declaration,
    channel: Option<&ChannelPolicy>,
    problems: &mut Vec<Problem>,
) {
    let of_event = declaration.event.map(|event| event.policy);
    let of_action = declaration.action.map(|action| action.policy);
    let (first, second) = (of_event.unwrap_or_default(), of_action.unwrap_or_default());
    declaration.policy = first.or(second);
    // What differs after either was preferred is said twice.
    let other = second.or(first);
    let differs = [
        ("publish", declaration.policy.publish != other.publish),
        ("rate", declaration.policy.rate != other.rate),
        (
            "max_payload",
            declaration.policy.max_payload_bytes != other.max_payload_bytes,
        ),
        (
            "idempotent",
            declaration.policy.idempotent != other.idempotent,
        ),
    ];
    for (word, _) in differs.iter().filter(|(_, differs)| *differs) {
        problems.push(Problem::said_twice(declaration, word));
    }
    if !declaration.direction.is_client_sent() {
        for word in said(&declaration.policy) {
            problems.push(Problem::policy_of_server_sent(declaration, word));
        }
        return;
    }
    if let Some(channel) = channel
        && declaration.publish(channel) == Access::None
    {
        problems.push(Problem::unsendable(declaration));
    }
}

/// Where the parts of a declaration stand.
pub(in super::super) fn places(declaration: &Declaration) -> Vec<Origin> {
    let event = declaration.event.map(|event| event.origin);
    let action = declaration.action.map(|action| action.origin);
    event.into_iter().chain(action).collect()
}
