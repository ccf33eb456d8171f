//! Fields of every kind that is sent, and of types that are no models where nothing is sent of them.

use std::{collections::BTreeMap, path::Path};

use pubsub_runtime::{event, model};
use serde_json::json;

pubsub_runtime::domain! {
    channel orders { }
}

type Items = Vec<Item>;

#[event(channel = "orders")]
pub struct OrderPlaced {
    pub items: Items,
    pub by_name: BTreeMap<String, Option<[Item; 2]>>,
    pub pair: (Item, u8),
    pub file: Box<Path>,
    pub page: Page<Item>,
    pub tree: Tree,
    pub worded: Worded,
    #[serde(skip)]
    pub handle: Handle,
    #[cfg(any())]
    pub never: Missing,
}

#[model]
#[derive(Clone, PartialEq, Debug)]
pub struct Item {
    pub name: String,
}

#[model]
pub struct Page<T> {
    pub all: Vec<T>,
    pub first: Option<Item>,
}

/// Both hold the other.
#[model]
pub struct Tree {
    pub branches: Vec<Branch>,
    pub root: Option<Box<Tree>>,
}

#[model]
pub enum Branch {
    Tree(Box<Tree>),
    #[serde(skip)]
    Open(Handle),
    Leaf,
}

/// Written as another type, so that its own fields may be anything.
#[model]
#[serde(from = "String", into = "String")]
#[derive(Clone)]
pub struct Worded {
    pub handle: Handle,
}

impl From<String> for Worded {
    fn from(_: String) -> Self {
        Self { handle: Handle }
    }
}

impl From<Worded> for String {
    fn from(_: Worded) -> Self {
        "worded".to_owned()
    }
}

#[derive(Clone, Default)]
pub struct Handle;

fn main() {
    let item = json!({"name": "a"});
    let order = json!({
        "items": [item],
        "by_name": {"a": [item, item]},
        "pair": [item, 1],
        "file": "a/b",
        "page": {"all": [item], "first": null},
        "tree": {"branches": [{"Tree": {"branches": ["Leaf"], "root": null}}], "root": null},
        "worded": "worded",
    });
    let read: OrderPlaced = serde_json::from_value(order.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), order);
    assert_eq!(registry().manifest().unwrap().events.len(), 1);
}
