//! The whole output of small declarations, formatted; few, because each change of the expansion changes them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{domain, event, event_error, model};

fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).expect("the output is a file of items"))
}

#[test]
fn payload() {
    let output = event::event(
        quote!(channel = "orders", example = r#"{"orderId": "abc"}"#),
        &quote! {
            /// An order was placed.
            #[derive(Debug)]
            #[serde(rename_all = "camelCase")]
            pub struct OrderCreated {
                pub order_id: String,
            }
        },
    );
    insta::assert_snapshot!(pretty(output));
}

#[test]
fn payload_that_clients_send() {
    let output = event::event(
        quote!(
            channel = "orders",
            direction = "both",
            reply = Ack,
            crate = crate::rt
        ),
        &quote! {
            #[deprecated(note = "use `orders:placed`")]
            #[derive(Serialize, Deserialize)]
            enum OrderMoved {
                Up,
                Down { by: u32 },
            }
        },
    );
    insta::assert_snapshot!(pretty(output));
}

#[test]
fn action() {
    let output = event::event(
        quote!(channel = "orders", emits(OrderIngested), timeout = "5s"),
        &quote! {
            /// Stores the order.
            pub async fn created(ctx: &ActionCtx, store: Service<OrderStore>, order: OrderCreated) -> Result<Ack, OrderError> {
                Ok(store.insert(order).await?)
            }
        },
    );
    insta::assert_snapshot!(pretty(output));
}

#[test]
fn action_behind_an_alias_of_result() {
    let output = event::event(
        quote!(channel = "orders"),
        &quote! {
            pub async fn cancel(order_id: String) -> Outcome {
                Ok(())
            }
        },
    );
    insta::assert_snapshot!(pretty(output));
}

#[test]
fn payload_after_mistakes() {
    let output = event::event(
        quote!(channel = "orders", version = 0, colour = "red"),
        &quote! {
            pub struct OrderCreated {
                pub order_id: &'static str,
            }
        },
    );
    insta::assert_snapshot!(pretty(output));
}

#[test]
fn action_after_mistakes() {
    let output = event::event(
        quote!(channel = "orders", emits(OrderIngested)),
        &quote! {
            pub fn created(ctx: &ActionCtx, order: OrderCreated) {
                ctx.emit(OrderIngested);
            }
        },
    );
    insta::assert_snapshot!(pretty(output));
}

#[test]
fn generic_model() {
    let output = model::model(
        TokenStream::new(),
        &quote! {
            pub struct Page<T> {
                pub items: Vec<T>,
            }
        },
    );
    insta::assert_snapshot!(pretty(output));
}

#[test]
fn channels() {
    let output = domain::domain(quote! {
        /// Everything that happens to an order.
        channel orders { subscribe = "orders:read", publish = none, retention = "24h", max_events = 5, ordered }
        channel r#type { }
    });
    insta::assert_snapshot!(pretty(output));
}

#[test]
fn errors() {
    let output = event_error::event_error(quote! {
        pub enum OrderError {
            #[event_error(code = "CONFLICT")]
            SoldOut,
            #[event_error(code = "TOO_MANY_REQUESTS", retry_after = "30s")]
            Few { left: u32 },
            #[event_error(internal)]
            Store(StoreError),
        }
    });
    insta::assert_snapshot!(pretty(output));
}
