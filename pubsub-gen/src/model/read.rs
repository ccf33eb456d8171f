//! JSON Schema, as schemars writes it, to shapes.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value};

use crate::words::{Word, Words};

use super::{
    Definition, Direction, Docs, Literal, Place, Shape, TypeError, limits::docs_with_limits,
    object, variants,
};

/// Deeper schemas than this are refused; a type nests by definitions, so real ones stay far below.
pub(super) const MAX_DEPTH: usize = 64;

/// The longest fixed-size list that is written as a tuple; a longer one is a list, which says less but nothing false.
const MAX_TUPLE: u64 = 64;

/// The most items of such tuples in one another, so that they do not grow as a power of their depth.
const MAX_TUPLE_ITEMS: usize = 4_096;

/// What shapes cannot say; schemars writes none of it for a derived type.
const UNSUPPORTED: [&str; 9] = [
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependentRequired",
    "propertyNames",
    "contains",
    "$dynamicRef",
    "unevaluatedItems",
];

// They are looked for only where a schema has words that are none of those.
const _: () = {
    let mut index = 0;
    while index < UNSUPPORTED.len() {
        assert!(Word::of(UNSUPPORTED[index].as_bytes()).is_none());
        index += 1;
    }
};

/// Reads the types of one direction.
#[derive(Debug)]
pub(super) struct Reader<'m> {
    pub(super) direction: Direction,
    pub(super) schemas: &'m Map<String, Value>,
    definitions: BTreeMap<String, Definition>,
    places: BTreeMap<String, Place>,
    pending: VecDeque<String>,
    errors: Vec<TypeError>,
    depth: usize,
    /// The definitions whose members are being put into another type.
    pub(super) spread: Vec<&'m str>,
    /// How many were looked at for the outermost of them.
    pub(super) spread_looks: usize,
    /// Whether they were too many, and it was told.
    pub(super) spread_refused: bool,
}

/// Everything read in one direction.
#[derive(Debug)]
pub(super) struct Types {
    pub(super) definitions: BTreeMap<String, Definition>,
    /// Where each definition was met first.
    pub(super) places: BTreeMap<String, Place>,
    pub(super) errors: Vec<TypeError>,
}

impl<'m> Reader<'m> {
    pub(super) fn new(direction: Direction, schemas: &'m Map<String, Value>) -> Self {
        Self {
            direction,
            schemas,
            definitions: BTreeMap::new(),
            places: BTreeMap::new(),
            pending: VecDeque::new(),
            errors: Vec::new(),
            depth: 0,
            spread: Vec::new(),
            spread_looks: 0,
            spread_refused: false,
        }
    }

    /// Reads what the schemas read so far refer to.
    pub(super) fn finish(mut self) -> Types {
        while let Some(key) = self.pending.pop_front() {
            let (Some(schema), Some(place)) = (self.schemas.get(&key), self.places.get(&key))
            else {
                continue;
            };
            let place = place.clone();
            let shape = self.shape(schema, &place);
            let definition = Definition {
                path: schema
                    .get("x-path")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
                docs: self.docs_of_definition(schema),
                shape,
            };
            self.definitions.insert(key, definition);
        }
        Types {
            definitions: self.definitions,
            places: self.places,
            errors: self.errors,
        }
    }

    /// The shape a schema describes.
    pub(super) fn shape(&mut self, schema: &Value, place: &Place) -> Shape {
        let schema = match schema {
            Value::Bool(true) => return Shape::Unknown,
            Value::Bool(false) => return Shape::Never,
            Value::Object(schema) => Words::of(schema),
            _ => return self.refuse(place, "its schema is no JSON Schema", WRITE_SCHEMA),
        };
        self.shape_of(&schema, place)
    }

    /// As [`Reader::shape`], of a schema that is an object.
    pub(super) fn shape_of(&mut self, schema: &Words<'_>, place: &Place) -> Shape {
        if self.depth >= MAX_DEPTH {
            return self.refuse(
                place,
                "its schema is nested too deeply",
                &["give the inner type a name with `#[model]`"],
            );
        }
        self.depth += 1;
        let shape = self.parts(schema, place);
        self.depth -= 1;
        self.annotate(shape, schema, place)
    }

