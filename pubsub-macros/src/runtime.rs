//! Where the runtime is, as the output names it.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

/// The path to the runtime: `::pubsub_runtime`, or the word `crate`.
#[derive(Debug, Clone)]
pub(crate) struct Runtime(TokenStream);

impl Runtime {
    pub(crate) fn new(path: Option<Path>) -> Self {
        Self(path.map_or_else(|| quote!(::pubsub_runtime), |path| quote!(#path)))
    }

    /// The path to what the output names.
    pub(crate) fn private(&self) -> TokenStream {
        let path = &self.0;
        quote!(#path::__private)
    }

    /// The path to a re-exported crate, as `#[serde(crate = "…")]` takes it.
    pub(crate) fn text(&self, name: &str) -> String {
        let path: String = self.0.to_string().split_whitespace().collect();
        format!("{path}::__private::{name}")
    }
}

impl ToTokens for Runtime {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}
