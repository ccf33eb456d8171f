//! A domain whose types show what clients must be told apart.

use std::{any::TypeId, collections::BTreeMap};

use pubsub_runtime::{
    __private::{canonical, schema_of},
    Access, ActionEntry, ChannelEntry, ChannelPolicy, Domain, EventEntry, Origin, Registry,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An order was placed.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    /// The shop's own id.
    pub order_id: String,
    pub total: f64,
    #[serde(default)]
    pub lines: Vec<Line>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Line {
    pub sku: String,
    #[serde(default = "one")]
    pub quantity: u32,
}

fn one() -> u32 {
    1
}

/// What became of an order.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum OrderChanged {
    Paid,
    Shipped { parcel: String },
    Returned(Return),
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Return {
    pub reason: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderIngested {
    pub order_id: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct OrderAck {
    pub ok: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OrderError {
    SoldOut,
    TooMany { limit: u32 },
}

/// A category of goods, with its own below.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Category {
    pub name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Category>,
    pub labels: BTreeMap<String, Option<String>>,
    pub extra: serde_json::Value,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Ping;

#[derive(Serialize, Deserialize, JsonSchema)]
pub enum Level {
    Low,
    High,
}

const POLICY: ChannelPolicy = ChannelPolicy::DEFAULT;

const ORIGIN: Origin = Origin {
    package: "orders-events",
    module: "orders_events::orders",
    file: "src/orders.rs",
    line: 1,
};

fn event<T>(name: &'static str, docs: &'static str) -> EventEntry
where
    T: Serialize + for<'de> Deserialize<'de> + JsonSchema + Send + 'static,
{
    EventEntry {
        name,
        channel: channel_of(name),
        type_name: short_name::<T>(),
        type_id: TypeId::of::<T>,
        origin: ORIGIN,
        direction: None,
        version: 1,
        docs,
        deprecated: None,
        example: None,
        payload: schema_of::<T>,
        reply: None,
        error: None,
        canonical: canonical::<T>,
    }
}

fn action<P, R>(name: &'static str, emits: &'static [&'static str]) -> ActionEntry
where
    P: JsonSchema + 'static,
    R: JsonSchema,
{
    ActionEntry {
        name,
        channel: channel_of(name),
        fn_name: "act",
        type_name: short_name::<P>(),
        type_id: TypeId::of::<P>,
        origin: ORIGIN,
        direction: None,
        version: None,
        docs: "",
        deprecated: None,
        example: None,
        timeout_ms: 30_000,
        emits,
        payload: schema_of::<P>,
        reply: schema_of::<R>,
        error: None,
    }
}

fn channel_of(name: &'static str) -> &'static str {
    name.split_once(':').map_or(name, |(channel, _)| channel)
}

fn short_name<T>() -> &'static str {
    let path = std::any::type_name::<T>();
    path.rsplit("::").next().unwrap_or(path)
}

/// The registry of this domain.
pub fn registry() -> Registry {
    let channel = |name, docs, subscribe| ChannelEntry {
        name,
        docs,
        policy: ChannelPolicy {
            subscribe,
            ..POLICY
        },
    };
    Registry::from_entries(
        Domain {
            package: "orders-events",
            crate_name: "orders_events",
        },
        vec![
            channel(
                "orders",
                "Everything that happens to an order.",
                Access::Scope("orders:read"),
            ),
            channel("catalog", "", Access::Public),
            channel("control", "", Access::None),
        ],
        vec![
            event::<OrderCreated>("orders:created", "An order was placed."),
            event::<OrderChanged>("orders:changed.v2", "What became of an order."),
            event::<OrderIngested>("orders:ingested", ""),
            EventEntry {
                direction: Some(pubsub_runtime::Direction::Both),
                deprecated: Some("send a level instead"),
                ..event::<Category>(
                    "catalog:category",
                    "A category changed. */ export const x = 1; /*",
                )
            },
        ],
        vec![
            ActionEntry {
                docs: "Stores the order and tells everybody.",
                error: Some(schema_of::<OrderError>),
                ..action::<OrderCreated, OrderAck>("orders:created", &["orders:ingested"])
            },
            action::<Ping, ()>("control:ping", &[]),
            action::<Level, Level>("control:set-level", &[]),
        ],
    )
}
