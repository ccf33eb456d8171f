//! Which events of a channel a subscription asks for.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Serialize, ser::Error as _};
use serde_json::Value;

/// How many fields one subscription filters by.
const MAX_FIELDS: usize = 16;
/// How many values one field may have.
const MAX_VALUES: usize = 100;

/// Which events of a channel a subscription receives: those whose payload has every field, with one of the field's values.
///
/// `#[event]` gives a payload with fields marked `filter` a builder of its own, as in `OrderCreated::filter().order_id("a")`; this is
/// what it becomes, and what is there for fields that are known at run time only.
///
/// ```
/// use pubsub_runtime::client::Filters;
///
/// let filters = Filters::new().field("status", "paid").field("status", "shipped").field("orderId", "a");
/// assert_eq!(filters.to_json().unwrap(), r#"{"orderId":"a","status":["paid","shipped"]}"#);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    fields: BTreeMap<Cow<'static, str>, Vec<Value>>,
    /// What was wrong first; said when the subscription is opened.
    problem: Option<Cow<'static, str>>,
}

impl Filters {
    /// No filter: every event.
    pub const fn new() -> Self {
        Self {
            fields: BTreeMap::new(),
            problem: None,
        }
    }

    /// Asks for `value` in the payload's field `name`, called as on the wire; of several values of one field, any matches.
    ///
    /// A value that is no text, number, boolean or `null`, more than 16 fields or more than 100 values of one are an error of the
    /// subscription.
    #[must_use]
    pub fn field(mut self, name: impl Into<Cow<'static, str>>, value: impl Serialize) -> Self {
        let name = name.into();
        match serde_json::to_value(value) {
            Ok(Value::Array(_) | Value::Object(_)) => self.refuse(format!(
                "the value of filter `{name}` is a list or an object"
            )),
            Ok(value) => self.add(name, value),
            Err(error) => self.refuse(format!(
                "the value of filter `{name}` cannot be written: {error}"
            )),
        }
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
    /// A value is a list or an object, or there are too many.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Values<'a> {
            One(&'a Value),
            Any(&'a [Value]),
        }
        if let Some(problem) = &self.problem {
            return Err(serde_json::Error::custom(problem));
        }
        let fields: BTreeMap<_, _> = self
            .fields
            .iter()
            .map(|(name, values)| match values.as_slice() {
                [one] => (name, Values::One(one)),
                any => (name, Values::Any(any)),
            })
            .collect();
        serde_json::to_string(&fields)
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
        self.problem.get_or_insert(Cow::Owned(problem));
    }
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
        let filters = Filters::new().field("b", 1).field("a", true);
        assert_eq!(filters.to_json().unwrap(), r#"{"a":true,"b":1}"#);
        let filters = filters.and(Filters::new().field("b", 2).field("b", 1).field("c", "x"));
        assert_eq!(
            filters.to_json().unwrap(),
            r#"{"a":true,"b":[1,2],"c":"x"}"#
        );
        assert!(Filters::new().is_empty());
    }

    #[test]
    fn what_cannot_be_compared_is_refused() {
        let list = Filters::new().field("a", [1]);
        assert_eq!(
            told(&Filters::new().field("b", 1).and(list)),
            "the value of filter `a` is a list or an object"
        );
        let none = Filters::new().field("a", None::<u8>);
        assert_eq!(none.to_json().unwrap(), r#"{"a":null}"#);
    }

    #[test]
    fn fields_and_values_are_bounded() {
        let fields = (0..MAX_FIELDS).fold(Filters::new(), |all, n| all.field(n.to_string(), 1));
        assert!(fields.to_json().is_ok());
        assert_eq!(
            told(&fields.field("one more", 1)),
            "the filters have more than 16 fields"
        );
        let values = (0..MAX_VALUES).fold(Filters::new(), |all, n| all.field("n", n));
        assert!(values.to_json().is_ok());
        assert_eq!(
            told(&values.field("n", "one more")),
            "a filter has more than 100 values"
        );
    }
}
