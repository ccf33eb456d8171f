//! Types whose members are put into another: what is flattened, and what an internally tagged variant holds.

use serde_json::{Map, Value};

use super::{
    Direction, Docs, Field, Object, Place, Rest, Shape, object,
    read::{MAX_DEPTH, Reader, array, docs, is_set, is_set_in},
    variants,
};
use crate::words::Words;

/// How many definitions are looked at for one flattened type, or for what one variant holds.
const MAX_LOOKS: usize = 1_024;

/// Into what the members are put.
#[derive(Debug, Clone, Copy)]
enum Into<'a> {
    /// A struct with `serde(flatten)`.
    Struct,
    /// An internally tagged variant of this name.
    Variant(&'a str),
}

/// A flattened type.
#[derive(Debug)]
pub(super) struct Flat {
    /// What stands beside the members of the struct.
    pub(super) shape: Shape,
    /// Whether all of it may be missing at once.
    pub(super) optional: bool,
    pub(super) reads: Reads,
}

/// Which members serde reads a flattened type from, of those that the struct itself and what is flattened before it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// Its own, which are taken away.
    Own,
    /// All of them, and all are left where they are for what else looks for members: an enum that has to be kept in memory.
    Left,
    /// As before, and it refuses those that it does not know.
    Known,
    /// Every one, and all are left where they are: a map, or any JSON.
    Map,
}

impl<'m> Reader<'m> {
    /// What a flattened field adds to its struct.
    pub(super) fn flattened(&mut self, schema: &Value, required: bool, place: &Place) -> Flat {
        let inner = object::without_null_in(schema);
        // What is flattened is read without a default.
        let may_be_left_out = self.direction == Direction::Output && !required;
        let optional = inner.is_some() || may_be_left_out;
        let schema = inner.as_ref().unwrap_or(schema);
        let reads = self.reads(schema);
        let mut shape = self.spread_whole(schema, Into::Struct, place);
        let is_enum = !matches!(shape, Shape::Object(_) | Shape::Unknown | Shape::Never);
        if optional && is_enum {
            shape = self.refuse_optional_enum(place);
        }
        Flat {
            shape,
            optional: optional && !is_enum,
            reads,
        }
    }

    /// What an internally tagged variant holds beside its tag.
    pub(super) fn content(
        &mut self,
        content: &Value,
        variant_schema: &Map<String, Value>,
        variant: &str,
        place: &Place,
    ) -> Shape {
        let shape = self.spread_whole(content, Into::Variant(variant), place);
        let tag = object::tag_name(variant_schema);
        if let Some(tag) = tag
            && self.names(&shape).iter().any(|name| name == tag)
        {
            return self.refuse(
                place,
                &format!(
                    "`{tag}` is written twice: as the tag, and by what variant `{variant}` holds"
                ),
                &[
                    "rename the member with `#[serde(rename = \"…\")]`",
                    "give the tag another name",
                ],
            );
        }
        shape
    }

    fn spread_whole(&mut self, schema: &Value, into: Into<'_>, place: &Place) -> Shape {
        if self.spread.is_empty() {
            self.spread_looks = 0;
            self.spread_refused = false;
        }
        self.spread(schema, into, place)
    }

    fn spread(&mut self, schema: &Value, into: Into<'_>, place: &Place) -> Shape {
        let object = match schema {
            Value::Object(object) if !says_nothing(object) => object,
            Value::Bool(false) => return Shape::Never,
            // Any JSON: serde fails to write what is no object.
            _ => {
                return Shape::Object(Object {
                    fields: Vec::new(),
                    rest: Some(Rest {
                        numeric: false,
                        shape: Box::new(Shape::Unknown),
                    }),
                });
            }
        };
        if let Some((key, target)) = self.referred(object)
            && !["properties", "allOf", "oneOf", "anyOf"]
                .iter()
                .any(|word| object.contains_key(*word))
        {
            return self.spread_named(key, target, schema, into, place);
        }
        if object::is_nullable(&Words::of(object)) {
            return self.refuse_spread(into, "an `Option`", place);
        }
        if let Some(words) = object.get("enum").and_then(Value::as_array) {
            return match into {
                Into::Struct => Shape::union(words.iter().filter_map(word_as_member)),
                Into::Variant(variant) => self.refuse_tagged(place, variant),
            };
        }
        let of_one = !object.contains_key("properties");
        if of_one
            && let Some(word) = ["oneOf", "anyOf"]
                .into_iter()
                .find(|word| object.contains_key(*word))
        {
            if matches!(into, Into::Variant(_)) && object::is_scalar(schema) {
                return self.refuse_spread(into, "a word", place);
            }
            let each = self.spread_each(array(object, word), word, into, place);
            return if self.direction == Direction::Input && is_set_in(object, "x-open") {
                variants::open(each)
            } else {
                each
            };
        }
        match object.get("type").and_then(Value::as_str) {
            Some("null") => Shape::Unknown,
            Some("object") | None => self.shape(schema, place),
            Some("array") => self.refuse_spread(into, "a list", place),
            Some(_) => self.refuse_spread(into, "a single value", place),
        }
    }

