//! What channels and events say beyond the usual, in words.

use pubsub_runtime::{
    AccessManifest, ChannelManifest, EventManifest, IdempotentManifest, OnUnavailableManifest,
    TenantManifest,
};

/// What a channel says of senders, tenants and an engine that is down: a phrase each.
pub fn of_channel(channel: &ChannelManifest) -> Vec<String> {
    let rates = [&channel.rate, &channel.quota].into_iter().flatten();
    let rates: Vec<_> = rates.map(ToString::to_string).collect();
    let mut said = Vec::new();
    if let Some(family) = &channel.family {
        said.push(format!("family {family}"));
    }
    if !rates.is_empty() {
        said.push(format!("each caller sends at most {}", rates.join(" and ")));
    }
    if channel.tenant == TenantManifest::Required {
        said.push("each caller sees the part of its tenant only".to_owned());
    }
    if channel.audit {
        said.push("what is sent is audited".to_owned());
    }
    if channel.on_unavailable != OnUnavailableManifest::default() {
        said.push(format!(
            "while the engine is down: {}",
            channel.on_unavailable.as_str()
        ));
    }
    said
}

/// What an event says for itself, and of its action: a phrase each.
pub fn of_event(event: &EventManifest) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(publish) = &event.publish {
        said.push(match publish {
            AccessManifest::Authenticated => "sent by every authenticated caller".to_owned(),
            AccessManifest::Public => "sent by everybody".to_owned(),
            AccessManifest::None => "sent by no client".to_owned(),
            AccessManifest::Scope(scope) => format!("sent by scope {scope}"),
        });
    }
    if let Some(rate) = &event.rate {
        said.push(format!("each caller sends at most {rate}"));
    }
    if let Some(bytes) = event.max_payload_bytes {
        said.push(format!("a payload has at most {bytes} bytes"));
    }
    match &event.idempotent {
        IdempotentManifest::Optional => {}
        IdempotentManifest::Required => said.push("senders must give a clientEventId".to_owned()),
        IdempotentManifest::By(field) => said.push(format!("field {field} is the id of a send")),
    }
    if event
        .action
        .as_ref()
        .is_some_and(|action| action.retry_safe)
    {
        said.push("its action may run again after an unknown outcome".to_owned());
    }
    said
}

/// Phrases as one sentence; empty if there are none.
pub fn sentence(said: &[String]) -> String {
    let text = said.join("; ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str())
    })
}
