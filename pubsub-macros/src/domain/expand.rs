//! The output of `domain!`.

use proc_macro2::TokenStream;
use quote::quote;

use super::input::{ChannelDeclaration, Domain};
use crate::{runtime::Runtime, words::Access};

/// ```text
/// pub mod __pubsub_domain {                    // what `#[event(channel = "orders")]` names
///     pub mod orders { pub struct Channel<T> { … } }
///     pub mod root {
///         rt::__if_client! { pub struct Client<T> { … } }
///         rt::__if_registry! { pub fn registry() -> Registry { … } }
///         pub const __PUBSUB_CLIENT_BUILD: bool = !cfg!(feature = "server");
///     }
/// }
/// pub use self::__pubsub_domain::root::*;      // a second `domain!` is one error, about the module
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
        pub mod __pubsub_domain {
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
        pub use self::__pubsub_domain::root::*;

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
    quote! {
        #[doc = #about]
        pub mod #module {
            #[doc = #about]
            #[derive(::core::fmt::Debug, ::core::clone::Clone)]
            pub struct Channel<T> {
                #[doc(hidden)]
                pub __client: #private::ChannelClient<T>,
            }

            #runtime::__if_client! {
                impl<T: #private::Transport> Channel<T> {
                    #[doc(hidden)]
                    pub const fn __new(transport: T) -> Self {
                        Self {
                            __client: #private::ChannelClient::new(transport, #name),
                        }
                    }

                    /// Subscribes to every event of the channel, once the returned builder is awaited.
                    pub fn subscribe(&self) -> #private::Subscribe<T, #private::Raw> {
                        self.__client.subscribe()
                    }
                }
            }
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
        ordered,
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
    let max_events = max_events.map(|count| quote!(max_events: #count,));
    quote! {
        #private::ChannelEntry {
            name: #name,
            docs: #docs,
            policy: #private::ChannelPolicy {
                #subscribe
                #publish
                #retention
                #max_events
                ordered: #ordered,
                ..#private::ChannelPolicy::DEFAULT
            },
        }
    }
}

fn access_value(access: &Access, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    match access {
        Access::Scope(scope) => quote!(#private::Access::Scope(#scope)),
        Access::Public => quote!(#private::Access::Public),
        Access::None => quote!(#private::Access::None),
    }
}
