//! Rules across words and fields: one function a rule, the smallest wrong example above it.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Field, GenericParam, Ident, Type};

use super::{
    args::{Direction, EventArgs},
    item_fn::plain,
    item_struct::{fields, ungroup},
    model::Payload,
};
use crate::{
    derives,
    errors::Errors,
    shapes,
    wire::{self, Rule},
};

/// The rules of `#[event]` on a struct or enum.
pub(crate) fn payload(model: &Payload<'_>, args: &EventArgs, errors: &mut Errors) {
    check_generic_payload(model.original, errors);
    model_type("event", model.original, errors);
    check_reserved_field(model.original, errors);
    check_answer_of_server_sent(args, errors);
    check_error_needs_sender(model, args, errors);
}

/// The rules of every type that may cross the wire; `what` is `event` or `model`.
pub(crate) fn model_type(what: &str, item: &DeriveInput, errors: &mut Errors) {
    check_borrowed(what, item, errors);
    for field in fields(item) {
        check_wide_integer(field, errors);
        check_codec(&field.attrs, errors);
    }
    if let Data::Enum(data) = &item.data {
        for variant in &data.variants {
            check_codec(&variant.attrs, errors);
        }
    }
    shapes::check(item, errors);
}

/// The rules of `#[event]` on an fn.
pub(crate) fn action(args: &EventArgs, errors: &mut Errors) {
    check_unreachable_action(args, errors);
    check_emits_twice(&args.emits, errors);
}

/// `#[event(channel = "orders")] #[event(channel = "ops")] struct Created { … }`: the second is taken off, or it would expand too.
pub(super) fn attribute_twice(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    take_again(attrs, "event", |attr| {
        errors.push_at(
            attr,
            "duplicate `#[event]`; an item is one event, so keep one",
        );
    });
    check_both(attrs, "snapshot", errors);
}

/// `#[snapshot(channel = "orders")] #[snapshot(channel = "ops")] async fn all(…)`: as [`attribute_twice`].
pub(crate) fn snapshot_twice(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    take_again(attrs, "snapshot", |attr| {
        errors.push_at(
            attr,
            "duplicate `#[snapshot]`; a fn is the snapshot of one channel, so keep one",
        );
    });
    check_both(attrs, "event", errors);
}

/// `#[event(channel = "orders")] #[snapshot(channel = "orders")] async fn all(…)`
fn check_both(attrs: &mut Vec<Attribute>, other: &str, errors: &mut Errors) {
    take_again(attrs, other, |attr| {
        errors.push_at(
            attr,
            "an fn is an action, `#[event]`, or a snapshot, `#[snapshot]`; keep one of the two",
        );
    });
}

/// Takes every attribute of this name off.
fn take_again(attrs: &mut Vec<Attribute>, name: &str, mut told: impl FnMut(&Attribute)) {
    attrs.retain(|attr| {
        let last = attr.path().segments.last();
        let again = last.is_some_and(|last| last.ident == name);
        if again {
            told(attr);
        }
        !again
    });
}

/// `#[event(channel = "orders")] struct Created<T> { … }`
fn check_generic_payload(item: &DeriveInput, errors: &mut Errors) {
    for parameter in &item.generics.params {
        if !matches!(parameter, GenericParam::Lifetime(_)) {
            errors.push_at(
                parameter,
                format!(
                    "event `{}` cannot be generic; the registry needs one concrete payload",
                    item.ident
                ),
            );
        }
    }
}

/// `struct Created<'a> { note: &'a str }`, or `struct Created { note: &'static str }`
fn check_borrowed(what: &str, item: &DeriveInput, errors: &mut Errors) {
    let mut lifetimes = item.generics.lifetimes().peekable();
    if lifetimes.peek().is_some() {
        for lifetime in lifetimes {
            errors.push_at(
                lifetime,
                format!(
                    "{what} `{}` cannot borrow: what is received owns its data; write for example `String` for `&str`",
                    item.ident
                ),
            );
        }
        return;
    }
    for field in fields(item) {
        if let Type::Reference(reference) = ungroup(&field.ty) {
            let owned = match plain(&reference.elem.to_token_stream()).as_str() {
                "str" => "String".to_owned(),
                other => other.to_owned(),
            };
            errors.push_at(
                &field.ty,
                format!(
                    "{} borrows, but what is received owns its data; write `{owned}`",
                    field_name(field)
                ),
            );
        }
    }
}

/// `struct Created { total: u128 }`
fn check_wide_integer(field: &Field, errors: &mut Errors) {
    if let Some(wide) = find_ident(field.ty.to_token_stream(), &["u128", "i128"]) {
        let narrow = if wide == "u128" { "u64" } else { "i64" };
        errors.push(
            wide.span(),
            format!(
                "no JSON number holds the `{wide}` of {}; write `{narrow}`, or `String` for more digits",
                field_name(field)
            ),
        );
    }
}

