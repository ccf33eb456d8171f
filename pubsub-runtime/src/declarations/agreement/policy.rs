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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::declarations::{
        entry::{ActionEntry, ChannelEntry, EventEntry},
        event::Direction,
        event_policy::Idempotent,
        manifest::IdempotentManifest,
        rate::Rate,
        registry::{Domain, Registry},
    };

    const fn origin(line: u32) -> Origin {
        Origin {
            package: "p",
            module: "p",
            file: "src/lib.rs",
            line,
        }
    }

    #[allow(clippy::unnecessary_wraps, reason = "as a policy holds it")]
    const fn rate(count: u64) -> Option<Rate> {
        Some(Rate {
            count,
            per: Duration::from_secs(1),
        })
    }

    fn event(policy: EventPolicy) -> EventEntry {
        EventEntry {
            policy,
            ..EventEntry::new::<String>("orders:created", "orders", "String", origin(1))
        }
    }

    fn action(policy: EventPolicy) -> ActionEntry {
        ActionEntry {
            policy,
            ..ActionEntry::new::<String, ()>("orders:created", "orders", "act", "String", origin(2))
        }
    }

    fn registry(
        publish: Access,
        events: impl IntoIterator<Item = EventEntry>,
        actions: impl IntoIterator<Item = ActionEntry>,
    ) -> Registry {
        let channel = ChannelEntry {
            name: "orders",
            docs: "",
            policy: ChannelPolicy {
                publish,
                ..ChannelPolicy::DEFAULT
            },
        };
        let domain = Domain {
            package: "p",
            crate_name: "p",
        };
        Registry::from_entries(
            domain,
            vec![channel],
            events.into_iter().collect(),
            actions.into_iter().collect(),
        )
    }

    fn resolved(
        publish: Access,
        events: impl IntoIterator<Item = EventEntry>,
        actions: impl IntoIterator<Item = ActionEntry>,
    ) -> Result<Declaration, String> {
        let registry = registry(publish, events, actions);
        let mut declarations = registry.resolve().map_err(|error| error.to_string())?;
        Ok(declarations.remove(0))
    }

    #[test]
    fn what_type_and_action_say_is_joined() {
        let of_type = EventPolicy {
            rate: rate(5),
            idempotent: Some(Idempotent::Required),
            ..EventPolicy::DEFAULT
        };
        let of_action = EventPolicy {
            rate: rate(5),
            max_payload_bytes: Some(7),
            ..EventPolicy::DEFAULT
        };
        let declaration = resolved(
            Access::Authenticated,
            Some(event(of_type)),
            Some(action(of_action)),
        )
        .unwrap();
        assert_eq!(declaration.policy, of_type.or(of_action));
        assert_eq!(declaration.policy.max_payload_bytes, Some(7));
    }

    #[test]
    fn what_they_say_differently_is_a_problem_with_both_places() {
        let policy = |count, idempotent| EventPolicy {
            rate: rate(count),
            idempotent: Some(idempotent),
            ..EventPolicy::DEFAULT
        };
        let told = resolved(
            Access::Authenticated,
            Some(event(policy(5, Idempotent::Required))),
            Some(action(policy(6, Idempotent::Optional))),
        )
        .unwrap_err();
        assert_eq!(
            told,
            "event `orders:created` and its action both say `rate`, and not the same; write it on one of them\n  \
             at src/lib.rs:1\n  at src/lib.rs:2\n\
             event `orders:created` and its action both say `idempotent`, and not the same; write it on one of them\n  \
             at src/lib.rs:1\n  at src/lib.rs:2"
        );
    }

    #[test]
    fn an_event_that_no_client_sends_says_nothing_of_senders() {
        let policy = EventPolicy {
            publish: Some(Access::Public),
            max_payload_bytes: Some(1),
            ..EventPolicy::DEFAULT
        };
        let told = resolved(Access::Authenticated, Some(event(policy)), None).unwrap_err();
        for word in ["publish", "max_payload"] {
            let expected = format!(
                "event `orders:created` says `{word}`, but no client may send it; remove `{word}`, or write"
            );
            assert!(told.contains(&expected), "{told}");
        }
    }

    #[test]
    fn an_event_may_be_sent_to_a_channel_that_takes_no_other() {
        let publish = |publish| EventPolicy {
            publish: Some(publish),
            ..EventPolicy::DEFAULT
        };
        let open = publish(Access::Scope("orders:create"));
        let declaration = resolved(Access::None, None, Some(action(open))).unwrap();
        assert_eq!(
            declaration.publish(&ChannelPolicy::DEFAULT),
            Access::Scope("orders:create")
        );
        let told = resolved(Access::None, None, Some(action(EventPolicy::DEFAULT))).unwrap_err();
        assert!(
            told.starts_with("clients may send `orders:created`, but channel `orders` says `publish = none`; give the channel or the event a `publish` scope"),
            "{told}"
        );
        let shut = Some(action(publish(Access::None)));
        let told = resolved(Access::Public, None, shut).unwrap_err();
        assert_eq!(
            told,
            "clients may send `orders:created`, but it says `publish = none`; remove `publish`\n  at src/lib.rs:2"
        );
    }

    #[test]
    fn an_event_with_a_reply_is_sent_by_clients_wherever_its_action_is() {
        let contract = EventEntry {
            reply: Some(crate::declarations::schema::TypeEntry::of::<u32>()),
            ..event(EventPolicy::DEFAULT)
        };
        let declaration = resolved(Access::Authenticated, Some(contract), None).unwrap();
        assert_eq!(declaration.direction, Direction::Both);
    }

    #[test]
    fn an_attached_action_beside_one_of_its_name_is_a_problem_with_both_places() {
        let channel = ChannelEntry {
            name: "orders",
            docs: "",
            policy: ChannelPolicy::DEFAULT,
        };
        let domain = Domain {
            package: "p",
            crate_name: "p",
        };
        let attached = ActionEntry {
            is_attached: true,
            origin: origin(9),
            ..action(EventPolicy::DEFAULT)
        };
        let told = Registry::from_entries(
            domain,
            vec![channel],
            vec![event(EventPolicy::DEFAULT)],
            vec![action(EventPolicy::DEFAULT), attached],
        )
        .resolve()
        .unwrap_err();
        assert_eq!(
            told.to_string(),
            "event `orders:created` has two actions; keep one\n  at src/lib.rs:2\n  at src/lib.rs:9"
        );
    }

    #[test]
    fn a_manifest_holds_what_is_said_and_no_more() {
        let members = |policy: EventPolicy| {
            let registry = registry(Access::Public, [event(policy)], [action(policy)]);
            let manifest = registry.manifest().unwrap();
            let mut event = serde_json::to_value(&manifest.events[0]).unwrap();
            ["publish", "rate", "maxPayloadBytes", "idempotent"]
                .map(|word| event.as_object_mut().unwrap().remove(word))
        };
        let said = members(EventPolicy {
            publish: Some(Access::Scope("orders:write")),
            rate: rate(5),
            max_payload_bytes: Some(1_024),
            idempotent: Some(Idempotent::Required),
        });
        assert_eq!(
            said.map(Option::unwrap),
            [
                json!({"scope": "orders:write"}),
                json!({"count": 5, "perMs": 1_000}),
                json!(1_024),
                json!("required"),
            ]
        );
        assert_eq!(members(EventPolicy::DEFAULT), [None, None, None, None]);
        assert_eq!(
            serde_json::to_string(&IdempotentManifest::By("orderId".to_owned())).unwrap(),
            r#"{"by":"orderId"}"#
        );
    }
}
