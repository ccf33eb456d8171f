//! The words of a channel that a server does not follow yet, and what applies without them.

use std::time::Duration;

use pubsub_runtime::{
    Access, ChannelPolicy, OnUnavailable, Rate, RateManifest, Tenant, TenantManifest, event,
};

pubsub_runtime::domain! {
    channel bills {
        publish = "bills:write", rate = "50/s", quota = "100_000/day", on_unavailable = spool, family = "billing.eu",
        tenant = required,
    }
    channel loud { publish = "loud:write", audit = off, on_unavailable = fail }
    channel orders { rate = "1_000/min", audit }
    channel plain { quota = "7/h" }
}

#[event(channel = "bills")]
pub struct BillSent {
    pub bill_id: String,
}

fn main() {
    let channels = registry().channels();
    let [bills, loud, orders, plain] = channels.as_slice() else {
        panic!("{channels:?}");
    };
    let rate = |count, secs| {
        Some(Rate {
            count,
            per: Duration::from_secs(secs),
        })
    };
    let expected = ChannelPolicy {
        publish: Access::Scope("bills:write"),
        rate: rate(50, 1),
        quota: rate(100_000, 86_400),
        on_unavailable: OnUnavailable::Spool,
        family: Some("billing.eu"),
        tenant: Tenant::Required,
        ..ChannelPolicy::DEFAULT
    };
    assert_eq!(bills.policy, expected);
    assert_eq!(loud.policy.audit, Some(false));
    assert_eq!(orders.policy.rate, rate(1_000, 60));
    assert_eq!(plain.policy.quota, rate(7, 3_600));

    let manifest = registry().manifest().unwrap();
    let audited: Vec<_> = manifest.channels.iter().map(|channel| channel.audit).collect();
    assert_eq!(audited, [true, false, true, false]);
    let bills = &manifest.channels[0];
    assert_eq!(
        bills.quota,
        Some(RateManifest {
            count: 100_000,
            per_ms: 86_400_000
        })
    );
    assert_eq!(bills.tenant, TenantManifest::Required);
    assert_eq!(bills.family.as_deref(), Some("billing.eu"));
    let json = manifest.to_json().unwrap();
    assert!(json.contains(r#""rate":{"count":50,"perMs":1000}"#), "{json}");
    assert!(json.contains(r#""onUnavailable":"spool""#), "{json}");
}
