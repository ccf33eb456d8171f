//! Values that a schema describes: each alternative, members there and not, limits, formats.

use serde_json::{Map, Number, Value, json};

use super::{
    dice::Dice,
    nodes::{Node, Schema, list, rest, says_nothing, types},
};

/// The most values of one part of a schema.
const MAX_PART: usize = 48;

/// How often a definition is entered inside itself; below that, the shortest value is taken.
const MAX_TURNS: usize = 2;

/// How deep a schema is followed.
const MAX_DEPTH: usize = 32;

/// The longest list of a fixed length that is made.
const MAX_ITEMS: u64 = 1_024;

/// A value, and whether serde may refuse it for what no type says: a limit, a format, a check in code.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub(super) value: Value,
    pub(super) plain: bool,
}

/// Texts that a check in code is likely to take.
pub(super) const LIKELY: [&str; 18] = [
    "a",
    "1",
    "a@b.c",
    "https://example.com/a",
    "2026-01-02",
    "2026-01-02T03:04:05Z",
    "03:04:05",
    "00000000-0000-0000-0000-000000000001",
    "abcd1234",
    "1.5",
    "01ff",
    "EUR",
    "en-GB",
    "#00ff00",
    "+4915112345678",
    "127.0.0.1",
    "1.2.3",
    "a:b",
];

/// Makes the values of a schema.
#[derive(Debug)]
pub(super) struct Maker<'m> {
    schema: Schema<'m>,
    /// The definitions that are being followed.
    entered: Vec<&'m str>,
    depth: usize,
    dice: Dice,
}

impl<'m> Maker<'m> {
    pub(super) fn new(schema: Schema<'m>, seed: u64) -> Self {
        Self {
            schema,
            entered: Vec::new(),
            depth: 0,
            dice: Dice::new(seed),
        }
    }

    /// At most `limit` values, the most usual first.
    pub(super) fn make(mut self, limit: usize) -> Vec<Sample> {
        let mut samples = self.samples(self.schema.root);
        // What goes beyond the limit is drawn, so that another seed shows other values.
        while samples.len() > limit {
            let index = 1 + self.dice.below(samples.len() - 1);
            samples.remove(index);
        }
        samples
    }

    fn samples(&mut self, schema: &'m Value) -> Vec<Sample> {
        match schema {
            Value::Bool(true) => anything(),
            Value::Object(node) if self.depth < MAX_DEPTH => {
                self.depth += 1;
                let mut samples = self.parts(node);
                self.depth -= 1;
                unique(&mut samples);
                samples.truncate(MAX_PART);
                samples
            }
            _ => Vec::new(),
        }
    }

