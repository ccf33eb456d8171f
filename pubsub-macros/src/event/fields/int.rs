//! The word `int`: what an integer looks like on the wire.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Field, LitStr, Type, parse_quote, spanned::Spanned as _};

use super::{codec::Owner, on_field::OnField};
use crate::{
    derives::has_word,
    errors::Errors,
    event::{
        item_fn::plain,
        item_struct::{last_segment, ungroup},
    },
    spanned::Spanned,
    suggest,
};

/// The word, where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Int {
    pub(super) span: Span,
    pub(super) form: Form,
}

/// How an integer stands on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Checked,
}

impl Form {
    const NAMES: [(&'static str, Self); 2] = [("string", Self::Text), ("checked", Self::Checked)];

    /// The module of its codec, and the type that stands for it.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("string", "Text"),
            Self::Checked => ("checked", "Checked"),
        }
    }
}

/// `int = "string"`
pub(super) fn read(text: &Spanned<LitStr>, errors: &mut Errors) -> Option<Int> {
    let written = text.value.value();
    let found = Form::NAMES.iter().find(|(name, _)| *name == written);
    if found.is_none() {
        let remedy = suggest::nearest(&written, Form::NAMES.iter().map(|(name, _)| *name))
            .map_or_else(
                || "write \"string\" for any integer, or \"checked\" for a number within ±(2^53 − 1)".to_owned(),
                |name| format!("did you mean \"{name}\"?"),
            );
        errors.push(
            text.span,
            format!("unknown form `{written}` of `int`; {remedy}"),
        );
    }
    found.map(|(_, form)| Int {
        span: text.key,
        form: *form,
    })
}

/// Leaves the word as a codec and a schema; after a mistake nothing is left, and `false` is given.
pub(super) fn apply(
    owner: &Owner<'_>,
    field: &mut Field,
    on: &OnField,
    errors: &mut Errors,
) -> bool {
    let Some(int) = on.int else {
        return true;
    };
    if !check(owner, field, on, int.span, errors) {
        return false;
    }
    let (module, form) = int.form.names();
    let ty = &field.ty;
    // What is wrong with the type is said at the type.
    let text = |text: String| LitStr::new(&text, ty.span());
    let codec = owner.path(&format!("int::{module}"));
    let shape = text(format!(
        "<{} as {}>::Wire<{}>",
        ty.to_token_stream(),
        owner.path("Integers"),
        owner.path(&format!("int::{form}"))
    ));
    if on.redact.is_some() {
        let (write, read) = (
            text(format!("{codec}::serialize")),
            text(format!("{codec}::redacted")),
        );
        field
            .attrs
            .push(parse_quote!(#[serde(serialize_with = #write, deserialize_with = #read)]));
    } else {
        let codec = text(codec);
        field.attrs.push(parse_quote!(#[serde(with = #codec)]));
    }
    field.attrs.push(parse_quote!(#[schemars(with = #shape)]));
    owner.keep_optional(field);
    true
}

fn check(owner: &Owner<'_>, field: &Field, on: &OnField, span: Span, errors: &mut Errors) -> bool {
    if on.wire.is_some() {
        errors.push(
            span,
            "`int` and `wire` both say what the field looks like on the wire; keep one of the two",
        );
        return false;
    }
    if let Some(codec) = super::codec::codecs(&field.attrs).first() {
        errors.push(
            span,
            format!("`int` brings a codec, and so does `{codec}`; keep one of the two"),
        );
        return false;
    }
    for word in ["with", "schema_with"] {
        if has_word(&field.attrs, "schemars", word) {
            errors.push(
                span,
                format!("`int` says what the field looks like, and so does `schemars({word})`; keep one of the two"),
            );
            return false;
        }
    }
    for word in ["skip", "flatten"] {
        if has_word(&field.attrs, "serde", word) {
            let remedy = if word == "skip" {
                "the field is not on the wire; remove `int`"
            } else {
                "its own fields stand on the wire in its place; write `int` on them"
            };
            errors.push(span, format!("`int` beside `serde({word})`: {remedy}"));
            return false;
        }
    }
    if owner.is_generic(&field.ty) {
        errors.push(
            span,
            format!(
                "`int` needs an integer type, and `{}` is generic; write the integer type",
                plain(&field.ty.to_token_stream())
            ),
        );
        return false;
    }
    check_integer(&field.ty, errors)
}

/// `#[event(int = "string")] total: Total`, where `Total` is a type of its own: the word goes on the field within.
fn check_integer(ty: &Type, errors: &mut Errors) -> bool {
    const INTEGERS: [&str; 12] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
    ];
    let inner = integers(ty);
    let name = last_segment(inner).map(|segment| segment.ident.to_string());
    let is_integer = match inner {
        Type::Path(_) => name
            .is_some_and(|name| name.starts_with("NonZero") || INTEGERS.contains(&name.as_str())),
        // What a macro makes is not known; a borrowed field is refused as that.
        Type::Macro(_) | Type::Reference(_) => true,
        _ => false,
    };
    if !is_integer {
        const NOTHING_INSIDE: [&str; 5] = ["String", "bool", "char", "f32", "f64"];
        let name = plain(&inner.to_token_stream());
        let remedy = if NOTHING_INSIDE.contains(&name.as_str()) || !matches!(inner, Type::Path(_)) {
            "on an integer type, or on an `Option`, `Box`, `Vec` or map of integers".to_owned()
        } else {
            format!(
                "on an integer type, on an `Option`, `Box`, `Vec` or map of integers, or on the field inside `{name}`"
            )
        };
        errors.push_at(
            inner,
            format!("`{name}` is not known to be an integer; write `int` {remedy}"),
        );
    }
    is_integer
}

/// The type inside what may hold integers.
pub(crate) fn integers(mut ty: &Type) -> &Type {
    loop {
        ty = ungroup(ty);
        let Some(segment) = last_segment(ty) else {
            return ty;
        };
        let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
            return ty;
        };
        let index = match segment.ident.to_string().as_str() {
            "Option" | "Box" | "Vec" => 0,
            "BTreeMap" | "HashMap" => 1,
            _ => return ty,
        };
        match arguments.args.iter().nth(index) {
            Some(syn::GenericArgument::Type(argument)) => ty = argument,
            _ => return ty,
        }
    }
}
