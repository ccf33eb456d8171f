//! Rules of what an event says for itself: one function a rule, the smallest wrong example above it.

use proc_macro2::Span;
use syn::{Data, DeriveInput, Fields, ext::IdentExt};

use super::{
    args::{Direction, EventArgs},
    item_struct::last_segment,
    model::Payload,
    policy::EventPolicy,
};
use crate::{errors::Errors, suggest, words::Access};

/// The rules of `#[event]` on a struct or enum.
pub(super) fn payload(model: &Payload<'_>, args: &EventArgs, errors: &mut Errors) {
    check_server_sent(args, errors);
    if model.is_sent() {
        check_unsendable(&args.policy, "an event that clients send", errors);
    }
    if let (Some(idempotent), Some(field)) = (&args.policy.idempotent, args.policy.id_field()) {
        check_by(model.original, field, idempotent.span, errors);
    }
}

/// The rules of `#[event]` on an fn.
pub(super) fn action(args: &EventArgs, errors: &mut Errors) {
    // Beside `action` it is for the event to say, which is told already.
    if args.attached.is_none() {
        check_unsendable(&args.policy, "an action", errors);
    }
}

/// `#[event(channel = "orders", direction = "sse", rate = "50/s")]`
fn check_server_sent(args: &EventArgs, errors: &mut Errors) {
    if args.direction.as_ref().map(|direction| direction.value) != Some(Direction::Sse) {
        return;
    }
    for (word, span) in args.policy.said() {
        errors.push(
            span,
            format!("`{word}` on a server-sent event: it is about what clients send; remove `{word}` or `direction`"),
        );
    }
}

/// `#[event(channel = "orders", publish = none)] async fn created(…)`
fn check_unsendable(policy: &EventPolicy, what: &str, errors: &mut Errors) {
    if let Some(publish) = &policy.publish
        && matches!(publish.value, Access::None)
    {
        errors.push(
            publish.span,
            format!("`publish = none` on {what}: nobody could ever send it; remove `publish`"),
        );
    }
}

/// `#[event(channel = "orders", idempotent = by(order))] struct Created { order_id: String }`
fn check_by(item: &DeriveInput, field: &str, span: Span, errors: &mut Errors) {
    let name = &item.ident;
    match &item.data {
        Data::Struct(data) => {
            if let Err(problem) = id_field(&data.fields, field, &name.to_string()) {
                errors.push(span, problem);
            }
        }
        Data::Enum(data) => {
            for variant in &data.variants {
                if let Err(problem) = id_field(
                    &variant.fields,
                    field,
                    &format!("{name}::{}", variant.ident),
                ) {
                    errors.push(span, problem);
                    return;
                }
            }
        }
        Data::Union(_) => {}
    }
}

fn id_field(fields: &Fields, field: &str, of: &str) -> Result<(), String> {
    let Fields::Named(fields) = fields else {
        return Err(format!(
            "`idempotent = by({field})` needs a field with a name, which `{of}` does not have; write `idempotent = \"required\"`"
        ));
    };
    let ident_of = |field: &syn::Field| field.ident.as_ref().map(|ident| ident.unraw().to_string());
    let Some(found) = fields
        .named
        .iter()
        .find(|candidate| ident_of(candidate).as_deref() == Some(field))
    else {
        let names: Vec<_> = fields.named.iter().filter_map(ident_of).collect();
        let names = || names.iter().map(String::as_str);
        let remedy = match suggest::nearest(field, names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if names().next().is_none() => "it has none".to_owned(),
            None => format!("it has {}", suggest::list(names())),
        };
        return Err(format!("`{of}` has no field `{field}`; {remedy}"));
    };
    if last_segment(&found.ty).is_some_and(|segment| segment.ident == "Option") {
        return Err(format!(
            "field `{field}` of `{of}` may be absent, and the send would have no id; name one that is always there, or write `idempotent = \"required\"`"
        ));
    }
    Ok(())
}
