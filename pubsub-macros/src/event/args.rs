//! The words of `#[event(…)]`, read into their types.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{LitStr, Type};

use super::{item_fn::plain, policy::EventPolicy};
use crate::{
    duration,
    errors::Errors,
    name::Channel,
    runtime::Runtime,
    spanned::Spanned,
    suggest,
    words::{Place, Words},
};

/// Everything that may stand in `#[event(…)]`.
#[derive(Debug)]
pub(crate) struct EventArgs {
    pub(crate) runtime: Runtime,
    /// `None` if it is missing or bad, which is reported already.
    pub(crate) channel: Option<Channel>,
    pub(crate) name: Option<Spanned<LitStr>>,
    pub(crate) direction: Option<Spanned<Direction>>,
    pub(crate) version: Option<u32>,
    pub(crate) reply: Option<Spanned<Box<Type>>>,
    pub(crate) error: Option<Spanned<Box<Type>>>,
    pub(crate) example: Option<LitStr>,
    pub(crate) emits: Vec<Type>,
    pub(crate) timeout_ms: u64,
    pub(crate) retry_safe: bool,
    /// The payload type of the event that this is the action of, if that is declared elsewhere.
    pub(crate) attached: Option<Spanned<Box<Type>>>,
    pub(crate) policy: EventPolicy,
}

/// Who may start an event on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Sse,
    Cse,
    Both,
}

impl Direction {
    const NAMES: [(&'static str, Self); 3] =
        [("sse", Self::Sse), ("cse", Self::Cse), ("both", Self::Both)];

    fn read(text: &Spanned<LitStr>, errors: &mut Errors) -> Option<Spanned<Self>> {
        let written = text.value.value();
        let found = Self::NAMES.iter().find(|(name, _)| *name == written);
        if found.is_none() {
            let names = || Self::NAMES.iter().map(|(name, _)| *name);
            let remedy = suggest::nearest(&written, names()).map_or_else(
                || "write \"sse\", \"cse\" or \"both\"".to_owned(),
                |name| format!("did you mean \"{name}\"?"),
            );
            errors.push(
                text.span,
                format!("unknown direction `{written}`; {remedy}"),
            );
        }
        found.map(|(_, direction)| text.with(*direction))
    }
}

/// How long an action or a snapshot may run where `timeout` says nothing.
const DEFAULT_TIMEOUT_MS: u64 = 30_000;

impl EventArgs {
    pub(crate) fn for_payload(tokens: TokenStream, errors: &mut Errors) -> Self {
        Self::read(&Words::parse(tokens, Place::Payload, errors), errors)
    }

    pub(crate) fn for_action(tokens: TokenStream, errors: &mut Errors) -> Self {
        Self::read(&Words::parse(tokens, Place::Action, errors), errors)
    }

    fn read(words: &Words, errors: &mut Errors) -> Self {
        Self {
            runtime: Runtime::new(words.path("crate").map(|path| path.value)),
            channel: read_channel(words, "event", errors).filter(|_| !words.met("action")),
            name: words.text("name"),
            direction: words
                .text("direction")
                .and_then(|text| Direction::read(&text, errors)),
            version: read_version(words, errors),
            reply: words.ty("reply"),
            error: words.ty("error"),
            example: read_example(words, errors),
            emits: words
                .types("emits")
                .map(|types| types.value)
                .unwrap_or_default(),
            timeout_ms: read_timeout(words, errors),
            retry_safe: words.flag("retry_safe").is_some(),
            attached: read_attached(words, errors),
            policy: EventPolicy::read(words, errors),
        }
    }
}

/// `action = OrderCreated, channel = "orders"`: what the event says cannot be said twice.
fn read_attached(words: &Words, errors: &mut Errors) -> Option<Spanned<Box<Type>>> {
    const OF_THE_EVENT: [&str; 9] = [
        "channel",
        "name",
        "direction",
        "version",
        "example",
        "publish",
        "rate",
        "max_payload",
        "idempotent",
    ];
    let attached = words.ty("action")?;
    let event = plain(&attached.value.to_token_stream());
    for word in OF_THE_EVENT {
        if let Some(span) = words.flag(word) {
            errors.push(
                span,
                format!("`{word}` beside `action`: that is for the event to say; remove it here, or write it on `{event}`"),
            );
        }
    }
    Some(attached)
}

/// `attribute` is the one that lacks it, if it is missing.
pub(crate) fn read_channel(words: &Words, attribute: &str, errors: &mut Errors) -> Option<Channel> {
    if let Some(text) = words.text("channel") {
        return Channel::read(&text, errors);
    }
    // A `channel` that stands there with a bad value is reported already; the action of an event declared elsewhere needs none.
    if !words.met("channel") && !words.met("action") {
        errors.push(
            Span::call_site(),
            format!("missing `channel`; write `#[{attribute}(channel = \"orders\")]`"),
        );
    }
    None
}

/// In milliseconds.
pub(crate) fn read_timeout(words: &Words, errors: &mut Errors) -> u64 {
    words
        .text("timeout")
        .and_then(|text| duration::millis("timeout", &text, errors))
        .unwrap_or(DEFAULT_TIMEOUT_MS)
}

fn read_version(words: &Words, errors: &mut Errors) -> Option<u32> {
    let number = words.number("version")?;
    match number.value.base10_parse::<u32>() {
        Ok(version) if version > 0 => Some(version),
        _ => {
            errors.push(
                number.span,
                format!(
                    "version `{}` is out of range; versions count from 1 to {}",
                    number.value,
                    u32::MAX
                ),
            );
            None
        }
    }
}

fn read_example(words: &Words, errors: &mut Errors) -> Option<LitStr> {
    let text = words.text("example")?;
    match serde_json::from_str::<serde_json::Value>(&text.value.value()) {
        Ok(_) => Some(text.value),
        Err(error) => {
            errors.push(text.span, format!("the example is not JSON: {error}"));
            None
        }
    }
}
