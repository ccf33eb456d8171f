//! What a schema says of one place in its values.

use std::{collections::BTreeSet, ops::RangeInclusive};

use serde_json::{Map, Number, Value};

use super::place::{Kind, Place, Step};

/// The longest list of a fixed length that is typed as a tuple.
const MAX_TUPLE: u64 = 64;

/// The most items of such lists in one another that are typed as tuples.
const MAX_TUPLE_ITEMS: u64 = 4_096;

/// A part of a schema.
pub(super) type Node = Map<String, Value>;

/// How many parts of a schema are looked at for one place.
const MAX_NODES: usize = 4_096;

/// The emitted schema of one type in one direction, in the document that holds what it refers to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schema<'m> {
    pub(super) root: &'m Value,
    pub(super) document: &'m Value,
}

/// The parts of a schema that may describe what stands at a place: those of every alternative, whichever holds.
#[derive(Debug, Default)]
pub(super) struct Nodes<'m> {
    nodes: Vec<&'m Node>,
    /// Whether one of them says nothing, so that any JSON may stand there.
    open: bool,
}

impl<'m> Schema<'m> {
    /// The definition that a `$ref` names.
    pub(super) fn definition(&self, reference: &str) -> Option<&'m Value> {
        let pointer = reference.strip_prefix('#')?;
        let pointer = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
        self.document.pointer(&pointer)
    }

    /// What it says of a place.
    pub(super) fn at(&self, place: &Place) -> Nodes<'m> {
        let mut nodes = self.expand([self.root]);
        for step in place.steps() {
            nodes = self.expand(nodes.below(step));
        }
        nodes
    }

    /// What each alternative says of a place, with those that alternatives have in them.
    pub(super) fn alternatives_at(&self, place: &Place) -> Vec<Nodes<'m>> {
        let nodes = self.at(place);
        let words = ["oneOf", "anyOf"];
        let alternatives = nodes
            .iter()
            .flat_map(|node| words.into_iter().flat_map(|word| list(node, word)));
        alternatives.map(|one| self.expand([one])).collect()
    }

    /// Whether a list of a fixed length stands at a place, and is typed as one of any length.
    pub(super) fn is_long_tuple(&self, place: &Place) -> bool {
        let mut place = place.clone();
        let mut items = 1_u64;
        loop {
            let nodes = self.at(&place);
            let lengths = nodes.iter().filter_map(fixed_length);
            let Some(length) = lengths.max().filter(|length| *length > 1) else {
                return false;
            };
            items = items.saturating_mul(length);
            if length > MAX_TUPLE || items > MAX_TUPLE_ITEMS {
                return true;
            }
            place = place.item(0);
        }
    }

    fn expand(&self, roots: impl IntoIterator<Item = &'m Value>) -> Nodes<'m> {
        let mut pending: Vec<&Value> = roots.into_iter().collect();
        let mut seen = BTreeSet::new();
        let mut nodes = Nodes::default();
        while let Some(schema) = pending.pop() {
            let Value::Object(node) = schema else {
                nodes.open |= *schema == Value::Bool(true);
                continue;
            };
            if nodes.nodes.len() >= MAX_NODES || !seen.insert(std::ptr::from_ref(node)) {
                continue;
            }
            nodes.open |= says_nothing(node);
            nodes.nodes.push(node);
            if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
                pending.extend(self.definition(reference));
            }
            for word in ["allOf", "oneOf", "anyOf"] {
                pending.extend(list(node, word));
            }
        }
        nodes
    }
}

impl<'m> Nodes<'m> {
    fn below(&self, step: &Step) -> Vec<&'m Value> {
        let mut below = Vec::new();
        for node in &self.nodes {
            match step {
                Step::Member(name) => match member(node, name) {
                    Some(property) => below.push(property),
                    None => below.extend(rest(node)),
                },
                Step::Item(index) => match list(node, "prefixItems").get(*index) {
                    Some(item) => below.push(item),
                    None => below.extend(node.get("items")),
                },
            }
        }
        below
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'m Node> + '_ {
        self.nodes.iter().copied()
    }

    /// Whether a value of this kind may stand here, apart from those that are listed one by one.
    pub(super) fn is_open_to(&self, kind: Kind) -> bool {
        self.open
            || self
                .iter()
                .any(|node| !is_listed(node) && names_type(node, kind))
    }

    /// Whether a value of this kind may stand here at all.
    pub(super) fn admits(&self, kind: Kind) -> bool {
        self.is_open_to(kind) || self.literals().any(|value| Kind::of(value) == kind)
    }

    /// The values that are listed one by one.
    pub(super) fn literals(&self) -> impl Iterator<Item = &'m Value> + '_ {
        self.iter()
            .flat_map(|node| node.get("const").into_iter().chain(list(node, "enum")))
    }

    /// Whether the number of items is fixed here.
    pub(super) fn is_tuple(&self) -> bool {
        self.iter().any(|node| {
            let most = node.get("maxItems").and_then(Value::as_u64);
            node.contains_key("prefixItems") || fixed_length(node).is_some() || most == Some(0)
        })
    }

