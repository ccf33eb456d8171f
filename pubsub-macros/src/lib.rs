//! The attributes of `pubsub-runtime`: tokens to tokens.
//!
//! This crate does not depend on the runtime; its output names only the runtime's `__private`.

use proc_macro::TokenStream;

mod deprecated;
mod derives;
mod docs;
mod domain;
mod duration;
mod errors;
mod event;
mod event_error;
mod model;
mod name;
mod runtime;
mod shapes;
mod size;
mod snapshot;
mod spanned;
mod suggest;
#[cfg(test)]
mod tests;
mod wire;
mod words;

/// Declares an event: on a struct or enum its payload, on an `async fn` the action that clients run by sending it.
///
/// | word | on | meaning |
/// |---|---|---|
/// | `channel = "orders"` | all | required; one that `domain!` declares |
/// | `name = "created"` | all | default: the item's name in snake case, less the channel's name or its singular |
/// | `direction = "sse"` \| `"cse"` \| `"both"` | all | default: from what is declared |
/// | `version = 2` | all | default 1 |
/// | `reply = T`, `error = E` | all | on a payload: what the sender is answered; on an action: what its `Result` holds, if an alias hides it |
/// | `example = r#"{…}"#` | all | one payload, as JSON |
/// | `emits(A, B)` | `async fn` | the events the action may emit; default none |
/// | `timeout = "5s"` | `async fn` | default 30 s |
/// | `crate = path` | all | where the runtime is re-exported |
///
/// Two words stand on the fields of a payload struct, as `#[event(filter)]`:
///
/// | word | meaning |
/// |---|---|
/// | `filter` | subscribers may narrow what they receive by the value of this field; a Rust client writes `OrderCreated::filter().order_id("abc")` |
/// | `partition_key` | its value decides the log on a channel with `ordered = by(…)`, in place of the field named there; one per payload |
///
/// The field holds a string, a number, a boolean, a unit enum, or an `Option` of one of these. What the attribute cannot tell
/// from the name of the type, the registry tells from its schema.
///
/// An action is `async fn name([ctx: &ActionCtx,] [svc: Service<S>, …] payload: P) -> Result<T, E>`. Its body is compiled only
/// with the feature `server` of the crate it stands in.
///
/// Put `#[event]` first, above every `#[derive(…)]`: it adds `Serialize`, `Deserialize` and the schema where they are missing,
/// and cannot see a derive above itself; rustc then reports conflicting implementations (E0119).
#[proc_macro_attribute]
pub fn event(args: TokenStream, item: TokenStream) -> TokenStream {
    event::event(args.into(), &item.into()).into()
}

/// Makes a struct or enum part of what may cross the wire: a reply, or a part of a payload.
///
/// It adds `Serialize`, `Deserialize` and the schema where they are missing; put it first, above every `#[derive(…)]`. The only
/// word is `crate = path`: where the runtime is re-exported.
#[proc_macro_attribute]
pub fn model(args: TokenStream, item: TokenStream) -> TokenStream {
    model::model(args.into(), &item.into()).into()
}

/// Declares what a subscriber of a channel gets instead of history that is lost: the payload of `pubsub:snapshot`.
///
/// ```text
/// #[snapshot(channel = "orders")]
/// pub async fn open_orders(store: Service<OrderStore>) -> Result<OpenOrders, OrderError> { … }
/// ```
///
/// | word | meaning |
/// |---|---|
/// | `channel = "orders"` | required; one that `domain!` declares with `on_gap = snapshot` |
/// | `timeout = "5s"` | default 30 s |
/// | `crate = path` | where the runtime is re-exported |
///
/// A snapshot is `async fn name([ctx: &ActionCtx,] [svc: Service<S>, …]) -> Result<T, E>`: `T` takes `#[model]`, `E` is an
/// `EventError`. It emits nothing. A channel has one; its body is compiled only with the feature `server` of the crate it
/// stands in.
#[proc_macro_attribute]
pub fn snapshot(args: TokenStream, item: TokenStream) -> TokenStream {
    snapshot::snapshot(args.into(), &item.into()).into()
}

/// Declares the channels of a domain crate; once, at the crate root.
///
/// ```text
/// domain! {
///     /// Everything that happens to an order.
///     channel orders { subscribe = "orders:read", publish = "orders:write", retention = "24h", ordered }
///     channel ops    { subscribe = "ops:read", publish = none }
/// }
/// ```
///
/// | word | value | absent |
/// |---|---|---|
/// | `subscribe`, `publish` | a scope string, `none` or `public`: who may read, who may send | any authenticated principal |
/// | `retention` | a duration such as `"24h"`: how long history stays | 1 h |
/// | `max_events` | an integer: how many events of history stay | 10,000 |
/// | `max_bytes` | a size such as `"64MiB"`: how many bytes of history stay | 64 MiB |
/// | `max_payload` | a size such as `"256KiB"`: the largest payload, as JSON | 256 KiB |
/// | `ordered` | a flag: subscribers are promised the order of publication; or `ordered = by(tenant_id)`: of the events whose payloads have the same value in that field | not promised |
/// | `partitions` | an integer from 2 to 32, with `by(…)` only: over how many logs the channel is spread | 16 |
/// | `on_gap` | `replay`, `live`, `snapshot` or `fail`: what a subscriber gets after it was told of lost history; `snapshot` takes a `#[snapshot]` function | `replay` |
/// | `on_lag` | `disconnect`, `resync`, `conflate(order_id)` or `drop_oldest`: what happens to a reader that is too slow | `disconnect` |
/// | `max_lag` | an integer: how many events a reader may be behind before `on_lag` acts | 10,000 |
/// | `max_replay` | an integer: the most events of history one subscription gets | 10,000 |
///
/// Fields are named as in Rust; what they are called on the wire follows from each payload's serde attributes.
///
/// It makes `Client<T>` (feature `client` of the runtime) and `registry()` (feature `registry`).
#[proc_macro]
pub fn domain(input: TokenStream) -> TokenStream {
    domain::domain(input.into()).into()
}

/// Makes an enum an error that an action may return.
///
/// Each variant says what clients see of it: `#[event_error(code = "CONFLICT")]`, optionally with `retry_after = "30s"`, for a
/// variant whose text and fields may reach them, or `#[event_error(internal)]` for one that must not leave the server.
#[proc_macro_derive(EventError, attributes(event_error))]
pub fn event_error(input: TokenStream) -> TokenStream {
    event_error::event_error(input.into()).into()
}

/// Takes the place of the schema derive in builds without schemas: it accepts the same attributes and makes nothing.
#[doc(hidden)]
#[proc_macro_derive(EmptySchema, attributes(schemars, serde))]
pub fn empty_schema(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}
