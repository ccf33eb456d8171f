//! Two fields, or two variants, that serde calls the same.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Fields};

use crate::{
    derives::has_word,
    errors::Errors,
    wire::{self, Half, Rule},
};

/// `struct Order { #[serde(rename = "total")] net: f64, total: f64 }`: serde writes both, and reads neither.
pub(crate) fn check(item: &DeriveInput, errors: &mut Errors) {
    match &item.data {
        Data::Struct(data) => fields(&item.attrs, "rename_all", &data.fields, errors),
        Data::Enum(data) => {
            variants(item, data, errors);
            for variant in &data.variants {
                let has_rule = has_word(&variant.attrs, "serde", "rename_all");
                if has_rule {
                    fields(&variant.attrs, "rename_all", &variant.fields, errors);
                } else {
                    fields(&item.attrs, "rename_all_fields", &variant.fields, errors);
                }
            }
        }
        Data::Union(_) => {}
    }
}

fn fields(attrs: &[Attribute], rule: &str, fields: &Fields, errors: &mut Errors) {
    let mut twins = Twins::new("field", errors);
    for half in Half::ALL {
        let rule = Rule::of_half(attrs, rule, half);
        for field in fields.iter().filter(|field| is_there(&field.attrs, half)) {
            if !has_word(&field.attrs, "serde", "flatten")
                && let (Some(ident), Some(name)) =
                    (&field.ident, wire::name_of_half(field, rule, half))
            {
                twins.add(half, ident, name);
            }
        }
    }
}

fn variants(item: &DeriveInput, data: &syn::DataEnum, errors: &mut Errors) {
    // What has no tag is told apart by what it holds.
    if has_word(&item.attrs, "serde", "untagged") {
        return;
    }
    // Two may be written as one: an old variant as the one that took its place.
    let half = Half::Deserialize;
    let rule = Rule::of_half(&item.attrs, "rename_all", half);
    let mut twins = Twins::new("variant", errors);
    let named = data.variants.iter().filter(|variant| {
        is_there(&variant.attrs, half)
            && !["untagged", "other"]
                .iter()
                .any(|word| has_word(&variant.attrs, "serde", word))
    });
    for variant in named {
        twins.add(
            half,
            &variant.ident,
            wire::variant_name(variant, rule, half),
        );
    }
}

/// Whether it is in this half of every build.
fn is_there(attrs: &[Attribute], half: Half) -> bool {
    !attrs.iter().any(|attr| attr.path().is_ident("cfg")) && !half.skips(attrs)
}

/// The names met so far, and where the first of each stands.
struct Twins<'e> {
    what: &'static str,
    errors: &'e mut Errors,
    seen: Vec<(Half, String, String)>,
    told: Vec<String>,
}

impl<'e> Twins<'e> {
    fn new(what: &'static str, errors: &'e mut Errors) -> Self {
        Self {
            what,
            errors,
            seen: Vec::new(),
            told: Vec::new(),
        }
    }

    fn add(&mut self, half: Half, ident: &impl ToTokens, name: String) {
        let tokens: TokenStream = ident.to_token_stream();
        let own = tokens.to_string();
        let first = self
            .seen
            .iter()
            .find(|(of, known, _)| *of == half && *known == name);
        if let Some((_, _, first)) = first {
            // Once for both halves.
            if !self.told.contains(&own) {
                let what = self.what;
                self.errors.push_at(
                    &tokens,
                    format!("{what} `{own}` is called `{name}` on the wire, as `{first}` is; give one of them another `#[serde(rename = \"…\")]`"),
                );
                self.told.push(own);
            }
            return;
        }
        self.seen.push((half, name, own));
    }
}
