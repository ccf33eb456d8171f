//! The output for an action.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Type, ext::IdentExt, spanned::Spanned};

use super::{
    expand::{allow, deprecation, direction, import, method_docs, name, option, origin, shaped},
    expand_attached,
    expand_emitted::Emitted,
    expand_run::Run,
    item_fn::{ItemFn, plain, with_emits},
    item_struct::last_segment,
    model::{Action, Bodies, Of},
};
use crate::{
    docs,
    name::{Channel, EventWord},
    runtime::Runtime,
};

/// ```text
/// mod __created_emits { pub struct created; }                 // server: what `ctx.emit` may take
/// async fn created(ctx: &ActionCtx<…>, …) -> … { … }          // server: the user's
/// enum CreatedEmitted { OrderIngested(Envelope<OrderIngested>) }    // client: what a sender is told of
/// const _: () = {
///     struct __action;
///     impl Action for __action { type Payload = …; type Reply = …; type Error = …; … const DECLARED = declare::<…>(); }
///     const __EMITTED_0: Emits<OrderIngested> = emits::<OrderIngested>();
///     type __Channel<T> = crate::__channels_declared_by_domain::orders::Channel<T>;
///     rt::__if_registry! { inventory::submit! { ActionEntry { … } } }
///     impl<T: Transport> __Channel<T> { pub fn created(&self, payload: P) -> Call<T, P, R, E, CreatedEmitted> { … } }
///     …                                                       // the payload is that of the event, if one is declared
///     server: impl RunAction for __action { … } inventory::submit! { ActionBody { … } }
///     not server: type __Imports = …;                         // no import is reported as unused
/// };
/// ```
pub(crate) fn action(model: &Action<'_>) -> TokenStream {
    let allow = allow();
    let cfgs = docs::cfgs(&model.original.attrs);
    let bodies = model.event.bodies();
    let function = function(model.original, model.emits, bodies, model.runtime);
    let emitted = Emitted::new(model.original, model.emits, model.runtime);
    let declaration = declaration(model, &emitted);
    let entry = entry(model, &emitted);
    let of_channel = match &model.event {
        Of::Named { channel, word } => Some((
            import(channel),
            method(model, channel, word, &emitted),
            (emitted.definition(), emitted.implementations()),
            imports(model.original, model.output),
        )),
        Of::Attached(_) => None,
    };
    let (import, method, (told, read_told), imports) = of_channel.unwrap_or_default();
    let agrees = match &model.event {
        Of::Named { channel, word } => attach(model, channel, word),
        Of::Attached(event) => expand_attached::agrees(model, event),
    };
    let server = server(model);
    quote! {
        #function
        #told
        #(#cfgs)*
        #allow
        const _: () = {
            #declaration
            #import
            #entry
            #method
            #read_told
            #agrees
            #server
            #imports
        };
    }
}