    fn docs_of_definition(&self, schema: &Value) -> Docs {
        let words = Words::of_value(schema);
        let docs = words.map_or_else(Docs::default, |words| {
            docs_with_limits(&words, self.direction)
        });
        variants::docs_of_words(schema, docs)
    }

    fn parts(&mut self, schema: &Words<'_>, place: &Place) -> Shape {
        let is_unsupported = |word: &&String| UNSUPPORTED.contains(&word.as_str());
        if schema.has_others()
            && let Some(word) = schema.schema().keys().find(is_unsupported)
        {
            return self.refuse(
                place,
                &format!("its schema uses `{word}`, which no client type can say"),
                WRITE_SCHEMA,
            );
        }
        if let Some(not) = schema.get(Word::Not).filter(|not| !is_limit(schema, not)) {
            return if matches!(not, Value::Bool(true)) || not.as_object().is_some_and(Map::is_empty)
            {
                Shape::Never
            } else {
                self.refuse(
                    place,
                    "its schema uses `not`, which no client type can say",
                    WRITE_SCHEMA,
                )
            };
        }
        if let Some(variant) = object::tagged_scalar(schema) {
            return self.refuse_tagged(place, &variant);
        }

        let mut parts = Vec::new();
        if let Some(reference) = schema.text(Word::Ref) {
            parts.push(self.reference(reference, schema, place));
        }
        let all = schema.list(Word::AllOf);
        let tag = match all {
            [] => None,
            _ => object::tag_value(schema.schema()),
        };
        for part in all {
            parts.push(match &tag {
                Some(variant) => self.content(part, schema.schema(), variant, place),
                None => self.shape(part, place),
            });
        }
        for (word, name) in [(Word::OneOf, "oneOf"), (Word::AnyOf, "anyOf")] {
            if schema.has(word) {
                parts.push(self.alternatives(schema, name, place));
            }
        }
        if let Some(value) = schema.get(Word::Const) {
            parts.push(literal(value));
        } else if let Some(Value::Array(values)) = schema.get(Word::Enum) {
            parts.push(Shape::union(values.iter().map(literal)));
        } else if let Some(typed) = self.typed(schema, !parts.is_empty(), place) {
            parts.push(typed);
        }
        if parts.len() == 1 {
            return parts.remove(0);
        }
        object::both(parts)
    }

    /// The definition that a schema refers to.
    pub(super) fn referred(&self, schema: &Map<String, Value>) -> Option<(&'m str, &'m Value)> {
        self.definition(schema.get("$ref")?.as_str()?)
    }

    pub(super) fn definition(&self, reference: &str) -> Option<(&'m str, &'m Value)> {
        let key = object::decode_pointer(reference.strip_prefix("#/$defs/")?)?;
        let (key, schema) = self.schemas.get_key_value(&key)?;
        Some((key, schema))
    }

