//! What is for sale.

use std::collections::BTreeMap;

use pubsub_runtime::{ActionCtx, EventError, event, model};

use crate::shared::{Money, Page};

/// Something is for sale, or is described anew.
#[event(channel = "catalog", name = "product-changed", version = 3)]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct ProductChanged {
    #[event(filter)]
    pub sku: String,
    pub title: Text,
    pub price: Money,
    /// The kinds there are, such as colours and sizes.
    pub variants: Page<Variant>,
    pub category: Category,
    /// What programs of others added.
    pub extra: serde_json::Value,
}

/// A text by language: `en`, `de-AT`.
#[model]
#[derive(Debug, Clone)]
pub struct Text(pub BTreeMap<String, String>);

#[model]
#[derive(Debug, Clone)]
pub struct Variant {
    pub sku: String,
    pub properties: BTreeMap<String, Property>,
}

/// What is known of a variant.
#[model]
#[derive(Debug, Clone)]
#[serde(untagged)]
pub enum Property {
    Flag(bool),
    Number(f64),
    Words(Vec<String>),
}

/// A category and those below it.
#[model]
#[derive(Debug, Clone)]
pub struct Category {
    pub name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub below: Vec<Self>,
}

/// Something is not for sale any more.
#[event(channel = "catalog", name = "product-removed")]
#[derive(Debug, Clone)]
pub struct ProductRemoved {
    #[event(filter)]
    pub sku: String,
    /// What to offer instead.
    #[serde(default)]
    pub instead: Vec<String>,
}

/// A price for a time.
#[event(channel = "catalog", name = "offer-started")]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase")]
pub struct OfferStarted {
    #[event(filter)]
    pub sku: String,
    pub price: Money,
    /// Seconds since 1970.
    pub ends: u32,
}

/// An offer is over.
#[event(channel = "catalog", name = "offer-ended")]
#[deprecated]
#[derive(Debug, Clone)]
pub struct OfferEnded {
    pub sku: String,
}

/// What somebody looks for.
#[model]
#[derive(Debug, Clone)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Query {
    pub words: String,
    /// Only below this price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<Money>,
    #[serde(default)]
    pub sort: Sort,
    /// At most 100; 20 if left out.
    #[serde(default = "twenty")]
    pub limit: u8,
}

fn twenty() -> u8 {
    20
}

#[model]
#[derive(Debug, Clone, Copy, Default)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Relevance,
    PriceUp,
    PriceDown,
}

#[model]
#[derive(Debug, Clone)]
pub struct Hit {
    pub sku: String,
    pub title: String,
    pub price: Money,
}

#[derive(Debug, thiserror::Error, EventError)]
pub enum SearchError {
    #[error("the index is being built")]
    #[event_error(code = "SERVICE_UNAVAILABLE", retry_after = "10s")]
    NotReady,
}

/// Looks for things.
#[event(channel = "catalog", name = "search")]
pub async fn search(_ctx: &ActionCtx, query: Query) -> Result<Page<Hit>, SearchError> {
    if query.words.is_empty() {
        return Err(SearchError::NotReady);
    }
    Ok(Page {
        items: Vec::new(),
        next: None,
    })
}
