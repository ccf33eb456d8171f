//! An event somebody wants to add, checked before anything is written.

use std::collections::BTreeSet;

use heck::{ToLowerCamelCase, ToSnakeCase, ToUpperCamelCase};
use syn::spanned::Spanned as _;

use super::wrong_use;

/// The longest event name, in bytes; the runtime refuses longer ones too.
const MAX_NAME_BYTES: usize = 100;

/// What the tRPC client answers itself, or what every channel's router has.
const RESERVED_WORDS: [&str; 5] = ["then", "call", "apply", "subscribe", "history"];

/// What the clients or the runtime use at the top.
const RESERVED_CHANNELS: [&str; 13] = [
    "then",
    "call",
    "apply",
    "subscribe",
    "pubsub",
    "links",
    "mutation",
    "query",
    "runtime",
    "subscription",
    "self",
    "super",
    "crate",
];

/// An event somebody wants to add.
#[derive(Debug)]
pub(super) struct EventDraft {
    pub(super) channel: String,
    pub(super) word: String,
    pub(super) fields: Vec<FieldDraft>,
    pub(super) action: bool,
}

/// One field of its payload.
#[derive(Debug)]
pub(super) struct FieldDraft {
    pub(super) name: String,
    pub(super) type_name: String,
}

impl EventDraft {
    /// Checks a channel, a name (`created` or `orders:created`) and fields (`a:String,b:f64`).
    pub(super) fn new(
        channel: &str,
        name: &str,
        fields: &str,
        action: bool,
    ) -> anyhow::Result<Self> {
        let channel = check_channel(channel)?;
        let word = check_word(&channel, name)?;
        let draft = Self {
            fields: parse_fields(fields, action)?,
            channel,
            word,
            action,
        };
        // The module's name becomes a path and an identifier, so it is checked as both.
        if syn::parse_str::<syn::Ident>(&draft.module()).is_err() {
            return wrong_use(format!(
                "`{}` gives no module name; choose another word",
                draft.full_name()
            ));
        }
        Ok(draft)
    }

    /// Such as `orders:created`.
    pub(super) fn full_name(&self) -> String {
        format!("{}:{}", self.channel, self.word)
    }

    /// Such as `orders_created`.
    pub(super) fn module(&self) -> String {
        format!("{}_{}", self.channel, self.function())
    }

    /// Such as `OrdersCreated`.
    pub(super) fn payload(&self) -> String {
        self.module().to_upper_camel_case()
    }

    /// Such as `created`.
    pub(super) fn function(&self) -> String {
        let plain: String = self
            .word
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .collect();
        let name = plain.to_snake_case();
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            format!("_{name}")
        } else if syn::parse_str::<syn::Ident>(&name).is_err() {
            format!("{name}_")
        } else {
            name
        }
    }
}

