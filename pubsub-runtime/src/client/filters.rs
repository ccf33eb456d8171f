//! Which events of a channel a subscription asks for.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap},
};
use serde_json::Value;

/// How many fields one subscription filters by.
const MAX_FIELDS: usize = 16;
/// How many values one field may have.
const MAX_VALUES: usize = 100;

/// Which events of a channel a subscription receives: those whose payload has every field, with one of the field's values.
///
/// An event with fields marked `filter` names its own, as in `OrderCreated::filter().order_id("a")`; this is what it becomes, and
/// what is there for fields that are known at run time only.
///
/// ```
/// use pubsub_runtime::client::Filters;
///
/// let filters = Filters::new().with("status", "paid").with("status", "shipped").with("orderId", "a");
/// assert_eq!(filters.to_json().unwrap(), r#"{"orderId":"a","status":["paid","shipped"]}"#);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    fields: BTreeMap<Cow<'static, str>, Vec<Value>>,
    /// What was wrong first; said when the subscription is opened.
    problem: Option<String>,
}

impl Filters {
    /// None: every event matches.
    pub const fn new() -> Self {
        Self {
            fields: BTreeMap::new(),
            problem: None,
        }
    }

    /// Adds a value of the field that is called `name` on the wire; of several values of one field, any matches.
    ///
    /// Text, numbers and booleans can be compared; any other value, more than 16 fields and more than 100 values of one are an
    /// error of the subscription.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        let name = name.into();
        match value.into() {
            // Not a value that a field may have, but what becomes of a number that JSON cannot hold.
            Value::Null => self.refuse(format!(
                "the value of filter `{name}` cannot be written; `with_null` asks for `null`"
            )),
            Value::Array(_) | Value::Object(_) => {
                self.refuse(format!(
                    "the value of filter `{name}` is a list or an object"
                ));
            }
            value => self.add(name, value),
        }
        self
    }

    /// Adds `null` to the values of the field that is called `name` on the wire.
    #[must_use]
    pub fn with_null(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.add(name.into(), Value::Null);
        self
    }

    /// Asks for what `other` asks for, too.
    #[must_use]
    pub fn and(mut self, other: impl Into<Self>) -> Self {
        let Self { fields, problem } = other.into();
        for (name, values) in fields {
            for value in values {
                self.add(name.clone(), value);
            }
        }
        self.problem = self.problem.or(problem);
        self
    }

    /// Whether every event is asked for.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.problem.is_none()
    }

    /// The `filters` of a subscription's input, as JSON.
    ///
    /// # Errors
    ///
    /// A value cannot be compared, or there are too many.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn add(&mut self, name: Cow<'static, str>, value: Value) {
        if self.fields.len() >= MAX_FIELDS && !self.fields.contains_key(&name) {
            return self.refuse(format!("the filters have more than {MAX_FIELDS} fields"));
        }
        let values = self.fields.entry(name).or_default();
        if values.contains(&value) {
            return;
        }
        if values.len() >= MAX_VALUES {
            return self.refuse(format!("a filter has more than {MAX_VALUES} values"));
        }
        values.push(value);
    }

    fn refuse(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
}

/// Fails where a value cannot be compared, or there are too many.
impl Serialize for Filters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(problem) = &self.problem {
            return Err(S::Error::custom(problem));
        }
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for (name, values) in &self.fields {
            match values.as_slice() {
                [one] => map.serialize_entry(name, one)?,
                any => map.serialize_entry(name, any)?,
            }
        }
        map.end()
    }
}

/// A value of a filter field as JSON; `null`, which [`Filters::with`] refuses, if JSON cannot hold it.
#[doc(hidden)]
pub fn filter_value<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(filters: &Filters) -> String {
        assert!(!filters.is_empty());
        filters.to_json().unwrap_err().to_string()
    }

    #[test]
    fn one_value_stands_alone_and_several_in_a_list() {
        let filters = Filters::new().with("b", 1).with("a", true);
        assert_eq!(filters.to_json().unwrap(), r#"{"a":true,"b":1}"#);
        let filters = filters.and(Filters::new().with("b", 2).with("b", 1).with("c", "x"));
        assert_eq!(
            filters.to_json().unwrap(),
            r#"{"a":true,"b":[1,2],"c":"x"}"#
        );
        assert!(Filters::new().is_empty());
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let list = Filters::new().with("a", [1].as_slice());
        assert_eq!(
            told(&Filters::new().with("b", 1).and(list)),
            "the value of filter `a` is a list or an object"
        );
        assert_eq!(
            told(&Filters::new().with("a", filter_value(&f64::NAN))),
            "the value of filter `a` cannot be written; `with_null` asks for `null`"
        );
        let none = Filters::new().with_null("a").with("a", filter_value(&5));
        assert_eq!(none.to_json().unwrap(), r#"{"a":[null,5]}"#);
    }

    #[test]
    fn fields_and_values_are_bounded() {
        let fields = (0..MAX_FIELDS).fold(Filters::new(), |all, n| all.with(n.to_string(), 1));
        assert!(fields.to_json().is_ok());
        assert_eq!(
            told(&fields.with("one more", 1)),
            "the filters have more than 16 fields"
        );
        let values = (0..MAX_VALUES).fold(Filters::new(), |all, n| all.with("n", n));
        assert!(values.to_json().is_ok());
        assert_eq!(
            told(&values.with("n", "one more")),
            "a filter has more than 100 values"
        );
    }
}
