//! Rules across words and fields: one function a rule, the smallest wrong example above it.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Data, DeriveInput, Field, GenericArgument, GenericParam, Ident, PathArguments, Type,
    TypeReference, Variant,
};

use super::{
    args::{Direction, EventArgs},
    fields::{Kind, codecs, integers, is_described},
    item_fn::plain,
    item_struct::{fields, last_segment, ungroup},
    model::Payload,
};
use crate::{
    derives,
    errors::Errors,
    shapes, tuples, twins,
    wire::{self, Half, Rule},
};

/// The rules of `#[event]` on a struct or enum.
pub(crate) fn payload(model: &Payload<'_>, args: &EventArgs, errors: &mut Errors) {
    check_generic_payload(model.original, errors);
    model_type(Kind::Payload, model.original, errors);
    check_reserved_field(model.original, errors);
    check_answer_of_server_sent(args, errors);
    check_error_needs_sender(model, args, errors);
    check_wide_reply(args, errors);
}

/// The rules of every type that may cross the wire.
pub(crate) fn model_type(kind: Kind, item: &DeriveInput, errors: &mut Errors) {
    if check_lifetimes(kind.attribute(), item, errors) {
        for field in fields(item) {
            check_borrowed_field(field, errors);
        }
    }
    for field in fields(item) {
        check_wide_integer(kind, field, errors);
        check_weak(field, errors);
        check_hidden_words(&field.attrs, || field_name(field), errors);
    }
    if let Data::Enum(data) = &item.data {
        for variant in &data.variants {
            check_variant_codec(variant, errors);
            let name = || format!("variant `{}`", variant.ident);
            check_hidden_words(&variant.attrs, name, errors);
        }
    }
    shapes::check(item, errors);
    tuples::check(item, errors);
    twins::check(item, errors);
}

/// The rules of every field of an error: a derive changes no field, so no word of ours helps there.
pub(crate) fn error_field(field: &Field, errors: &mut Errors) {
    check_borrowed_field(field, errors);
    check_weak(field, errors);
    if is_described(&field.attrs) {
        return;
    }
    if let Some(wide) = find_ident(values(&field.ty), &["u128", "i128"]) {
        let narrow = if wide == "u128" { "u64" } else { "i64" };
        errors.push(
            wide.span(),
            format!(
                "no JSON number holds the `{wide}` of {}; write `{narrow}`, or `String` for more digits",
                field_name(field)
            ),
        );
    }
    if let Some(codec) = codecs(&field.attrs).first() {
        errors.push_at(
            codec,
            format!(
                "`{codec}` changes the wire, so the client type is unknown; write what it looks like there, for example `#[schemars(with = \"String\")]`"
            ),
        );
    }
}

/// The rules of `#[event]` on an fn.
pub(crate) fn action(args: &EventArgs, errors: &mut Errors) {
    check_unreachable_action(args, errors);
    check_emits_twice(&args.emits, errors);
    check_wide_reply(args, errors);
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

/// `struct Created<'a> { note: &'a str }`; whether there is none.
fn check_lifetimes(what: &str, item: &DeriveInput, errors: &mut Errors) -> bool {
    for lifetime in item.generics.lifetimes() {
        errors.push_at(
            lifetime,
            format!(
                "{what} `{}` cannot borrow: what is received owns its data; write for example `String` for `&str`",
                item.ident
            ),
        );
    }
    item.generics.lifetimes().next().is_none()
}

/// `struct Created { note: &'static str }`
fn check_borrowed_field(field: &Field, errors: &mut Errors) {
    if let Some(reference) = borrowed(field) {
        let elem = plain(&reference.elem.to_token_stream());
        let owned = match &*reference.elem {
            Type::Slice(slice) => format!("Vec<{}>", plain(&slice.elem.to_token_stream())),
            _ if elem == "str" => "String".to_owned(),
            _ => elem,
        };
        errors.push_at(
            reference,
            format!(
                "{} borrows, but what is received owns its data; write `{owned}`",
                field_name(field)
            ),
        );
    }
}

/// How deep types are looked into.
const MAX_DEPTH: usize = 16;

/// The first reference in what is on the wire of a field.
pub(super) fn borrowed(field: &Field) -> Option<&TypeReference> {
    if derives::has_word(&field.attrs, "serde", "skip") {
        return None;
    }
    reference(&field.ty, 0)
}

fn reference(ty: &Type, depth: usize) -> Option<&TypeReference> {
    if depth >= MAX_DEPTH {
        return None;
    }
    let inside = |ty| reference(ty, depth + 1);
    match ungroup(ty) {
        Type::Reference(reference) => Some(reference),
        Type::Array(array) => inside(&array.elem),
        Type::Slice(slice) => inside(&slice.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(inside),
        ty => {
            let last = last_segment(ty).filter(|last| last.ident != "PhantomData")?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                return None;
            };
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(ty) => inside(ty),
                _ => None,
            })
        }
    }
}

