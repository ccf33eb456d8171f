//! The output after a mistake: the item and what others name of it, so that nothing else fails because of it.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Field, Token, Type, parse_quote};

use super::{
    check, expand, expand_filter, expand_fn,
    item_fn::ItemFn,
    model::{Bodies, Payload},
};
use crate::{docs, runtime::Runtime};

/// The type with its derives, `impl Event` and the client methods, as far as channel and name are known.
pub(crate) fn payload(model: &Payload<'_>) -> TokenStream {
    let original = model.original;
    if !original.generics.params.is_empty() {
        return generic_payload(model, original);
    }
    let allow = expand::allow();
    let cfgs = docs::cfgs(&original.attrs);
    let item = item(original, model.runtime);
    let channel = model.channel.map_or("", |channel| &channel.name);
    let word = model.word.as_ref().map_or("", |word| &word.word);
    let event = expand::event(model, channel, word);
    let answered = expand::answered(model);
    // A client method that sends needs types that the mistake may be about.
    let receiving = Payload {
        reply: None,
        direction: None,
        docs: String::new(),
        deprecated: None,
        word: model.word.clone(),
        ..*model
    };
    let methods = model
        .channel
        .zip(model.word.as_ref())
        .map(|(channel, word)| {
            let import = expand::import(channel);
            let methods = expand::methods(&receiving, channel, word);
            let filter = expand_filter::filter(model, &expand::name(channel, word));
            quote!(#import #methods #filter)
        });
    quote! {
        #item
        #(#cfgs)*
        #allow
        const _: () = {
            #event
            #answered
            #methods
        };
    }
}

/// `impl<T> Event for Created<T> where Created<T>: …`; the derives may be what the parameters lack.
fn generic_payload(model: &Payload<'_>, original: &DeriveInput) -> TokenStream {
    let item = item(original, model.runtime);
    if original.generics.lifetimes().next().is_some() {
        // What borrows cannot be an event at all.
        return item;
    }
    let private = model.runtime.private();
    let ident = &original.ident;
    let (impl_generics, ty_generics, where_clause) = original.generics.split_for_impl();
    let predicates = where_clause
        .map(|clause| clause.predicates.iter())
        .into_iter()
        .flatten();
    quote! {
        #item
        #[automatically_derived]
        impl #impl_generics #private::Event for #ident #ty_generics
        where
            #(#predicates,)*
            #ident #ty_generics: #private::Serialize
                + #private::serde::de::DeserializeOwned
                + ::core::marker::Send
                + ::core::marker::Sync
                + 'static,
        {
            const NAME: &'static str = "";
            const CHANNEL: &'static str = "";
            const VERSION: u32 = 1;
        }
    }
}

/// The type with its derives, and without what they would stumble over once more.
pub(crate) fn item(original: &DeriveInput, runtime: &Runtime) -> TokenStream {
    let mut healed = original.clone();
    let heal = |field: &mut Field| {
        let is_static = check::borrowed(field).is_some_and(|reference| {
            let lifetime = reference.lifetime.as_ref();
            lifetime.is_none_or(|lifetime| lifetime.ident == "static")
        });
        if is_static {
            field.attrs.push(parse_quote!(#[serde(skip)]));
        }
        if check::has_unknown_codec(&field.attrs) {
            field
                .attrs
                .push(parse_quote!(#[schemars(with = "::std::string::String")]));
        }
    };
    match &mut healed.data {
        Data::Struct(data) => data.fields.iter_mut().for_each(heal),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                if check::has_unknown_codec(&variant.attrs) {
                    variant
                        .attrs
                        .push(parse_quote!(#[schemars(with = "::std::string::String")]));
                }
                variant.fields.iter_mut().for_each(heal);
            }
        }
        Data::Union(_) => {}
    }
    expand::item(&healed, runtime)
}

/// The fn, as an async one, with the events its context may emit.
pub(crate) fn function(
    item: &ItemFn,
    emits: &[Type],
    bodies: Bodies,
    runtime: &Runtime,
) -> TokenStream {
    // In an impl block neither a module nor a const may stand beside it.
    if item.sig.receiver().is_some() {
        return quote!(#item);
    }
    let mut item = item.clone();
    item.sig
        .asyncness
        .get_or_insert_with(|| Token![async](Span::call_site()));
    item.sig.constness = None;
    expand_fn::function(&item, emits, bodies, runtime)
}
