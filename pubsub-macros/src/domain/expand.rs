//! The output of `domain!`.

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::input::{ChannelDeclaration, Domain, Partitioned};
use crate::{
    policy::{access_value, rate_value},
    runtime::Runtime,
    words::Chosen,
};

/// ```text
/// pub mod __channels_declared_by_domain {                    // what `#[event(channel = "orders")]` names
///     pub mod orders { pub struct Channel<T> { … } impl<T> HasSnapshot for Channel<T> { … } }
///     pub mod root {
///         rt::__if_client! { pub struct Client<T> { … } }
///         rt::__if_registry! { pub fn registry() -> Registry { … } }
///         pub const __PUBSUB_CLIENT_BUILD: bool = !cfg!(feature = "server");
///     }
/// }
/// pub use self::__channels_declared_by_domain::root::*;      // a second `domain!` is one error, about the module
/// const _: () = assert!(…);                    // it stands at the crate root
/// ```
pub(super) fn domain(domain: &Domain) -> TokenStream {
    let runtime = &domain.runtime;
    let private = runtime.private();
    let modules = domain
        .channels
        .iter()
        .map(|channel| module(channel, runtime));
    let entries = domain
        .channels
        .iter()
        .map(|channel| entry(channel, runtime));
    let methods = domain.channels.iter().map(method);
    quote! {
        #[doc(hidden)]
        pub mod __channels_declared_by_domain {
            //! What the attributes refer to.

            #(#modules)*

            /// What stands at the crate root.
            #[allow(dead_code, clippy::must_use_candidate, reason = "generated")]
            pub mod root {
                #runtime::__if_client! {
                    /// The typed client: one method a channel.
                    #[derive(::core::fmt::Debug, ::core::clone::Clone)]
                    pub struct Client<T> {
                        transport: T,
                    }

                    impl<T: #private::Transport> Client<T> {
                        /// A client over `transport`.
                        pub const fn new(transport: T) -> Self {
                            Self { transport }
                        }

                        #(#methods)*
                    }
                }

                #runtime::__if_registry! {
                    /// Everything that this crate declares.
                    pub fn registry() -> #private::Registry {
                        const __CHANNELS: &[#private::ChannelEntry] = &[#(#entries),*];
                        #private::Registry::collect(
                            ::core::env!("CARGO_PKG_NAME"),
                            ::core::module_path!(),
                            __CHANNELS,
                        )
                    }
                }

                /// Whether this build holds no action bodies; `assert_client_build!` asks.
                #[doc(hidden)]
                pub const __PUBSUB_CLIENT_BUILD: bool = !::core::cfg!(feature = "server");
            }
        }

        #[doc(inline)]
        #[allow(unused_imports, reason = "which names there are depends on the runtime's features")]
        pub use self::__channels_declared_by_domain::root::*;

        const _: () = ::core::assert!(
            #private::is_crate_root(::core::module_path!()),
            "`domain!` belongs at the crate root; write it in lib.rs or main.rs, outside every module",
        );
    }
}

/// The module of one channel. Its struct is there in every build: the attributes compare declarations through its methods.
fn module(declaration: &ChannelDeclaration, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    let module = declaration.channel.ident();
    let name = &declaration.channel.name;
    let about = about(declaration, &format!("The client of channel `{name}`."));
    let snapshot = snapshot(declaration, runtime);
    quote! {
        #[doc = #about]
        pub mod #module {
            #[doc = #about]
            #[derive(::core::fmt::Debug, ::core::clone::Clone)]
            pub struct Channel<T> {
                #[doc(hidden)]
                pub __client: #private::ChannelClient<T>,
            }

            #snapshot

            #runtime::__if_client! {
                impl<T: #private::Transport> Channel<T> {
                    #[doc(hidden)]
                    pub const fn __new(transport: T) -> Self {
                        Self {
                            __client: #private::ChannelClient::new(transport, #name),
                        }
                    }

                    /// Subscribes to every event of the channel, once the returned builder is awaited.
                    pub fn subscribe(&self) -> #private::Subscribe<T, #private::Raw, <Self as #private::HasSnapshot>::Snapshot>
                    where
                        Self: #private::HasSnapshot,
                    {
                        self.__client.subscribe().snapshots_as()
                    }
                }
            }
        }
    }
}