    /// Whether the member has a name of its own here, and is not one of many.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.iter().any(|node| member(node, name).is_some())
    }

    /// Whether an object here must have the member, whichever alternative holds.
    pub(super) fn requires(&self, name: &str) -> bool {
        let mut nodes = self.iter().filter(|node| member(node, name).is_some());
        let all = nodes.all(|node| list(node, "required").iter().any(|word| word == name));
        all && self.knows(name)
    }

    /// Whether the member belongs to some alternatives here, and another passes over it.
    pub(super) fn passes_over(&self, name: &str) -> bool {
        let is_open = |node: &Node| {
            let closed = ["additionalProperties", "unevaluatedProperties"];
            node.contains_key("properties")
                && !closed
                    .iter()
                    .any(|word| node.get(*word) == Some(&Value::Bool(false)))
        };
        (self.has("anyOf") || self.has("oneOf"))
            && self.knows(name)
            && self
                .iter()
                .any(|node| is_open(node) && member(node, name).is_none())
    }

    /// Whether the integer is out of the range of each Rust type that may stand here, as far as their formats tell.
    pub(super) fn is_beyond(&self, number: &Number) -> bool {
        let mut ranges = self
            .iter()
            .filter(|node| names_type(node, Kind::Number))
            .map(|node| range_of(node.get("format")?.as_str()?))
            .peekable();
        let Some(number) = number
            .as_i64()
            .map(i128::from)
            .or(number.as_u64().map(i128::from))
        else {
            return false;
        };
        !self.open
            && ranges.peek().is_some()
            && ranges.all(|range| range.is_some_and(|range| !range.contains(&number)))
    }

    /// Whether one of the parts has this word.
    pub(super) fn has(&self, word: &str) -> bool {
        self.iter().any(|node| node.contains_key(word))
    }
}

/// The number of items in a list, if it is fixed.
fn fixed_length(node: &Node) -> Option<u64> {
    let length = |word: &str| node.get(word).and_then(Value::as_u64);
    length("minItems").filter(|least| length("maxItems") == Some(*least))
}

/// What an integer of a Rust type below 64 bits may be, by its format.
fn range_of(format: &str) -> Option<RangeInclusive<i128>> {
    let (signed, bits) = match format {
        "int8" => (true, 8),
        "int16" => (true, 16),
        "int32" => (true, 32),
        "uint8" => (false, 8),
        "uint16" => (false, 16),
        "uint32" => (false, 32),
        _ => return None,
    };
    Some(if signed {
        -(1 << (bits - 1))..=(1 << (bits - 1)) - 1
    } else {
        0..=(1 << bits) - 1
    })
}

/// A member that a part of a schema names.
pub(super) fn member<'m>(node: &'m Node, name: &str) -> Option<&'m Value> {
    node.get("properties")?.get(name)
}

/// What a part of a schema says of the members that it does not name.
pub(super) fn rest(node: &Node) -> impl Iterator<Item = &Value> {
    let patterns = node.get("patternProperties").and_then(Value::as_object);
    let others = ["additionalProperties", "unevaluatedProperties"]
        .into_iter()
        .filter_map(|word| node.get(word));
    patterns
        .into_iter()
        .flat_map(Map::values)
        .chain(others)
        .filter(|schema| **schema != Value::Bool(false))
}

/// The schemas in a list of a part of a schema.
pub(super) fn list<'m>(node: &'m Node, word: &str) -> &'m [Value] {
    node.get(word)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The words of `type`.
pub(super) fn types(node: &Node) -> Vec<&str> {
    match node.get("type") {
        Some(Value::String(word)) => vec![word],
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn names_type(node: &Node, kind: Kind) -> bool {
    types(node).into_iter().any(|word| kind.is_named(word))
}

fn is_listed(node: &Node) -> bool {
    node.contains_key("const") || node.contains_key("enum")
}

/// Whether it has no word that narrows what may stand there.
pub(super) fn says_nothing(node: &Node) -> bool {
    let says = |word: &str| {
        !matches!(
            word,
            "title"
                | "description"
                | "default"
                | "examples"
                | "deprecated"
                | "readOnly"
                | "writeOnly"
        )
    };
    !node.keys().any(|word| says(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_tuples_are_those_that_are_typed_as_lists() {
        let fixed = |length: u64, items: Value| json!({ "type": ["array", "null"], "items": items, "minItems": length, "maxItems": length });
        let flag = json!({ "type": "boolean" });
        let is_long = |root: &Value| {
            let schema = Schema {
                root,
                document: root,
            };
            schema.is_long_tuple(&Place::default())
        };
        assert!(!is_long(&flag));
        assert!(!is_long(&fixed(64, flag.clone())));
        assert!(is_long(&fixed(65, flag.clone())));
        assert!(!is_long(&fixed(64, fixed(64, flag.clone()))));
        assert!(is_long(&fixed(2, fixed(64, fixed(64, flag.clone())))));
        // Only the list outside is: those in it are short enough.
        let root = fixed(2, fixed(64, fixed(64, flag.clone())));
        let schema = Schema {
            root: &root,
            document: &root,
        };
        assert!(!schema.is_long_tuple(&Place::default().item(0)));
        assert!(!is_long(
            &json!({ "type": "array", "items": fixed(65, flag), "minItems": 1 })
        ));
    }

    #[test]
    fn an_integer_is_beyond_a_type_only_if_every_type_there_ends_before() {
        let is_beyond = |schema: Value, number: i64| {
            let schema = Schema {
                root: &schema,
                document: &schema,
            };
            let nodes = schema.at(&Place::default());
            nodes.is_beyond(&Number::from(number))
        };
        let byte = json!({ "type": "integer", "format": "uint8" });
        let wide = json!({ "type": "integer", "format": "int64" });
        assert!(is_beyond(byte.clone(), 256));
        assert!(is_beyond(byte.clone(), -1));
        assert!(!is_beyond(byte.clone(), 255));
        assert!(is_beyond(
            json!({ "type": ["integer", "null"], "format": "int32" }),
            1 << 31
        ));
        assert!(!is_beyond(json!({ "anyOf": [byte, wide] }), 256));
        assert!(!is_beyond(json!({ "type": "string" }), 256));
        assert!(!is_beyond(json!(true), 256));
    }
}