    /// The values that all parts of a node describe together.
    fn parts(&mut self, node: &'m Node) -> Vec<Sample> {
        if says_nothing(node) {
            return anything();
        }
        // What is taken from a scalar leaves most of its values.
        if node.contains_key("not") && !node.contains_key("type") {
            return Vec::new();
        }
        let mut parts: Vec<Vec<Sample>> = Vec::new();
        if let Some(value) = node.get("const") {
            return vec![plain(value.clone())];
        }
        let values = list(node, "enum");
        if !values.is_empty() {
            return values.iter().cloned().map(plain).collect();
        }
        if let Some(own) = self.own(node) {
            parts.push(own);
        }
        if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
            parts.push(self.reference(reference));
        }
        for part in list(node, "allOf") {
            parts.push(self.samples(part));
        }
        for word in ["oneOf", "anyOf"] {
            if node.contains_key(word) {
                let alternatives: Vec<_> = list(node, word)
                    .iter()
                    .map(|alternative| self.samples(alternative))
                    .collect();
                parts.push(in_turns(alternatives));
            }
        }
        together(parts)
    }

    fn reference(&mut self, reference: &'m str) -> Vec<Sample> {
        let Some(schema) = self.schema.definition(reference) else {
            return Vec::new();
        };
        let turns = self
            .entered
            .iter()
            .filter(|entered| **entered == reference)
            .count();
        if turns >= MAX_TURNS {
            return Vec::new();
        }
        self.entered.push(reference);
        let samples = self.samples(schema);
        self.entered.pop();
        samples
    }

    /// The values of the words of a node itself; `None` if it has none of them.
    fn own(&mut self, node: &'m Node) -> Option<Vec<Sample>> {
        let named = types(node);
        let kinds: Vec<Vec<Sample>> = named
            .iter()
            .map(|word| match *word {
                "null" => vec![plain(Value::Null)],
                "boolean" => vec![plain(json!(true)), plain(json!(false))],
                "integer" => numbers(node, true),
                "number" => numbers(node, false),
                "string" => texts(node),
                "array" => self.lists(node),
                "object" => self.objects(node),
                _ => Vec::new(),
            })
            .collect();
        if !kinds.is_empty() {
            return Some(in_turns(kinds));
        }
        let words = ["properties", "additionalProperties", "patternProperties"];
        let has_members = words.iter().any(|word| node.contains_key(*word));
        has_members.then(|| self.objects(node))
    }

    fn lists(&mut self, node: &'m Node) -> Vec<Sample> {
        let prefix = list(node, "prefixItems");
        let length = |word: &str| node.get(word).and_then(Value::as_u64);
        let min = length("minItems").unwrap_or(0);
        if !prefix.is_empty() {
            let places: Vec<_> = prefix.iter().map(|item| self.samples(item)).collect();
            let tuple = |values: &[Value]| Value::Array(values.to_vec());
            let mut samples = one_at_a_time(&places, tuple);
            let least = usize::try_from(min).unwrap_or(places.len());
            for length in (least..places.len()).rev() {
                samples.extend(one_at_a_time(&places[..length], tuple).into_iter().next());
            }
            return samples;
        }
        let max = length("maxItems").unwrap_or(u64::MAX);
        if min > MAX_ITEMS {
            return Vec::new();
        }
        let items = match node.get("items") {
            Some(items) => self.samples(items),
            None => anything(),
        };
        let mut samples = Vec::new();
        let mut list_of = |items: &[Sample]| {
            let fits = u64::try_from(items.len()).is_ok_and(|length| (min..=max).contains(&length));
            if fits {
                samples.push(Sample {
                    value: items.iter().map(|item| item.value.clone()).collect(),
                    plain: items.iter().all(|item| item.plain),
                });
            }
        };
        let Some(first) = items.first() else {
            list_of(&[]);
            return samples;
        };
        let shortest = usize::try_from(min).unwrap_or(0);
        let repeated = vec![first.clone(); shortest.max(1)];
        list_of(&repeated);
        list_of(&[]);
        // Items differ, or a set would be shorter once it was read.
        let plain: Vec<_> = items.iter().filter(|item| item.plain).cloned().collect();
        list_of(&plain[..plain.len().min(12)]);
        for item in items.iter().skip(1) {
            let mut varied = repeated.clone();
            if let Some(last) = varied.last_mut() {
                *last = item.clone();
            }
            list_of(&varied);
        }
        samples
    }

    fn objects(&mut self, node: &'m Node) -> Vec<Sample> {
        let required = list(node, "required");
        let properties = node.get("properties").and_then(Value::as_object);
        let mut members: Vec<(&'m str, Vec<Sample>, bool)> = Vec::new();
        for (name, schema) in properties.into_iter().flatten() {
            let samples = self.samples(schema);
            let needed = required.iter().any(|word| word == name);
            match (samples.is_empty(), needed) {
                (true, true) => return Vec::new(),
                (true, false) => {}
                (false, _) => members.push((name, samples, needed)),
            }
        }
        let object = |chosen: &[Option<&Sample>]| Sample {
            value: members
                .iter()
                .zip(chosen)
                .filter_map(|((name, ..), sample)| {
                    Some(((*name).to_owned(), (*sample)?.value.clone()))
                })
                .collect(),
            plain: chosen.iter().flatten().all(|sample| sample.plain),
        };
        let all: Vec<_> = members
            .iter()
            .map(|(_, samples, _)| samples.first())
            .collect();
        let least: Vec<_> = members
            .iter()
            .map(|(_, samples, needed)| samples.first().filter(|_| *needed))
            .collect();
        let mut variations: Vec<Vec<Sample>> = vec![vec![object(&all)], vec![object(&least)]];
        for (index, (_, samples, needed)) in members.iter().enumerate() {
            let mut varied = Vec::new();
            let mut with = |sample: Option<&Sample>| {
                let mut chosen = all.clone();
                chosen[index] = sample;
                varied.push(object(&chosen));
            };
            if !needed {
                with(None);
            }
            for sample in samples.iter().skip(1) {
                with(Some(sample));
            }
            variations.push(varied);
        }
        let base = object(&all);
        variations.push(self.maps(node, &base));
        in_turns(variations)
    }

    /// Objects with members of other names than those that are known.
    fn maps(&mut self, node: &'m Node, base: &Sample) -> Vec<Sample> {
        let mut samples = Vec::new();
        let names = self.keys(node);
        let others: Vec<&'m Value> = rest(node).collect();
        for schema in others {
            let values = self.samples(schema);
            let with = |entries: &[(&String, &Sample)]| {
                let mut value = base.value.clone();
                if let Value::Object(members) = &mut value {
                    let entries = entries.iter();
                    members.extend(entries.map(|(name, v)| ((*name).clone(), v.value.clone())));
                }
                Sample {
                    value,
                    plain: base.plain && entries.iter().all(|(_, sample)| sample.plain),
                }
            };
            let (Some(name), Some(first)) = (names.first(), values.first()) else {
                continue;
            };
            samples.push(with(
                &names.iter().map(|name| (name, first)).collect::<Vec<_>>(),
            ));
            samples.extend(values.iter().map(|value| with(&[(name, value)])));
        }
        samples
    }

    /// Names for the members of a map.
    fn keys(&mut self, node: &'m Node) -> Vec<String> {
        if let Some(keys) = node.get("propertyNames") {
            let keys: Vec<_> = self
                .samples(keys)
                .into_iter()
                .filter(|sample| sample.plain)
                .filter_map(|sample| match sample.value {
                    Value::String(text) => Some(text),
                    Value::Number(number) => Some(number.to_string()),
                    Value::Bool(flag) => Some(flag.to_string()),
                    _ => None,
                })
                .take(4)
                .collect();
            if !keys.is_empty() {
                return keys;
            }
        }
        let patterns = node.get("patternProperties").and_then(Value::as_object);
        let numeric = patterns.is_some_and(|patterns| patterns.keys().any(|p| p.contains("\\d")));
        let names = if numeric {
            ["1", "42"]
        } else {
            ["pubsub key", "k"]
        };
        names.map(str::to_owned).to_vec()
    }
}

