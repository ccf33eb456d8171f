//! The whole output of small declarations, formatted; few, because each change of the expansion changes them.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{domain, event, event_error, model, snapshot};

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
fn payload_with_filters() {
    let output = event::event(
        quote!(channel = "orders"),
        &quote! {
            #[serde(rename_all = "camelCase")]
            pub struct OrderCreated {
                /// What the client calls the order.
                #[event(filter)]
                pub order_id: String,
                #[event(filter, partition_key)]
                pub tenant: Option<u32>,
                #[event(filter)]
                #[serde(with = "hex")]
                #[schemars(with = "String")]
                hash: Hash,
            }
        },
    );
    insta::assert_snapshot!(pretty(output));
}

#[test]
fn payload_with_field_words() {
    let output = event::event(
        quote!(channel = "orders"),
        &quote! {
            #[derive(Clone, Debug)]
            pub struct OrderPaid {
                #[event(filter, int = "string")]
                pub cents: Option<u64>,
                #[event(int = "checked", redact)]
                pub account: i128,
                #[event(wire = "String")]
                #[serde(with = "hex")]
                pub hash: Hash,
                #[event(wire(out = "String"))]
                #[serde(serialize_with = "hex::serialize")]
                pub seen: Hash,
                #[event(redact, wire = "String")]
                #[serde(rename = "key", with = "hex")]
                pub r#type: Hash,
                #[event(redact)]
                pub card: Option<String>,
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
fn snapshot_of_a_channel() {
    let output = snapshot::snapshot(
        quote!(channel = "orders", timeout = "5s"),
        &quote! {
            /// The open orders.
            pub async fn open(ctx: &ActionCtx, store: Service<OrderStore>) -> Result<Orders, OrderError> {
                store.open().await
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
fn action_of_an_event_declared_elsewhere() {
    let output = event::event(
        quote!(
            action = orders_events::OrderCreated,
            retry_safe,
            emits(Stocked)
        ),
        &quote! {
            /// Stores the order.
            pub async fn place(ctx: &ActionCtx, order: OrderCreated) -> Result<Ack, OrderError> {
                Ok(Ack { ok: true })
            }
        },
    );
    insta::assert_snapshot!(pretty(output));
}

#[test]
fn payload_with_a_policy() {
    let output = event::event(
        quote!(
            channel = "orders",
            publish = "orders:admin",
            rate = "1_000/min",
            max_payload = "1KiB",
            idempotent = by(r#type)
        ),
        &quote! {
            pub struct OrderCreated {
                pub r#type: String,
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
        channel prices {
            max_bytes = "64MiB", max_payload = "1KiB", max_replay = 7, ordered = by(tenant_id), on_gap = snapshot,
            on_lag = conflate(r#type), max_lag = 9
        }
        channel ops { ordered = by(r#type), partitions = 2, on_gap = fail, on_lag = drop_oldest }
        channel bills {
            rate = "50/s", quota = "100_000/day", on_unavailable = spool, family = "billing", tenant = required, audit = off
        }
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

/// Every input with one token left out, and every beginning of it: mistakes are reported, never panicked over.
fn mutations(tokens: &TokenStream) -> Vec<TokenStream> {
    let all: Vec<_> = tokens.clone().into_iter().collect();
    let beginnings = (0..=all.len()).map(|end| all.iter().take(end).cloned().collect());
    let without = (0..all.len()).map(|gone| {
        let kept = all.iter().enumerate().filter(|(index, _)| *index != gone);
        kept.map(|(_, token)| token.clone()).collect()
    });
    let doubled = (0..all.len()).map(|again| {
        let twice = all.iter().enumerate().flat_map(|(index, token)| {
            std::iter::repeat_n(token.clone(), 1 + usize::from(index == again))
        });
        twice.collect()
    });
    beginnings.chain(without).chain(doubled).collect()
}

#[test]
fn no_input_makes_a_macro_panic() {
    let args = quote!(
        channel = "orders",
        name = "orders:created",
        direction = "both",
        version = 2,
        reply = Ack,
        error = E,
        emits(A, B),
        timeout = "5s",
        example = "{}",
        publish = none,
        rate = "1/s",
        max_payload = "1B",
        idempotent = by(a),
        retry_safe,
        crate = a::b
    );
    let attached = quote!(action = A, emits(A), timeout = "5s", channel = "orders");
    let items = [
        quote!(
            #[derive(Debug)]
            #[serde(rename_all = "camelCase", with = "x")]
            pub struct A<'a, T>
            where
                T: B,
            {
                #[serde(with)]
                #[event(filter, partition_key)]
                a: &'a u128,
                #[event(filter)]
                #[model(filter)]
                b: Option<Vec<u8>>,
                #[event(int = "string", redact)]
                #[serde(with = "x", default)]
                #[event(wire(in = "A", out = "B"))]
                c: Option<T>,
            }
        ),
        quote!(
            pub enum A {
                B(u8),
                C {
                    #[event(filter)]
                    client_event_id: u8,
                } = 1,
            }
        ),
        quote!(
            pub async fn all(ctx: &ActionCtx, a: Service<A>) -> Result<E, F> {
                !
            }
        ),
        quote!(pub(crate) async unsafe extern "C" fn a<T>(&self, _: &ActionCtx, b: Service<C>, (d): &mut D) -> Result<E, F> where T: B { ! }),
        quote!(
            pub union U {
                a: u8,
            }
        ),
    ];
    for args in mutations(&args).into_iter().chain(mutations(&attached)) {
        for item in &items {
            event::event(args.clone(), item);
            model::model(args.clone(), item);
            snapshot::snapshot(args.clone(), item);
        }
    }
    for item in items.iter().flat_map(mutations) {
        event::event(quote!(channel = "orders"), &item);
        snapshot::snapshot(quote!(channel = "orders"), &item);
        model::model(TokenStream::new(), &item);
        event_error::event_error(item);
    }
    let channels = quote! {
        /// Docs
        channel orders { subscribe = "a", publish = none, retention = "1h", max_events = 1, ordered }
        channel ops;
    };
    for input in mutations(&channels) {
        domain::domain(input);
    }
    let values = [
        quote!(ordered = by(a, b)),
        quote!(ordered(a)),
        quote!(on_gap = "replay"),
        quote!(on_lag = conflate),
        quote!(on_lag = resync(a)),
        quote!(partitions = 2),
        quote!(max_payload = "9GiB"),
        quote!(rate = "1/s", quota = "1/s"),
        quote!(tenant = "required"),
        quote!(audit = on),
    ];
    for input in values.iter().flat_map(mutations) {
        domain::domain(quote!(channel orders { #input }));
    }
    let policy = quote!(
        subscribe = "a",
        publish = none,
        retention = "1h",
        max_events = 1,
        max_bytes = "1KiB",
        max_payload = "1B",
        max_replay = 1,
        max_lag = 1,
        ordered = by(tenant_id),
        partitions = 2,
        on_gap = live,
        on_lag = conflate(order_id),
        rate = "50/s",
        quota = "1/day",
        on_unavailable = spool,
        family = "a",
        tenant = required,
        audit = off
    );
    for policy in mutations(&policy) {
        domain::domain(quote!(channel orders { #policy }));
    }
    for words in mutations(&quote!(code = "CONFLICT", retry_after = "1s", internal)) {
        event_error::event_error(quote!(
            enum E {
                #[event_error(#words)]
                A(u8),
                B {
                    c: u8,
                },
            }
        ));
    }
}
