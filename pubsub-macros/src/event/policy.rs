//! What an event says for itself where its channel speaks for all.

use proc_macro2::{Span, TokenStream};
use quote::quote;

use super::expand::option;
use crate::{
    errors::Errors,
    policy::{self, access_value, rate_value},
    rate::Rate,
    runtime::Runtime,
    spanned::Spanned,
    words::{Access, Chosen, Words},
};

/// What is `None` is as the channel says.
#[derive(Debug)]
pub(crate) struct EventPolicy {
    pub(crate) publish: Option<Spanned<Access>>,
    pub(crate) rate: Option<Spanned<Rate>>,
    pub(crate) max_payload: Option<Spanned<usize>>,
    pub(crate) idempotent: Option<Spanned<Chosen>>,
}

impl EventPolicy {
    pub(super) fn read(words: &Words, errors: &mut Errors) -> Self {
        Self {
            publish: policy::access(words, "publish", errors),
            rate: policy::rate(words, errors),
            max_payload: policy::max_payload(words, errors),
            idempotent: words.chosen("idempotent"),
        }
    }

    /// The words that stand there, and where.
    pub(crate) fn said(&self) -> impl Iterator<Item = (&'static str, Span)> {
        let said = [
            ("publish", self.publish.as_ref().map(|word| word.key)),
            ("rate", self.rate.as_ref().map(|word| word.key)),
            (
                "max_payload",
                self.max_payload.as_ref().map(|word| word.key),
            ),
            ("idempotent", self.idempotent.as_ref().map(|word| word.key)),
        ];
        said.into_iter()
            .filter_map(|(word, span)| Some((word, span?)))
    }

    /// The field of `idempotent = by(…)`.
    pub(super) fn id_field(&self) -> Option<&str> {
        self.idempotent.as_ref()?.value.field.as_deref()
    }

    /// `EventPolicy { rate: Some(…), ..EventPolicy::DEFAULT }`
    pub(super) fn value(&self, runtime: &Runtime) -> TokenStream {
        let private = runtime.private();
        let default = quote!(#private::EventPolicy::DEFAULT);
        if self.said().next().is_none() {
            return default;
        }
        let given = |value: TokenStream| option(Some(value));
        let publish = self.publish.as_ref().map(|access| {
            let access = given(access_value(&access.value, runtime));
            quote!(publish: #access,)
        });
        let rate = self.rate.as_ref().map(|rate| {
            let rate = given(rate_value(&rate.value, runtime));
            quote!(rate: #rate,)
        });
        let max_payload = self.max_payload.as_ref().map(|bytes| {
            let bytes = bytes.value;
            let bytes = given(quote!(#bytes));
            quote!(max_payload_bytes: #bytes,)
        });
        let idempotent = self.idempotent.as_ref().map(|chosen| {
            let idempotent = given(idempotent_value(&chosen.value, runtime));
            quote!(idempotent: #idempotent,)
        });
        quote! {
            #private::EventPolicy {
                #publish
                #rate
                #max_payload
                #idempotent
                ..#default
            }
        }
    }
}

fn idempotent_value(chosen: &Chosen, runtime: &Runtime) -> TokenStream {
    let private = runtime.private();
    match (&chosen.field, chosen.name) {
        (Some(field), _) => quote!(#private::Idempotent::By(#field)),
        (None, "required") => quote!(#private::Idempotent::Required),
        (None, _) => quote!(#private::Idempotent::Optional),
    }
}