    /// What a schema stands for, behind its references: those of named types, and of types around one other.
    pub(super) fn resolve<'s>(&self, schema: &'s Value) -> &'s Value
    where
        'm: 's,
    {
        let mut schema = schema;
        for _ in 0..MAX_DEPTH {
            let target = schema.as_object().filter(|object| {
                ["properties", "allOf", "oneOf", "anyOf"]
                    .iter()
                    .all(|word| !object.contains_key(*word))
            });
            match target.and_then(|object| self.referred(object)) {
                Some((_, next)) => schema = next,
                None => break,
            }
        }
        schema
    }

    fn reference(&mut self, reference: &str, schema: &Words<'_>, place: &Place) -> Shape {
        let Some((key, target)) = self.definition(reference) else {
            return self.refuse(
                place,
                &format!("its schema refers to `{reference}`, which is not defined"),
                WRITE_SCHEMA,
            );
        };
        let has_members = schema.has(Word::Properties);
        if has_members && object::is_scalar(target) {
            let variant = object::tag_value(schema.schema()).unwrap_or_else(|| key.to_owned());
            return self.refuse_tagged(place, &variant);
        }
        if !self.places.contains_key(key) {
            self.places.insert(key.to_owned(), place.clone());
            self.pending.push_back(key.to_owned());
        }
        if has_members && object::is_memberless(target) {
            // An empty struct beside a tag adds nothing; as a part of its own it would forbid the tag.
            return Shape::Unknown;
        }
        Shape::Named(key.to_owned())
    }

    /// What `type` and the words of that type say; `None` if they say nothing.
    fn typed(&mut self, schema: &Words<'_>, beside_others: bool, place: &Place) -> Option<Shape> {
        let has = |words: &[Word]| words.iter().any(|word| schema.has(*word));
        let types: Vec<&str> = match schema.get(Word::Type) {
            Some(Value::String(word)) => vec![word],
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect(),
            _ if has(&[
                Word::Properties,
                Word::AdditionalProperties,
                Word::PatternProperties,
            ]) =>
            {
                vec!["object"]
            }
            _ if has(&[Word::Items, Word::PrefixItems]) => vec!["array"],
            _ => return None,
        };
        let mut shapes = Vec::new();
        for word in types {
            shapes.push(match word {
                "null" => Shape::Null,
                "boolean" => Shape::Boolean,
                "integer" | "number" => Shape::Number,
                "string" => Shape::Text,
                "array" => self.list(schema, place),
                "object" => {
                    let object = self.object(schema, place);
                    if beside_others && object.is_empty_object() {
                        continue;
                    }
                    object
                }
                other => self.refuse(
                    place,
                    &format!("its schema has the type `{other}`, which JSON does not have"),
                    WRITE_SCHEMA,
                ),
            });
        }
        (!shapes.is_empty()).then(|| Shape::union(shapes))
    }

    fn list(&mut self, schema: &Words<'_>, place: &Place) -> Shape {
        if let Some(Value::Array(items)) = schema.get(Word::PrefixItems) {
            let least = schema
                .get(self.direction.least())
                .and_then(Value::as_u64)
                .and_then(|least| usize::try_from(least).ok())
                .unwrap_or(items.len());
            let items = items.iter().enumerate().map(|(index, item)| {
                let shape = self.shape(item, &place.item(Some(index)));
                self.written(shape, is_set(item, "x-omit-none"))
            });
            return Shape::Tuple {
                items: items.collect(),
                least,
            };
        }
        let min = schema.get(Word::MinItems).and_then(Value::as_u64);
        let max = schema.get(Word::MaxItems).and_then(Value::as_u64);
        if max == Some(0) {
            return Shape::tuple(Vec::new());
        }
        let item = match schema.get(Word::Items) {
            Some(items) => self.shape(items, &place.item(None)),
            None => Shape::Unknown,
        };
        match (min, max) {
            (Some(min), Some(max)) if min == max && min <= MAX_TUPLE => {
                let length = usize::try_from(min).unwrap_or(0);
                if length * items_of(&item) > MAX_TUPLE_ITEMS {
                    return Shape::List(Box::new(item));
                }
                Shape::tuple(vec![item; length])
            }
            _ => Shape::List(Box::new(item)),
        }
    }

    /// What is written where something is: no `null` where serde leaves that out.
    pub(super) fn written(&self, shape: Shape, omits_none: bool) -> Shape {
        if omits_none && self.direction == Direction::Output {
            return object::without_null(shape);
        }
        shape
    }

    /// Applies what the attribute added to the schema, because schemars could not see it.
    fn annotate(&mut self, shape: Shape, schema: &Words<'_>, place: &Place) -> Shape {
        let mut shape = shape;
        if schema.text(Word::Int) == Some("string") {
            object::text_to_integer(&mut shape);
        }
        if let Some(key) = schema.get(Word::UnseenMap) {
            return self.refuse_unseen(key, place);
        }
        if let Some(keys) = schema.get(Word::Keys) {
            match self.keys(keys) {
                Ok(keys) => keys.apply_to(&mut shape),
                Err(kind) => {
                    return self.refuse(
                        place,
                        &format!("the keys of this map are {kind}, and JSON has only text there"),
                        &[
                            "write a key that serde turns into text: a string, a number, a boolean, or an enum without fields",
                            "a list of pairs, such as `Vec<(Key, Value)>`",
                        ],
                    );
                }
            }
        }
        if self.direction == Direction::Input && schema.is_set(Word::Open) {
            shape = variants::open(shape);
        }
        shape
    }

    pub(super) fn refuse(&mut self, place: &Place, what: &str, remedies: &[&str]) -> Shape {
        self.errors.push(TypeError::new(place, what, remedies));
        Shape::Unknown
    }

    pub(super) fn refuse_tagged(&mut self, place: &Place, variant: &str) -> Shape {
        self.refuse(
            place,
            &format!("variant `{variant}` cannot be internally tagged: what it holds is no object"),
            &[
                &format!("write `{variant} {{ value: … }}`"),
                "add `content = \"…\"` to `#[serde(tag)]`",
            ],
        )
    }
}

