//! The words on one field, read.

use proc_macro2::Span;
use quote::quote;
use syn::{Attribute, Meta};

use super::{
    Kind,
    filter::{FILTER, KEY},
    int::{self, Int},
};
use crate::{
    errors::Errors,
    spanned::Spanned,
    words::{Place, WireTypes, Words, how_to_write},
};

pub(super) const INT: &str = "int";
pub(super) const WIRE: &str = "wire";
pub(super) const REDACT: &str = "redact";

/// The words on one field, each where it stands.
#[derive(Debug, Default)]
pub(super) struct OnField {
    pub(super) filter: Option<Span>,
    pub(super) key: Option<Span>,
    pub(super) int: Option<Int>,
    pub(super) wire: Option<Spanned<Box<WireTypes>>>,
    pub(super) redact: Option<Span>,
    /// Whether a word that says what the field looks like stands there and could not be read.
    pub(super) is_unread: bool,
}

impl OnField {
    pub(super) fn given(&self) -> impl Iterator<Item = (&'static str, Span)> {
        let int = self.int.map(|int| (INT, int.span));
        let wire = self.wire.as_ref().map(|wire| (WIRE, wire.key));
        let redact = self.redact.map(|span| (REDACT, span));
        self.names_the_field().chain(int).chain(wire).chain(redact)
    }

    /// The words that ask for one field that every payload has.
    pub(super) fn names_the_field(&self) -> impl Iterator<Item = (&'static str, Span)> + use<> {
        let filter = self.filter.map(|span| (FILTER, span));
        let key = self.key.map(|span| (KEY, span));
        filter.into_iter().chain(key)
    }

    /// Takes the words off: left there they would be attributes of their own.
    pub(super) fn take(attrs: &mut Vec<Attribute>, kind: Kind, errors: &mut Errors) -> Self {
        let mut on = Self::default();
        attrs.retain(|attr| {
            let written = ["event", "model"]
                .into_iter()
                .find(|name| attr.path().is_ident(name));
            if let Some(written) = written {
                on.read(attr, written, kind, errors);
            }
            written.is_none()
        });
        on
    }

    fn read(&mut self, attr: &Attribute, written: &str, kind: Kind, errors: &mut Errors) {
        let (place, example) = match kind {
            Kind::Payload => (Place::Field, FILTER),
            Kind::Model => (Place::ModelField, REDACT),
        };
        let right = kind.attribute();
        let words = match &attr.meta {
            Meta::List(list) if !list.tokens.is_empty() => {
                Words::parse(list.tokens.clone(), place, errors)
            }
            _ => {
                errors.push_at(
                    attr,
                    format!("`#[{written}]` on a field says what the field is for; write for example `#[{right}({example})]`, or remove it"),
                );
                return;
            }
        };
        for (word, span) in words.given() {
            if written != right {
                let item = match kind {
                    Kind::Payload => "an event",
                    Kind::Model => "a `#[model]`",
                };
                errors.push(
                    span,
                    format!(
                        "`{word}` on a field of {item} is written `#[{right}({})]`",
                        how_to_write(word)
                    ),
                );
                self.is_unread = true;
            } else if self.given().any(|(known, _)| known == word) {
                errors.push(span, format!("duplicate `{word}`; keep one"));
            } else {
                self.add(word, span, &words, errors);
            }
        }
        self.is_unread |= [INT, WIRE]
            .into_iter()
            .any(|word| words.met(word) && !self.given().any(|(known, _)| known == word));
    }

    fn add(&mut self, word: &str, span: Span, words: &Words, errors: &mut Errors) {
        match word {
            FILTER => self.filter = Some(span),
            KEY => self.key = Some(span),
            REDACT => self.redact = Some(span),
            WIRE => self.wire = words.wire(word),
            INT => self.int = words.text(word).and_then(|text| int::read(&text, errors)),
            _ => errors.push_at(&quote!(), "a word that no field has"),
        }
    }
}