/// The fn itself, and the set of events its context may emit.
///
/// The set is named as the fn is, so that an event outside it is reported with the action's name.
pub(crate) fn function(
    item: &ItemFn,
    emits: &[Type],
    bodies: Bodies,
    runtime: &Runtime,
) -> TokenStream {
    let allow = allow();
    let private = runtime.private();
    let cfgs = docs::cfgs(&item.attrs);
    let ItemFn {
        attrs,
        vis,
        sig,
        body,
    } = item;
    let (module, set) = emits_set(item);
    let path = quote!(#module::#set);
    let sig = with_emits(sig, &path);
    // A type written twice is reported as that, not as a conflict of implementations.
    let unique = emits
        .iter()
        .enumerate()
        .filter(|(index, ty)| !emits.iter().take(*index).any(|earlier| earlier == *ty));
    let members = unique.map(|(_, ty)| {
        quote_spanned! {ty.span()=>
            #[automatically_derived]
            impl #private::EmittedBy<#path> for #ty {}
        }
    });
    let gate = match bodies {
        Bodies::Server => Some(quote!(#[cfg(feature = "server")])),
        Bodies::All => None,
    };
    let members = (!emits.is_empty()).then(|| {
        let members = quote! {
            #(#cfgs)*
            #gate
            #allow
            const _: () = {
                #(#members)*
            };
        };
        match bodies {
            Bodies::Server => members,
            Bodies::All => quote!(#runtime::__if_server! { #members }),
        }
    });
    quote! {
        #(#cfgs)*
        #gate
        #[doc(hidden)]
        #allow
        #vis mod #module {
            #[derive(::core::fmt::Debug)]
            pub struct #set;
        }
        #gate
        #[allow(
            clippy::missing_errors_doc,
            clippy::unused_async,
            reason = "it is async whether it waits or not, and its error is documented where that is declared"
        )]
        #(#attrs)*
        #vis #sig #body
        #members
    }
}

/// The module and the type of the set of events that an action may emit.
pub(super) fn emits_set(item: &ItemFn) -> (Ident, Ident) {
    let ident = &item.sig.ident;
    (format_ident!("__{}_emits", ident.unraw()), ident.clone())
}

/// The bounds of payload, reply, error and emitted events are checked here and nowhere else, so that each is reported once.
fn declaration(model: &Action<'_>, emitted: &Emitted<'_>) -> TokenStream {
    let private = model.runtime.private();
    let payload = model.payload;
    let (reply, error) = (&model.reply, &model.error);
    let (reply_type, error_type) = (&reply.definition, &error.definition);
    let (reply, error) = (&reply.usage, &error.usage);
    let name = model.event.name();
    let emitted = emitted.checks();
    quote! {
        struct __action;
        #[automatically_derived]
        impl #private::Action for __action {
            type Payload = #payload;
            type Reply = #reply_type;
            type Error = #error_type;
            const NAME: &'static str = #name;
            const DECLARED: #private::Declared<Self::Payload, Self::Reply, Self::Error> =
                #private::declare::<#payload, #reply, #error>();
        }
        #emitted
    }
}

fn entry(model: &Action<'_>, emitted: &Emitted<'_>) -> TokenStream {
    let runtime = model.runtime;
    let private = runtime.private();
    let (name, channel) = (model.event.name(), model.event.channel());
    let fn_name = model.original.sig.ident.unraw().to_string();
    let payload = model.payload;
    let type_name = last_segment(payload).map_or_else(
        || plain(&payload.to_token_stream()),
        |segment| segment.ident.unraw().to_string(),
    );
    let origin = origin(runtime);
    let direction = direction(model.direction, runtime);
    let version = option(model.version);
    let (docs, timeout_ms, retry_safe) = (&model.docs, model.timeout_ms, model.retry_safe);
    let deprecated = option(model.deprecated.as_ref());
    let example = option(model.example);
    let emits = emitted.names();
    let is_attached = matches!(model.event, Of::Attached(_));
    let policy = model.policy.value(runtime);
    let shaped = shaped(&model.reply.definition, runtime);
    quote! {
        #runtime::__if_registry! {
            #private::inventory::submit! {
                #private::ActionEntry {
                    name: #name,
                    channel: #channel,
                    fn_name: #fn_name,
                    type_name: #type_name,
                    type_id: ::core::any::TypeId::of::<#payload>,
                    origin: #origin,
                    direction: #direction,
                    version: #version,
                    docs: #docs,
                    deprecated: #deprecated,
                    example: #example,
                    timeout_ms: #timeout_ms,
                    retry_safe: #retry_safe,
                    is_attached: #is_attached,
                    emits: #emits,
                    payload: <__action as #private::Action>::DECLARED.payload_type,
                    reply: <__action as #private::Action>::DECLARED.reply_type #shaped,
                    error: <__action as #private::Action>::DECLARED.error_type,
                    policy: #policy,
                }
            }
        }
    }
}

fn method(
    model: &Action<'_>,
    channel: &Channel,
    word: &EventWord,
    emitted: &Emitted<'_>,
) -> TokenStream {
    let private = model.runtime.private();
    let payload = model.payload;
    let (reply, error) = (&model.reply.usage, &model.error.usage);
    let send = word.method();
    let docs = method_docs(&model.docs, &name(channel, word));
    let deprecation = deprecation(model.deprecated.as_deref());
    let emitted = emitted.usage();
    // Two of one name are reported where they are named.
    let method = quote_spanned! {word.span=>
        pub fn #send(&self, payload: #payload) -> #private::Call<__T, #payload, #reply, #error, #emitted> {
            #private::send::<__action, __T, _>(&self.__client, payload)
        }
    };
    quote! {
        #[automatically_derived]
        impl<__T: #private::Transport> __Channel<__T> {
            #[doc = #docs]
            #deprecation
            #method
        }
    }
}

