//! `#[model]`: the derives that a part of a payload or reply needs.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    derives,
    errors::Errors,
    event::{check, fallback, fields, item_struct::Item},
    runtime::Runtime,
    words::{Place, Words},
};

/// The whole attribute.
pub(crate) fn model(args: TokenStream, item: &TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let words = Words::parse(args, Place::Model, &mut errors);
    let runtime = Runtime::new(words.path("crate").map(|path| path.value));
    let item = match Item::parse(item) {
        Item::Type(mut item) => {
            fields::take_of_model(&mut item, &mut errors);
            check::model_type("model", &item, &mut errors);
            if errors.is_empty() {
                let beside = derives::add_missing(&mut item, &runtime);
                quote!(#item #beside)
            } else {
                fallback::item(&item, &runtime)
            }
        }
        Item::Fn(item) => {
            errors.push_at(
                &item.sig.fn_token,
                "`#[model]` goes on a struct or an enum, not on an fn; an action takes `#[event]`",
            );
            quote!(#item)
        }
        Item::Other { kind, span, tokens } => {
            errors.push(
                span,
                format!("`#[model]` goes on a struct or an enum, not on {kind}"),
            );
            tokens
        }
    };
    let errors = errors.finish();
    quote!(#errors #item)
}
