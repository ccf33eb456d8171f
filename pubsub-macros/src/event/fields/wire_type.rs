//! The word `wire`: what a field looks like where its type does not say it.

use quote::ToTokens;
use syn::{Field, LitStr, parse_quote};

use super::{
    codec::{Codec, Owner, codecs},
    on_field::OnField,
};
use crate::{derives::has_word, errors::Errors, shapes};

/// Leaves the word as a schema; after a mistake nothing is left, and `false` is given.
pub(super) fn apply(
    owner: &Owner<'_>,
    field: &mut Field,
    on: &OnField,
    errors: &mut Errors,
) -> bool {
    let Some(wire) = &on.wire else {
        return true;
    };
    if on.int.is_some() {
        // Told where `int` stands.
        return true;
    }
    for word in ["with", "schema_with"] {
        if has_word(&field.attrs, "schemars", word) {
            errors.push(
                wire.key,
                format!("`wire` and `schemars({word})` both say what the field looks like; keep one of the two"),
            );
            return false;
        }
    }
    if has_word(&field.attrs, "serde", "skip") {
        errors.push(
            wire.key,
            "`wire` on a field that is not on the wire; remove `wire` or `serde(skip)`",
        );
        return false;
    }
    let (input, output) = (&wire.value.input, &wire.value.output);
    let codecs = codecs(&field.attrs);
    for (missing, word, what, is_changed) in [
        (
            input.is_none(),
            "in",
            "read",
            codecs.iter().find(|codec| codec.reads()),
        ),
        (
            output.is_none(),
            "out",
            "written",
            codecs.iter().find(|codec| codec.writes()),
        ),
    ] {
        if let (true, Some(codec)) = (missing, is_changed) {
            errors.push(
                wire.key,
                format!("`{codec}` changes what is {what}, too; add `{word} = \"…\"` to `wire(…)`, or write `wire = \"String\"` for both"),
            );
            return false;
        }
    }
    let side = |side: &Option<(LitStr, syn::Type)>| {
        let ty = side.as_ref().map_or(&field.ty, |(_, ty)| ty);
        let ty = ty.to_token_stream();
        shapes::stand_in(&ty, owner.runtime).unwrap_or(ty)
    };
    let (read, written) = (side(input), side(output));
    let is_flattened = has_word(&field.attrs, "serde", "flatten");
    let text = if is_flattened && read.to_string() == written.to_string() {
        written.to_string()
    } else {
        format!("{}<{read}, {written}>", owner.path("Wire"))
    };
    // What is wrong with the type is said where it is written.
    let span = output
        .as_ref()
        .or(input.as_ref())
        .map_or(wire.span, |(text, _)| text.span());
    let shape = LitStr::new(&text, span);
    field.attrs.push(parse_quote!(#[schemars(with = #shape)]));
    if !is_flattened {
        field
            .attrs
            .push(parse_quote!(#[schemars(extend("x-wire" = true))]));
    }
    if !codecs.iter().any(Codec::reads) {
        owner.keep_optional(field);
    }
    true
}
