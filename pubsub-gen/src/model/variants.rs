//! One of several: enums, in each of serde's four ways to tell variants apart.

use serde_json::{Map, Value};

use super::{
    Direction, Docs, Field, Literal, Object, Place, Shape, object,
    read::{Reader, array, docs, literal},
};
use crate::words::{Word, Words};

/// One of several that a schema lists.
#[derive(Debug)]
pub(crate) struct Alternative<'s> {
    pub(crate) schema: &'s Value,
    /// Which one it is, where the schema lists the words of several variants without fields.
    pub(crate) word: Option<&'s Value>,
    /// The name of its variant.
    name: Option<String>,
}

/// What a schema lists below `word`, in the order of the declaration; schemars puts the variants without fields first.
pub(crate) fn ordered<'s>(schema: &'s Map<String, Value>, word: &str) -> Vec<Alternative<'s>> {
    let mut found = Vec::new();
    for schema in array(schema, word) {
        if let Some(words) = words_of(schema) {
            found.extend(words.iter().map(|word| Alternative {
                schema,
                word: Some(word),
                name: word.as_str().map(str::to_owned),
            }));
            continue;
        }
        let constant = schema.get("const").and_then(Value::as_str);
        found.push(Alternative {
            schema,
            word: None,
            name: object::tag_value_of(schema).or_else(|| constant.map(str::to_owned)),
        });
    }
    let order = array(schema, "x-order");
    if !order.is_empty() {
        let place = |name: Option<&str>| order.iter().position(|word| word.as_str() == name);
        found.sort_by_cached_key(|one| place(one.name.as_deref()).unwrap_or(order.len()));
    }
    found
}

impl Reader<'_> {
    pub(super) fn alternatives(&mut self, schema: &Words<'_>, word: &str, place: &Place) -> Shape {
        let members = array(schema.schema(), word);
        let is_object = schema.text(Word::Type) == Some("object");
        if is_object && members.iter().any(object::is_anything) {
            return self.refuse_optional_enum(place);
        }
        let mut shapes = Vec::new();
        for alternative in ordered(schema.schema(), word) {
            let member = alternative.schema;
            if let Some(word) = alternative.word {
                shapes.push(literal(word));
                continue;
            }
            let inner = match &alternative.name {
                Some(variant) => place.member(variant),
                None => place.clone(),
            };
            let mut shape = self.shape(member, &inner);
            if let Some(content) = schema.text(Word::Content) {
                self.content_may_be_missing(member, content, &mut shape);
            }
            object::describe_variant(&mut shape, docs(member));
            shapes.push(shape);
        }
        Shape::union(shapes)
    }

    /// `New(Option<u32>)` beside its tag: serde reads the content from a member that is not there.
    fn content_may_be_missing(&self, variant: &Value, content: &str, shape: &mut Shape) {
        let (Direction::Input, Shape::Object(object)) = (self.direction, shape) else {
            return;
        };
        let property = variant
            .get("properties")
            .and_then(|properties| properties.get(content));
        let is_option = property
            .and_then(Words::of_value)
            .is_some_and(|said| !said.is_set(Word::IsRequired) && object::is_nullable(&said));
        for field in &mut object.fields {
            field.optional |= is_option && field.name == content;
        }
    }

    pub(super) fn refuse_optional_enum(&mut self, place: &Place) -> Shape {
        self.refuse(
            place,
            "a flattened `Option` of an enum leaves no trace of what is missing",
            &[
                "make it a field of its own",
                "flatten the enum itself, with a variant for nothing",
            ],
        )
    }
}

/// The words of variants without fields, outside tagged; `None` for any other variant.
fn words_of(schema: &Value) -> Option<&[Value]> {
    let is_text = schema.get("type").and_then(Value::as_str) == Some("string");
    let words = schema.get("enum")?.as_array()?;
    is_text.then_some(words.as_slice())
}

/// Adds what a variant for everything else takes.
pub(super) fn open(shape: Shape) -> Shape {
    let members = match &shape {
        Shape::Union(members) => members.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut tags = members.iter().map(|member| tag_of(member));
    let other = match tags.next().flatten() {
        Some(tag) if tags.all(|other| other == Some(tag)) => Shape::Object(Object {
            fields: vec![Field {
                name: tag.to_owned(),
                optional: false,
                shape: Shape::OtherText,
                docs: Docs::default(),
            }],
            rest: None,
        }),
        _ => Shape::OtherText,
    };
    Shape::union([shape, other])
}

fn tag_of(shape: &Shape) -> Option<&str> {
    let object = match shape {
        Shape::Object(object) => object,
        Shape::Both(parts) => match parts.first()? {
            Shape::Object(object) => object,
            _ => return None,
        },
        _ => return None,
    };
    let tag = object.fields.iter().find(|field| field.is_tag())?;
    Some(&tag.name)
}

/// Adds what is said of variants that are only words: editors show nothing that stands inside a union of them.
pub(super) fn docs_of_words(schema: &Value, docs_of_type: Docs) -> Docs {
    let mut list = Vec::new();
    for member in schema
        .get("oneOf")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let said = docs(member);
        let Shape::Literal(Literal::Text(word)) =
            member.get("const").map_or(Shape::Unknown, literal)
        else {
            continue;
        };
        let mut line = said
            .text
            .lines()
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" ");
        if let Some(note) = &said.deprecated {
            let note = note.lines().map(str::trim).collect::<Vec<_>>().join(" ");
            line = [line.as_str(), "Deprecated:", &note]
                .join(" ")
                .trim()
                .into();
            line = line.trim_end_matches([':', ' ']).to_owned();
        }
        if !line.is_empty() {
            list.push(format!("- `{}`: {line}", word.replace('`', "'")));
        }
    }
    if list.is_empty() {
        return docs_of_type;
    }
    let mut text = docs_of_type.text.trim().to_owned();
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(&list.join("\n"));
    Docs {
        text,
        ..docs_of_type
    }
}
