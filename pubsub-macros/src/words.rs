//! The one table of accepted words, and what an attribute said with them.
//!
//! A new word is a row here and a member of the model that reads it.

mod choice;
mod parse;

use proc_macro2::Span;
use syn::{LitInt, LitStr, Path, Type};

pub(crate) use self::choice::Chosen;
use self::choice::{Choice, of_field, plain, quoted};
use crate::spanned::Spanned;

/// Where a word may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// `#[event]` on a struct or enum.
    Payload,
    /// `#[event]` on an `async fn`.
    Action,
    /// `#[snapshot]`.
    Snapshot,
    /// `#[event]` on a field.
    Field,
    /// `#[model]` on a field.
    ModelField,
    /// `#[model]`.
    Model,
    /// A channel of `domain!`.
    Channel,
    /// `#[event_error]` on the enum.
    Error,
    /// `#[event_error]` on a variant.
    Variant,
}

impl Place {
    /// How messages call it.
    const fn noun(self) -> &'static str {
        match self {
            Self::Payload => "a payload type",
            Self::Action => "an action",
            Self::Snapshot => "a snapshot",
            Self::Field => "a field",
            Self::ModelField => "a field of a `#[model]`",
            Self::Model => "`#[model]`",
            Self::Channel => "a channel",
            Self::Error => "an error",
            Self::Variant => "a variant of an error",
        }
    }

    /// What a word is called here.
    const fn word(self) -> &'static str {
        match self {
            Self::Channel => "policy word",
            _ => "argument",
        }
    }
}

/// What follows a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `= "text"`
    Text,
    /// `= 1`
    Number,
    /// `= "Type"`, or `(in = "Type", out = "Type")`
    Wire,
    /// `= Type`
    Type,
    /// `(Type, Type)`
    Types,
    /// `= path::to`
    Path,
    /// `= "scope"`, `= public` or `= none`
    Access,
    /// `= word` or `= word(field)`
    OneOf(&'static [Choice]),
    /// nothing, or as `OneOf`
    FlagOr(&'static [Choice]),
    /// nothing
    Flag,
}

impl Form {
    const fn takes(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Number => "an integer",
            Self::Wire => "a type in quotes, or `in` and `out` with one each",
            Self::Type => "a type",
            Self::Types => "types in parentheses",
            Self::Path => "a path",
            Self::Access => "a scope string, `public` or `none`",
            Self::OneOf(_) => "a word",
            Self::FlagOr(_) | Self::Flag => "no value",
        }
    }
}

/// One accepted word.
#[derive(Debug)]
struct Word {
    name: &'static str,
    form: Form,
    /// How it is written, for messages.
    write: &'static str,
    places: &'static [Place],
}

const FIELDS: &[Place] = &[Place::Field, Place::ModelField];
const EVENTS: &[Place] = &[Place::Payload, Place::Action];
/// What a channel says for all its events, and an event for itself.
const POLICY: &[Place] = &[Place::Payload, Place::Action, Place::Channel];

const WORDS: &[Word] = &[
    row(
        "channel",
        Form::Text,
        "channel = \"orders\"",
        &[Place::Payload, Place::Action, Place::Snapshot],
    ),
    row("name", Form::Text, "name = \"created\"", EVENTS),
    row("direction", Form::Text, "direction = \"both\"", EVENTS),
    row("version", Form::Number, "version = 2", EVENTS),
    row("reply", Form::Type, "reply = OrderAck", EVENTS),
    row("error", Form::Type, "error = OrderError", EVENTS),
    row("example", Form::Text, "example = r#\"{…}\"#", EVENTS),
    row(
        "idempotent",
        Form::OneOf(&[
            quoted("required", "\"required\""),
            quoted("optional", "\"optional\""),
            of_field("by", "by(order_id)"),
        ]),
        "idempotent = \"required\"",
        EVENTS,
    ),
    row(
        "action",
        Form::Type,
        "action = OrderCreated",
        &[Place::Action],
    ),
    row("retry_safe", Form::Flag, "retry_safe", &[Place::Action]),
    row(
        "emits",
        Form::Types,
        "emits(OrderIngested)",
        &[Place::Action],
    ),
    row(
        "timeout",
        Form::Text,
        "timeout = \"5s\"",
        &[Place::Action, Place::Snapshot],
    ),
    row(
        "subscribe",
        Form::Access,
        "subscribe = \"orders:read\"",
        &[Place::Channel],
    ),
    row(
        "publish",
        Form::Access,
        "publish = \"orders:write\"",
        POLICY,
    ),
    row("rate", Form::Text, "rate = \"50/s\"", POLICY),
    row(
        "quota",
        Form::Text,
        "quota = \"100_000/day\"",
        &[Place::Channel],
    ),
    row(
        "retention",
        Form::Text,
        "retention = \"24h\"",
        &[Place::Channel],
    ),
    row(
        "max_events",
        Form::Number,
        "max_events = 10_000",
        &[Place::Channel],
    ),
    row(
        "max_bytes",
        Form::Text,
        "max_bytes = \"64MiB\"",
        &[Place::Channel],
    ),
    row(
        "max_payload",
        Form::Text,
        "max_payload = \"256KiB\"",
        POLICY,
    ),
    row(
        "max_replay",
        Form::Number,
        "max_replay = 10_000",
        &[Place::Channel],
    ),
    row(
        "ordered",
        Form::FlagOr(&[of_field("by", "by(tenant_id)")]),
        "ordered",
        &[Place::Channel],
    ),
    row(
        "partitions",
        Form::Number,
        "partitions = 16",
        &[Place::Channel],
    ),
    row(
        "on_gap",
        Form::OneOf(&[
            plain("replay"),
            plain("live"),
            plain("snapshot"),
            plain("fail"),
        ]),
        "on_gap = replay",
        &[Place::Channel],
    ),
    row(
        "on_lag",
        Form::OneOf(&[
            plain("disconnect"),
            plain("resync"),
            of_field("conflate", "conflate(order_id)"),
            plain("drop_oldest"),
        ]),
        "on_lag = disconnect",
        &[Place::Channel],
    ),
    row(
        "max_lag",
        Form::Number,
        "max_lag = 10_000",
        &[Place::Channel],
    ),
    row(
        "on_unavailable",
        Form::OneOf(&[plain("fail"), plain("spool")]),
        "on_unavailable = fail",
        &[Place::Channel],
    ),
    row(
        "family",
        Form::Text,
        "family = \"billing\"",
        &[Place::Channel],
    ),
    row(
        "tenant",
        Form::OneOf(&[plain("required")]),
        "tenant = required",
        &[Place::Channel],
    ),
    row(
        "audit",
        Form::FlagOr(&[plain("off")]),
        "audit",
        &[Place::Channel],
    ),
    row(
        "crate",
        Form::Path,
        "crate = path::to::pubsub_runtime",
        &[
            Place::Payload,
            Place::Action,
            Place::Snapshot,
            Place::Model,
            Place::Error,
        ],
    ),
    row("filter", Form::Flag, "filter", &[Place::Field]),
    row(
        "partition_key",
        Form::Flag,
        "partition_key",
        &[Place::Field],
    ),
    row("int", Form::Text, "int = \"string\"", FIELDS),
    row("wire", Form::Wire, "wire = \"String\"", FIELDS),
    row("redact", Form::Flag, "redact", FIELDS),
    row("code", Form::Text, "code = \"CONFLICT\"", &[Place::Variant]),
    row(
        "retry_after",
        Form::Text,
        "retry_after = \"30s\"",
        &[Place::Variant],
    ),
    row("internal", Form::Flag, "internal", &[Place::Variant]),
];

