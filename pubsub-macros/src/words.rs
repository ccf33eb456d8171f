//! The one table of accepted words, and the parser that follows it.
//!
//! A new word is a row here and a member of the model that reads it.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Ident, LitInt, LitStr, Path, Token, Type, ext::IdentExt, parenthesized, parse::ParseStream,
    parse::Parser, punctuated::Punctuated, spanned::Spanned as _,
};

use crate::{errors::Errors, spanned::Spanned, suggest};

/// Where a word may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// `#[event]` on a struct or enum.
    Payload,
    /// `#[event]` on an `async fn`.
    Action,
    /// `#[event]` on a field.
    Field,
    /// `#[model]`.
    Model,
    /// A channel of `domain!`.
    Channel,
    /// `#[event_error]` on a variant.
    Variant,
}

impl Place {
    /// How messages call it.
    const fn noun(self) -> &'static str {
        match self {
            Self::Payload => "a payload type",
            Self::Action => "an action",
            Self::Field => "a field",
            Self::Model => "`#[model]`",
            Self::Channel => "a channel",
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
    /// `= Type`
    Type,
    /// `(Type, Type)`
    Types,
    /// `= path::to`
    Path,
    /// `= "scope"`, `= public` or `= none`
    Access,
    /// nothing
    Flag,
}

impl Form {
    const fn takes(self) -> &'static str {
        match self {
            Self::Text => "a string",
            Self::Number => "an integer",
            Self::Type => "a type",
            Self::Types => "types in parentheses",
            Self::Path => "a path",
            Self::Access => "a scope string, `public` or `none`",
            Self::Flag => "no value",
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

const EVENTS: &[Place] = &[Place::Payload, Place::Action];

const WORDS: &[Word] = &[
    row("channel", Form::Text, "channel = \"orders\"", EVENTS),
    row("name", Form::Text, "name = \"created\"", EVENTS),
    row("direction", Form::Text, "direction = \"both\"", EVENTS),
    row("version", Form::Number, "version = 2", EVENTS),
    row("reply", Form::Type, "reply = OrderAck", EVENTS),
    row("error", Form::Type, "error = OrderError", EVENTS),
    row("example", Form::Text, "example = r#\"{…}\"#", EVENTS),
    row(
        "emits",
        Form::Types,
        "emits(OrderIngested)",
        &[Place::Action],
    ),
    row("timeout", Form::Text, "timeout = \"5s\"", &[Place::Action]),
    row(
        "crate",
        Form::Path,
        "crate = path::to::pubsub_runtime",
        &[Place::Payload, Place::Action, Place::Model],
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
    row("ordered", Form::Flag, "ordered", &[Place::Channel]),
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

fn accepted(place: Place) -> impl Iterator<Item = &'static Word> {
    WORDS
        .iter()
        .filter(move |word| word.places.contains(&place))
}

/// Who may use a channel, as written.
#[derive(Debug, Clone)]
pub(crate) enum Access {
    Scope(LitStr),
    Public,
    None,
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
}

impl Words {
    fn get(&self, word: &str) -> Option<&Spanned<Value>> {
        self.read
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, value)| value)
    }

    /// Whether a word stands there, be its value good or bad.
    pub(crate) fn met(&self, word: &str) -> bool {
        self.get(word).is_some() || self.refused.contains(&word)
    }

    /// Where a word that takes no value stands.
    pub(crate) fn flag(&self, word: &str) -> Option<Span> {
        self.get(word).map(|spanned| spanned.key)
    }

    /// Reads `word, word = value, word(values)`; whatever is wrong is reported and left out.
    pub(crate) fn parse(tokens: TokenStream, place: Place, errors: &mut Errors) -> Self {
        let mut words = Self::default();
        let read = |input: ParseStream<'_>| {
            words.read(input, place, errors);
            Ok(())
        };
        if let Err(error) = read.parse2(tokens) {
            errors.push_error(error);
        }
        words
    }

    /// As [`Words::parse`], over all of `input`.
    pub(crate) fn read(&mut self, input: ParseStream<'_>, place: Place, errors: &mut Errors) {
        while !input.is_empty() {
            self.read_one(input, place, errors);
            if input.parse::<Token![,]>().is_err() {
                break;
            }
        }
        skip(input, false);
    }

