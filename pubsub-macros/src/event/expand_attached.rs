//! What the action of an event declared elsewhere has to agree with.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Type, spanned::Spanned};

use super::{item_fn::plain, model::Action};

/// ```text
/// const __NAME: &str = rt::event_of::<OrderCreated, _, _>().name;
/// const __CHANNEL: &str = rt::event_of::<OrderCreated, _, _>().channel;
/// fn __agrees() {                                             // payload, reply and error are those of the event
///     let __event = rt::event_of::<OrderCreated, _, _>();
///     __event.payload.__taken::<P>();
///     __event.reply.__replied::<R>();
///     __event.error.__failed::<E>();
/// }
/// ```
///
/// The event's types are inferred from the one implementation of `Answered`. Each question about it is the same expression at
/// the same place, so that it is answered once if there is none.
pub(super) fn agrees(model: &Action<'_>, event: &Type) -> TokenStream {
    let private = model.runtime.private();
    let fn_name = &model.original.sig.ident;
    let name = plain(&event.to_token_stream());
    let of_event = quote_spanned!(event.span()=> #private::event_of::<#event, _, _>());
    let payload_rule = Rule {
        name: "__Takes",
        message: format!("event `{name}` carries `{{__E}}`, but its action takes `{{Self}}`"),
        label: "not the payload of the event",
        note: format!("take `{{__E}}` in `{fn_name}`, or name the event that it is the action of"),
    };
    let reply_rule = Rule {
        name: "__Replies",
        message: format!("event `{name}` replies `{{__E}}`, but its action replies `{{Self}}`"),
        label: "not the reply of the event",
        note: format!("return `{{__E}}` from `{fn_name}`, or write `reply = {{Self}}` on `{name}`"),
    };
    let error_rule = Rule {
        name: "__Fails",
        message: format!(
            "event `{name}` fails with `{{__E}}`, but its action fails with `{{Self}}`"
        ),
        label: "not the error of the event",
        note: format!(
            "fail with `{{__E}}` in `{fn_name}`, or write `error = {{Self}}` on `{name}`"
        ),
    };
    let payload = model.payload;
    let (reply, error) = (&model.reply.usage, &model.error.usage);
    // Locals have one span each, as in `expand_run`.
    let local = Ident::new("__event", Span::call_site());
    let ask_payload = quote_spanned!(payload.span()=> #local.payload.__taken::<#payload>());
    let ask_reply = quote_spanned!(model.reply.span=> #local.reply.__replied::<#reply>());
    let ask_error = quote_spanned!(model.error.span=> #local.error.__failed::<#error>());
    quote! {
        const __NAME: &'static str = #of_event.name;
        const __CHANNEL: &'static str = #of_event.channel;
        #payload_rule
        #reply_rule
        #error_rule
        // Methods, so that the event's types are known before the bounds are looked at.
        trait __Known<__E> {
            fn __taken<__P: __Takes<__E>>(&self) {}
            fn __replied<__R: __Replies<__E>>(&self) {}
            fn __failed<__F: __Fails<__E>>(&self) {}
        }
        impl<__E> __Known<__E> for ::core::marker::PhantomData<__E> {}
        fn __agrees() {
            let #local = #of_event;
            #ask_payload;
            #ask_reply;
            #ask_error;
        }
    }
}

/// A trait that a type and itself have, and no two others.
struct Rule {
    name: &'static str,
    message: String,
    label: &'static str,
    note: String,
}

impl ToTokens for Rule {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self {
            name,
            message,
            label,
            note,
        } = self;
        let name = Ident::new(name, Span::call_site());
        tokens.extend(quote! {
            #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
            trait #name<__E> {}
            impl<__P> #name<__P> for __P {}
        });
    }
}
