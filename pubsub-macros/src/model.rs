//! `#[model]`: the derives that a part of a payload or reply needs.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    derives,
    errors::Errors,
    event::{
        check, fallback,
        fields::{self, Kind, Taken},
        item_struct::Item,
    },
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
            let Taken { beside, .. } = fields::take(Kind::Model, &mut item, &runtime, &mut errors);
            check::model_type(Kind::Model, &item, &mut errors);
            if errors.is_empty() {
                let schema = derives::add_missing(&mut item, &runtime);
                quote!(#item #schema #beside)
            } else {
                let item = fallback::item(&item, &runtime);
                quote!(#item #beside)
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
