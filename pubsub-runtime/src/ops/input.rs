//! The inputs of the procedures, read from JSON.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::value::RawValue;

use crate::{
    declarations::refusal::{Refusal, decode},
    words::error::{Error, ErrorKind, Result, Violation},
};

/// The longest `clientEventId`, in bytes.
const MAX_CLIENT_EVENT_ID: usize = 200;
/// The reserved key beside a typed mutation's payload.
pub(super) const CLIENT_EVENT_ID: &str = "clientEventId";

/// The input of `sendEvent`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SendInput<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    /// Absent is the payload of an event that carries nothing.
    #[serde(borrow, default = "null")]
    pub(super) payload: &'a RawValue,
    #[serde(default)]
    pub(super) client_event_id: Option<String>,
}

fn null<'a>() -> &'a RawValue {
    RawValue::NULL
}

/// The input of `subscribe` and `<channel>.subscribe`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SubscribeInput {
    #[serde(default)]
    pub(super) channel: Option<OneOrMany>,
    #[serde(default)]
    pub(super) last_event_id: Option<String>,
    #[serde(default)]
    pub(super) cursor: Option<String>,
    /// A moment: the first events at or after it come first.
    #[serde(default)]
    pub(super) since: Option<String>,
    /// `earliest` or `now`.
    #[serde(default)]
    pub(super) from: Option<String>,
    /// `false` leaves out `pubsub:ready` and `pubsub:live`.
    #[serde(default)]
    pub(super) system: Option<bool>,
    /// The stable name of a client that cannot send its place.
    #[serde(default)]
    pub(super) consumer: Option<String>,
    #[serde(default)]
    pub(super) filters: Option<serde_json::Map<String, serde_json::Value>>,
}

/// The input of `fetchHistory`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FetchHistoryInput {
    pub(super) channel: OneOrMany,
    #[serde(default)]
    pub(super) since: Option<String>,
    #[serde(default)]
    pub(super) cursor: Option<String>,
    #[serde(default)]
    pub(super) limit: Option<u64>,
}

/// The input of `<channel>.history`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HistoryInput {
    #[serde(default)]
    pub(super) cursor: Option<String>,
    #[serde(default)]
    pub(super) direction: Option<PageDirection>,
    #[serde(default)]
    pub(super) limit: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum PageDirection {
    Forward,
    Backward,
}

/// One name, or a list of names.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a channel name or a list of channel names"
)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(name) => vec![name],
            Self::Many(names) => names,
        }
    }
}

/// Reads an input; `null` stands for an absent one.
///
/// # Errors
///
/// `BAD_REQUEST` with the field's path.
pub(super) fn read<'a, T: Deserialize<'a>>(input: Option<&'a RawValue>) -> Result<T> {
    decode(input.map_or("null", RawValue::get)).map_err(|refusal| refused(refusal, &[]))
}

/// Reads a value as the input of every procedure, and takes a typed mutation's apart; for the fuzzer.
#[cfg(fuzzing)]
pub(crate) fn read_any(value: Box<RawValue>) -> Option<(Box<RawValue>, Option<String>)> {
    let _unused = read::<SendInput<'_>>(Some(&value)).map(|input| input.name.len());
    let _unused =
        read_or_default::<SubscribeInput>(Some(&value)).map(|input| input.filters.is_some());
    let _unused = read::<FetchHistoryInput>(Some(&value)).map(|input| input.channel.into_vec());
    let _unused = read_or_default::<HistoryInput>(Some(&value)).map(|input| input.limit);
    let taken = take_client_event_id(value).ok()?;
    let _unused = check_client_event_id(taken.1.as_deref());
    Some(taken)
}

/// As [`read`], for inputs that may be left out.
pub(super) fn read_or_default<'a, T: Deserialize<'a> + Default>(
    input: Option<&'a RawValue>,
) -> Result<T> {
    match input.filter(|input| input.get() != "null") {
        None => Ok(T::default()),
        Some(input) => read(Some(input)),
    }
}