    fn spread_named(
        &mut self,
        key: &'m str,
        target: &'m Value,
        schema: &Value,
        into: Into<'_>,
        place: &Place,
    ) -> Shape {
        // Alternatives that double at each level are deep for no way down, so all that is looked at is counted too.
        self.spread_looks += 1;
        if object::is_memberless(target) {
            return Shape::Unknown;
        }
        // A variant can name what it holds; what is flattened stands among the struct's own members, and a map has to leave room
        // for the tag.
        let is_nameable = matches!(into, Into::Variant(_))
            && self.is_all_objects(target, MAX_DEPTH)
            && !self.holds_map(target, &mut { MAX_LOOKS });
        if is_nameable {
            return self.shape(schema, place);
        }
        let is_beyond = self.spread_looks > MAX_LOOKS;
        if is_beyond && self.spread_refused {
            return Shape::Unknown;
        }
        if self.spread.contains(&key) || self.spread.len() >= MAX_DEPTH || is_beyond {
            self.spread_refused |= is_beyond;
            return self.refuse(
                place,
                &format!("`{key}` is flattened into itself, without end"),
                &["make it a field of its own"],
            );
        }
        self.spread.push(key);
        let shape = self.spread(target, into, place);
        self.spread.pop();
        shape
    }

    fn spread_each(
        &mut self,
        members: &[Value],
        word: &str,
        into: Into<'_>,
        place: &Place,
    ) -> Shape {
        let mut shapes = Vec::new();
        for member in members {
            let name = object::tag_value_of(member);
            let words = member.get("enum").and_then(Value::as_array);
            // serde writes a variant without fields as a member that is null.
            if word == "oneOf" && words.is_some() {
                shapes.extend(words.into_iter().flatten().filter_map(word_as_member));
                continue;
            }
            if word == "oneOf"
                && let Some(mut shape) = member.get("const").and_then(word_as_member)
            {
                object::describe_variant(&mut shape, docs(member));
                shapes.push(shape);
                continue;
            }
            let inner = name
                .as_ref()
                .map_or_else(|| place.clone(), |name| place.member(name));
            if member.get("type").and_then(Value::as_str) == Some("null") {
                return self.refuse_spread(into, "nothing in one of its variants", &inner);
            }
            let mut shape = self.spread(member, into, &inner);
            object::describe_variant(&mut shape, docs(member));
            shapes.push(shape);
        }
        Shape::union(shapes)
    }

    /// Whether every value of this schema is an object; of one without end it is not known.
    fn is_all_objects(&mut self, schema: &Value, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        if schema.get("$ref").is_some() {
            if self.spread_looks >= MAX_LOOKS {
                return false;
            }
            self.spread_looks += 1;
        }
        let schema = self.resolve(schema);
        let alternatives: Vec<&Value> = ["oneOf", "anyOf"]
            .iter()
            .filter_map(|word| schema.get(*word)?.as_array())
            .flatten()
            .collect();
        if alternatives.is_empty() {
            return schema.get("type").and_then(Value::as_str) == Some("object");
        }
        alternatives
            .into_iter()
            .all(|alternative| self.is_all_objects(alternative, depth))
    }

    /// Whether a map of certain values is among the members of this schema; where too much would have to be looked at, it may be.
    fn holds_map(&self, schema: &Value, looks: &mut usize) -> bool {
        let Some(left) = looks.checked_sub(1) else {
            return true;
        };
        *looks = left;
        let schema = self.resolve(schema);
        let is_map = schema
            .get("additionalProperties")
            .is_some_and(Value::is_object)
            || schema.get("patternProperties").is_some();
        is_map
            || flattened_in(schema).any(|part| self.holds_map(part, looks))
            || parts_of(schema).any(|part| self.holds_map(part, looks))
    }

    /// Whether a schema is that of a map, or of any JSON.
    fn is_map(&self, schema: &Value) -> bool {
        let Value::Object(object) = self.resolve(schema) else {
            return true;
        };
        says_nothing(object)
            || object
                .get("additionalProperties")
                .is_some_and(|open| *open != Value::Bool(false))
            || object.contains_key("patternProperties")
    }

