//! The words of `#[event(…)]` on fields: which fields subscribers filter by, and which decides the partition.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Data, DeriveInput, Field, Fields, Ident, Meta, Type, ext::IdentExt, parse_quote,
};

use super::{
    check::unknown_codec,
    item_fn::plain,
    item_struct::{last_segment, ungroup},
};
use crate::{
    derives::{for_each_part, has_word},
    docs,
    errors::Errors,
    wire,
    words::{Place, Words},
};

const FILTER: &str = "filter";
const KEY: &str = "partition_key";

/// A field that subscribers may filter by.
#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) ident: Ident,
    /// What it is called on the wire.
    pub(crate) wire: String,
    pub(crate) docs: String,
    pub(crate) takes: Takes,
    /// When the field is there.
    pub(crate) cfgs: Vec<Attribute>,
}

/// What the typed client takes as the value of a filter.
#[derive(Debug)]
pub(crate) enum Takes {
    /// Anything that becomes a `String`.
    Text,
    /// The type of the field, less `Option`.
    Typed(Box<Type>),
    /// JSON: only the codec of the field knows how its values are written.
    Json,
}

/// The words on one field, each where it stands.
#[derive(Debug, Default)]
struct OnField {
    filter: Option<Span>,
    key: Option<Span>,
}

impl OnField {
    fn given(&self) -> impl Iterator<Item = (&'static str, Span)> {
        let filter = self.filter.map(|span| (FILTER, span));
        let key = self.key.map(|span| (KEY, span));
        filter.into_iter().chain(key)
    }

    /// Takes the words off: left there they would be attributes of their own.
    fn take(attrs: &mut Vec<Attribute>, model: bool, errors: &mut Errors) -> Self {
        let mut on = Self::default();
        attrs.retain(|attr| {
            let Some(ours) = ["event", "model"]
                .into_iter()
                .find(|name| attr.path().is_ident(name))
            else {
                return true;
            };
            let words = match &attr.meta {
                Meta::List(list) if !list.tokens.is_empty() => {
                    Words::parse(list.tokens.clone(), Place::Field, errors)
                }
                _ => {
                    errors.push_at(attr, "`#[event]` on a field says what the field is for; write for example `#[event(filter)]`, or remove it");
                    return false;
                }
            };
            for (word, slot) in [(FILTER, &mut on.filter), (KEY, &mut on.key)] {
                let Some(span) = words.flag(word) else {
                    continue;
                };
                if ours == "model" && !model {
                    errors.push(
                        span,
                        format!("`{word}` on a field of an event is written `#[event({word})]`"),
                    );
                } else if slot.is_some() {
                    errors.push(span, format!("duplicate `{word}`; keep one"));
                } else {
                    *slot = Some(span);
                }
            }
            false
        });
        on
    }
}

/// Takes the words off the fields of a `#[model]`, where none is accepted.
pub(crate) fn take_of_model(item: &mut DeriveInput, errors: &mut Errors) {
    for_each_part(item, |attrs| {
        for (word, span) in OnField::take(attrs, true, errors).given() {
            errors.push(
                span,
                format!(
                    "`{word}` is for fields of the payload itself, not for those of a `#[model]`; write `#[event({word})]` on a field of the struct with `#[event(channel = …)]`"
                ),
            );
        }
    });
}

