//! The output for a payload type.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::DeriveInput;

use super::{args::Direction, expand_filter, model::Payload};
use crate::{
    derives, docs,
    name::{Channel, EventWord},
    runtime::Runtime,
    shapes,
};

/// What generated code may do that handwritten code should not.
pub(crate) fn allow() -> TokenStream {
    quote!(#[allow(
        dead_code,
        deprecated,
        non_camel_case_types,
        non_snake_case,
        private_interfaces,
        unreachable_pub,
        unused_imports,
        clippy::all,
        clippy::nursery,
        clippy::pedantic,
        reason = "generated"
    )])
}

/// ```text
/// #[derive(…)] struct OrderCreated { … }                     // the user's, derives added
/// const _: () = {
///     impl rt::Event for OrderCreated { const NAME: &str = "orders:created"; … }
///     type __Channel<T> = crate::__channels_declared_by_domain::orders::Channel<T>;    // an undeclared channel is an error at the literal
///     impl rt::Answered<R, E> for OrderCreated {}                        // if clients send it: what its action has to agree with
///     rt::__if_registry! { inventory::submit! { EventEntry { … } } }
///     impl<T: Transport> __Channel<T> {
///         pub fn on_created(&self) -> Subscribe<T, OrderCreated, <Self as HasSnapshot>::Snapshot> { … }
///         pub fn created(&self, payload: OrderCreated) -> Call<T, OrderCreated, R, E> { … }    // if clients send it
///     }
///     rt::__if_client! { impl OrderCreated { pub fn filter() -> __Filter { … } } … }    // if it has filters
/// };
/// ```
pub(crate) fn payload(model: &Payload<'_>) -> TokenStream {
    let item = item(model.original, model.runtime);
    let (Some(channel), Some(word)) = (model.channel, &model.word) else {
        return item;
    };
    let allow = allow();
    let cfgs = docs::cfgs(&model.original.attrs);
    let event = event(model, &channel.name, &word.word);
    let import = import(channel);
    let sent = sent(model, &name(channel, word));
    let answered = answered(model);
    let entry = entry(model, channel, word);
    let methods = methods(model, channel, word);
    let filter = expand_filter::filter(model, &name(channel, word));
    quote! {
        #item
        #(#cfgs)*
        #allow
        const _: () = {
            #event
            #import
            #sent
            #answered
            #entry
            #methods
            #filter
        };
    }
}

/// The item with the derives it lacks.
pub(super) fn item(original: &DeriveInput, runtime: &Runtime) -> TokenStream {
    let mut item = original.clone();
    let beside = derives::add_missing(&mut item, runtime);
    quote!(#item #beside)
}

/// The full name.
pub(super) fn name(channel: &Channel, word: &EventWord) -> String {
    format!("{}:{}", channel.name, word.word)
}

/// The one place that names the module of the channel: if there is none, that is said at the literal, and the rest is quiet.
pub(crate) fn import(channel: &Channel) -> TokenStream {
    let module = channel.ident();
    let root = quote_spanned!(channel.span=> __channels_declared_by_domain);
    quote! {
        type __Channel<__T> = crate::#root::#module::Channel<__T>;
    }
}

/// `impl Event for OrderCreated { … }`
pub(super) fn event(model: &Payload<'_>, channel: &str, word: &str) -> TokenStream {
    let private = model.runtime.private();
    let ident = &model.original.ident;
    let name = format!("{channel}:{word}");
    let version = model.version;
    quote! {
        #[automatically_derived]
        impl #private::Event for #ident {
            const NAME: &'static str = #name;
            const CHANNEL: &'static str = #channel;
            const VERSION: u32 = #version;
        }
    }
}

/// What a sender is answered, as one type that bounds are checked on once:
///
/// ```text
/// struct __sent;
/// impl Action for __sent { type Payload = OrderCreated; type Reply = R; type Error = E; … const DECLARED = declare::<OrderCreated, R, E>(); }
/// ```
fn sent(model: &Payload<'_>, name: &str) -> Option<TokenStream> {
    model.is_sent().then(|| {
        let private = model.runtime.private();
        let ident = &model.original.ident;
        let (reply, error) = answer(model);
        quote! {
            struct __sent;
            #[automatically_derived]
            impl #private::Action for __sent {
                type Payload = #ident;
                type Reply = #reply;
                type Error = #error;
                const NAME: &'static str = #name;
                const DECLARED: #private::Declared<Self::Payload, Self::Reply, Self::Error> =
                    #private::declare::<#ident, #reply, #error>();
            }
        }
    })
}

/// `impl Answered<R, E> for OrderCreated {}`, if clients send it.
pub(super) fn answered(model: &Payload<'_>) -> Option<TokenStream> {
    model.is_sent().then(|| {
        let private = model.runtime.private();
        let ident = &model.original.ident;
        let (reply, error) = answer(model);
        quote! {
            #[automatically_derived]
            impl #private::Answered<#reply, #error> for #ident {}
        }
    })
}

