//! Tuples that serde writes or reads shorter than they are declared; the schema's derive knows one length.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Field, Fields, parse_quote};

use crate::{derives::has_word, errors::Errors, runtime::Runtime, wire::Half};

/// Says of every such tuple how many items are always there.
///
/// ```text
/// #[schemars(transform = rt::__private::ShortTuple(&[("x-least-read", 1)]))]
/// struct Range(u32, #[serde(default)] u32);
/// ```
pub(crate) fn keywords(item: &mut DeriveInput, runtime: &Runtime) {
    match &mut item.data {
        Data::Struct(data) => {
            let least = Least::of(&item.attrs, &data.fields);
            item.attrs.extend(least.and_then(|it| it.said(runtime)));
        }
        Data::Enum(data) => {
            for variant in &mut data.variants {
                let least = Least::of(&variant.attrs, &variant.fields);
                let said = least.and_then(|it| it.said(runtime));
                variant.attrs.extend(said);
            }
        }
        Data::Union(_) => {}
    }
}

/// An item that is left out of the middle: those after it move to its place.
pub(crate) fn check(item: &DeriveInput, errors: &mut Errors) {
    let mut check = |attrs: &[Attribute], fields: &Fields| {
        let Some(fields) = tuple(attrs, fields) else {
            return;
        };
        let mut written: Vec<&Field> = fields
            .filter(|field| !Half::Serialize.skips(&field.attrs))
            .collect();
        written.pop();
        for field in written.into_iter().filter(|field| may_be_left_out(field)) {
            errors.push_at(
                &field.ty,
                "an item that serde leaves out of a tuple moves those after it to its place, and no client type can say that; put it last, or give the fields names",
            );
        }
    };
    match &item.data {
        Data::Struct(data) => check(&item.attrs, &data.fields),
        Data::Enum(data) => {
            for variant in &data.variants {
                check(&variant.attrs, &variant.fields);
            }
        }
        Data::Union(_) => {}
    }
}

/// How many items are always there, where it is fewer than may be.
struct Least {
    written: Option<u64>,
    read: Option<u64>,
}

impl Least {
    fn of(attrs: &[Attribute], fields: &Fields) -> Option<Self> {
        let is = |word: &str| has_word(attrs, "serde", word);
        // Of a type that another one stands for, what is declared here says nothing.
        let (as_other, from_other) = (is("into"), is("from") || is("try_from"));
        let has_default = is("default");
        let (mut written, mut least_written) = (0, 0);
        let (mut read, mut least_read) = (0, 0);
        for field in tuple(attrs, fields)? {
            if !Half::Serialize.skips(&field.attrs) {
                written += 1;
                least_written += u64::from(!may_be_left_out(field));
            }
            if !Half::Deserialize.skips(&field.attrs) {
                read += 1;
                // serde has it that every field after one with a default has one, too.
                let is_needed = !has_default && !has_word(&field.attrs, "serde", "default");
                least_read += u64::from(is_needed);
            }
        }
        Some(Self {
            written: (least_written < written && !as_other).then_some(least_written),
            read: (least_read < read && !from_other).then_some(least_read),
        })
    }

    fn said(&self, runtime: &Runtime) -> Option<Attribute> {
        let least = [
            self.written
                .map(|least| quote!(("x-least-written", #least))),
            self.read.map(|least| quote!(("x-least-read", #least))),
        ];
        let least: Vec<TokenStream> = least.into_iter().flatten().collect();
        let private = runtime.private();
        (!least.is_empty())
            .then(|| parse_quote!(#[schemars(transform = #private::ShortTuple(&[#(#least),*]))]))
    }
}

/// The fields of what serde writes as a list: several without names.
fn tuple<'a>(attrs: &[Attribute], fields: &'a Fields) -> Option<impl Iterator<Item = &'a Field>> {
    let Fields::Unnamed(fields) = fields else {
        return None;
    };
    let words = ["transparent", "with", "serialize_with", "deserialize_with"];
    let is_other = words.iter().any(|word| has_word(attrs, "serde", word));
    (fields.unnamed.len() > 1 && !is_other).then(|| fields.unnamed.iter())
}

fn may_be_left_out(field: &Field) -> bool {
    has_word(&field.attrs, "serde", "skip_serializing_if")
}
