//! What a subscription filters by, as its caller wrote it.

use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::{input::invalid, table::Channel};
use crate::{
    delivery::{filter::Filter, payload::Scalar},
    words::error::{Error, PathSegment, Result, Violation},
};

/// The most fields of one subscription.
const MAX_FIELDS: usize = 16;
/// The most values of one field.
const MAX_VALUES: usize = 100;

/// The values that each field may have: all fields must match, and one value of each suffices.
#[derive(Debug, Default)]
pub(super) struct Filters(Vec<(String, Vec<Scalar>)>);

impl Filters {
    /// Reads `filters`.
    ///
    /// # Errors
    ///
    /// `BAD_REQUEST`: there are too many fields or values, or a value is no scalar.
    pub(super) fn read(filters: Option<&Map<String, Value>>) -> Result<Self> {
        let Some(filters) = filters else {
            return Ok(Self::default());
        };
        if filters.len() > MAX_FIELDS {
            return Err(invalid(
                &["filters"],
                format!("name at most {MAX_FIELDS} fields"),
            ));
        }
        let read = |(field, value): (&String, &Value)| {
            let values = match value {
                Value::Array(values) if values.len() > MAX_VALUES => {
                    return Err(invalid(
                        &["filters", field],
                        format!("name at most {MAX_VALUES} values"),
                    ));
                }
                Value::Array(values) if values.is_empty() => {
                    return Err(invalid(
                        &["filters", field],
                        "name at least one value, or leave the field out",
                    ));
                }
                Value::Array(values) => values
                    .iter()
                    .enumerate()
                    .map(|(index, value)| {
                        scalar(value).ok_or_else(|| no_scalar(field, Some(index)))
                    })
                    .collect::<Result<_>>()?,
                value => vec![scalar(value).ok_or_else(|| no_scalar(field, None))?],
            };
            Ok((field.clone(), values))
        };
        filters.iter().map(read).collect::<Result<_>>().map(Self)
    }

    /// As [`Filters::read`], from the text of a query parameter.
    pub(super) fn read_text(text: Option<&str>) -> Result<Self> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        let filters: Map<_, _> = serde_json::from_str(text).map_err(|error| {
            invalid(
                &["filters"],
                format!("must be a JSON object of fields and their values: {error}"),
            )
        })?;
        Self::read(Some(&filters))
    }

    /// Refuses a field that no event of these channels lets subscribers filter by, rather than deliver nothing for ever.
    pub(super) fn check(&self, channels: &[&Channel]) -> Result<()> {
        let is_known = |field: &str| {
            channels
                .iter()
                .any(|channel| channel.fields.filter(field).is_some())
        };
        let Some((unknown, _)) = self.0.iter().find(|(field, _)| !is_known(field)) else {
            return Ok(());
        };
        let mut known: Vec<_> = channels
            .iter()
            .flat_map(|channel| channel.fields.filters())
            .map(|field| format!("`{field}`"))
            .collect();
        known.sort_unstable();
        known.dedup();
        let message = if known.is_empty() {
            "no event of these channels can be filtered".to_owned()
        } else {
            format!(
                "no event of these channels can be filtered by this field; known are {}",
                known.join(", ")
            )
        };
        Err(invalid(&["filters", unknown], message))
    }

    /// The filter of one channel.
    pub(super) fn of(&self, channel: &Channel) -> Filter {
        Filter::new(&channel.fields, &self.0)
    }
}

fn scalar(value: &Value) -> Option<Scalar> {
    Scalar::deserialize(value).ok()
}

fn no_scalar(field: &str, index: Option<usize>) -> Error {
    let mut path = vec![
        PathSegment::Key("filters".to_owned()),
        PathSegment::Key(field.to_owned()),
    ];
    path.extend(index.map(PathSegment::Index));
    super::input::of_violation(Violation {
        path,
        message: "must be a string, a number, a boolean or null".to_owned(),
        code: "invalid_type",
    })
}