/// Takes the words off the fields of a payload type, and gives its filters. What they mean is left as keywords of the schema:
///
/// ```text
/// #[schemars(extend("x-filter" = true))]
/// pub order_id: String,
/// ```
pub(crate) fn take_of_payload(item: &mut DeriveInput, errors: &mut Errors) -> Vec<Filter> {
    let name = item.ident.clone();
    let rule = wire::Rule::of(&item.attrs, "rename_all");
    let Data::Struct(data) = &mut item.data else {
        for_each_part(item, |attrs| {
            for (word, span) in OnField::take(attrs, false, errors).given() {
                errors.push(span, in_an_enum(&name, word));
            }
        });
        return Vec::new();
    };
    let named = matches!(data.fields, Fields::Named(_));
    let mut filters = Vec::new();
    let mut has_key = false;
    for field in &mut data.fields {
        let on = OnField::take(&mut field.attrs, false, errors);
        let mut fits = true;
        for (word, span) in on.given() {
            if !named {
                errors.push(
                    span,
                    format!("`{word}` needs a field with a name; write `{name}` with named fields"),
                );
                fits = false;
            }
        }
        if !named || on.given().next().is_none() {
            continue;
        }
        fits &= check_on_the_wire(field, &on, errors) && check_scalar(field, &on, errors);
        if let (Some(span), true) = (on.key, has_key) {
            errors.push(
                span,
                format!("event `{name}` has two partition keys; keep one `partition_key`"),
            );
            fits = false;
        }
        has_key |= on.key.is_some();
        if !fits {
            continue;
        }
        if on.filter.is_some() {
            filters.extend(filter(field, rule));
            field
                .attrs
                .push(parse_quote!(#[schemars(extend("x-filter" = true))]));
        }
        if on.key.is_some() {
            field
                .attrs
                .push(parse_quote!(#[schemars(extend("x-partition-key" = true))]));
        }
    }
    filters
}

/// Marks the field of `idempotent = by(order_id)`, which the registry finds by its schema:
///
/// ```text
/// #[schemars(extend("x-idempotency-key" = true))]
/// pub order_id: String,
/// ```
pub(super) fn mark_id(item: &mut DeriveInput, field: &str) {
    let mark = |candidate: &mut Field| {
        let ident = candidate.ident.as_ref();
        if ident.is_some_and(|ident| ident.unraw() == field) {
            candidate
                .attrs
                .push(parse_quote!(#[schemars(extend("x-idempotency-key" = true))]));
        }
    };
    match &mut item.data {
        Data::Struct(data) => data.fields.iter_mut().for_each(mark),
        Data::Enum(data) => data
            .variants
            .iter_mut()
            .flat_map(|variant| variant.fields.iter_mut())
            .for_each(mark),
        Data::Union(_) => {}
    }
}

/// `enum Changed { Paid { #[event(filter)] order_id: String } }`
fn in_an_enum(name: &Ident, word: &str) -> String {
    format!(
        "`{word}` in an enum: not every `{name}` has the field; write `{name}` as a struct with that field beside the enum"
    )
}

/// `#[serde(skip)] #[event(filter)] order_id: String`
fn check_on_the_wire(field: &Field, on: &OnField, errors: &mut Errors) -> bool {
    let skipped = ["skip", "skip_serializing"]
        .into_iter()
        .find(|word| has_word(&field.attrs, "serde", word));
    let flattened = has_word(&field.attrs, "serde", "flatten");
    for (word, span) in on.given() {
        if let Some(skip) = skipped {
            errors.push(
                span,
                format!("`{word}` on a field that is not on the wire; remove `{word}` or `serde({skip})`"),
            );
        } else if flattened {
            errors.push(
                span,
                format!("`{word}` on a flattened field: its own fields stand on the wire in its place; write the one you mean in this struct"),
            );
        }
    }
    skipped.is_none() && !flattened
}

/// `#[event(filter)] tags: Vec<String>`; what cannot be told from the name of a type is told by the registry from its schema.
fn check_scalar(field: &Field, on: &OnField, errors: &mut Errors) -> bool {
    let described = ["with", "schema_with"]
        .iter()
        .any(|word| has_word(&field.attrs, "schemars", word));
    let inner = inner(&field.ty);
    if described || may_be_scalar(inner) {
        return true;
    }
    // A borrowed field is refused as that.
    if matches!(inner, Type::Reference(_)) {
        return false;
    }
    for (word, _) in on.given() {
        let what = word.replace('_', " ");
        errors.push_at(
            &field.ty,
            format!(
                "`{}` cannot be a {what}; a {what} is a string, a number, a boolean, a unit enum, or an `Option` of one of these",
                plain(&field.ty.to_token_stream())
            ),
        );
    }
    false
}

fn may_be_scalar(ty: &Type) -> bool {
    const NEVER: &[&str] = &[
        "Vec",
        "VecDeque",
        "LinkedList",
        "BinaryHeap",
        "HashMap",
        "BTreeMap",
        "IndexMap",
        "HashSet",
        "BTreeSet",
        "IndexSet",
    ];
    match ty {
        Type::Path(_) => {
            last_segment(ty).is_none_or(|segment| NEVER.iter().all(|never| segment.ident != never))
        }
        // What a macro makes is not known.
        Type::Macro(_) => true,
        _ => false,
    }
}

/// The type inside `Option` and `Box`, which are not seen on the wire.
fn inner(mut ty: &Type) -> &Type {
    loop {
        ty = ungroup(ty);
        let Some(segment) = last_segment(ty) else {
            return ty;
        };
        let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
            return ty;
        };
        match arguments.args.first() {
            Some(syn::GenericArgument::Type(argument))
                if ["Option", "Box"].iter().any(|name| segment.ident == name) =>
            {
                ty = argument;
            }
            _ => return ty,
        }
    }
}

fn filter(field: &Field, rule: Option<wire::Rule>) -> Option<Filter> {
    let inner = inner(&field.ty);
    let is_coded = ["with", "serialize_with"]
        .iter()
        .any(|word| has_word(&field.attrs, "serde", word));
    let takes = if is_coded || unknown_codec(&field.attrs).is_some() {
        Takes::Json
    } else if last_segment(inner).is_some_and(|segment| segment.ident == "String") {
        Takes::Text
    } else {
        Takes::Typed(Box::new(inner.clone()))
    };
    Some(Filter {
        ident: field.ident.clone()?,
        wire: wire::name(field, rule)?,
        docs: docs::docs(&field.attrs),
        takes,
        cfgs: docs::cfgs(&field.attrs).into_iter().cloned().collect(),
    })
}

impl Filter {
    /// The type its method takes, and the value made of it.
    pub(crate) fn value(&self, private: &TokenStream) -> (TokenStream, TokenStream) {
        match &self.takes {
            Takes::Text => (
                quote!(impl ::core::convert::Into<::std::string::String>),
                quote!(::core::convert::Into::<::std::string::String>::into(value)),
            ),
            Takes::Typed(ty) => (quote!(#ty), quote!(#private::filter_value(&value))),
            Takes::Json => (
                quote!(impl ::core::convert::Into<#private::FilterValue>),
                quote!(value),
            ),
        }
    }
}
