//! The grammar of channel and event names, what is reserved, and the idents made from them.

use heck::ToSnakeCase;
use proc_macro2::Span;
use quote::format_ident;
use syn::{Ident, LitStr, ext::IdentExt};

use crate::{errors::Errors, spanned::Spanned};

/// The longest full name, in bytes.
const MAX_NAME_BYTES: usize = 100;

/// The grammar of the part after the colon, for messages.
const WORD_GRAMMAR: &str = "[a-z0-9][a-z0-9._-]*";
/// The grammar of channel names, for messages.
const CHANNEL_GRAMMAR: &str = "[a-z][a-z0-9_]*";

/// Event words that a client's proxy answers itself, or that the channel's own procedures have.
const RESERVED_WORDS: &[(&str, &str)] = &[
    ("then", TRPC_PROXY),
    ("call", TRPC_PROXY),
    ("apply", TRPC_PROXY),
    ("subscribe", "the procedures of every channel"),
    ("history", "the procedures of every channel"),
];

/// Channel names that a client's proxy or the runtime has.
const RESERVED_CHANNELS: &[(&str, &str)] = &[
    ("pubsub", "the runtime's own events"),
    ("subscribe", "a procedure of the server"),
    ("new", "the Rust client"),
    ("then", TRPC_PROXY),
    ("call", TRPC_PROXY),
    ("apply", TRPC_PROXY),
    ("links", TRPC_V10),
    ("mutation", TRPC_V10),
    ("query", TRPC_V10),
    ("runtime", TRPC_V10),
    ("subscription", TRPC_V10),
];

const TRPC_PROXY: &str = "the tRPC client proxy";
const TRPC_V10: &str = "the client of tRPC v10";

/// Idents that cannot be written raw either.
const NEVER_IDENTS: &[&str] = &["self", "super", "crate"];

/// A channel that follows the grammar.
#[derive(Debug, Clone)]
pub(crate) struct Channel {
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl Channel {
    /// Reads the word `channel`.
    pub(crate) fn read(text: &Spanned<LitStr>, errors: &mut Errors) -> Option<Self> {
        let channel = Self {
            name: text.value.value(),
            span: text.span,
        };
        channel.check(errors).then_some(channel)
    }

    /// Whether it follows the grammar and is free; says so if not.
    pub(crate) fn check(&self, errors: &mut Errors) -> bool {
        let Self { name, span } = self;
        let problem = if name.is_empty() {
            Some("the channel name is empty; write for example \"orders\"".to_owned())
        } else if let Some(bad) = bad_character(
            name,
            |first| first.is_ascii_lowercase(),
            |byte| byte == b'_',
        ) {
            Some(format!(
                "channel name `{name}` {bad}; channel names follow `{CHANNEL_GRAMMAR}`"
            ))
        } else if name.len() > MAX_NAME_BYTES - 2 {
            Some(format!(
                "channel name `{name}` has {} bytes; with its event it may have {MAX_NAME_BYTES}",
                name.len()
            ))
        } else {
            reserved(name, RESERVED_CHANNELS)
                .map(|by| format!("channel name `{name}` is reserved by {by}; choose another name"))
                .or_else(|| unspeakable("channel name", name))
        };
        if let Some(problem) = &problem {
            errors.push(*span, problem);
        }
        problem.is_none()
    }

    /// The ident of its module and of its client method, standing where the name stands.
    pub(crate) fn ident(&self) -> Ident {
        ident(&self.name, self.span)
    }
}

/// The part of an event's name after the colon.
#[derive(Debug, Clone)]
pub(crate) struct EventWord {
    pub(crate) word: String,
    pub(crate) span: Span,
}

impl EventWord {
    /// The word `name`: `created`, or `orders:created` on channel `orders`.
    pub(crate) fn read(
        text: &Spanned<LitStr>,
        channel: Option<&Channel>,
        errors: &mut Errors,
    ) -> Option<Self> {
        let span = text.span;
        let name = text.value.value();
        let word = match name.split_once(':') {
            None => name.clone(),
            Some((_, word)) if word.contains(':') => {
                errors.push(
                    span,
                    format!("event name `{name}` has two colons; write \"family:verb\", such as \"orders:created\""),
                );
                return None;
            }
            Some(("pubsub", _)) => {
                errors.push(
                    span,
                    format!("event name `{name}` is in family `pubsub`, which is reserved for the runtime's own events; write only the part after the colon"),
                );
                return None;
            }
            Some((family, word)) => {
                if let Some(channel) = channel
                    && channel.name != family
                {
                    errors.push(
                        span,
                        format!(
                            "name `{name}` is in family `{family}`, but the channel is `{}`; write `name = \"{word}\"`",
                            channel.name
                        ),
                    );
                    return None;
                }
                word.to_owned()
            }
        };
        let read = Self { word, span };
        read.check(channel, errors).then_some(read)
    }

