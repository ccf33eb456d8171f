//! `#[event]`: read the words, read the item, check, expand; after a mistake, fall back.

pub(crate) mod args;
pub(crate) mod check;
mod check_policy;
pub(crate) mod expand;
mod expand_attached;
mod expand_emitted;
mod expand_filter;
pub(crate) mod expand_fn;
pub(crate) mod expand_run;
pub(crate) mod fallback;
pub(crate) mod fields;
pub(crate) mod item_fn;
pub(crate) mod item_struct;
pub(crate) mod model;
pub(crate) mod policy;
pub(crate) mod signature;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

use self::{
    args::EventArgs,
    fields::{Kind, Taken},
    item_fn::ItemFn,
    item_struct::Item,
    model::Bodies,
    signature::{Role, Signature},
};

/// The whole attribute.
pub(crate) fn event(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    match Item::parse(item) {
        Item::Type(mut item) => {
            check::attribute_twice(&mut item.attrs, &mut errors);
            payload(args, *item, errors)
        }
        Item::Fn(mut item) => {
            check::attribute_twice(&mut item.attrs, &mut errors);
            action(args, &item, errors)
        }
        Item::Other { kind, span, tokens } => {
            errors.push(
                span,
                format!("`#[event]` goes on a struct, an enum or an async fn, not on {kind}"),
            );
            let errors = errors.finish();
            quote!(#errors #tokens)
        }
    }
}

fn payload(args: TokenStream, mut item: syn::DeriveInput, mut errors: Errors) -> TokenStream {
    let args = EventArgs::for_payload(args, &mut errors);
    let Taken { filters, beside } =
        fields::take(Kind::Payload, &mut item, &args.runtime, &mut errors);
    if let Some(field) = args.policy.id_field() {
        fields::mark_id(&mut item, field);
    }
    let model = model::Payload::new(&args, &item, &filters, &mut errors);
    check::payload(&model, &args, &mut errors);
    check_policy::payload(&model, &args, &mut errors);
    if errors.is_empty() {
        let expanded = expand::payload(&model);
        let unread = errors.finish();
        quote!(#expanded #beside #unread)
    } else {
        let errors = errors.finish();
        let rest = fallback::payload(&model);
        quote!(#errors #rest #beside)
    }
}

fn action(args: TokenStream, item: &ItemFn, mut errors: Errors) -> TokenStream {
    let args = EventArgs::for_action(args, &mut errors);
    let signature = Signature::read(item, Role::Action, &mut errors);
    let model = model::Action::new(&args, item, &signature, &mut errors);
    check::action(&args, &mut errors);
    check_policy::action(&args, &mut errors);
    if let (Some(model), true) = (model, errors.is_empty()) {
        let expanded = expand_fn::action(&model);
        let unread = errors.finish();
        quote!(#expanded #unread)
    } else {
        let errors = errors.finish();
        let bodies = match args.attached {
            Some(_) => Bodies::All,
            None => Bodies::Server,
        };
        let rest = fallback::function(item, &args.emits, bodies, &args.runtime);
        quote!(#errors #rest)
    }
}
