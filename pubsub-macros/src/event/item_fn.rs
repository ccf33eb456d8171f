//! An action as written: its signature is parsed, its body stays tokens.

use proc_macro2::{Group, TokenStream};
use quote::{ToTokens, quote};
use syn::{
    Attribute, FnArg, PathArguments, Type, Visibility,
    parse::{Parse, ParseStream},
};

/// An fn whose body is not parsed, so that its mistakes are the compiler's to report.
#[derive(Debug, Clone)]
pub(crate) struct ItemFn {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: syn::Signature,
    pub(crate) body: Group,
}

impl Parse for ItemFn {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

/// Tokens as a user would write them.
pub(crate) fn plain(tokens: &TokenStream) -> String {
    let mut text = tokens.to_string();
    for (spaced, tight) in [
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        ("& ", "&"),
        (" ,", ","),
        (" :", ":"),
        (" (", "("),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}

/// The same fn with `&ActionCtx` replaced by `&ActionCtx<set>`.
pub(crate) fn with_emits(sig: &syn::Signature, set: &TokenStream) -> syn::Signature {
    let mut sig = sig.clone();
    for input in &mut sig.inputs {
        if let FnArg::Typed(input) = input {
            fill_context(&mut input.ty, set);
        }
    }
    sig
}

fn fill_context(ty: &mut Type, set: &TokenStream) {
    match ty {
        Type::Group(group) => fill_context(&mut group.elem, set),
        Type::Paren(paren) => fill_context(&mut paren.elem, set),
        Type::Reference(reference) => fill_context(&mut reference.elem, set),
        Type::Path(path) => {
            if let Some(last) = path.path.segments.last_mut()
                && last.ident == "ActionCtx"
                && last.arguments.is_none()
            {
                last.arguments = PathArguments::AngleBracketed(syn::parse_quote!(<#set>));
            }
        }
        _ => {}
    }
}

impl ToTokens for ItemFn {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            attrs,
            vis,
            sig,
            body,
        } = self;
        tokens.extend(quote!(#(#attrs)* #vis #sig #body));
    }
}
