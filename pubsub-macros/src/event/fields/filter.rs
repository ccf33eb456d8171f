//! The words `filter` and `partition_key`: which fields subscribers filter by, and which decides the partition.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Field, Ident, Type};

use super::on_field::OnField;
use crate::{
    derives::has_word,
    docs,
    errors::Errors,
    event::{
        check::has_unknown_codec,
        fields::int::Form,
        item_fn::plain,
        item_struct::{last_segment, ungroup},
    },
    wire,
};

pub(super) const FILTER: &str = "filter";
pub(super) const KEY: &str = "partition_key";

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
    /// As `Typed`: an integer that is written as a string.
    Digits(Box<Type>),
    /// JSON: only the codec of the field knows how its values are written.
    Json,
}

/// Reads `filter` and `partition_key` of one field of a payload struct; `has_key` tells whether an earlier one has the key.
pub(super) fn read(
    name: &Ident,
    field: &Field,
    on: &OnField,
    rule: Option<wire::Rule>,
    has_key: &mut bool,
    errors: &mut Errors,
) -> Marks {
    let mut marks = Marks::default();
    if on.names_the_field().next().is_none() {
        return marks;
    }
    if field.ident.is_none() {
        for (word, span) in on.names_the_field() {
            errors.push(
                span,
                format!("`{word}` needs a field with a name; write `{name}` with named fields"),
            );
        }
        return marks;
    }
    let mut fits = check_on_the_wire(field, on, errors) && check_scalar(field, on, errors);
    if let (Some(span), true) = (on.key, *has_key) {
        errors.push(
            span,
            format!("event `{name}` has two partition keys; keep one `partition_key`"),
        );
        fits = false;
    }
    *has_key |= on.key.is_some();
    fits &= check_not_redacted(on, errors);
    if fits {
        marks.filter = on.filter.and_then(|_| filter(field, on, rule));
        marks.is_key = on.key.is_some();
    }
    marks
}

/// What the two words make of a field.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) filter: Option<Filter>,
    pub(super) is_key: bool,
}

/// `#[event(filter, redact)] card: String`
fn check_not_redacted(on: &OnField, errors: &mut Errors) -> bool {
    let (Some(_), Some(redact)) = (on.filter, on.redact) else {
        return true;
    };
    errors.push(
        redact,
        "`redact` on a filter: subscribers write its values into addresses, and addresses are logged; keep one of the two",
    );
    false
}

/// `enum Changed { Paid { #[event(filter)] order_id: String } }`
pub(super) fn in_an_enum(name: &Ident, word: &str) -> String {
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
    for (word, span) in on.names_the_field() {
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
    let described = on.wire.is_some()
        || ["with", "schema_with"]
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
    for (word, _) in on.names_the_field() {
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
pub(super) fn inner(mut ty: &Type) -> &Type {
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

fn filter(field: &Field, on: &OnField, rule: Option<wire::Rule>) -> Option<Filter> {
    let inner = inner(&field.ty);
    let is_coded = ["with", "serialize_with"]
        .iter()
        .any(|word| has_word(&field.attrs, "serde", word));
    let takes = if is_coded || has_unknown_codec(&field.attrs) {
        Takes::Json
    } else if on.int.is_some_and(|int| int.form == Form::Text) {
        Takes::Digits(Box::new(inner.clone()))
    } else if last_segment(inner)
        .is_some_and(|segment| segment.ident == "String" || segment.ident == "str")
    {
        // `Box<str>`, too.
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
            Takes::Digits(ty) => (
                quote!(#ty),
                quote!(<#private::FilterValue as ::core::convert::From<::std::string::String>>::from(
                    ::std::string::ToString::to_string(&value)
                )),
            ),
            Takes::Json => (
                quote!(impl ::core::convert::Into<#private::FilterValue>),
                quote!(value),
            ),
        }
    }
}