    /// Reads one word and what follows it, and leaves `input` at a comma or at its end.
    fn read_one(&mut self, input: ParseStream<'_>, place: Place, errors: &mut Errors) {
        let Ok(key) = input.call(Ident::parse_any) else {
            let example = accepted(place).next();
            errors.push_at(
                &next(input),
                format!(
                    "expected {} such as `{}`",
                    article(place.word()),
                    example.map_or("crate", |word| word.write)
                ),
            );
            self.refused.extend(example.map(|word| word.name));
            skip(input, true);
            return;
        };
        let name = key.unraw().to_string();
        let Some(word) = accepted(place).find(|word| word.name == name) else {
            let meant = suggest::nearest(&name, accepted(place).map(|word| word.name));
            errors.push(key.span(), unknown(&name, meant, place));
            self.refused.extend(meant);
            skip(input, true);
            return;
        };
        if self.get(word.name).is_some() {
            errors.push(key.span(), format!("duplicate `{name}`; keep one"));
            skip(input, true);
            return;
        }
        let given = next(input);
        let Some(spanned) = read_value(input, word, &key) else {
            let at = if given.is_empty() {
                key.to_token_stream()
            } else {
                given
            };
            errors.push_at(
                &at,
                format!(
                    "`{name}` takes {}; write `{}`",
                    word.form.takes(),
                    word.write
                ),
            );
            self.refused.push(word.name);
            skip(input, true);
            return;
        };
        self.read.push((word.name, spanned));
        if !input.is_empty() && !input.peek(Token![,]) {
            let after = if word.form == Form::Flag {
                format!("`{name}` takes no value; write `{}`", word.write)
            } else {
                format!("expected `,` after `{}`", word.name)
            };
            errors.push_at(&next(input), after);
            skip(input, true);
        }
    }
}

/// What follows `key`, or `None` if it does not have the word's form; `input` may then stand anywhere.
fn read_value(input: ParseStream<'_>, word: &Word, key: &Ident) -> Option<Spanned<Value>> {
    let spanned = |span: Span, value: Value| {
        Some(Spanned {
            key: key.span(),
            span,
            value,
        })
    };
    match word.form {
        Form::Flag => return spanned(key.span(), Value::Flag),
        Form::Types => {
            let types = read_types(input).ok()?;
            return spanned(types.span(), Value::Types(types.into_iter().collect()));
        }
        _ => {}
    }
    input.parse::<Token![=]>().ok()?;
    match word.form {
        Form::Text => {
            let text: LitStr = input.parse().ok()?;
            spanned(text.span(), Value::Text(text))
        }
        Form::Number => {
            let number: LitInt = input.parse().ok()?;
            spanned(number.span(), Value::Number(number))
        }
        Form::Type => {
            let ty: Type = input.parse().ok()?;
            spanned(ty.span(), Value::Type(Box::new(ty)))
        }
        Form::Path => {
            let path = input.call(Path::parse_mod_style).ok()?;
            spanned(path.span(), Value::Path(path))
        }
        Form::Access => {
            if input.peek(LitStr) {
                let scope: LitStr = input.parse().ok()?;
                return spanned(scope.span(), Value::Access(Access::Scope(scope)));
            }
            let word: Ident = input.parse().ok()?;
            let access = match word.to_string().as_str() {
                "public" => Access::Public,
                "none" => Access::None,
                _ => return None,
            };
            spanned(word.span(), Value::Access(access))
        }
        Form::Types | Form::Flag => None,
    }
}

fn read_types(input: ParseStream<'_>) -> syn::Result<Punctuated<Type, Token![,]>> {
    let content;
    parenthesized!(content in input);
    Punctuated::parse_terminated(&content)
}

fn unknown(name: &str, meant: Option<&str>, place: Place) -> String {
    let words = || accepted(place).map(|word| word.name);
    let what = place.word();
    if let Some(elsewhere) = WORDS.iter().find(|word| word.name == name) {
        let others = elsewhere.places.iter().map(|place| place.noun());
        return format!(
            "`{name}` is for {}, not for {}",
            others.collect::<Vec<_>>().join(" or "),
            place.noun()
        );
    }
    if words().next().is_none() {
        return format!("unknown {what} `{name}`; {} takes none", place.noun());
    }
    let meant = meant
        .map(|word| format!("; did you mean `{word}`?"))
        .unwrap_or_default();
    format!(
        "unknown {what} `{name}`{meant}\n{} takes {}",
        place.noun(),
        suggest::list(words())
    )
}

fn article(noun: &str) -> String {
    let article = if noun.starts_with('a') { "an" } else { "a" };
    format!("{article} {noun}")
}

/// The value that stands next, without the `=` before it; nothing at a comma or at the end.
fn next(input: ParseStream<'_>) -> TokenStream {
    let ahead = input.fork();
    let equals: Option<Token![=]> = ahead.parse().ok();
    if ahead.is_empty() || ahead.peek(Token![,]) {
        return equals.into_token_stream();
    }
    let mut tokens = TokenStream::new();
    while !ahead.is_empty() && !ahead.peek(Token![,]) {
        let Ok(token) = ahead.parse::<TokenTree>() else {
            break;
        };
        tokens.extend([token]);
    }
    tokens
}

/// Leaves `input` at its next comma, if `to_comma`, or at its end.
fn skip(input: ParseStream<'_>, to_comma: bool) {
    while !(input.is_empty() || to_comma && input.peek(Token![,])) {
        if input.parse::<TokenTree>().is_err() {
            break;
        }
    }
}