/// Reply and error, with what stands for "nothing to say" and "cannot fail".
fn answer(model: &Payload<'_>) -> (TokenStream, TokenStream) {
    let reply = model.reply.map_or_else(|| quote!(()), |ty| quote!(#ty));
    let error = model
        .error
        .map_or_else(|| quote!(::core::convert::Infallible), |ty| quote!(#ty));
    (reply, error)
}

fn entry(model: &Payload<'_>, channel: &Channel, word: &EventWord) -> TokenStream {
    let runtime = model.runtime;
    let private = runtime.private();
    let ident = &model.original.ident;
    let name = name(channel, word);
    let channel = &channel.name;
    let type_name = ident.to_string();
    let origin = origin(runtime);
    let direction = direction(model.direction, runtime);
    let (version, docs) = (model.version, &model.docs);
    let deprecated = option(model.deprecated.as_ref());
    let example = option(model.example);
    let policy = model.policy.value(runtime);
    let filters = model.filters.iter().map(|filter| {
        let (cfgs, wire) = (&filter.cfgs, &filter.wire);
        quote!(#(#cfgs)* #wire)
    });
    let (reply, error) = if model.is_sent() {
        let reply = model.reply.map(|ty| {
            let shaped = shaped(&ty.to_token_stream(), runtime);
            quote!(<__sent as #private::Action>::DECLARED.reply_type #shaped)
        });
        (
            option(reply),
            quote!(<__sent as #private::Action>::DECLARED.error_type),
        )
    } else {
        (
            quote!(::core::option::Option::None),
            quote!(::core::option::Option::None),
        )
    };
    quote! {
        #runtime::__if_registry! {
            #private::inventory::submit! {
                #private::EventEntry {
                    name: #name,
                    channel: #channel,
                    type_name: #type_name,
                    type_id: ::core::any::TypeId::of::<#ident>,
                    origin: #origin,
                    direction: #direction,
                    version: #version,
                    docs: #docs,
                    deprecated: #deprecated,
                    example: #example,
                    filters: &[#(#filters),*],
                    payload: #private::TypeEntry::of::<#ident>(),
                    reply: #reply,
                    error: #error,
                    policy: #policy,
                }
            }
        }
    }
}

/// `.shaped::<rt::__private::Map<K, V>>()`, after what is known of the type of an answer: its own schema may not say what the keys
/// of its maps are.
pub(crate) fn shaped(answer: &TokenStream, runtime: &Runtime) -> Option<TokenStream> {
    let shape = shapes::stand_in(answer, runtime)?;
    Some(quote!(.shaped::<#shape>()))
}

/// The typed client methods.
pub(super) fn methods(model: &Payload<'_>, channel: &Channel, word: &EventWord) -> TokenStream {
    let private = model.runtime.private();
    let ident = &model.original.ident;
    let subscribe = word.subscribe_method();
    let name = name(channel, word);
    let about =
        format!("Subscribes to the occurrences of `{name}`, once the returned builder is awaited.");
    let deprecation = deprecation(model.deprecated.as_deref());
    let sends = model.is_sent().then(|| {
        let send = word.method();
        let (reply, error) = answer(model);
        let docs = method_docs(&model.docs, &name);
        let method = quote_spanned! {word.span=>
            pub fn #send(&self, payload: #ident) -> #private::Call<__T, #ident, #reply, #error> {
                #private::send::<__sent, __T, _>(&self.__client, payload)
            }
        };
        quote! {
            #[doc = #docs]
            #deprecation
            #method
        }
    });
    // Two of one name are reported where they are named.
    let subscribe = quote_spanned! {word.span=>
        pub fn #subscribe(&self) -> #private::Subscribe<__T, #ident, <Self as #private::HasSnapshot>::Snapshot>
        where
            Self: #private::HasSnapshot,
        {
            self.__client.on().snapshots_as()
        }
    };
    quote! {
        #[automatically_derived]
        impl<__T: #private::Transport> __Channel<__T> {
            #[doc = #about]
            #deprecation
            #subscribe
            #sends
        }
    }
}

/// The doc comment of a client method: the declaration's own, and what the call does.
pub(super) fn method_docs(docs: &str, name: &str) -> String {
    let own = if docs.is_empty() {
        String::new()
    } else {
        format!("{docs}\n\n")
    };
    format!("{own}Sends `{name}` once the returned builder is awaited, and gives the reply.")
}

pub(super) fn deprecation(note: Option<&str>) -> Option<TokenStream> {
    note.map(|note| {
        if note.is_empty() {
            quote!(#[deprecated])
        } else {
            quote!(#[deprecated(note = #note)])
        }
    })
}

/// Where the declaration stands.
pub(crate) fn origin(runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    quote! {
        #private::Origin {
            package: ::core::env!("CARGO_PKG_NAME"),
            module: ::core::module_path!(),
            file: ::core::file!(),
            line: ::core::line!(),
        }
    }
}

pub(super) fn direction(direction: Option<Direction>, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    option(direction.map(|direction| match direction {
        Direction::Sse => quote!(#private::Direction::Sse),
        Direction::Cse => quote!(#private::Direction::Cse),
        Direction::Both => quote!(#private::Direction::Both),
    }))
}

/// `Some(value)` or `None`, as written in the output.
pub(super) fn option(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or_else(
        || quote!(::core::option::Option::None),
        |value| quote!(::core::option::Option::Some(#value)),
    )
}