/// Checks the name of a channel.
pub(super) fn check_channel(channel: &str) -> anyhow::Result<String> {
    let mut chars = channel.chars();
    let fits = chars.next().is_some_and(|first| first.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !fits {
        return wrong_use(format!(
            "`{channel}` is no channel name; write lower-case letters, digits and `_`, a letter first, such as `orders`"
        ));
    }
    let is_keyword = syn::parse_str::<syn::Ident>(channel).is_err();
    if RESERVED_CHANNELS.contains(&channel) || is_keyword {
        return wrong_use(format!(
            "channel name `{channel}` is reserved; choose another"
        ));
    }
    Ok(channel.to_owned())
}

fn check_word(channel: &str, name: &str) -> anyhow::Result<String> {
    let word = match name.split_once(':') {
        Some((family, word)) if family == channel => word,
        Some((family, _)) => {
            return wrong_use(format!(
                "name `{name}` is in family `{family}`, but the channel is `{channel}`"
            ));
        }
        None => name,
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let mut chars = word.chars();
    let fits = chars.next().is_some_and(plain)
        && chars.all(|c| plain(c) || matches!(c, '.' | '_' | '-'))
        && !word.contains("..");
    if !fits {
        return wrong_use(format!(
            "`{word}` is no event name; write lower-case letters, digits, `.`, `_` and `-`, a letter or digit first, such as `created`"
        ));
    }
    if channel.len() + 1 + word.len() > MAX_NAME_BYTES {
        return wrong_use(format!(
            "the name is longer than {MAX_NAME_BYTES} bytes; choose a shorter one"
        ));
    }
    if RESERVED_WORDS.contains(&word) {
        return wrong_use(format!(
            "event name `{word}` is reserved by the client; choose another"
        ));
    }
    Ok(word.to_owned())
}

fn parse_fields(text: &str, action: bool) -> anyhow::Result<Vec<FieldDraft>> {
    let remedy = "write them as `name:Type,name:Type`, such as `order_id:String,total:f64`";
    let body = format!("{{{text}}}");
    let Ok(parsed) = syn::parse_str::<syn::FieldsNamed>(&body) else {
        return wrong_use(format!("the fields `{text}` are not understood; {remedy}"));
    };
    let mut seen = BTreeSet::new();
    let mut fields = Vec::new();
    for field in parsed.named {
        let plain = field.attrs.is_empty() && matches!(field.vis, syn::Visibility::Inherited);
        let (Some(name), true) = (&field.ident, plain) else {
            return wrong_use(format!(
                "fields take no attributes and no `pub` here; {remedy}"
            ));
        };
        let name = name.to_string();
        let wire = name.to_lower_camel_case();
        if !seen.insert(wire.clone()) {
            return wrong_use(format!("field `{name}` stands there twice; rename one"));
        }
        if action && wire == "clientEventId" {
            return wrong_use(
                "field `client_event_id` is what senders add themselves; choose another name",
            );
        }
        let type_name = body
            .get(field.ty.span().byte_range())
            .unwrap_or_default()
            .trim()
            .to_owned();
        if type_name.is_empty() || type_name.contains(['\n', '\r']) {
            return wrong_use(format!(
                "the type of field `{name}` is not understood; {remedy}"
            ));
        }
        fields.push(FieldDraft { name, type_name });
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_grammar() {
        let draft = EventDraft::new("orders", "orders:created.v2", "", true).unwrap();
        assert_eq!(draft.module(), "orders_created_v2");
        assert_eq!(draft.payload(), "OrdersCreatedV2");
        for (channel, name) in [
            ("orders", "../evil"),
            ("../orders", "created"),
            ("orders", "/etc/passwd"),
            ("orders", "two words"),
            ("Orders", "created"),
            ("orders", "Created"),
            ("orders", ""),
            ("", "created"),
            ("orders", "a..b"),
            ("orders", "then"),
            ("subscribe", "created"),
            ("fn", "created"),
            ("orders", "items:created"),
            ("orders", "crée"),
            ("orders", &"a".repeat(100)),
        ] {
            assert!(
                EventDraft::new(channel, name, "", true).is_err(),
                "{channel} {name}"
            );
        }
    }

    #[test]
    fn words_that_are_no_identifiers_give_names_that_are() {
        let function = |word: &str| {
            EventDraft::new("orders", word, "", true)
                .unwrap()
                .function()
        };
        assert_eq!(function("2fa-sent"), "_2fa_sent");
        assert_eq!(function("move"), "move_");
    }

    #[test]
    fn fields_keep_their_types_as_written() {
        let draft = EventDraft::new(
            "orders",
            "created",
            "a: String, b:BTreeMap<String, Vec<u8>>,",
            false,
        )
        .unwrap();
        let fields: Vec<_> = draft
            .fields
            .iter()
            .map(|field| (field.name.as_str(), field.type_name.as_str()))
            .collect();
        assert_eq!(
            fields,
            [("a", "String"), ("b", "BTreeMap<String, Vec<u8>>")]
        );
        for fields in [
            "a",
            "a:",
            ":String",
            "a:String}b:String",
            "a:String,a:u8",
            "a_b:u8,aB:u8",
            "#[serde(skip)] a:u8",
            "pub a:u8",
            "client_event_id:String",
            "a:String} fn evil() {} struct S {",
        ] {
            assert!(
                EventDraft::new("orders", "created", fields, true).is_err(),
                "{fields}"
            );
        }
    }
}