/// `struct Created { total: u128 }`; the word `int` leaves a schema of its own.
fn check_wide_integer(kind: Kind, field: &Field, errors: &mut Errors) {
    if is_described(&field.attrs) || derives::has_word(&field.attrs, "serde", "skip") {
        return;
    }
    if let Some(wide) = find_ident(values(&field.ty), &["u128", "i128"]) {
        let remedy = if last_segment(integers(&field.ty)).is_some_and(|last| last.ident == wide) {
            format!(
                "write `#[{}(int = \"string\")]`, or `int = \"checked\"` if it stays within ±(2^53 − 1)",
                kind.attribute(),
            )
        } else {
            format!(
                "`int` does not reach it here; write a smaller integer, or a type of your own for it: `#[model] struct Wide(#[model(int = \"string\")] {wide});`"
            )
        };
        errors.push(
            wide.span(),
            format!(
                "no JavaScript number holds every `{wide}` of {}; {remedy}",
                field_name(field)
            ),
        );
    }
}

/// `struct Created { parent: Weak<Order> }`: the schema says what it points at, and serde does not.
fn check_weak(field: &Field, errors: &mut Errors) {
    if is_described(&field.attrs) || derives::has_word(&field.attrs, "serde", "skip") {
        return;
    }
    let ty = values(&field.ty);
    if !ty.to_string().contains("Weak <") {
        return;
    }
    if let Some(weak) = find_ident(ty, &["Weak"]) {
        errors.push(
            weak.span(),
            format!(
                "{} holds a `Weak`, which is written as `null` once nobody else holds what it points at, and is always read as pointing at nothing; write an id, or `Option<T>`",
                field_name(field)
            ),
        );
    }
}

/// The tokens of a type, without those of a map's keys: JSON writes keys as strings.
fn values(ty: &Type) -> TokenStream {
    let map = last_segment(ty).filter(|segment| segment.ident.to_string().ends_with("Map"));
    if let Some(PathArguments::AngleBracketed(arguments)) = map.map(|segment| &segment.arguments) {
        return arguments
            .args
            .iter()
            .skip(1)
            .map(ToTokens::to_token_stream)
            .collect();
    }
    ty.to_token_stream()
}

/// `#[event(channel = "orders", reply = u128)]`
fn check_wide_reply(args: &EventArgs, errors: &mut Errors) {
    if let Some(reply) = &args.reply {
        wide_answer(&reply.value, errors);
    }
}

/// `async fn total(order: Order) -> Result<u128, Refused>`: what has no fields has no place for the word `int`.
pub(crate) fn wide_answer(ty: &Type, errors: &mut Errors) {
    if let Some(wide) = find_ident(values(ty), &["u128", "i128"]) {
        let narrow = if wide == "u128" { "u64" } else { "i64" };
        errors.push(
            wide.span(),
            format!(
                "no JSON number holds every `{wide}`; write `{narrow}`, or a model that has it in a field with `#[model(int = \"string\")]`"
            ),
        );
    }
}