/// Compares the payload with that of the event of the same name, wherever in the crate that stands:
///
/// `on_created` of the event is inherent, so it wins over the trait's; without an event only the trait's is found.
fn attach(model: &Action<'_>, channel: &Channel, word: &EventWord) -> TokenStream {
    let private = model.runtime.private();
    let payload = model.payload;
    let name = name(channel, word);
    let subscribe = word.subscribe_method();
    let fn_name = &model.original.sig.ident;
    let message = format!("event `{name}` carries `{{__E}}`, but its action takes `{{Self}}`");
    let note =
        format!("take `{{__E}}` in `{fn_name}`, or rename the action's event with `name = \"…\"`");
    let event = Ident::new("__event", Span::call_site());
    let same = quote_spanned!(payload.span()=> #event.__taken_by::<#payload>());
    quote! {
        #[diagnostic::on_unimplemented(
            message = #message,
            label = "not the payload of the event",
            note = #note
        )]
        trait __Takes<__E> {}
        impl<__P> __Takes<__P> for __P {}
        trait __Alone {
            fn #subscribe(&self) -> #private::Alone<#payload>;
        }
        impl<__T> __Alone for __Channel<__T> {
            fn #subscribe(&self) -> #private::Alone<#payload> {
                #private::Alone::new()
            }
        }
        // A method, so that the event's payload is known before the bound is looked at.
        trait __Known<__E> {
            fn __taken_by<__P: __Takes<__E>>(&self) {}
        }
        impl<__E> __Known<__E> for ::core::marker::PhantomData<__E> {}
        fn __attached<__T: #private::Transport>(__channel: &__Channel<__T>)
        where
            __Channel<__T>: #private::HasSnapshot,
        {
            let #event = #private::payload_of(&__channel.#subscribe());
            #same
        }
    }
}

/// The way from a context and a payload to the fn.
fn server(model: &Action<'_>) -> TokenStream {
    let private = model.runtime.private();
    let payload = model.payload;
    let run = Run {
        runtime: model.runtime,
        function: model.original,
        parameters: model.parameters,
        payload: &quote!(#payload),
        output: model.output,
        reply: &model.reply.usage,
        error: &model.error.usage,
        hidden: &Ident::new("__action", Span::call_site()),
    };
    let services = run.services();
    let run = run.implementation();
    let server = quote! {
        const _: () = {
            #run
            #private::inventory::submit! {
                #private::ActionBody {
                    name: <__action as #private::Action>::NAME,
                    module: ::core::module_path!(),
                    services: || #services,
                    prepare: #private::prepare::<__action>,
                }
            }
        };
    };
    match model.event.bodies() {
        Bodies::Server => quote!(#[cfg(feature = "server")] #server),
        Bodies::All => {
            let runtime = model.runtime;
            quote!(#runtime::__if_server! { #server })
        }
    }
}

/// Names what only the compiled-out signature uses, so that no import is reported as unused.
pub(crate) fn imports(function: &ItemFn, output: &Type) -> TokenStream {
    let heads = function.sig.inputs.iter().filter_map(|input| {
        let syn::FnArg::Typed(input) = input else {
            return None;
        };
        head(&input.ty)
    });
    quote! {
        #[cfg(not(feature = "server"))]
        type __Imports = (#(#heads,)* #output,);
    }
}

/// The head of a parameter's type as the user wrote it, with `()` for a service's argument; nothing for the payload.
fn head(ty: &Type) -> Option<TokenStream> {
    match super::item_struct::ungroup(ty) {
        Type::Reference(reference) => {
            let elem = &reference.elem;
            Some(quote!(&'static #elem))
        }
        other => {
            let mut path = match other {
                Type::Path(path) => path.path.clone(),
                _ => return None,
            };
            let last = path.segments.last_mut()?;
            if last.ident != "Service" {
                return None;
            }
            last.arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<()>));
            Some(quote!(#path))
        }
    }
}
