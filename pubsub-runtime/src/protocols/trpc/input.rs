//! What a procedure is given: one JSON value, or nothing.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::codes::write_json;

/// Puts the id of the last event a client saw into a subscription's input.
///
/// An object gets the member `lastEventId`, instead of its own if it has one; where there is no input, or `null`, the answer is an object
/// with that member alone; anything else is left as it is.
///
/// # Source
///
/// tRPC v11 `unstable-core-do-not-import/http/contentType.ts`.
pub(crate) fn merge_last_event_id(input: Option<Box<RawValue>>, id: &str) -> Option<Box<RawValue>> {
    let Some(input) = input else {
        return alone(id);
    };
    match input.get().as_bytes().first() {
        Some(b'n') => alone(id),
        Some(b'{') => match serde_json::from_str::<Members<'_>>(input.get()) {
            Ok(Members(members)) => merged(&members, id),
            Err(_) => Some(input),
        },
        _ => Some(input),
    }
}

const NAME: &str = "lastEventId";

fn alone(id: &str) -> Option<Box<RawValue>> {
    merged(&[], id)
}

fn merged(members: &[(Cow<'_, str>, &RawValue)], id: &str) -> Option<Box<RawValue>> {
    let mut out = Vec::with_capacity(64 + id.len());
    out.push(b'{');
    for (name, value) in members {
        if name != NAME {
            write_json(&mut out, name);
            out.push(b':');
            out.extend_from_slice(value.get().as_bytes());
            out.push(b',');
        }
    }
    write_json(&mut out, NAME);
    out.push(b':');
    write_json(&mut out, id);
    out.push(b'}');
    raw(out)
}

/// JSON text this crate has put together, as a value.
pub(crate) fn raw(json: Vec<u8>) -> Option<Box<RawValue>> {
    RawValue::from_string(String::from_utf8(json).ok()?).ok()
}

/// The members of an object in their order, values unread.
#[derive(Debug)]
pub(crate) struct Members<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(Name(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// A member's name, borrowed unless it has escapes.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn merge(input: Option<&str>, id: &str) -> String {
        let input = input.map(|text| RawValue::from_string(text.into()).unwrap());
        merge_last_event_id(input, id).unwrap().get().into()
    }

    #[test]
    fn the_id_joins_an_object_and_replaces_its_own() {
        assert_eq!(merge(None, "a"), r#"{"lastEventId":"a"}"#);
        assert_eq!(merge(Some("null"), "a"), r#"{"lastEventId":"a"}"#);
        assert_eq!(
            merge(Some(r#"{"b": 1}"#), "a"),
            r#"{"b":1,"lastEventId":"a"}"#
        );
        assert_eq!(
            merge(Some(r#"{"lastEventId":"x","\u0062":[1, 2]}"#), "a"),
            r#"{"b":[1, 2],"lastEventId":"a"}"#
        );
    }

    #[test]
    fn what_is_no_object_stays() {
        for input in ["5", "[1]", "\"text\"", "true"] {
            assert_eq!(merge(Some(input), "a"), input);
        }
    }

    proptest! {
        #[test]
        fn any_id_is_told_whole(id in any::<String>()) {
            let merged = merge(Some("{}"), &id);
            let value: serde_json::Value = serde_json::from_str(&merged).unwrap();
            prop_assert_eq!(value["lastEventId"].as_str(), Some(id.as_str()));
        }
    }
}