/// `#[serde(with = "hex")] hash: Vec<u8>`
fn check_codec(attrs: &[Attribute], errors: &mut Errors) {
    if let Some(word) = unknown_codec(attrs) {
        let (path, value) = (&word.path, &word.value);
        errors.push_at(
            &quote::quote!(#path #value),
            format!(
                "`{} = {value}` changes the wire, so the client type is unknown; write what it looks like there, for example `#[schemars(with = \"String\")]`",
                path.to_token_stream(),
            ),
        );
    }
}

/// The serde word that replaces how a value is written, if nothing says what the result looks like.
pub(super) fn unknown_codec(attrs: &[Attribute]) -> Option<derives::HelperWord> {
    let described = ["with", "schema_with"]
        .iter()
        .any(|word| derives::has_word(attrs, "schemars", word));
    let mut codec = None;
    if !described {
        derives::visit_words(attrs, &["serde"], |word| {
            let changes = ["with", "serialize_with", "deserialize_with"]
                .iter()
                .any(|name| word.path.is_ident(name));
            if changes {
                codec.get_or_insert(word);
            }
        });
    }
    codec
}

/// `struct Created { client_event_id: String }` with `rename_all = "camelCase"`: that key is taken out before decoding.
fn check_reserved_field(item: &DeriveInput, errors: &mut Errors) {
    let mut check = |fields: &syn::Fields, rule: Option<Rule>| {
        for field in fields {
            if let (Some(ident), Some("clientEventId")) =
                (&field.ident, wire::name(field, rule).as_deref())
            {
                errors.push(
                    ident.span(),
                    format!("field `{ident}` is `clientEventId` on the wire, which is reserved for idempotency; choose another name"),
                );
            }
        }
    };
    match &item.data {
        Data::Struct(data) => check(&data.fields, Rule::of(&item.attrs, "rename_all")),
        Data::Enum(data) => {
            for variant in &data.variants {
                let own = Rule::of(&variant.attrs, "rename_all");
                let all = || Rule::of(&item.attrs, "rename_all_fields");
                check(&variant.fields, own.or_else(all));
            }
        }
        Data::Union(_) => {}
    }
}

/// `#[event(channel = "orders", direction = "sse", reply = OrderAck)]`
fn check_answer_of_server_sent(args: &EventArgs, errors: &mut Errors) {
    if args.direction.as_ref().map(|direction| direction.value) != Some(Direction::Sse) {
        return;
    }
    for (word, given) in [("reply", &args.reply), ("error", &args.error)] {
        if let Some(given) = given {
            errors.push(
                given.key,
                format!("`{word}` on a server-sent event: nobody sends it, so nobody is answered; remove `{word}` or `direction`"),
            );
        }
    }
}

/// `#[event(channel = "orders", error = OrderError)]`
fn check_error_needs_sender(model: &Payload<'_>, args: &EventArgs, errors: &mut Errors) {
    if let Some(error) = &args.error
        && args.direction.is_none()
        && !model.is_sent()
    {
        errors.push(
            error.key,
            "`error` without `reply`: nothing says that clients send this event; add `reply = T`, or `reply = ()` if there is nothing to say",
        );
    }
}

/// `#[event(channel = "orders", direction = "sse")] async fn created(…)`
fn check_unreachable_action(args: &EventArgs, errors: &mut Errors) {
    if let Some(direction) = &args.direction
        && direction.value == Direction::Sse
    {
        errors.push(
            direction.span,
            "`direction = \"sse\"` on an action: clients could never call it; remove `direction`",
        );
    }
}

/// `#[event(channel = "orders", emits(OrderIngested, OrderIngested))]`
fn check_emits_twice(emits: &[Type], errors: &mut Errors) {
    for (index, ty) in emits.iter().enumerate() {
        if emits.iter().take(index).any(|earlier| earlier == ty) {
            errors.push_at(
                ty,
                format!(
                    "duplicate `{}` in `emits(…)`; keep one",
                    plain(&ty.to_token_stream())
                ),
            );
        }
    }
}

fn field_name(field: &Field) -> String {
    field.ident.as_ref().map_or_else(
        || "this field".to_owned(),
        |ident| format!("field `{ident}`"),
    )
}

/// The first of these idents anywhere in `tokens`.
fn find_ident(tokens: TokenStream, names: &[&str]) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => names.iter().any(|name| ident == name).then_some(ident),
        TokenTree::Group(group) => find_ident(group.stream(), names),
        _ => None,
    })
}