/// Whether `not` takes one value from a scalar, as zero from a `NonZeroI32`: a limit, which the type leaves out as others.
fn is_limit(schema: &Words<'_>, not: &Value) -> bool {
    let is_scalar = |kind: &Value| {
        ["integer", "number", "string", "null"].contains(&kind.as_str().unwrap_or_default())
    };
    let of_scalar = match schema.get(Word::Type) {
        Some(Value::Array(kinds)) => kinds.iter().all(is_scalar),
        kind => kind.is_some_and(is_scalar),
    };
    let one = not.as_object().filter(|not| not.len() == 1);
    of_scalar && one.is_some_and(|not| not.contains_key("const"))
}

/// How many items the tuples in a shape have in all; at least one.
fn items_of(shape: &Shape) -> usize {
    match shape {
        Shape::List(item) => items_of(item),
        Shape::Tuple { items, .. } | Shape::Both(items) => {
            items.iter().map(items_of).sum::<usize>().max(1)
        }
        Shape::Union(members) => members.iter().map(items_of).max().unwrap_or(1),
        Shape::Object(object) => {
            let fields = object.fields.iter().map(|field| items_of(&field.shape));
            let rest = object.rest.iter().map(|rest| items_of(&rest.shape));
            fields.chain(rest).sum::<usize>().max(1)
        }
        _ => 1,
    }
}

pub(super) const WRITE_SCHEMA: &[&str] =
    &["describe it with types instead of `schemars(schema_with)` or a schema of your own"];

/// What is said of a schema.
pub(super) fn docs(schema: &Value) -> Docs {
    Words::of_value(schema).map_or_else(Docs::default, |schema| docs_of(&schema))
}

/// As [`docs`], of a schema that is an object.
pub(super) fn docs_of(schema: &Words<'_>) -> Docs {
    let parts: Vec<String> = [schema.text(Word::Title), schema.text(Word::Description)]
        .into_iter()
        .flatten()
        .map(str::to_owned)
        .chain(safe_integer(schema))
        .collect();
    let note = schema.text(Word::DeprecatedWith);
    let deprecated =
        note.is_some() || schema.is_set(Word::Deprecated) || schema.is_set(Word::DeprecatedWith);
    Docs {
        text: parts.join("\n\n"),
        deprecated: deprecated.then(|| note.unwrap_or_default().to_owned()),
    }
}

/// What the word `int = "checked"` promises of a number.
fn safe_integer(schema: &Words<'_>) -> Option<String> {
    let is_checked = schema.text(Word::Int)? == "checked";
    let limit = |word| schema.get(word).and_then(Value::as_i64);
    let (least, greatest) = (limit(Word::Minimum)?, limit(Word::Maximum)?);
    is_checked.then(|| format!("An integer from {least} to {greatest}."))
}

pub(super) fn literal(value: &Value) -> Shape {
    match value {
        Value::Null => Shape::Null,
        Value::String(text) => Shape::Literal(Literal::Text(text.clone())),
        Value::Number(number) => Shape::Literal(Literal::Number(number.clone())),
        Value::Bool(flag) => Shape::Literal(Literal::Boolean(*flag)),
        Value::Array(_) | Value::Object(_) => Shape::Unknown,
    }
}

pub(super) fn array<'a>(schema: &'a Map<String, Value>, word: &str) -> &'a [Value] {
    schema
        .get(word)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

pub(super) fn is_set(schema: &Value, word: &str) -> bool {
    schema.get(word).is_some_and(is_true)
}

/// As [`is_set`], of an object.
pub(super) fn is_set_in(schema: &Map<String, Value>, word: &str) -> bool {
    schema.get(word).is_some_and(is_true)
}

fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true)
}
