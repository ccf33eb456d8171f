//! A place inside a JSON value.

use std::fmt;

use serde_json::Value;

/// One step down into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Member(String),
    Item(usize),
}

/// The way from the root of a value to a part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(Vec<Step>);

impl Place {
    /// The place of a member of what stands here.
    pub(super) fn member(&self, name: &str) -> Self {
        self.with(Step::Member(name.to_owned()))
    }

    /// The place of an item of what stands here.
    pub(super) fn item(&self, index: usize) -> Self {
        self.with(Step::Item(index))
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The place of what holds this one, and the last step; `None` at the root.
    pub(super) fn split(&self) -> Option<(Self, &Step)> {
        let (last, steps) = self.0.split_last()?;
        Some((Self(steps.to_vec()), last))
    }

    /// What stands here in `value`.
    pub(super) fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, step| match step {
            Step::Member(name) => value.get(name),
            Step::Item(index) => value.get(index),
        })
    }

    /// `value` with what stands here changed; `None` if nothing does.
    pub(super) fn changed(&self, value: &Value, change: impl FnOnce(&mut Value)) -> Option<Value> {
        let mut changed = value.clone();
        let target = self
            .0
            .iter()
            .try_fold(&mut changed, |value, step| match step {
                Step::Member(name) => value.get_mut(name),
                Step::Item(index) => value.get_mut(*index),
            })?;
        change(target);
        Some(changed)
    }

    /// Every place in a value, outermost first, with what stands there.
    pub(super) fn all(value: &Value) -> Vec<(Self, &Value)> {
        let mut places = vec![(Self::default(), value)];
        let mut next = 0;
        while let Some((place, value)) = places.get(next).cloned() {
            next += 1;
            match value {
                Value::Object(members) => {
                    places.extend(members.iter().map(|(name, v)| (place.member(name), v)));
                }
                Value::Array(items) => {
                    places.extend(items.iter().enumerate().map(|(i, v)| (place.item(i), v)));
                }
                _ => {}
            }
        }
        places
    }
}

/// As ` › items[0] › price`; nothing at the root.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            match step {
                Step::Member(name) => write!(f, " › {name}")?,
                Step::Item(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// What kind of JSON a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::Text,
            Value::Array(_) => Self::List,
            Value::Object(_) => Self::Object,
        }
    }

    /// Whether the word of a schema's `type` names it.
    pub(super) fn is_named(self, word: &str) -> bool {
        match self {
            Self::Null => word == "null",
            Self::Boolean => word == "boolean",
            Self::Number => matches!(word, "number" | "integer"),
            Self::Text => word == "string",
            Self::List => word == "array",
            Self::Object => word == "object",
        }
    }
}
