//! The enum of the events that an action may emit, which is how a Rust client is told of them.

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Type, ext::IdentExt, spanned::Spanned};

use super::{
    expand::allow,
    item_fn::ItemFn,
    item_struct::{last_segment, ungroup},
};
use crate::{docs, runtime::Runtime};

/// What stands in `emits(…)`.
#[derive(Debug)]
pub(super) struct Emitted<'a> {
    runtime: &'a Runtime,
    function: &'a ItemFn,
    ident: Ident,
    events: Vec<Event<'a>>,
}

/// One type in `emits(…)`.
#[derive(Debug)]
struct Event<'a> {
    ty: &'a Type,
    variant: Ident,
    /// The const that proves it an event, and holds what is done with it.
    check: Ident,
}

impl<'a> Emitted<'a> {
    pub(super) fn new(function: &'a ItemFn, emits: &'a [Type], runtime: &'a Runtime) -> Self {
        let name = function.sig.ident.unraw().to_string();
        let mut variants = Vec::new();
        let events = emits.iter().enumerate().map(|(index, ty)| {
            let variant = variant(ty, index, &variants);
            variants.push(variant.clone());
            Event {
                ty,
                variant,
                check: format_ident!("__EMITTED_{index}"),
            }
        });
        Self {
            runtime,
            function,
            ident: format_ident!(
                "{}Emitted",
                name.to_upper_camel_case(),
                span = function.sig.ident.span()
            ),
            events: events.collect(),
        }
    }

    /// The bounds of the types are checked here and nowhere else, so that each is reported once.
    pub(super) fn checks(&self) -> TokenStream {
        let private = self.runtime.private();
        let checks = self.events.iter().map(|Event { ty, check, .. }| {
            let emits = quote_spanned!(ty.span()=> #private::emits::<#ty>());
            quote!(const #check: #private::Emits<#ty> = #emits;)
        });
        quote!(#(#checks)*)
    }

    /// `&[__EMITTED_0.name]`
    pub(super) fn names(&self) -> TokenStream {
        let checks = self.events.iter().map(|event| &event.check);
        quote!(&[#(#checks.name),*])
    }

    /// The type, as a client's method names it.
    pub(super) fn usage(&self) -> TokenStream {
        let (runtime, ident) = (self.runtime, &self.ident);
        if self.events.is_empty() {
            quote!(::core::convert::Infallible)
        } else {
            quote!(#runtime::__emitted!(#ident))
        }
    }

    /// ```text
    /// rt::__if_client! {
    ///     pub enum CreatedEmitted { OrderIngested(Envelope<OrderIngested>) }
    /// }
    /// ```
    pub(super) fn definition(&self) -> Option<TokenStream> {
        if self.events.is_empty() {
            return None;
        }
        let (runtime, ident) = (self.runtime, &self.ident);
        let private = runtime.private();
        let allow = allow();
        let cfgs = docs::cfgs(&self.function.attrs);
        let vis = &self.function.vis;
        let about = format!(
            "What `{}` may emit, as its sender is told of it.",
            self.function.sig.ident.unraw()
        );
        let variants = self.events.iter().map(|Event { ty, variant, .. }| {
            let about = format!("An occurrence of `{variant}`.");
            quote!(#[doc = #about] #variant(#private::Envelope<#ty>),)
        });
        Some(quote! {
            #runtime::__if_client! {
                #(#cfgs)*
                #[doc = #about]
                #allow
                #vis enum #ident {
                    #(#variants)*
                }
            }
        })
    }

    /// ```text
    /// rt::__if_client! {
    ///     impl CreatedEmitted { pub fn name(&self) -> &'static str { … } pub fn as_event<E>(&self) -> Option<&Envelope<E>> { … } }
    ///     impl EmittedEvent for CreatedEmitted { … }
    ///     impl Debug for CreatedEmitted { … }
    /// }
    /// ```
    pub(super) fn implementations(&self) -> Option<TokenStream> {
        if self.events.is_empty() {
            return None;
        }
        let (runtime, ident) = (self.runtime, &self.ident);
        let private = runtime.private();
        let each = |arm: fn(&Event<'_>) -> TokenStream| {
            let arms = self.events.iter().map(arm);
            quote!(#(#arms)*)
        };
        let names = each(|Event { variant, check, .. }| quote!(Self::#variant(_) => #check.name,));
        let envelopes =
            each(|Event { variant, .. }| quote!(Self::#variant(__envelope) => __envelope,));
        let ids = each(
            |Event { variant, .. }| quote!(Self::#variant(__envelope) => (::core::stringify!(#variant), &__envelope.id),),
        );
        let reads = each(|Event { variant, check, .. }| {
            quote! {
                if __envelope.name == #check.name {
                    return (#check.read)(__envelope).map(Self::#variant);
                }
            }
        });
        Some(quote! {
            #runtime::__if_client! {
                #[automatically_derived]
                impl #ident {
                    /// The name of the event.
                    pub fn name(&self) -> &'static str {
                        match self {
                            #names
                        }
                    }

                    /// The envelope, if this is an occurrence of `E`.
                    pub fn as_event<E: 'static>(&self) -> ::core::option::Option<&#private::Envelope<E>> {
                        let __envelope: &dyn ::core::any::Any = match self {
                            #envelopes
                        };
                        __envelope.downcast_ref()
                    }
                }

                #[automatically_derived]
                impl #private::EmittedEvent for #ident {
                    fn read(__envelope: &#private::Envelope) -> ::core::option::Option<Self> {
                        #reads
                        ::core::option::Option::None
                    }
                }

                #[automatically_derived]
                impl ::core::fmt::Debug for #ident {
                    fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        let (__name, __id) = match self {
                            #ids
                        };
                        __f.debug_struct(__name).field("id", __id).finish_non_exhaustive()
                    }
                }
            }
        })
    }
}

/// The last segment of the type's path; where two are alike, all of them: `lines::Moved` is `LinesMoved`.
fn variant(ty: &Type, index: usize, taken: &[Ident]) -> Ident {
    let Some(last) = last_segment(ty) else {
        // No event; that is reported where it is checked.
        return format_ident!("Event{index}", span = ty.span());
    };
    let short = last.ident.unraw();
    if !taken.contains(&short) {
        return short;
    }
    let Type::Path(path) = ungroup(ty) else {
        return format_ident!("{short}{index}");
    };
    let whole = path.path.segments.iter().map(|segment| {
        let name = segment.ident.unraw().to_string();
        name.to_upper_camel_case()
    });
    let whole = format_ident!("{}", whole.collect::<String>(), span = last.ident.span());
    if taken.contains(&whole) {
        format_ident!("{whole}{index}")
    } else {
        whole
    }
}
