//! A value, with the places that messages point at.

use proc_macro2::Span;

/// The value of one word.
#[derive(Debug, Clone)]
pub(crate) struct Spanned<T> {
    /// Where the word stands: a word that is out of place is reported here.
    pub(crate) key: Span,
    /// Where the value stands: a bad value is reported here.
    pub(crate) span: Span,
    pub(crate) value: T,
}

impl<T> Spanned<T> {
    /// The same places, with another value.
    pub(crate) fn with<U>(&self, value: U) -> Spanned<U> {
        Spanned {
            key: self.key,
            span: self.span,
            value,
        }
    }
}