/// What `pubsub:snapshot` holds on the channel: what the `#[snapshot]` function returns, wherever in the crate it stands.
///
/// ```text
/// impl<T> HasSnapshot for Channel<T> where Self: DeclaresSnapshot { type Snapshot = <Self as DeclaresSnapshot>::Payload; }
/// ```
///
/// Without a function nobody can subscribe, and no more is said here: the registry tells.
fn snapshot(declaration: &ChannelDeclaration, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    let asked = declaration.on_gap.as_ref();
    let is_asked = asked.is_some_and(|chosen| chosen.name == "snapshot");
    let (bound, payload) = if is_asked {
        (
            Some(quote!(where Self: #private::DeclaresSnapshot)),
            quote!(<Self as #private::DeclaresSnapshot>::Payload),
        )
    } else {
        (None, quote!(#private::Raw))
    };
    quote! {
        #[automatically_derived]
        impl<T> #private::HasSnapshot for Channel<T> #bound {
            type Snapshot = #payload;
        }
    }
}

fn method(declaration: &ChannelDeclaration) -> TokenStream {
    let ident = declaration.channel.ident();
    let name = &declaration.channel.name;
    let about = about(declaration, &format!("Channel `{name}`."));
    quote! {
        #[doc = #about]
        pub fn #ident(&self) -> super::#ident::Channel<T> {
            super::#ident::Channel::__new(::core::clone::Clone::clone(&self.transport))
        }
    }
}

fn about(declaration: &ChannelDeclaration, first: &str) -> String {
    if declaration.docs.is_empty() {
        first.to_owned()
    } else {
        format!("{first}\n\n{}", declaration.docs)
    }
}

fn entry(declaration: &ChannelDeclaration, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    let ChannelDeclaration {
        channel,
        docs,
        subscribe,
        publish,
        retention_ms,
        max_events,
        max_bytes,
        max_payload,
        max_replay,
        max_lag,
        ordered,
        partitioned,
        on_gap,
        on_lag,
        rate,
        quota,
        on_unavailable,
        family,
        tenant,
        audit,
    } = declaration;
    let name = &channel.name;
    let subscribe = subscribe.as_ref().map(|access| {
        let access = access_value(access, runtime);
        quote!(subscribe: #access,)
    });
    let publish = publish.as_ref().map(|access| {
        let access = access_value(access, runtime);
        quote!(publish: #access,)
    });
    let retention =
        retention_ms.map(|millis| quote!(retention: ::core::time::Duration::from_millis(#millis),));
    let counts = [
        ("max_events", max_events),
        ("max_bytes", max_bytes),
        ("max_replay", max_replay),
        ("max_lag", max_lag),
    ];
    let counts = counts.iter().filter_map(|(field, count)| {
        let field = format_ident!("{field}");
        count.map(|count| quote!(#field: #count,))
    });
    let max_payload = max_payload.map(|bytes| quote!(max_payload_bytes: #bytes,));
    let partitioned = partitioned.as_ref().map(|Partitioned { by, partitions }| {
        quote! {
            partition_by: ::core::option::Option::Some(#by),
            partitions: #partitions,
        }
    });
    let chosen = [
        ("on_gap", "OnGap", on_gap),
        ("on_lag", "OnLag", on_lag),
        ("on_unavailable", "OnUnavailable", on_unavailable),
        ("tenant", "Tenant", tenant),
    ];
    let chosen = chosen.iter().filter_map(|(field, ty, chosen)| {
        let field = format_ident!("{field}");
        let value = chosen_value(ty, chosen.as_ref()?, runtime);
        Some(quote!(#field: #value,))
    });
    let rates = [("rate", rate), ("quota", quota)];
    let rates = rates.iter().filter_map(|(field, rate)| {
        let field = format_ident!("{field}");
        let rate = rate_value(rate.as_ref()?, runtime);
        Some(quote!(#field: ::core::option::Option::Some(#rate),))
    });
    let family = family
        .as_ref()
        .map(|family| quote!(family: ::core::option::Option::Some(#family),));
    let audit = audit.map(|audit| quote!(audit: ::core::option::Option::Some(#audit),));
    quote! {
        #private::ChannelEntry {
            name: #name,
            docs: #docs,
            policy: #private::ChannelPolicy {
                #subscribe
                #publish
                #retention
                #(#counts)*
                #max_payload
                ordered: #ordered,
                #partitioned
                #(#chosen)*
                #(#rates)*
                #family
                #audit
                ..#private::ChannelPolicy::DEFAULT
            },
        }
    }
}

/// `OnLag::DropOldest`, `OnLag::Conflate("order_id")`
fn chosen_value(ty: &str, chosen: &Chosen, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    let ty = format_ident!("{ty}");
    let variant = format_ident!("{}", chosen.name.to_upper_camel_case());
    let field = chosen.field.as_ref().map(|field| quote!((#field)));
    quote!(#private::#ty::#variant #field)
}
