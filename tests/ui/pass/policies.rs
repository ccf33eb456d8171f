//! Each word of a channel's policy, and what applies without it.

use pubsub_runtime::{ChannelPolicy, OnGap, OnLag, event};

pubsub_runtime::domain! {
    channel orders {
        max_bytes = "64MiB", max_payload = "1KiB", max_replay = 7, ordered = by(tenant_id), partitions = 2, on_gap = live,
        on_lag = conflate(order_id), max_lag = 9,
    }
    channel ops { ordered = by(r#type), on_gap = fail, on_lag = drop_oldest }
    channel mail { ordered, on_gap = replay, on_lag = resync }
    channel plain { }
}

#[event(channel = "orders")]
#[serde(rename_all = "camelCase")]
pub struct OrderCreated {
    pub order_id: String,
    pub tenant_id: u32,
}

#[event(channel = "ops")]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub struct OpsAlert {
    pub r#type: String,
}

fn main() {
    let channels = registry().channels();
    let [mail, ops, orders, plain] = channels.as_slice() else {
        panic!("{channels:?}");
    };
    let expected = ChannelPolicy {
        max_bytes: 64 << 20,
        max_payload_bytes: 1 << 10,
        max_replay: 7,
        ordered: true,
        partition_by: Some("tenant_id"),
        partitions: 2,
        on_gap: OnGap::Live,
        on_lag: OnLag::Conflate("order_id"),
        max_lag: 9,
        ..ChannelPolicy::DEFAULT
    };
    assert_eq!(orders.policy, expected);
    let expected = ChannelPolicy {
        ordered: true,
        partition_by: Some("type"),
        partitions: 16,
        on_gap: OnGap::Fail,
        on_lag: OnLag::DropOldest,
        ..ChannelPolicy::DEFAULT
    };
    assert_eq!(ops.policy, expected);
    let expected = ChannelPolicy {
        ordered: true,
        on_lag: OnLag::Resync,
        ..ChannelPolicy::DEFAULT
    };
    assert_eq!(mail.policy, expected);
    assert_eq!(plain.policy, ChannelPolicy::DEFAULT);

    let declared = registry().resolve().unwrap();
    let keys: Vec<_> = declared.iter().map(|event| event.partition_key.as_deref()).collect();
    assert_eq!(keys, [Some("TYPE"), Some("tenantId")]);
    assert_eq!(declared[1].conflate_key.as_deref(), Some("orderId"));
}
