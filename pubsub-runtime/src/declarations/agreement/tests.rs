use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::declarations::{
    channel::{ChannelPolicy, OnGap, OnLag},
    entry::{ChannelEntry, EventEntry, Origin, SnapshotEntry},
    event::{Direction, Model},
    registry::{Domain, Registry},
    schema::TypeEntry,
};

const ORIGIN: Origin = Origin {
    package: "p",
    module: "p",
    file: "src/lib.rs",
    line: 1,
};

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    New,
    #[allow(dead_code, reason = "a word of the schema")]
    Used,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Id(String);

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Created {
    #[schemars(extend("x-filter" = true))]
    order_id: Id,
    #[schemars(extend("x-filter" = true))]
    kind: Option<Kind>,
    tenant_id: String,
    lines: Vec<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Moved {
    #[schemars(extend("x-filter" = true))]
    kind: u32,
    #[schemars(extend("x-filter" = true))]
    tags: Vec<String>,
    #[serde(rename = "tenantId")]
    #[allow(non_snake_case, reason = "a name that may be confused")]
    tenant: String,
    tenant_id: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Keyed {
    #[schemars(extend("x-partition-key" = true))]
    region: String,
    tenant_id: u32,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct KeyedBadly {
    #[schemars(extend("x-partition-key" = true))]
    regions: Vec<String>,
    #[schemars(extend("x-partition-key" = true))]
    tenant_id: u32,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
enum Either {
    A { tenant_id: String, a: u32 },
    B { tenant_id: String, b: u32 },
}

fn event<P: Model + JsonSchema>(name: &'static str) -> EventEntry {
    EventEntry {
        direction: Some(Direction::Sse),
        ..EventEntry::new::<P>(name, "orders", "Payload", ORIGIN)
    }
}

fn snapshot(channel: &'static str) -> SnapshotEntry {
    SnapshotEntry {
        channel,
        fn_name: "all",
        origin: ORIGIN,
        docs: "",
        timeout_ms: 1,
        payload: TypeEntry::of::<Vec<Id>>(),
    }
}

fn registry(policy: ChannelPolicy, events: Vec<EventEntry>) -> Registry {
    let domain = Domain {
        package: "p",
        crate_name: "p",
    };
    let channel = ChannelEntry {
        name: "orders",
        docs: "",
        policy,
    };
    Registry::from_entries(domain, vec![channel], events, Vec::new())
}

fn by(field: &'static str) -> ChannelPolicy {
    ChannelPolicy {
        partition_by: Some(field),
        partitions: 16,
        ..ChannelPolicy::DEFAULT
    }
}

fn told(registry: &Registry) -> Vec<String> {
    match registry.resolve() {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}

#[track_caller]
fn assert_told(registry: &Registry, expected: &[&str]) {
    let told = told(registry);
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told}\n---\n{expected}");
    }
}

#[test]
fn filters_and_keys_are_named_as_on_the_wire() {
    let policy = ChannelPolicy {
        on_lag: OnLag::Conflate("order_id"),
        ..by("tenant_id")
    };
    let registry = registry(
        policy,
        vec![
            event::<Created>("orders:created"),
            event::<Keyed>("orders:keyed"),
            event::<Either>("orders:either"),
        ],
    );
    let declared = registry.resolve().unwrap();
    let [created, either, keyed] = declared.as_slice() else {
        panic!("{declared:?}");
    };
    assert_eq!(created.filters, ["kind", "orderId"]);
    assert_eq!(created.partition_key.as_deref(), Some("tenantId"));
    assert_eq!(created.conflate_key.as_deref(), Some("orderId"));
    assert_eq!(either.partition_key.as_deref(), Some("tenant_id"));
    assert_eq!(keyed.partition_key.as_deref(), Some("region"));
    assert_eq!(keyed.conflate_key, None);
}

#[test]
fn the_manifest_says_only_what_differs_from_the_defaults() {
    let plain = registry(ChannelPolicy::DEFAULT, vec![event::<Keyed>("orders:keyed")]);
    let said =
        |registry: &Registry| serde_json::to_value(registry.manifest().unwrap().channels).unwrap();
    assert_told(
        &plain,
        &[
            "field `region` of event `orders:keyed` is a partition key, but channel `orders` is not partitioned; write `ordered = by(region)`",
        ],
    );
    let plain = registry(
        ChannelPolicy::DEFAULT,
        vec![event::<Created>("orders:created")],
    );
    let plain = said(&plain);
    for absent in [
        "partitions",
        "partitionBy",
        "onGap",
        "onLag",
        "maxLag",
        "snapshot",
    ] {
        assert_eq!(plain[0].get(absent), None, "{absent}");
    }

    let policy = ChannelPolicy {
        on_gap: OnGap::Snapshot,
        on_lag: OnLag::Conflate("order_id"),
        max_lag: 5,
        ..by("tenant_id")
    };
    let full = registry(policy, vec![event::<Created>("orders:created")])
        .with_snapshots([snapshot("orders")]);
    let manifest = full.manifest().unwrap();
    let event = serde_json::to_value(&manifest.events[0]).unwrap();
    assert_eq!(event["filters"], json!(["kind", "orderId"]));
    assert_eq!(event["partitionKey"], "tenantId");
    let full = said(&full);
    let channel = &full[0];
    assert_eq!(channel["partitions"], 16);
    assert_eq!(channel["partitionBy"], "tenant_id");
    assert_eq!(channel["onGap"], "snapshot");
    assert_eq!(channel["onLag"], json!({"conflate": "order_id"}));
    assert_eq!(channel["maxLag"], 5);
    assert_eq!(channel["snapshot"]["output"]["items"]["$ref"], "#/$defs/Id");

    let text = manifest.to_json().unwrap();
    let again: crate::Manifest = serde_json::from_str(&text).unwrap();
    assert_eq!(again, manifest);
    let mut old: Value = serde_json::from_str(&text).unwrap();
    for channel in old["channels"].as_array_mut().unwrap() {
        channel.as_object_mut().unwrap().retain(|key, _| {
            ![
                "partitions",
                "partitionBy",
                "onGap",
                "onLag",
                "maxLag",
                "snapshot",
            ]
            .contains(&key.as_str())
        });
    }
    let old: crate::Manifest = serde_json::from_value(old).unwrap();
    assert_eq!(
        (old.channels[0].partitions, old.channels[0].max_lag),
        (1, 10_000)
    );
}

#[test]
fn filters_are_scalars_of_one_type() {
    let events = vec![
        event::<Created>("orders:created"),
        event::<Moved>("orders:moved"),
    ];
    assert_told(
        &registry(ChannelPolicy::DEFAULT, events),
        &[
            "filter `kind` is one of \"new\", \"used\" in event `orders:created`, but a number in event `orders:moved`; filters of one name",
            "field `tags` of event `orders:moved` cannot be a filter; a filter is a string",
        ],
    );
    let mut created = event::<Created>("orders:created");
    created.filters = &["kind", "order_id"];
    assert_told(
        &registry(ChannelPolicy::DEFAULT, vec![created]),
        &["the typed client would send filter `order_id` of event `orders:created`, but"],
    );
}

#[test]
fn each_event_of_a_partitioned_channel_has_one_key() {
    let one = |by_field, entry| registry(by(by_field), vec![entry]);
    assert_told(
        &one("customer", event::<Created>("orders:created")),
        &[
            "channel `orders` is `ordered = by(customer)`, but event `orders:created` has no field `customer`; add `customer` to `Payload`, or",
        ],
    );
    assert_told(
        &one("tenant_id", event::<Moved>("orders:moved")).only(["orders"]),
        &[
            "field `tags` of event",
            "channel `orders` is partitioned by `tenant_id`, which may be any of `tenantId`, `tenant_id` in event `orders:moved`; write `#[event(partition_key)]`",
        ],
    );
    assert_told(
        &one("tenant_id", event::<KeyedBadly>("orders:keyed")),
        &[
            "event `orders:keyed` has two partition keys; remove `partition_key` from field `tenant_id`",
            "field `regions` of event `orders:keyed` cannot be a partition key; a partition key is a string",
        ],
    );
    assert_told(
        &one("lines", event::<Created>("orders:created")),
        &["field `lines` of event `orders:created` cannot be a partition key"],
    );
    // Nobody receives it, so it goes to no partition.
    let mut sent = event::<Created>("orders:created");
    sent.direction = Some(Direction::Cse);
    sent.reply = Some(TypeEntry::of::<Id>());
    assert_told(&one("customer", sent), &[]);
}

#[test]
fn a_channel_conflates_by_a_field_of_its_events() {
    let one = |field, entry| {
        let policy = ChannelPolicy {
            on_lag: OnLag::Conflate(field),
            ..ChannelPolicy::DEFAULT
        };
        registry(policy, vec![entry])
    };
    assert_told(
        &one("price", event::<Created>("orders:created")),
        &[
            "channel `orders` is `on_lag = conflate(price)`, but none of its events has a field `price`; name a field",
        ],
    );
    assert_told(
        &one("lines", event::<Created>("orders:created")),
        &["field `lines` of event `orders:created` cannot be a conflation key"],
    );
}

#[test]
fn a_channel_has_the_snapshot_its_policy_asks_for() {
    let with = |on_gap, snapshots: &[&'static str]| {
        let policy = ChannelPolicy {
            on_gap,
            ..ChannelPolicy::DEFAULT
        };
        let snapshots: Vec<_> = snapshots.iter().map(|name| snapshot(name)).collect();
        registry(policy, vec![event::<Created>("orders:created")]).with_snapshots(snapshots)
    };
    assert_told(&with(OnGap::Snapshot, &["orders"]), &[]);
    assert_told(&with(OnGap::Snapshot, &["orders"]).only(["orders"]), &[]);
    assert_told(
        &with(OnGap::Snapshot, &[]),
        &[
            "channel `orders` is `on_gap = snapshot`, but it has no snapshot; write `#[snapshot(channel = \"orders\")]` on",
        ],
    );
    assert_told(
        &with(OnGap::Snapshot, &["orders", "orders"]),
        &["channel `orders` has two snapshots; keep one\n  at src/lib.rs:1\n  at src/lib.rs:1"],
    );
    assert_told(
        &with(OnGap::Replay, &["orders"]),
        &["channel `orders` never uses its snapshot `all`; write `on_gap = snapshot`"],
    );
    assert_told(
        &with(OnGap::Snapshot, &["orders", "ops"]),
        &[
            "snapshot `all` is of channel `ops`, which is not declared; add `channel ops { on_gap = snapshot }`",
        ],
    );
}
