//! The word `redact`: nothing of the value is told when it does not fit.

use quote::{ToTokens, format_ident, quote};
use syn::{Field, LitStr, parse_quote};

use super::{
    codec::{Codec, Owner, codecs, without_reading},
    on_field::OnField,
};
use crate::{derives::has_word, docs, errors::Errors, event::item_fn::plain};

/// Leaves the word as a keyword of the schema, and as a codec that hides what it reads.
pub(super) fn apply(owner: &mut Owner<'_>, field: &mut Field, on: &OnField, errors: &mut Errors) {
    let Some(span) = on.redact else {
        return;
    };
    if has_word(&field.attrs, "serde", "flatten") {
        errors.push(
            span,
            "`redact` beside `serde(flatten)`: its own fields stand on the wire in its place; write `redact` on them",
        );
        return;
    }
    owner.has_redacted = true;
    field
        .attrs
        .push(parse_quote!(#[schemars(extend("x-redact" = true))]));
    let is_read = ["skip", "skip_deserializing"]
        .iter()
        .all(|word| !has_word(&field.attrs, "serde", word));
    // `int` has a codec of its own for it.
    if !is_read || on.int.is_some() {
        return;
    }
    let codecs = codecs(&field.attrs);
    let Some(reads) = codecs.iter().find(|codec| codec.reads()) else {
        if owner.is_generic(&field.ty) {
            errors.push(
                span,
                format!(
                    "`redact` needs a type that is known here, and `{}` is generic; write `redact` on the fields of what stands for it",
                    plain(&field.ty.to_token_stream())
                ),
            );
            return;
        }
        let read = owner.path("redact::deserialize");
        field
            .attrs
            .push(parse_quote!(#[serde(deserialize_with = #read)]));
        owner.keep_optional(field);
        return;
    };
    let Some(path) = reads.reading() else {
        // What is no path is serde's to report.
        return;
    };
    // serde takes the path of a fn, so one is written that hides what the codec says.
    let name = format_ident!("__redacted_{}", owner.readers.len());
    let private = owner.runtime.private();
    let (ty, cfgs) = (&field.ty, docs::cfgs(&field.attrs));
    owner.readers.push(quote! {
        #(#cfgs)*
        fn #name<'__de, __D: #private::serde::Deserializer<'__de>>(
            __deserializer: __D,
        ) -> ::core::result::Result<#ty, __D::Error> {
            #private::redact::hide(__deserializer, #path)
        }
    });
    let writes = codecs.iter().find_map(Codec::writing);
    without_reading(&mut field.attrs);
    let read = LitStr::new(
        &format!("{}::{name}", owner.turbofish()),
        reads
            .path
            .get_ident()
            .map_or(span, proc_macro2::Ident::span),
    );
    field
        .attrs
        .push(parse_quote!(#[serde(deserialize_with = #read)]));
    if let Some(write) = writes {
        let write = write.to_token_stream().to_string();
        field
            .attrs
            .push(parse_quote!(#[serde(serialize_with = #write)]));
    }
}
