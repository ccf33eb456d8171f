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
mod parts;
mod policy;
mod rate;
mod runtime;
mod shapes;
mod size;
mod snapshot;
mod spanned;
mod suggest;
mod template;
#[cfg(test)]
mod tests;
mod tuples;
mod twins;
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
/// | `publish = "orders:admin"` | all | who may send it; default: as the channel says |
/// | `rate = "5/min"` | all | how often one principal may send it; units are `s`, `min`, `h` and `day`; default: as the channel says |
/// | `max_payload = "1KiB"` | all | the largest payload; default: as the channel says |
/// | `idempotent = "required"` \| `"optional"` | all | whether a sender must give `clientEventId`; default: it may |
/// | `idempotent = by(order_id)` | all | the id is this field of the payload, by its Rust name |
/// | `emits(A, B)` | `async fn` | the events the action may emit; default none |
/// | `timeout = "5s"` | `async fn` | default 30 s |
/// | `retry_safe` | `async fn` | it may run again after it is unknown whether it ran |
/// | `action = OrderCreated` | `async fn` | in place of all words that are for the event to say: it is the action of an event declared elsewhere |
/// | `crate = path` | all | where the runtime is re-exported |
///
/// These words stand on the fields of a payload, as `#[event(filter)]`; the first two on those of a struct only:
///
/// | word | meaning |
/// |---|---|
/// | `filter` | subscribers may narrow what they receive by the value of this field; a Rust client writes `OrderCreated::filter().order_id("abc")` |
/// | `partition_key` | its value decides the log on a channel with `ordered = by(…)`, in place of the field named there; one per payload |
/// | `int = "string"` | an integer, or an `Option`, `Box`, `Vec` or map of integers, is a string of decimal digits on the wire, `` `${bigint}` `` in TypeScript; input in any other form is refused. An `Option` may be missing |
/// | `int = "checked"` | it is a number within ±(2^53 − 1), which JavaScript holds exactly; any other is refused when it is read and when it is written. `u128` and `i128` need one of the two |
/// | `wire = "T"` | the type on the wire, where a codec such as `#[serde(with = "…")]` makes something else of the field; `wire(in = "A", out = "B")` where what is read and what is written differ, and one of them alone for a codec of one direction. `#[schemars(with = "T")]` is taken in its place |
/// | `redact` | a secret: it is on the wire as ever, but a value that does not fit is not quoted in errors, and a derived `Debug` does not show it. It cannot be a filter, as the values of filters stand in addresses |
///
/// Without `int`, an integer is a number; one beyond ±(2^53 − 1), a NaN and an infinity are refused when they are published.
///
/// A field for `filter` or `partition_key` holds a string, a number, a boolean, a unit enum, or an `Option` of one of these. What the attribute cannot tell
/// from the name of the type, the registry tells from its schema.
///
/// Beside an action with `emits(…)` stands an enum of these events, such as `CreatedEmitted` of `created`: what a Rust client is
/// told of by `.detailed()`.
///
/// An action is `async fn name([ctx: &ActionCtx,] [svc: Service<S>, …] payload: P) -> Result<T, E>`. Its body is compiled only
/// with the feature `server` of the crate it stands in.
///
/// An event may say first what its senders are answered, with `reply` and `error`, and have its action in any crate that the
/// server links: `#[event(action = OrderCreated)]`. Payload, reply and error of the two are compared by the compiler. Such an
/// action is compiled wherever it stands, with or without a feature, and has no client method of its own: the event has it.
///
/// Put `#[event]` first, above every `#[derive(…)]`: it adds `Serialize`, `Deserialize` and the schema where they are missing,
/// and cannot see a derive above itself; rustc then reports conflicting implementations (E0119).
#[proc_macro_attribute]
pub fn event(args: TokenStream, item: TokenStream) -> TokenStream {
    event::event(args.into(), &item.into()).into()
}

/// Makes a struct or enum part of what may cross the wire: a reply, or a part of a payload.
///
/// It adds `Serialize`, `Deserialize` and the schema where they are missing; put it first, above every `#[derive(…)]`. Its only
/// word is `crate = path`: where the runtime is re-exported. On its fields stand `int`, `wire` and `redact`, as in [`macro@event`],
/// written `#[model(redact)]`.
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
/// A snapshot is `async fn name([ctx: &ActionCtx,] [svc: Service<S>, …]) -> Result<T, E>`: `T` takes `#[model]` and is `pub`, for
/// clients read the channel's snapshots as it; `E` is an `EventError`. It emits nothing. A channel has one; its body is compiled only with the feature `server` of the crate it
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
/// | `rate`, `quota` | a rate such as `"50/s"` or `"100_000/day"`: what one principal may send; units are `s`, `min`, `h` and `day` | no limit |
/// | `on_unavailable` | `fail` or `spool`: whether an event is refused or kept on disk while the engine is down | `fail` |
/// | `family` | a word such as `"billing"`: the group that documents show the channel in | none |
/// | `tenant` | `required`: tenants are kept apart | they are not |
/// | `audit` | a flag, or `off`: whether each sent event leaves an audit record | where `publish` is a scope |
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
/// variant whose text and fields may reach them, or `#[event_error(internal)]` for one that must not leave the server. On the
/// enum, `#[event_error(crate = path)]` says where the runtime is re-exported.
///
/// What clients see is named by serde's words, whether the enum itself derives serde's traits or not:
///
/// ```text
/// #[derive(Debug, thiserror::Error, EventError)]
/// #[serde(rename_all_fields = "camelCase")]
/// pub enum OrderError {
///     #[error("at most {max_lines} lines")]
///     #[event_error(code = "BAD_REQUEST")]
///     TooMany { max_lines: u32 },             // {"type": "too_many", "maxLines": 3}
///     #[error("the store failed")]
///     #[event_error(internal)]
///     Store(#[from] StoreError),              // clients see "internal server error"
/// }
/// ```
///
/// `skip` on a field keeps it on the server. `other` on a variant without fields is what a client reads of an error that it does
/// not know; without such a variant it is told of a refusal with all that the server said.
#[proc_macro_derive(EventError, attributes(event_error, serde, schemars))]
pub fn event_error(input: TokenStream) -> TokenStream {
    event_error::event_error(input.into()).into()
}

/// Takes the place of the schema derive in builds without schemas: it accepts the same attributes and makes nothing.
#[doc(hidden)]
#[proc_macro_derive(EmptySchema, attributes(schemars, serde))]
pub fn empty_schema(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}
