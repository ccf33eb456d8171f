//! `x-path` tells two types of one name apart.

pubsub_runtime::domain! {
    channel orders { }
}

pub mod buying {
    #[pubsub_runtime::model]
    pub struct Item {
        pub price: f64,
    }
}

pub mod selling {
    #[pubsub_runtime::model]
    pub struct Item {
        pub stock: u32,
    }
}

#[pubsub_runtime::event(channel = "orders")]
pub struct OrderCreated {
    pub bought: buying::Item,
    pub sold: selling::Item,
}

fn main() {
    let manifest = registry().manifest().unwrap();
    let paths: Vec<_> = manifest
        .schemas
        .output
        .values()
        .filter_map(|schema| schema["x-path"].as_str())
        .map(|path| path.rsplit("::").take(2).collect::<Vec<_>>().join(" of "))
        .collect();
    assert!(paths.contains(&"Item of buying".to_owned()), "{paths:?}");
    assert!(paths.contains(&"Item of selling".to_owned()), "{paths:?}");
}
