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

    /// The place that a JSON pointer names in a value, as far as it is there.
    pub(super) fn of_pointer(value: &Value, pointer: &str) -> Self {
        let mut place = Self::default();
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            place = match (place.of(value), step.parse()) {
                (Some(Value::Object(_)), _) => place.member(&step),
                (Some(Value::Array(_)), Ok(index)) => place.item(index),
                _ => return place,
            };
        }
        place
    }

    /// The place of what stands at an offset of a value's text, in units of UTF-16; the text is that of [`on_one_line`].
    pub(super) fn at_offset(value: &Value, offset: usize) -> Self {
        let mut place = Self::default();
        let (mut value, mut rest) = (value, offset);
        // Down into the part that the offset falls into, as long as there is one.
        'down: loop {
            let length = |value: &Value| on_one_line(value).encode_utf16().count();
            let mut before = 1;
            match value {
                Value::Object(members) => {
                    for (name, member) in members {
                        let key = length(&Value::from(name.as_str())) + 1;
                        let inner = length(member);
                        if (before..before + key + inner).contains(&rest) {
                            place = place.member(name);
                            match rest.checked_sub(before + key) {
                                Some(below) => rest = below,
                                // At the name.
                                None => return place,
                            }
                            value = member;
                            continue 'down;
                        }
                        before += key + inner + 1;
                    }
                }
                Value::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        let inner = length(item);
                        if (before..before + inner).contains(&rest) {
                            place = place.item(index);
                            rest -= before;
                            value = item;
                            continue 'down;
                        }
                        before += inner + 1;
                    }
                }
                _ => {}
            }
            return place;
        }
    }

    /// Whether it is that of the whole value.
    pub(super) fn is_root(&self) -> bool {
        self.0.is_empty()
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

/// The value as an expression of TypeScript, for which two more characters than for JSON end a line, even within a text.
pub(super) fn on_one_line(value: &Value) -> String {
    let text = value.to_string();
    text.replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_offset_in_the_text_is_a_place_in_the_value() {
        let value = json!({ "a": [1, { "é": null }], "b": "x", "c\u{2028}": "😀", "d": 2 });
        let text = on_one_line(&value);
        for (found, place) in [
            ("{\"a", ""),
            ("\"a\"", " › a"),
            ("1,", " › a[0]"),
            ("\"é", " › a[1] › é"),
            ("null", " › a[1] › é"),
            ("\"x", " › b"),
            ("2028", " › c\u{2028}"),
            ("\"😀", " › c\u{2028}"),
            ("\"d\"", " › d"),
            ("2}", " › d"),
        ] {
            let offset = text
                .split(found)
                .next()
                .map_or(0, |before| before.encode_utf16().count());
            assert_eq!(
                Place::at_offset(&value, offset).to_string(),
                place,
                "{found}"
            );
        }
    }

    #[test]
    fn a_pointer_is_a_place_in_the_value() {
        let value = json!({ "a": [1, { "b/c": null }] });
        let place = Place::of_pointer(&value, "/a/1/b~1c");
        assert_eq!(place.to_string(), " › a[1] › b/c");
        assert!(Place::of_pointer(&value, "").is_root());
    }
}