/// A refusal as an error; the value refused stands at `prefix` in the input.
pub(super) fn refused(refusal: Refusal, prefix: &[&str]) -> Error {
    of_violation(refusal.into_violation(prefix))
}

/// `BAD_REQUEST` at one field.
pub(super) fn invalid(path: &[&str], message: impl Into<String>) -> Error {
    use crate::words::error::PathSegment;
    let path = path
        .iter()
        .map(|key| PathSegment::Key((*key).to_owned()))
        .collect();
    of_violation(Violation {
        path,
        message: message.into(),
        code: "invalid_value",
    })
}

pub(super) fn of_violation(violation: Violation) -> Error {
    Error::new(ErrorKind::BadRequest, violation.message.clone()).with_violations(vec![violation])
}

/// Checks the id that a sender gives an event.
pub(super) fn check_client_event_id(id: Option<&str>) -> Result<()> {
    id.map_or(Ok(()), check_id)
        .map_err(|rule| invalid(&[CLIENT_EVENT_ID], rule))
}

/// Checks an id of a sender's choice; the error is the rule it breaks.
pub(super) fn check_id(id: &str) -> Result<(), String> {
    if id.is_empty() || id.len() > MAX_CLIENT_EVENT_ID || id.chars().any(char::is_control) {
        return Err(format!(
            "must have 1 to {MAX_CLIENT_EVENT_ID} bytes and no control characters"
        ));
    }
    Ok(())
}

/// Takes the reserved `clientEventId` out of a typed mutation's input.
pub(super) fn take_client_event_id(
    input: Box<RawValue>,
) -> Result<(Box<RawValue>, Option<String>)> {
    // Most inputs do not have it, and are left as they are.
    if !input.get().contains(CLIENT_EVENT_ID) || !input.get().starts_with('{') {
        return Ok((input, None));
    }
    let Members(mut members) = read(Some(&input))?;
    let Some(index) = members.iter().position(|(key, _)| key == CLIENT_EVENT_ID) else {
        return Ok((input, None));
    };
    let (_, id) = members.remove(index);
    let id: Option<String> =
        decode(id.get()).map_err(|refusal| refused(refusal, &[CLIENT_EVENT_ID]))?;
    let rest = serde_json::value::to_raw_value(&Members(members)).map_err(Error::internal)?;
    Ok((rest, id))
}

/// The members of an object, as they stand.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<Cow<'de, str>, Box<RawValue>>()? {
                    members.push((key.into_owned(), value));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[test]
    fn the_reserved_key_is_taken_out_and_nothing_else_is_touched() {
        let (rest, id) = take_client_event_id(raw(
            r#"{"b":1e2,"clientEventId":"x","a":{"clientEventId":2}}"#,
        ))
        .unwrap();
        assert_eq!(
            (rest.get(), id.as_deref()),
            (r#"{"b":1e2,"a":{"clientEventId":2}}"#, Some("x"))
        );
        let (rest, id) = take_client_event_id(raw(r#"{"a":{"clientEventId":2}}"#)).unwrap();
        assert_eq!((rest.get(), id), (r#"{"a":{"clientEventId":2}}"#, None));
        assert!(take_client_event_id(raw(r#"{"clientEventId":7}"#)).is_err());
    }

    #[test]
    fn a_refused_input_names_the_field() {
        let error = read::<SendInput<'_>>(Some(&raw(r#"{"name":5}"#))).unwrap_err();
        let violation = error.violations().first().unwrap();
        assert_eq!(
            serde_json::to_value(&violation.path).unwrap(),
            serde_json::json!(["name"])
        );
        let error = read::<SendInput<'_>>(Some(&raw("{}"))).unwrap_err();
        assert_eq!(error.violations().first().unwrap().code, "missing_field");
        assert_eq!(
            read::<SendInput<'_>>(None).unwrap_err().kind(),
            ErrorKind::BadRequest
        );
    }
}
