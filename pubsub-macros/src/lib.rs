//! The attributes of `pubsub-runtime`.

use proc_macro::TokenStream;

/// Placeholder until the attribute is written.
#[proc_macro_attribute]
pub fn event(_args: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Placeholder until the attribute is written.
#[proc_macro_attribute]
pub fn model(_args: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Placeholder until the macro is written.
#[proc_macro]
pub fn domain(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Placeholder until the derive is written.
#[proc_macro_derive(EventError, attributes(event_error))]
pub fn event_error(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Placeholder until the derive is written.
#[proc_macro_derive(EmptySchema, attributes(schemars, serde))]
pub fn empty_schema(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}
