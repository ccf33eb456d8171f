//! The words on fields, `#[event(…)]` in a payload and `#[model(…)]` in a model: they are taken off, and what they mean is left as
//! attributes of serde and of the schema.

mod codec;
mod debug;
mod filter;
mod int;
mod on_field;
mod redact;
mod wire_type;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Field, Ident, ext::IdentExt, parse_quote};

use self::{
    codec::Owner,
    filter::{FILTER, KEY, in_an_enum},
    on_field::OnField,
};
pub(crate) use self::{
    codec::{codecs, is_described},
    filter::Filter,
    int::integers,
};
use super::item_struct::fields_mut;
use crate::{docs, errors::Errors, runtime::Runtime, wire};

/// What the words on fields mean for the rest of the output.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// The fields of a payload that subscribers may filter by.
    pub(crate) filters: Vec<Filter>,
    /// What stands beside the item.
    pub(crate) beside: TokenStream,
}

/// Which attribute the item has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Payload,
    Model,
}

impl Kind {
    /// How its words on fields are written.
    pub(crate) const fn attribute(self) -> &'static str {
        match self {
            Self::Payload => "event",
            Self::Model => "model",
        }
    }
}

/// Takes the words off the fields. What they mean is left as keywords of the schema and as codecs:
///
/// ```text
/// #[schemars(extend("x-filter" = true))]
/// pub order_id: String,
/// #[serde(with = "rt::__private::int::string")]
/// #[schemars(with = "<u64 as rt::__private::Integers>::Wire<rt::__private::int::Text>")]
/// pub total: u64,
/// #[serde(deserialize_with = "rt::__private::redact::deserialize")]
/// #[schemars(extend("x-redact" = true))]
/// pub card: String,
/// ```
pub(crate) fn take(
    kind: Kind,
    item: &mut DeriveInput,
    runtime: &Runtime,
    errors: &mut Errors,
) -> Taken {
    let mut owner = Owner::new(kind, item, runtime);
    let rule = wire::Rule::of(&item.attrs, "rename_all");
    let mut taken = Taken::default();
    match &mut item.data {
        Data::Struct(data) => {
            let mut has_key = false;
            for field in &mut data.fields {
                let on = OnField::take(&mut field.attrs, kind, errors);
                let marks = filter::read(&item.ident, field, &on, rule, &mut has_key, errors);
                mark(field, "x-filter", marks.filter.is_some());
                mark(field, "x-partition-key", marks.is_key);
                taken.filters.extend(marks.filter);
                owner.apply(field, &on, errors);
            }
        }
        Data::Enum(data) => {
            for variant in &mut data.variants {
                let on = OnField::take(&mut variant.attrs, kind, errors);
                refuse_on_a_variant(&item.ident, &on, errors);
                for field in &mut variant.fields {
                    let on = OnField::take(&mut field.attrs, kind, errors);
                    refuse_in_an_enum(&item.ident, &on, errors);
                    owner.apply(field, &on, errors);
                }
            }
        }
        Data::Union(_) => {}
    }
    taken.beside = owner.finish(item);
    taken
}

fn mark(field: &mut Field, keyword: &str, is_set: bool) {
    if is_set {
        field
            .attrs
            .push(parse_quote!(#[schemars(extend(#keyword = true))]));
    }
}

/// Marks the field of `idempotent = by(order_id)`, which the registry finds by its schema:
///
/// ```text
/// #[schemars(extend("x-idempotency-key" = true))]
/// pub order_id: String,
/// ```
pub(super) fn mark_id(item: &mut DeriveInput, name: &str) {
    let mark = |field: &mut Field| {
        let ident = field.ident.as_ref();
        let is_it = ident.is_some_and(|ident| ident.unraw() == name);
        mark(field, "x-idempotency-key", is_it);
    };
    fields_mut(item).into_iter().for_each(mark);
}

/// `enum Changed { Paid { #[event(filter)] order_id: String } }`
fn refuse_in_an_enum(name: &Ident, on: &OnField, errors: &mut Errors) {
    for (word, span) in on.names_the_field() {
        errors.push(span, in_an_enum(name, word));
    }
}

/// `enum Changed { #[event(redact)] Paid { card: String } }`
fn refuse_on_a_variant(name: &Ident, on: &OnField, errors: &mut Errors) {
    for (word, span) in on.given() {
        if [FILTER, KEY].contains(&word) {
            errors.push(span, in_an_enum(name, word));
        } else {
            errors.push(
                span,
                format!("`{word}` goes on a field, not on a variant; write it on the fields that it is about"),
            );
        }
    }
}

/// Stands beside the item, in a block of its own.
fn block(item: &DeriveInput, contents: &TokenStream) -> TokenStream {
    let cfgs = docs::cfgs(&item.attrs);
    let allow = super::expand::allow();
    quote! {
        #(#cfgs)*
        #allow
        const _: () = {
            #contents
        };
    }
}