fn plain(value: Value) -> Sample {
    Sample { value, plain: true }
}

fn risky(value: Value) -> Sample {
    Sample {
        value,
        plain: false,
    }
}

fn anything() -> Vec<Sample> {
    [
        json!({ "any": [1, null] }),
        json!("a"),
        json!(1.5),
        json!([true]),
        Value::Null,
    ]
    .map(plain)
    .to_vec()
}

fn numbers(node: &Node, whole: bool) -> Vec<Sample> {
    let limit = |word: &str| node.get(word).and_then(Value::as_f64);
    let (min, max) = (limit("minimum"), limit("maximum"));
    let fits = |n: f64| min.is_none_or(|min| n >= min) && max.is_none_or(|max| n <= max);
    let number = |n: f64| {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "whole numbers this small are the same in both"
        )]
        let whole = (n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0)
            .then(|| Number::from(n as i64));
        Value::from(whole.or_else(|| Number::from_f64(n)))
    };
    let usual = if fits(1.0) { Some(1.0) } else { min.or(max) };
    let mut samples: Vec<_> = usual.map(|n| plain(number(n))).into_iter().collect();
    let mut also = |n: Value| samples.push(risky(n));
    also(json!(0));
    also(json!(2));
    for bound in [min, max].into_iter().flatten() {
        also(number(bound));
    }
    also(max.map_or(json!(300), |max| number(max + 1.0)));
    also(json!(-1));
    also(json!(1.5));
    if whole {
        also(json!(9_007_199_254_740_991_u64));
        also(json!(u64::MAX));
    } else {
        also(json!(1e300));
    }
    samples
}

fn texts(node: &Node) -> Vec<Sample> {
    let format = node.get("format").and_then(Value::as_str).unwrap_or("");
    let usual: &[&str] = match format {
        "uuid" => &[
            "00000000-0000-0000-0000-000000000001",
            "ffffffff-ffff-4fff-bfff-ffffffffffff",
        ],
        "date-time" => &["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+02:00"],
        "date" => &["2026-01-02", "2024-02-29"],
        "time" => &["03:04:05Z"],
        "duration" => &["PT1S", "P1D"],
        "uri" | "iri" | "uri-reference" => &["https://example.com/a?b=c", "http://a/"],
        "email" => &["a@b.c"],
        "uri-template" => &["https://example.com/{a}"],
        "hostname" => &["example.com"],
        "ipv4" => &["127.0.0.1"],
        "ipv6" => &["::1"],
        _ => &[],
    };
    let narrow = !usual.is_empty() || node.contains_key("pattern");
    let mut samples: Vec<_> = usual.iter().map(|text| plain(json!(text))).collect();
    if let Some(pattern) = node.get("pattern") {
        let pattern = json!({ "pattern": pattern });
        let fits = |text: &&str| jsonschema::is_valid(&pattern, &json!(text));
        let fitting = LIKELY.into_iter().filter(fits).take(2);
        samples.extend(fitting.map(|text| plain(json!(text))));
    } else if !narrow {
        let length = |word: &str| node.get(word).and_then(Value::as_u64);
        let least = length("minLength").and_then(|n| usize::try_from(n).ok());
        samples.push(plain(json!("a".repeat(least.unwrap_or(1).clamp(1, 256)))));
    }
    samples.extend(["1", "", "é", "pubsub 'text'\n\"\\"].map(|text| risky(json!(text))));
    samples
}