/// `#[cfg_attr(all(), serde(other))] Else`: of an item's parts the compiler resolves it after the attribute has read them.
fn check_hidden_words(attrs: &[Attribute], name: impl Fn() -> String, errors: &mut Errors) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("cfg_attr")) {
        let Ok(list) = attr.meta.require_list() else {
            continue;
        };
        if let Some(word) = hidden_word(list.tokens.clone()) {
            errors.push(
                word.span(),
                format!(
                    "`{word}` of {} stands behind `cfg_attr`, where the client type cannot see it; write `#[{word}(…)]` itself, or write it twice, behind `#[cfg(…)]` and `#[cfg(not(…))]`",
                    name()
                ),
            );
        }
    }
}

/// The first `serde(…)` or `schemars(…)` of what stands in a `cfg_attr`.
fn hidden_word(tokens: TokenStream) -> Option<Ident> {
    let mut before = None;
    for token in tokens {
        match (before.take(), token) {
            (Some(word), TokenTree::Group(_)) if word == "serde" || word == "schemars" => {
                return Some(word);
            }
            (Some(word), TokenTree::Group(group)) if word == "cfg_attr" => {
                if let Some(word) = hidden_word(group.stream()) {
                    return Some(word);
                }
            }
            (_, TokenTree::Ident(word)) => before = Some(word),
            _ => {}
        }
    }
    None
}

/// `enum Changed { #[serde(with = "hex")] Paid(Vec<u8>) }`
fn check_variant_codec(variant: &Variant, errors: &mut Errors) {
    let codecs = codecs(&variant.attrs);
    if let Some(first) = codecs.first().filter(|_| !is_described(&variant.attrs)) {
        errors.push_at(
            first,
            format!("`{first}` changes the wire, so the client type is unknown; write what it looks like there, for example `#[schemars(with = \"String\")]`"),
        );
    }
}

/// Whether a codec replaces how a value is written, and nothing says what the result looks like.
pub(super) fn has_unknown_codec(attrs: &[Attribute]) -> bool {
    !is_described(attrs) && !codecs(attrs).is_empty()
}

/// `struct Created { client_event_id: String }` with `rename_all = "camelCase"`: that key is taken out before decoding.
fn check_reserved_field(item: &DeriveInput, errors: &mut Errors) {
    let mut check = |fields: &syn::Fields, rules: [Option<Rule>; 2]| {
        for field in fields {
            let mut names = Half::ALL
                .into_iter()
                .zip(rules)
                .filter_map(|(half, rule)| wire::name_of_half(field, rule, half));
            if let (Some(ident), true) = (&field.ident, names.any(|name| name == "clientEventId")) {
                errors.push(
                    ident.span(),
                    format!("field `{ident}` is `clientEventId` on the wire, which is reserved for idempotency; choose another name"),
                );
            }
        }
    };
    let rules =
        |attrs: &[Attribute], word: &str| Half::ALL.map(|half| Rule::of_half(attrs, word, half));
    match &item.data {
        Data::Struct(data) => check(&data.fields, rules(&item.attrs, "rename_all")),
        Data::Enum(data) => {
            let [written, read] = rules(&item.attrs, "rename_all_fields");
            for variant in &data.variants {
                let [own_written, own_read] = rules(&variant.attrs, "rename_all");
                check(
                    &variant.fields,
                    [own_written.or(written), own_read.or(read)],
                );
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
        && args.attached.is_none()
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
pub(crate) fn find_ident(tokens: TokenStream, names: &[impl AsRef<str>]) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => names
            .iter()
            .any(|name| ident == name.as_ref())
            .then_some(ident),
        TokenTree::Group(group) => find_ident(group.stream(), names),
        _ => None,
    })
}