const fn row(
    name: &'static str,
    form: Form,
    write: &'static str,
    places: &'static [Place],
) -> Word {
    Word {
        name,
        form,
        write,
        places,
    }
}

/// How a word is written, for messages.
pub(crate) fn how_to_write(name: &str) -> &'static str {
    WORDS
        .iter()
        .find(|word| word.name == name)
        .map_or("", |word| word.write)
}

fn accepted(place: Place) -> impl Iterator<Item = &'static Word> {
    WORDS
        .iter()
        .filter(move |word| word.places.contains(&place))
}

/// Who may do something, as written.
#[derive(Debug, Clone)]
pub(crate) enum Access {
    Scope(LitStr),
    Public,
    None,
}

/// What a field looks like on the wire, as written; `None` where its own type says it.
#[derive(Debug, Clone)]
pub(crate) struct WireTypes {
    pub(crate) input: Option<(LitStr, Type)>,
    pub(crate) output: Option<(LitStr, Type)>,
}

/// What a word was given.
#[derive(Debug, Clone)]
enum Value {
    Text(LitStr),
    Number(LitInt),
    Type(Box<Type>),
    Types(Vec<Type>),
    Path(Path),
    Access(Access),
    Wire(Box<WireTypes>),
    Choice(Chosen),
    Flag,
}

/// The words of one attribute, each at most once.
#[derive(Debug, Default)]
pub(crate) struct Words {
    read: Vec<(&'static str, Spanned<Value>)>,
    /// The words that stand there, or were meant, and could not be read: that is reported, so they are not missing too.
    refused: Vec<&'static str>,
}

macro_rules! getter {
    ($($(#[$doc:meta])* $name:ident: $variant:ident => $type:ty),* $(,)?) => {
        impl Words {
            $(
                $(#[$doc])*
                pub(crate) fn $name(&self, word: &str) -> Option<Spanned<$type>> {
                    let spanned = self.get(word)?;
                    match &spanned.value {
                        Value::$variant(value) => Some(spanned.with(value.clone().into())),
                        _ => None,
                    }
                }
            )*
        }
    };
}

getter! {
    /// The value of a word that takes a string.
    text: Text => LitStr,
    /// The value of a word that takes an integer.
    number: Number => LitInt,
    /// The value of a word that takes a type.
    ty: Type => Box<Type>,
    /// The value of a word that takes several types.
    types: Types => Vec<Type>,
    /// The value of a word that takes a path.
    path: Path => Path,
    /// The value of a word that says who may do something.
    access: Access => Access,
    /// The types of a word that says what stands on the wire.
    wire: Wire => Box<WireTypes>,
    /// The word that was given as a value.
    chosen: Choice => Chosen,
}

impl Words {
    fn get(&self, word: &str) -> Option<&Spanned<Value>> {
        self.read
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, value)| value)
    }

    /// The words that were read, in their order, each where it stands.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, Span)> {
        self.read.iter().map(|(name, value)| (*name, value.key))
    }

    /// Whether a word stands there, be its value good or bad.
    pub(crate) fn met(&self, word: &str) -> bool {
        self.get(word).is_some() || self.refused.contains(&word)
    }

    /// Where a word stands that takes no value, or needs none.
    pub(crate) fn flag(&self, word: &str) -> Option<Span> {
        self.get(word).map(|spanned| spanned.key)
    }
}