/// The first of each, the second of each, and so on.
fn in_turns(mut lists: Vec<Vec<Sample>>) -> Vec<Sample> {
    let mut samples = Vec::new();
    for list in &mut lists {
        list.reverse();
    }
    while lists.iter().any(|list| !list.is_empty()) {
        samples.extend(lists.iter_mut().filter_map(Vec::pop));
    }
    samples
}

/// The first of each place, then each other value of one place beside the first of the others.
fn one_at_a_time(places: &[Vec<Sample>], build: impl Fn(&[Value]) -> Value) -> Vec<Sample> {
    let Some(first) = places
        .iter()
        .map(|samples| samples.first())
        .collect::<Option<Vec<_>>>()
    else {
        return Vec::new();
    };
    let sample = |chosen: &[&Sample]| {
        let values: Vec<_> = chosen.iter().map(|sample| sample.value.clone()).collect();
        Sample {
            value: build(&values),
            plain: chosen.iter().all(|sample| sample.plain),
        }
    };
    let mut variations = vec![vec![sample(&first)]];
    for (index, samples) in places.iter().enumerate() {
        let varied = samples.iter().skip(1).map(|other| {
            let mut chosen = first.clone();
            chosen[index] = other;
            sample(&chosen)
        });
        variations.push(varied.collect());
    }
    in_turns(variations)
}

/// Values that every part describes: objects are joined, of others the last part is taken.
fn together(mut parts: Vec<Vec<Sample>>) -> Vec<Sample> {
    match parts.len() {
        0 => Vec::new(),
        1 => parts.remove(0),
        _ => one_at_a_time(&parts, |values| {
            let mut joined = Map::new();
            for value in values {
                match value {
                    Value::Object(members) => joined.extend(members.clone()),
                    // One part only says more of what the last describes.
                    _ => return values.last().cloned().unwrap_or_default(),
                }
            }
            Value::Object(joined)
        }),
    }
}

fn unique(samples: &mut Vec<Sample>) {
    let mut seen = std::collections::BTreeSet::new();
    samples.retain(|sample| seen.insert(sample.value.to_string()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(document: &Value) -> Vec<Sample> {
        let schema = Schema {
            root: document,
            document,
        };
        Maker::new(schema, 0).make(200)
    }

    fn texts_of(samples: &[Sample]) -> Vec<String> {
        samples
            .iter()
            .map(|sample| sample.value.to_string())
            .collect()
    }

    #[test]
    fn each_alternative_is_made_and_each_member_is_there_and_not() {
        let texts = texts_of(&made(&json!({
            "type": "object",
            "properties": {
                "a": { "anyOf": [{ "enum": ["x", "y"] }, { "type": "null" }] },
                "b": { "type": "boolean" },
            },
            "required": ["b"],
        })));
        for text in [
            r#"{"a":"x","b":true}"#,
            r#"{"b":true}"#,
            r#"{"a":null,"b":true}"#,
            r#"{"a":"y","b":true}"#,
            r#"{"a":"x","b":false}"#,
        ] {
            assert!(texts.iter().any(|made| made == text), "{text}: {texts:?}");
        }
    }

    #[test]
    fn a_type_inside_itself_ends() {
        let samples = made(&json!({
            "$ref": "#/$defs/T",
            "$defs": { "T": {
                "type": "object",
                "properties": { "kids": { "type": "array", "items": { "$ref": "#/$defs/T" } } },
                "required": ["kids"],
            } },
        }));
        let texts = texts_of(&samples);
        assert!(texts.contains(&r#"{"kids":[]}"#.to_owned()), "{texts:?}");
        assert!(samples.iter().all(|sample| sample.plain));
    }

    #[test]
    fn numbers_stand_at_their_limits_and_beyond() {
        let samples = made(&json!({ "type": "integer", "minimum": 0, "maximum": 255 }));
        for (value, plain) in [
            (1, true),
            (0, false),
            (255, false),
            (256, false),
            (-1, false),
        ] {
            let value = json!(value);
            let expected = Sample { value, plain };
            assert!(samples.contains(&expected), "{expected:?}: {samples:?}");
        }
    }

    #[test]
    fn beyond_the_limit_the_seed_chooses() {
        let document = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        let schema = Schema {
            root: &document,
            document: &document,
        };
        let some = |seed| Maker::new(schema, seed).make(4);
        assert_eq!(some(1), some(1));
        assert_eq!(some(1).len(), 4);
    }
}
