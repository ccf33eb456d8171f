//! Values that are one of a few words, some of which name a field.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Ident, LitStr, Token, ext::IdentExt, parenthesized, parse::ParseStream, token};

use super::{Value, Word};
use crate::{errors::Errors, spanned::Spanned, suggest};

/// One of the words that may stand as a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(super) name: &'static str,
    /// How it is written, for messages.
    pub(super) write: &'static str,
    /// Whether the name of a field stands in parentheses behind it.
    pub(super) names_field: bool,
    /// Whether it stands in quotes.
    pub(super) quoted: bool,
}

pub(super) const fn plain(name: &'static str) -> Choice {
    Choice {
        name,
        write: name,
        names_field: false,
        quoted: false,
    }
}

pub(super) const fn quoted(name: &'static str, write: &'static str) -> Choice {
    Choice {
        name,
        write,
        names_field: false,
        quoted: true,
    }
}

pub(super) const fn of_field(name: &'static str, write: &'static str) -> Choice {
    Choice {
        name,
        write,
        names_field: true,
        quoted: false,
    }
}

/// The word that stands as a value, and the field it names.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    pub(crate) name: &'static str,
    /// The Rust name.
    pub(crate) field: Option<String>,
}

/// Reads `= word`, `= "word"` or `= word(field)`. What is wrong is reported; `input` may then stand anywhere.
pub(super) fn read(
    input: ParseStream<'_>,
    word: &Word,
    choices: &'static [Choice],
    key: Span,
    given: &TokenStream,
    errors: &mut Errors,
) -> Option<Spanned<Value>> {
    let taken = || word.choice_of(choices);
    let refuse = |errors: &mut Errors, at: &dyn ToTokens, message: String| {
        errors.push_at(&at.to_token_stream(), message);
    };
    if input.parse::<Token![=]>().is_err() || input.is_empty() || input.peek(Token![,]) {
        if given.is_empty() {
            errors.push(key, taken());
        } else {
            errors.push_at(given, taken());
        }
        return None;
    }
    if input.peek(LitStr) {
        return in_quotes(&input.parse().ok()?, word, choices, key, errors);
    }
    let Ok(name) = input.call(Ident::parse_any) else {
        errors.push_at(given, taken());
        return None;
    };
    let written = name.unraw().to_string();
    let Some(choice) = choices.iter().find(|choice| choice.name == written) else {
        let meant = suggest::nearest(&written, choices.iter().map(|choice| choice.name))
            .map(|meant| format!("did you mean `{meant}`?\n"))
            .unwrap_or_default();
        let message = format!("unknown {} `{written}`; {meant}{}", word.name, taken());
        refuse(errors, &name, message);
        return None;
    };
    if choice.quoted {
        let message = format!(
            "`{}` stands in quotes; write `{} = {}`",
            choice.name, word.name, choice.write
        );
        refuse(errors, &name, message);
        return None;
    }
    let field = if input.peek(token::Paren) {
        let inside = parenthesised(input).ok()?;
        if !choice.names_field {
            let message = format!(
                "`{}` takes nothing in parentheses; write `{} = {}`",
                choice.name, word.name, choice.write
            );
            refuse(errors, &inside, message);
            return None;
        }
        Some(field(&inside, word, choice, &name, errors)?)
    } else if choice.names_field {
        let message = format!(
            "`{}` names a field of the payloads; write `{} = {}`",
            choice.name, word.name, choice.write
        );
        refuse(errors, &name, message);
        return None;
    } else {
        None
    };
    Some(Spanned {
        key,
        span: name.span(),
        value: Value::Choice(Chosen {
            name: choice.name,
            field,
        }),
    })
}

/// `"required"`: one of the words that stand in quotes.
fn in_quotes(
    text: &LitStr,
    word: &Word,
    choices: &'static [Choice],
    key: Span,
    errors: &mut Errors,
) -> Option<Spanned<Value>> {
    let written = text.value();
    let mut quoted = choices.iter().filter(|choice| choice.quoted).peekable();
    let has_quoted = quoted.peek().is_some();
    if let Some(choice) = quoted.find(|choice| choice.name == written) {
        return Some(Spanned {
            key,
            span: text.span(),
            value: Value::Choice(Chosen {
                name: choice.name,
                field: None,
            }),
        });
    }
    let name = written.split('(').next().unwrap_or_default().trim();
    let meant = suggest::nearest(name, choices.iter().map(|choice| choice.name))
        .and_then(|name| choices.iter().find(|choice| choice.name == name));
    let message = match meant {
        Some(choice) if choice.quoted => format!(
            "unknown {} `{written}`; did you mean `{}`?",
            word.name, choice.write
        ),
        Some(choice) => format!(
            "`{}` takes no quotes; write `{} = {}`",
            word.name, word.name, choice.write
        ),
        None if has_quoted => format!(
            "unknown {} `{written}`; {}",
            word.name,
            word.choice_of(choices)
        ),
        None => format!("{}, without quotes", word.choice_of(choices)),
    };
    errors.push(text.span(), message);
    None
}

/// `by(tenant_id)`: one field, by its Rust name.
fn field(
    inside: &TokenStream,
    word: &Word,
    choice: &Choice,
    name: &Ident,
    errors: &mut Errors,
) -> Option<String> {
    if let Ok(field) = syn::parse2::<FieldName>(inside.clone()) {
        return Some(field.0.unraw().to_string());
    }
    let message = format!(
        "`{}` names one field of the payloads; write `{} = {}`",
        choice.name, word.name, choice.write
    );
    if inside.is_empty() {
        errors.push(name.span(), message);
    } else {
        errors.push_at(inside, message);
    }
    None
}

fn parenthesised(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let content;
    parenthesized!(content in input);
    content.parse()
}

struct FieldName(Ident);

impl syn::parse::Parse for FieldName {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.call(Ident::parse_any).map(Self)
    }
}
