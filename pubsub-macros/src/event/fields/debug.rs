//! `Debug` of a type with redacted fields: it shows everything else.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Attribute, Data, DeriveInput, Fields, Ident, Path, Token, ext::IdentExt, parse_quote,
    punctuated::Punctuated,
};

use crate::{docs, runtime::Runtime};

/// Takes `Debug` out of the derives; whether it was there.
pub(super) fn take_derive(attrs: &mut [Attribute]) -> bool {
    let mut found = false;
    for attr in attrs.iter_mut() {
        if !attr.path().is_ident("derive") {
            continue;
        }
        let derives = attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
        let Ok(derives) = derives else {
            continue;
        };
        let count = derives.len();
        let kept: Vec<_> = derives.into_iter().filter(|path| !is_debug(path)).collect();
        if kept.len() < count {
            found = true;
            *attr = parse_quote!(#[derive(#(#kept),*)]);
        }
    }
    found
}

/// `Debug`, or `std::fmt::Debug`; another crate's `Debug` may mean something else.
fn is_debug(path: &Path) -> bool {
    let names: Vec<String> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    matches!(
        names.as_slice(),
        ["Debug"] | ["fmt", "Debug"] | ["std" | "core", "fmt", "Debug"]
    )
}

/// ```text
/// impl Debug for Paid {
///     fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
///         match self {
///             Self { order_id: __0, card: _ } => {
///                 let mut __debug = f.debug_struct("Paid");
///                 __debug.field("order_id", __0);
///                 __debug.field("card", &Redacted);
///                 __debug.finish()
///             }
///         }
///     }
/// }
/// ```
///
/// `redacted` tells of each field, in the order of the declaration, whether it is.
pub(super) fn implementation(
    item: &DeriveInput,
    redacted: &[bool],
    runtime: &Runtime,
) -> TokenStream {
    let mut redacted = redacted.iter().copied();
    let arms: Vec<TokenStream> = match &item.data {
        Data::Struct(data) => {
            let arm = arm(
                &quote!(Self),
                &item.ident,
                &data.fields,
                &mut redacted,
                runtime,
            );
            vec![arm]
        }
        Data::Enum(data) => data
            .variants
            .iter()
            .map(|variant| {
                let name = &variant.ident;
                let cfgs = docs::cfgs(&variant.attrs);
                let arm = arm(
                    &quote!(Self::#name),
                    name,
                    &variant.fields,
                    &mut redacted,
                    runtime,
                );
                quote!(#(#cfgs)* #arm)
            })
            .collect(),
        Data::Union(_) => Vec::new(),
    };
    let mut generics = item.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(::core::fmt::Debug));
    }
    let ident = &item.ident;
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics ::core::fmt::Debug for #ident #ty_generics #where_clause {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    #(#arms)*
                }
            }
        }
    }
}

fn arm(
    path: &TokenStream,
    name: &Ident,
    fields: &Fields,
    redacted: &mut impl Iterator<Item = bool>,
    runtime: &Runtime,
) -> TokenStream {
    let private = runtime.private();
    let name = name.unraw().to_string();
    let mut patterns = Vec::new();
    let mut shown = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let cfgs = docs::cfgs(&field.attrs);
        let binding = format_ident!("__{index}");
        let member = field
            .ident
            .clone()
            .map_or_else(|| syn::Member::from(index), syn::Member::from);
        let key = field.ident.as_ref().map(|ident| ident.unraw().to_string());
        let key = key.map(|key| quote!(#key,));
        if redacted.next().unwrap_or(false) {
            patterns.push(quote!(#(#cfgs)* #member: _));
            shown.push(quote!(#(#cfgs)* __debug.field(#key &#private::Redacted);));
        } else {
            patterns.push(quote!(#(#cfgs)* #member: #binding));
            shown.push(quote!(#(#cfgs)* __debug.field(#key #binding);));
        }
    }
    let start = match fields {
        Fields::Named(_) => quote!(__f.debug_struct(#name)),
        Fields::Unnamed(_) => quote!(__f.debug_tuple(#name)),
        Fields::Unit => return quote!(#path => __f.write_str(#name),),
    };
    quote! {
        #path { #(#patterns),* } => {
            let mut __debug = #start;
            #(#shown)*
            __debug.finish()
        }
    }
}
