//! The output for a snapshot.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{ext::IdentExt, spanned::Spanned};

use super::Snapshot;
use crate::{
    docs,
    event::{
        expand::{allow, import, origin, shaped},
        expand_fn::{function, imports},
        expand_run::Run,
        model::Bodies,
    },
};

/// ```text
/// async fn all(ctx: &ActionCtx<…>, …) -> … { … }              // server: the user's
/// const _: () = {
///     struct __snapshot;
///     impl Action for __snapshot { type Payload = (); type Reply = …; type Error = …; … const DECLARED = declare::<…>(); }
///     type __Channel<T> = crate::__channels_declared_by_domain::orders::Channel<T>;
///     impl<T> DeclaresSnapshot for __Channel<T> { type Payload = …; }     // what subscriptions of the channel read, once
///     rt::__if_registry! { inventory::submit! { SnapshotEntry { … } } }
///     server: impl RunAction for __snapshot { … } inventory::submit! { SnapshotBody { … } }
///     not server: type __Imports = …;                         // no import is reported as unused
/// };
/// ```
pub(super) fn snapshot(model: &Snapshot<'_>) -> TokenStream {
    let allow = allow();
    let runtime = model.runtime;
    let private = runtime.private();
    let cfgs = docs::cfgs(&model.original.attrs);
    let function = function(model.original, &[], Bodies::Server, runtime);
    let declaration = declaration(model);
    let import = import(model.channel);
    let fn_ident = &model.original.sig.ident;
    // Two of one channel are reported where they are named.
    let given =
        quote_spanned!(fn_ident.span()=> impl<__T> #private::DeclaresSnapshot for __Channel<__T>);
    let (channel, fn_name) = (&model.channel.name, fn_ident.unraw().to_string());
    let origin = origin(runtime);
    let (docs, timeout_ms) = (&model.docs, model.timeout_ms);
    let payload = &model.reply.definition;
    let payload = quote_spanned! {model.output.span()=> type Payload = #payload; };
    let shaped = shaped(&model.reply.definition, runtime);
    let server = server(model);
    let imports = imports(model.original, model.output);
    quote! {
        #function
        #(#cfgs)*
        #allow
        const _: () = {
            #declaration
            #import
            #[automatically_derived]
            #given {
                #payload
            }
            #runtime::__if_registry! {
                #private::inventory::submit! {
                    #private::SnapshotEntry {
                        channel: #channel,
                        fn_name: #fn_name,
                        origin: #origin,
                        docs: #docs,
                        timeout_ms: #timeout_ms,
                        payload: <__snapshot as #private::Action>::DECLARED.reply_type #shaped,
                    }
                }
            }
            #server
            #imports
        };
    }
}

/// The bounds of what it answers and of its error are checked here and nowhere else, so that each is reported once.
fn declaration(model: &Snapshot<'_>) -> TokenStream {
    let private = model.runtime.private();
    let hidden = &model.hidden;
    let (reply_type, error_type) = (&model.reply.definition, &model.error.definition);
    let (reply, error) = (&model.reply.usage, &model.error.usage);
    // For logs: no client sends it.
    let name = format!("snapshot of {}", model.channel.name);
    quote! {
        struct #hidden;
        #[automatically_derived]
        impl #private::Action for #hidden {
            type Payload = ();
            type Reply = #reply_type;
            type Error = #error_type;
            const NAME: &'static str = #name;
            const DECLARED: #private::Declared<Self::Payload, Self::Reply, Self::Error> =
                #private::declare::<(), #reply, #error>();
        }
    }
}

fn server(model: &Snapshot<'_>) -> TokenStream {
    let private = model.runtime.private();
    let (channel, timeout_ms) = (&model.channel.name, model.timeout_ms);
    let run = Run {
        runtime: model.runtime,
        function: model.original,
        parameters: model.parameters,
        payload: &quote!(()),
        output: model.output,
        reply: &model.reply.usage,
        error: &model.error.usage,
        hidden: &model.hidden,
    };
    let services = run.services();
    let run = run.implementation();
    quote! {
        #[cfg(feature = "server")]
        const _: () = {
            #run
            #private::inventory::submit! {
                #private::SnapshotBody {
                    channel: #channel,
                    module: ::core::module_path!(),
                    timeout_ms: #timeout_ms,
                    services: || #services,
                    run: #private::run_snapshot::<__snapshot>,
                }
            }
        };
    }
}