    fn reads(&self, schema: &Value) -> Reads {
        let kept = object::variants_kept(self.resolve(schema));
        if self.is_map(schema) {
            Reads::Map
        } else if kept.iter().any(|it| self.denies(it, &mut { MAX_LOOKS })) {
            Reads::Known
        } else if self.leaves_members(schema, &mut { MAX_LOOKS }) {
            Reads::Left
        } else {
            Reads::Own
        }
    }

    /// Whether serde reads what is flattened from all members at once, and takes none of them away: a map, or an enum that has to
    /// be kept in memory.
    fn leaves_members(&self, schema: &Value, looks: &mut usize) -> bool {
        let Some(left) = looks.checked_sub(1) else {
            return false;
        };
        *looks = left;
        let schema = self.resolve(schema);
        if let Some(inner) = object::without_null_in(schema) {
            return self.leaves_members(&inner, looks);
        }
        self.is_map(schema)
            || !object::variants_kept(schema).is_empty()
            || flattened_in(schema).next().is_some()
    }

    /// Whether what a variant holds refuses members that it does not know.
    fn denies(&self, schema: &Value, looks: &mut usize) -> bool {
        let Some(left) = looks.checked_sub(1) else {
            return false;
        };
        *looks = left;
        let schema = self.resolve(schema);
        let Value::Object(said) = schema else {
            return false;
        };
        object::knows_its_members(schema)
            || array(said, "allOf")
                .iter()
                .chain(object::variants_kept(schema))
                .any(|part| self.denies(part, looks))
    }

    fn refuse_spread(&mut self, into: Into<'_>, what: &str, place: &Place) -> Shape {
        match into {
            Into::Struct => self.refuse(
                place,
                &format!("this is flattened, but holds {what}, and serde can only flatten members"),
                &[
                    "make it a field of its own",
                    "flatten a struct, a map, or an enum whose variants have named fields",
                ],
            ),
            Into::Variant(variant) => self.refuse_tagged(place, variant),
        }
    }

    /// Every member that a shape may have by name.
    pub(super) fn names(&self, shape: &Shape) -> Vec<String> {
        let mut names = Vec::new();
        match shape {
            Shape::Object(object) => {
                names.extend(object.fields.iter().map(|field| field.name.clone()));
            }
            Shape::Both(parts) | Shape::Union(parts) => {
                for part in parts {
                    for name in self.names(part) {
                        if !names.contains(&name) {
                            names.push(name);
                        }
                    }
                }
            }
            Shape::Named(key) => {
                if let Some(schema) = self.schemas.get(key) {
                    self.names_in(schema, &mut { MAX_LOOKS }, &mut names);
                }
            }
            _ => {}
        }
        names
    }

    fn names_in(&self, schema: &Value, looks: &mut usize, names: &mut Vec<String>) {
        let Some(left) = looks.checked_sub(1) else {
            return;
        };
        *looks = left;
        let schema = self.resolve(schema);
        let members = |word| schema.get(word).and_then(Value::as_object);
        let own = members("properties").into_iter().flatten();
        let own = own.filter(|(_, property)| !is_set(property, "x-flatten"));
        for (name, _) in own.chain(members("x-tag").into_iter().flatten()) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        for part in flattened_in(schema).chain(parts_of(schema)) {
            self.names_in(part, looks, names);
        }
    }
}

/// Whether a schema lets anything through: what is said of it decides nothing.
fn says_nothing(schema: &Map<String, Value>) -> bool {
    let words = ["default", "deprecated", "description", "examples", "title"];
    schema
        .keys()
        .all(|word| word.starts_with("x-") || words.contains(&word.as_str()))
}

/// What is flattened into a struct.
fn flattened_in(schema: &Value) -> impl Iterator<Item = &Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let all = properties.into_iter().flat_map(Map::values);
    all.filter(|property| is_set(property, "x-flatten"))
}

/// What holds beside a schema's own words, all of it or one of several.
fn parts_of(schema: &Value) -> impl Iterator<Item = &Value> {
    ["allOf", "oneOf", "anyOf"]
        .into_iter()
        .filter_map(|word| schema.get(word)?.as_array())
        .flatten()
}

/// A variant without fields, where its enum is flattened: `{ Word: null }`.
fn word_as_member(word: &Value) -> Option<Shape> {
    Some(Shape::Object(Object {
        fields: vec![Field {
            name: word.as_str()?.to_owned(),
            optional: false,
            shape: Shape::Null,
            docs: Docs::default(),
        }],
        rest: None,
    }))
}

/// What is there if all members of an optional part are missing.
pub(super) fn nothing_of(object: &Object) -> Object {
    Object {
        fields: object
            .fields
            .iter()
            .map(|field| Field {
                name: field.name.clone(),
                optional: true,
                shape: Shape::Never,
                docs: Docs::default(),
            })
            .collect(),
        rest: None,
    }
}
