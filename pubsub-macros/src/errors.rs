//! Every mistake of an item, collected before any is reported.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::Error;

/// The mistakes found so far; dropping it without [`Errors::finish`] panics, so that none is lost.
#[derive(Debug)]
pub(crate) struct Errors {
    list: Vec<Error>,
    finished: bool,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self {
            list: Vec::new(),
            finished: false,
        }
    }

    /// Adds a mistake at `span`.
    pub(crate) fn push(&mut self, span: Span, message: impl Display) {
        self.list.push(Error::new(span, message));
    }

    /// Adds a mistake over all of `tokens`.
    pub(crate) fn push_at(&mut self, tokens: &impl ToTokens, message: impl Display) {
        self.list.push(Error::new_spanned(tokens, message));
    }

    /// Adds what syn found.
    pub(crate) fn push_error(&mut self, error: Error) {
        self.list.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// One `compile_error!` a mistake.
    pub(crate) fn finish(mut self) -> TokenStream {
        self.finished = true;
        self.list.iter().map(Error::to_compile_error).collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        assert!(
            self.finished || std::thread::panicking(),
            "collected errors were dropped without being reported"
        );
    }
}
