//! `#[snapshot]`: what a subscriber of a channel gets instead of lost history.

mod expand;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Data, Type};

use crate::{
    docs,
    errors::Errors,
    event::{
        args::{read_channel, read_timeout},
        check, fallback,
        item_fn::ItemFn,
        item_struct::Item,
        model::{Answer, Bodies, answers},
        signature::{Parameter, Role, Signature},
    },
    name::Channel,
    runtime::Runtime,
    words::{Place, Words},
};

/// A snapshot, read.
#[derive(Debug)]
struct Snapshot<'a> {
    runtime: &'a Runtime,
    original: &'a ItemFn,
    channel: &'a Channel,
    timeout_ms: u64,
    docs: String,
    parameters: &'a [Parameter],
    output: &'a Type,
    /// The type that stands for it.
    hidden: Ident,
    reply: Answer,
    error: Answer,
}

/// The whole attribute.
pub(crate) fn snapshot(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let (kind, span, tokens) = match Item::parse(item) {
        Item::Fn(mut item) => {
            check::snapshot_twice(&mut item.attrs, &mut errors);
            return function(args, &item, errors);
        }
        Item::Type(item) => {
            let kind = match item.data {
                Data::Enum(_) => "an enum",
                _ => "a struct",
            };
            (kind, item.ident.span(), quote!(#item))
        }
        Item::Other { kind, span, tokens } => (kind, span, tokens),
    };
    errors.push(
        span,
        format!("`#[snapshot]` goes on an async fn, not on {kind}"),
    );
    let errors = errors.finish();
    quote!(#errors #tokens)
}

fn function(args: TokenStream, item: &ItemFn, mut errors: Errors) -> TokenStream {
    let words = Words::parse(args, Place::Snapshot, &mut errors);
    let runtime = Runtime::new(words.path("crate").map(|path| path.value));
    let channel = read_channel(&words, "snapshot", &mut errors);
    let timeout_ms = read_timeout(&words, &mut errors);
    let signature = Signature::read(item, Role::Snapshot, &mut errors);
    if let (Some(channel), Some(output), true) = (&channel, &signature.output, errors.is_empty()) {
        let hidden = Ident::new("__snapshot", Span::call_site());
        let (reply, error) = answers(&runtime, &hidden, (None, None), output);
        let expanded = expand::snapshot(&Snapshot {
            runtime: &runtime,
            original: item,
            channel,
            timeout_ms,
            docs: docs::docs(&item.attrs),
            parameters: &signature.parameters,
            output,
            hidden,
            reply,
            error,
        });
        let unread = errors.finish();
        quote!(#expanded #unread)
    } else {
        let errors = errors.finish();
        let rest = fallback::function(item, &[], Bodies::Server, &runtime);
        quote!(#errors #rest)
    }
}