    /// The default: the item's name in snake case, less the channel's name or its singular, and never empty.
    pub(crate) fn derive(
        item: &Ident,
        channel: Option<&Channel>,
        errors: &mut Errors,
    ) -> Option<Self> {
        let snake = item.unraw().to_string().to_snake_case();
        let word = channel
            .and_then(|channel| without_family(&snake, &channel.name))
            .unwrap_or(&snake)
            .to_owned();
        let read = Self {
            word,
            span: item.span(),
        };
        read.check(channel, errors).then_some(read)
    }

    fn check(&self, channel: Option<&Channel>, errors: &mut Errors) -> bool {
        let Self { word, span } = self;
        let length = channel.map_or(0, |channel| channel.name.len()) + 1 + word.len();
        let problem = if word.is_empty() {
            Some("the event name is empty; write for example \"created\"".to_owned())
        } else if let Some(bad) = bad_word(word) {
            Some(format!(
                "event name `{word}` {bad}; event names follow `{WORD_GRAMMAR}`"
            ))
        } else if length > MAX_NAME_BYTES {
            Some(format!(
                "the full name of this event has {length} bytes; at most {MAX_NAME_BYTES} are allowed"
            ))
        } else {
            reserved(word, RESERVED_WORDS)
                .map(|by| {
                    format!("`{word}` is reserved by {by}; choose another name with `name = \"…\"`")
                })
                .or_else(|| unspeakable("event name", word))
        };
        if let Some(problem) = &problem {
            errors.push(*span, problem);
        }
        problem.is_none()
    }

    /// The client method that sends it.
    pub(crate) fn method(&self) -> Ident {
        ident(&self.word, self.span)
    }

