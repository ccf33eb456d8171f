//! One shape of serde, with values that show what its types must admit and what they must not.

use pubsub_runtime::Event;

/// One shape.
#[derive(Debug)]
pub struct Case {
    /// Its number.
    pub number: &'static str,
    /// The name of its event.
    pub event: &'static str,
    /// What serde writes.
    pub written: Vec<String>,
    /// What serde never writes.
    pub never: &'static [&'static str],
    /// What clients may try, and whether serde takes it.
    pub sent: Vec<(&'static str, bool)>,
    /// As `sent`, where no type of TypeScript can say the difference.
    pub limits: Vec<(&'static str, bool)>,
}

impl Case {
    /// A case of `T`; serde itself says what it writes and what it takes.
    pub(crate) fn of<T: Event>(
        number: &'static str,
        values: &[T],
        never: &'static [&'static str],
        sent: &'static [&'static str],
    ) -> Self {
        let write = |value| {
            serde_json::to_string(value)
                .unwrap_or_else(|error| format!("shape {number} cannot be written: {error}"))
        };
        Self {
            number,
            event: T::NAME,
            written: values.iter().map(write).collect(),
            never,
            sent: judged::<T>(sent),
            limits: Vec::new(),
        }
    }

    /// Values that differ in a limit, such as a range, or the digits of a text.
    pub(crate) fn limits<T: Event>(self, values: &[&'static str]) -> Self {
        Self {
            limits: judged::<T>(values),
            ..self
        }
    }
}

fn judged<T: Event>(values: &[&'static str]) -> Vec<(&'static str, bool)> {
    let takes = |json: &str| serde_json::from_str::<T>(json).is_ok();
    values.iter().map(|json| (*json, takes(json))).collect()
}
