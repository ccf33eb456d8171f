//! The typed filters of an event.

use proc_macro2::TokenStream;
use quote::quote;

use super::{fields::Filter, model::Payload};

/// ```text
/// rt::__if_client! {
///     impl OrderCreated { pub fn filter() -> __Filter { … } }
///     pub struct __Filter(rt::Filters);
///     impl __Filter { pub fn order_id(self, value: impl Into<String>) -> Self { … } }
///     impl From<__Filter> for rt::Filters { … }
/// }
/// ```
pub(super) fn filter(model: &Payload<'_>, name: &str) -> Option<TokenStream> {
    if model.filters.is_empty() {
        return None;
    }
    let runtime = model.runtime;
    let private = runtime.private();
    let ident = &model.original.ident;
    let vis = &model.original.vis;
    let about = format!(
        "Narrows a subscription to the occurrences of `{name}`, and of other events with fields of these names, that have these values."
    );
    let methods = model.filters.iter().map(|filter| method(filter, &private));
    Some(quote! {
        #runtime::__if_client! {
            #[automatically_derived]
            impl #ident {
                #[doc = #about]
                #vis fn filter() -> __Filter {
                    __Filter(#private::Filters::new())
                }
            }

            #[doc = #about]
            #[must_use]
            #[derive(::core::fmt::Debug, ::core::clone::Clone)]
            pub struct __Filter(#private::Filters);

            #[automatically_derived]
            impl __Filter {
                #(#methods)*
            }

            #[automatically_derived]
            impl ::core::convert::From<__Filter> for #private::Filters {
                fn from(filter: __Filter) -> Self {
                    filter.0
                }
            }
        }
    })
}

fn method(filter: &Filter, private: &TokenStream) -> TokenStream {
    let (ident, wire) = (&filter.ident, &filter.wire);
    let own = if filter.docs.is_empty() {
        String::new()
    } else {
        format!("{}\n\n", filter.docs)
    };
    let docs = format!("{own}Called again, it adds a value: any of them matches.");
    let (ty, value) = filter.value(private);
    let cfgs = &filter.cfgs;
    quote! {
        #(#cfgs)*
        #[doc = #docs]
        pub fn #ident(self, value: #ty) -> Self {
            Self(self.0.with(#wire, #value))
        }
    }
}
