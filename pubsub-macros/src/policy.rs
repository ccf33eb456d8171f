//! Policy words that channels and events share, read and checked.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use crate::{
    errors::Errors,
    rate::{self, Rate},
    runtime::Runtime,
    size,
    spanned::Spanned,
    words::{Access, Words},
};

/// `publish = "orders:write"`, `subscribe = public`
pub(crate) fn access(words: &Words, word: &str, errors: &mut Errors) -> Option<Spanned<Access>> {
    let access = words.access(word)?;
    if let Access::Scope(scope) = &access.value {
        check_scope(word, &access.with(scope.clone()), errors);
    }
    Some(access)
}

/// `publish = "none"`, `subscribe = ""`
fn check_scope(word: &str, scope: &Spanned<LitStr>, errors: &mut Errors) {
    let text = scope.value.value();
    if text == "none" || text == "public" {
        errors.push(
            scope.span,
            format!("\"{text}\" in quotes would be a scope; write `{word} = {text}`"),
        );
    } else if text.is_empty() || text.contains(char::is_whitespace) {
        errors.push(
            scope.span,
            format!(
                "a scope is one word; write for example `{word} = \"orders:{}\"`, or `public` or `none`",
                if word == "publish" { "write" } else { "read" }
            ),
        );
    }
}

/// `rate = "50/s"`
pub(crate) fn rate(words: &Words, errors: &mut Errors) -> Option<Spanned<Rate>> {
    let text = words.text("rate")?;
    let rate = rate::rate("rate", &text, "\"50/s\", \"1_000/min\"", errors)?;
    Some(text.with(rate))
}

/// `quota = "100_000/day"`
pub(crate) fn quota(words: &Words, errors: &mut Errors) -> Option<Spanned<Rate>> {
    let text = words.text("quota")?;
    let quota = rate::rate("quota", &text, "\"5_000/h\", \"100_000/day\"", errors)?;
    Some(text.with(quota))
}

/// `max_payload = "256KiB"`, in bytes.
pub(crate) fn max_payload(words: &Words, errors: &mut Errors) -> Option<Spanned<usize>> {
    let text = words.text("max_payload")?;
    let bytes = size::bytes("max_payload", &text, errors)?;
    // A server of 32 bits has to be able to count it.
    let fits = u32::try_from(bytes).ok();
    let fits = fits.and_then(|bytes| usize::try_from(bytes).ok());
    if fits.is_none() {
        errors.push(
            text.span,
            format!(
                "max_payload `{}` is out of range; a payload has less than 4GiB",
                text.value.value()
            ),
        );
    }
    Some(text.with(fits?))
}

/// `Access::Scope("orders:write")`
pub(crate) fn access_value(access: &Access, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    match access {
        Access::Scope(scope) => quote!(#private::Access::Scope(#scope)),
        Access::Public => quote!(#private::Access::Public),
        Access::None => quote!(#private::Access::None),
    }
}

/// `Rate { count: 50, per: Duration::from_millis(1_000) }`
pub(crate) fn rate_value(rate: &Rate, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    let Rate { count, per_ms } = rate;
    quote! {
        #private::Rate {
            count: #count,
            per: ::core::time::Duration::from_millis(#per_ms),
        }
    }
}
