//! The way from a context to a fn: in server builds only.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Type, spanned::Spanned};

use super::{expand_fn::emits_set, item_fn::ItemFn, signature::Parameter};
use crate::runtime::Runtime;

/// A fn, and the hidden type that stands for it.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) runtime: &'a Runtime,
    pub(crate) function: &'a ItemFn,
    pub(crate) parameters: &'a [Parameter],
    pub(crate) payload: &'a TokenStream,
    pub(crate) output: &'a Type,
    pub(crate) reply: &'a TokenStream,
    pub(crate) error: &'a TokenStream,
    pub(crate) hidden: &'a Ident,
}

impl Run<'_> {
    fn asked(&self) -> impl Iterator<Item = &Type> {
        self.parameters
            .iter()
            .filter_map(|parameter| match parameter {
                Parameter::Service(service) => Some(&**service),
                _ => None,
            })
    }

    /// The keys of the services it asks for: `vec![…]`.
    pub(crate) fn services(&self) -> TokenStream {
        let private = self.runtime.private();
        let keys = self
            .asked()
            .map(|service| quote_spanned!(service.span()=> #private::ServiceKey::of::<#service>()));
        quote!(::std::vec![#(#keys),*])
    }

    /// ```text
    /// impl RunAction for __action {
    ///     fn run(__context: Context, __payload: P) -> impl Future<…> {
    ///         async move { let __service_0 = __ctx.service::<S>()?; … created(&__ctx, __service_0, __payload).await … }
    ///     }
    /// }
    /// ```
    pub(crate) fn implementation(&self) -> TokenStream {
        let private = self.runtime.private();
        let Self {
            payload,
            output,
            reply,
            error,
            hidden,
            ..
        } = self;
        let fn_name = &self.function.sig.ident;
        // Locals have one span each: in tokens of different spans they would be different variables, once a macro writes the item.
        let local = |name: &str| Ident::new(name, Span::call_site());
        let (ctx, context) = (local("__ctx"), local("__context"));
        let received = local("__payload");
        // What does not fit the declaration is reported at the return type.
        let returned = Ident::new("__returned", output.span());
        let (module, set) = emits_set(self.function);
        let bindings: Vec<_> = (0..self.asked().count())
            .map(|index| local(&format!("__service_{index}")))
            .collect();
        let mut bound = bindings.iter();
        let arguments = self.parameters.iter().map(|parameter| match parameter {
            Parameter::Context => quote!(&#ctx),
            Parameter::Service(_) => bound
                .next()
                .map_or_else(TokenStream::new, ToTokens::to_token_stream),
            Parameter::Payload => quote!(#received),
        });
        let found = self
            .asked()
            .map(|service| quote_spanned!(service.span()=> #ctx.service::<#service>()?));
        let proved = quote_spanned!(output.span()=> #private::Returns::<#reply, #error>::into_result(#returned));
        // A future that is not `Send` is reported at the fn's name.
        let run = quote_spanned! {fn_name.span()=>
            fn run(
                #context: #private::Context,
                #received: #payload,
            ) -> impl ::core::future::Future<
                Output = ::core::result::Result<#reply, #private::ActionFailure<#error>>,
            > + ::core::marker::Send {
                async move {
                    let #ctx = #private::ActionCtx::<#module::#set>::from_context(#context);
                    #(let #bindings = #found;)*
                    let #returned = #fn_name(#(#arguments),*).await;
                    #proved.map_err(#private::ActionFailure::Error)
                }
            }
        };
        quote! {
            #[automatically_derived]
            impl #private::RunAction for #hidden {
                #run
            }
        }
    }
}
