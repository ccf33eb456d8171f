//! The parser that follows the table of words.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Ident, LitInt, LitStr, Path, Token, Type, ext::IdentExt, parenthesized, parse::ParseStream,
    parse::Parser, punctuated::Punctuated, spanned::Spanned as _, token,
};

use super::{
    Access, Form, Place, Value, WORDS, WireTypes, Word, Words, accepted,
    choice::{self, Choice},
};
use crate::{errors::Errors, spanned::Spanned, suggest};

impl Words {
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
        if let Some(choices) = word.choices(input) {
            let read = choice::read(input, word, choices, key.span(), &given, errors);
            if let Some(spanned) = read {
                self.read.push((word.name, spanned));
                expect_comma(input, word, errors);
            } else {
                self.refused.push(word.name);
                skip(input, true);
            }
            return;
        }
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
        expect_comma(input, word, errors);
    }
}

impl Word {
    /// The words of which one stands next as the value, if this word takes such a value and does not stand as a flag.
    fn choices(&self, input: ParseStream<'_>) -> Option<&'static [Choice]> {
        match self.form {
            Form::OneOf(choices) => Some(choices),
            Form::FlagOr(choices) => input.peek(Token![=]).then_some(choices),
            _ => None,
        }
    }

    /// What stands as the value, for messages.
    pub(super) fn choice_of(&self, choices: &[Choice]) -> String {
        let name = self.name;
        if let Form::FlagOr(_) = self.form {
            let all = choices
                .iter()
                .map(|choice| format!(", or `{name} = {}`", choice.write));
            return format!("write `{name}`{}", all.collect::<String>());
        }
        let all = choices.iter().map(|choice| choice.write);
        format!("`{name}` takes {}", suggest::either(all))
    }
}

fn expect_comma(input: ParseStream<'_>, word: &Word, errors: &mut Errors) {
    if input.is_empty() || input.peek(Token![,]) {
        return;
    }
    let (name, write) = (word.name, word.write);
    let after = match word.form {
        Form::Flag => format!("`{name}` takes no value; write `{write}`"),
        Form::FlagOr(choices) => {
            format!("expected `,` after `{name}`; {}", word.choice_of(choices))
        }
        _ => format!("expected `,` after `{name}`"),
    };
    errors.push_at(&next(input), after);
    skip(input, true);
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
        Form::Flag | Form::FlagOr(_) => return spanned(key.span(), Value::Flag),
        Form::Types => {
            let types = read_types(input).ok()?;
            return spanned(types.span(), Value::Types(types.into_iter().collect()));
        }
        _ => {}
    }
    if word.form == Form::Wire && input.peek(token::Paren) {
        let (types, span) = read_sides(input)?;
        return spanned(span, Value::Wire(Box::new(types)));
    }
    input.parse::<Token![=]>().ok()?;
    match word.form {
        Form::Wire => {
            let both = read_type(input)?;
            let types = WireTypes {
                input: Some(both.clone()),
                output: Some(both.clone()),
            };
            spanned(both.0.span(), Value::Wire(Box::new(types)))
        }
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
        Form::Types | Form::Flag | Form::FlagOr(_) | Form::OneOf(_) => None,
    }
}

/// A type in quotes.
fn read_type(input: ParseStream<'_>) -> Option<(LitStr, Type)> {
    let text: LitStr = input.parse().ok()?;
    let ty = text.parse().ok()?;
    Some((text, ty))
}

/// `(in = "Type", out = "Type")`, of which one may be missing.
fn read_sides(input: ParseStream<'_>) -> Option<(WireTypes, Span)> {
    let group: proc_macro2::Group = input.parse().ok()?;
    let mut types = WireTypes {
        input: None,
        output: None,
    };
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let side = input.call(Ident::parse_any)?;
            input.parse::<Token![=]>()?;
            let refused = || syn::Error::new(side.span(), "no side of the wire");
            let slot = match side.to_string().as_str() {
                "in" => &mut types.input,
                "out" => &mut types.output,
                _ => return Err(refused()),
            };
            let read = read_type(input).ok_or_else(refused)?;
            if slot.replace(read).is_some() {
                return Err(refused());
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    read.parse2(group.stream()).ok()?;
    let is_any = types.input.is_some() || types.output.is_some();
    is_any.then_some((types, group.span()))
}

fn read_types(input: ParseStream<'_>) -> syn::Result<Punctuated<Type, Token![,]>> {
    let content;
    parenthesized!(content in input);
    Punctuated::parse_terminated(&content)
}

fn unknown(name: &str, meant: Option<&str>, place: Place) -> String {
    let words = || accepted(place).map(|word| word.name);
    let what = place.word();
    let elsewhere = WORDS.iter().find(|word| word.name == name);
    if place == Place::ModelField
        && elsewhere.is_some_and(|word| word.places.contains(&Place::Field))
    {
        return format!(
            "`{name}` is for fields of the payload itself, not for those of a `#[model]`; write `#[event({name})]` on a field of the struct with `#[event(channel = …)]`"
        );
    }
    if let Some(elsewhere) = elsewhere {
        // A field is a field, for whoever looks for the place of a word.
        let others = elsewhere
            .places
            .iter()
            .filter(|place| **place != Place::ModelField)
            .map(|place| place.noun());
        return format!(
            "`{name}` is for {}, not for {}",
            suggest::either_of(others),
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