    /// The client method that subscribes to it.
    pub(crate) fn subscribe_method(&self) -> Ident {
        format_ident!("on_{}", plain_ident(&self.word), span = self.span)
    }
}

/// Whether a group of channels is called by a word that follows the grammar of event names; says so if not.
pub(crate) fn family(text: &Spanned<LitStr>, errors: &mut Errors) -> bool {
    let name = text.value.value();
    let problem = if name.is_empty() {
        Some("the family is empty; write for example \"billing\"".to_owned())
    } else if name.len() > MAX_NAME_BYTES {
        Some(format!(
            "family `{name}` has {} bytes; at most {MAX_NAME_BYTES} are allowed",
            name.len()
        ))
    } else {
        bad_word(&name)
            .map(|bad| format!("family `{name}` {bad}; families follow `{WORD_GRAMMAR}`"))
    };
    if let Some(problem) = &problem {
        errors.push(text.span, problem);
    }
    problem.is_none()
}

/// As [`bad_character`], of [`WORD_GRAMMAR`].
fn bad_word(word: &str) -> Option<String> {
    bad_character(
        word,
        |first| first.is_ascii_lowercase() || first.is_ascii_digit(),
        |byte| matches!(byte, b'.' | b'_' | b'-'),
    )
}

/// What the first character that does not belong is called; `None` if there is none.
fn bad_character(
    name: &str,
    first: impl Fn(u8) -> bool,
    inner: impl Fn(u8) -> bool,
) -> Option<String> {
    let belongs = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || inner(byte);
    let (index, bad) = name.char_indices().find(|(index, character)| {
        u8::try_from(*character).ok().is_none_or(|byte| {
            if *index == 0 {
                !first(byte)
            } else {
                !belongs(byte)
            }
        })
    })?;
    Some(if bad.is_uppercase() {
        format!("has an upper-case `{bad}`")
    } else if index == 0 {
        format!("begins with `{bad}`")
    } else {
        format!("contains `{}`", bad.escape_debug())
    })
}

fn reserved(name: &str, table: &[(&str, &'static str)]) -> Option<&'static str> {
    table
        .iter()
        .find(|(reserved, _)| *reserved == name)
        .map(|(_, by)| *by)
}

/// A name from which no ident can be made.
fn unspeakable(what: &str, name: &str) -> Option<String> {
    NEVER_IDENTS.contains(&name).then(|| {
        format!("{what} `{name}` cannot be the name of a client method; choose another name")
    })
}

/// `order_created` less `orders_` or `order_`; `None` if nothing of that stands in front, or nothing would remain.
fn without_family<'a>(snake: &'a str, channel: &str) -> Option<&'a str> {
    let singular = channel
        .strip_suffix("ies")
        .map(|stem| format!("{stem}y"))
        .or_else(|| channel.strip_suffix('s').map(str::to_owned));
    [Some(channel), singular.as_deref()]
        .into_iter()
        .flatten()
        .filter_map(|family| snake.strip_prefix(family)?.strip_prefix('_'))
        .find(|rest| !rest.is_empty())
}

/// The ident of a name, raw if it is a keyword.
fn ident(name: &str, span: Span) -> Ident {
    let plain = plain_ident(name);
    if syn::parse_str::<Ident>(&plain).is_ok() {
        Ident::new(&plain, span)
    } else {
        Ident::new_raw(&plain, span)
    }
}

/// A name with `_` for what an ident cannot hold, and `_` before a leading digit.
fn plain_ident(name: &str) -> String {
    let mut plain: String = name
        .chars()
        .map(|character| match character {
            '.' | '-' => '_',
            other => other,
        })
        .collect();
    if plain.starts_with(|first: char| first.is_ascii_digit()) {
        plain.insert(0, '_');
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(item: &str, channel: &str) -> Option<String> {
        let mut errors = Errors::new();
        let channel = Channel {
            name: channel.to_owned(),
            span: Span::call_site(),
        };
        let item = Ident::new(item, Span::call_site());
        let word = EventWord::derive(&item, Some(&channel), &mut errors);
        drop(errors.finish());
        word.map(|word| word.word)
    }

    #[test]
    fn the_default_name_leaves_out_the_channel() {
        for (item, channel, word) in [
            ("OrderCreated", "orders", "created"),
            ("OrdersCreated", "orders", "created"),
            ("order_created", "orders", "created"),
            ("created", "orders", "created"),
            ("Order", "orders", "order"),
            ("DeliveryLate", "deliveries", "late"),
            ("OpsAlert", "ops", "alert"),
            ("OrderlyShutdown", "orders", "orderly_shutdown"),
            ("HTTPFailed", "orders", "http_failed"),
        ] {
            assert_eq!(
                derived(item, channel).as_deref(),
                Some(word),
                "{item} on {channel}"
            );
        }
    }

    #[test]
    fn method_names_are_idents() {
        for (word, method) in [
            ("created", "created"),
            ("created.v2", "created_v2"),
            ("2fa", "_2fa"),
            ("type", "r#type"),
        ] {
            let word = EventWord {
                word: word.to_owned(),
                span: Span::call_site(),
            };
            assert_eq!(word.method().to_string(), method);
        }
    }
}
