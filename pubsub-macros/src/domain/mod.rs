//! `domain!`: the channels of a crate.

mod expand;
mod input;

use proc_macro2::TokenStream;
use quote::quote;

use crate::errors::Errors;

/// The whole macro. After a mistake it expands all the same, with the channels that could be read, so that events find theirs.
pub(crate) fn domain(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let domain = input::Domain::parse(input, &mut errors);
    let errors = errors.finish();
    let expanded = expand::domain(&domain);
    quote!(#errors #expanded)
}
