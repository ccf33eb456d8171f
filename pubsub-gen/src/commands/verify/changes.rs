//! Small changes to values that serde takes, each of which it may refuse.

use serde_json::{Value, json};

use super::{
    hints::Hints,
    nodes::{Nodes, Schema},
    place::{Kind, Place},
};

/// The name of a member, and the text of a literal, that nobody declares.
const UNKNOWN: &str = "pubsub unknown";

/// How a value came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Change {
    /// The example of the declaration.
    Example,
    /// Made from the schema; a schema that is right says of no such value that it is refused.
    Made,
    /// Made from the schema, with a number or a text that a limit or a check may forbid.
    MadeAtALimit,
    /// A member was taken out.
    Removed,
    /// A member was added that nobody declares.
    Added,
    /// `null` stands where something else stood.
    Nulled,
    /// Another kind of JSON stands there.
    Retyped,
    /// Another text stands where the schema lists the texts.
    Renamed,
    /// A list of a fixed length became shorter or longer.
    Resized,
    /// Members of another value were added.
    Mixed,
    /// A member is called by another name that serde takes.
    Aliased,
    /// What serde read is written in another way.
    Rewritten,
}

/// A changed value, and where it differs.
#[derive(Debug, Clone)]
pub(super) struct Changed {
    pub(super) value: Value,
    pub(super) change: Change,
    pub(super) place: Place,
}

/// Every change of a value that this module knows; `schemas` say which texts and lengths are fixed.
pub(super) fn of(value: &Value, schemas: &[Schema<'_>], hints: &Hints) -> Vec<Changed> {
    let mut all = Vec::new();
    for (place, part) in Place::all(value) {
        let mut push = |change: Change, place: &Place, changed: Option<Value>| {
            all.extend(changed.map(|value| Changed {
                value,
                change,
                place: place.clone(),
            }));
        };
        let nodes: Vec<_> = schemas.iter().map(|schema| schema.at(&place)).collect();
        for name in part.as_object().into_iter().flat_map(|part| part.keys()) {
            let removed = place.changed(value, |part| {
                part.as_object_mut().map(|members| members.remove(name));
            });
            push(Change::Removed, &place.member(name), removed);
        }
        if part.is_object() {
            let added = place.changed(value, |part| part[UNKNOWN] = json!(true));
            push(Change::Added, &place.member(UNKNOWN), added);
        }
        let set = |new: Value| place.changed(value, |part| *part = new);
        if !part.is_null() {
            push(Change::Nulled, &place, set(Value::Null));
        }
        let others = [json!(1_234_567), json!(UNKNOWN), json!({}), json!([])];
        for other in others {
            let kind = Kind::of(&other);
            if kind == Kind::of(part) {
                continue;
            }
            // Where any number or text may stand, this one may be beyond a limit.
            let is_scalar = matches!(kind, Kind::Number | Kind::Text);
            let change = if is_scalar && nodes.iter().any(|nodes| nodes.is_open_to(kind)) {
                Change::MadeAtALimit
            } else {
                Change::Retyped
            };
            push(change, &place, set(other));
        }
        if let Value::String(text) = part {
            let is_open = nodes.iter().any(|nodes| nodes.is_open_to(Kind::Text));
            let literals = nodes.iter().flat_map(Nodes::literals);
            let mut texts: Vec<_> = literals.filter_map(Value::as_str).take(64).collect();
            texts.sort_unstable();
            texts.dedup();
            if !is_open {
                texts.push(UNKNOWN);
            }
            for other in texts.into_iter().filter(|other| other != text) {
                push(Change::Renamed, &place, set(json!(other)));
            }
        }
        if let Value::Array(items) = part
            && nodes.iter().any(Nodes::is_tuple)
        {
            let longer = items.last().cloned().unwrap_or(Value::Null);
            let grown = place.changed(value, |part| {
                if let Some(items) = part.as_array_mut() {
                    items.push(longer)
                }
            });
            push(Change::Resized, &place, grown);
            let shorter = place.changed(value, |part| {
                part.as_array_mut().map(Vec::pop);
            });
            push(
                Change::Resized,
                &place,
                shorter.filter(|_| !items.is_empty()),
            );
        }
        for name in part.as_object().into_iter().flat_map(|part| part.keys()) {
            for alias in hints.aliases(name) {
                let renamed = place.changed(value, |part| {
                    if let Some(members) = part.as_object_mut()
                        && let Some(inner) = members.remove(name)
                    {
                        members.insert(alias.to_owned(), inner);
                    }
                });
                push(Change::Aliased, &place.member(alias), renamed);
            }
        }
        for alias in part
            .as_str()
            .into_iter()
            .flat_map(|text| hints.aliases(text))
        {
            push(Change::Aliased, &place, set(json!(alias)));
        }
    }
    all
}

/// The members of two values in one.
pub(super) fn mixed(value: &Value, other: &Value) -> Option<Changed> {
    let (members, others) = (value.as_object()?, other.as_object()?);
    let adds = others.keys().any(|name| !members.contains_key(name));
    let keeps = members.keys().any(|name| !others.contains_key(name));
    let mut mixed = others.clone();
    mixed.extend(members.clone());
    (adds && keeps).then(|| Changed {
        value: Value::Object(mixed),
        change: Change::Mixed,
        place: Place::default(),
    })
}
