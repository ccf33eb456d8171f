//! What a subscription is narrowed to.

use serde::Serialize;
use serde_json::{Map, Value};

/// Values of filter fields: a subscription with them receives the events that match all of its fields.
///
/// An event names its own: `OrderCreated::filter().order_id("abc")`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Filters(Map<String, Value>);

impl Filters {
    /// None: every event matches.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value of the field that is called `name` on the wire; of several values of one field, any matches.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let value = value.into();
        match self.0.entry(name) {
            serde_json::map::Entry::Vacant(entry) => {
                entry.insert(value);
            }
            serde_json::map::Entry::Occupied(mut entry) => match entry.get_mut() {
                Value::Array(values) => {
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
                first if *first == value => {}
                first => *first = Value::Array(vec![first.take(), value]),
            },
        }
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields and their values, as they are sent.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

/// A value of a filter field as JSON. One that JSON cannot hold, such as an infinite number, becomes `null`, which no server
/// takes as a filter.
#[doc(hidden)]
pub fn filter_value<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_of_one_field_are_alternatives() {
        let filters = Filters::new()
            .with("orderId", "a")
            .with("orderId", "a")
            .with("kind", "new")
            .with("orderId", "b")
            .with("orderId", "b")
            .with("total", filter_value(&5));
        let sent = serde_json::to_value(&filters).unwrap();
        assert_eq!(
            sent,
            json!({"orderId": ["a", "b"], "kind": "new", "total": 5})
        );
        assert!(!filters.is_empty() && Filters::new().is_empty());
        assert_eq!(Value::Object(filters.as_map().clone()), sent);
    }
}
