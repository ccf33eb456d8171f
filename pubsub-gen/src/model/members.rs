//! The members of an object, with those that are flattened into it.

use serde_json::Value;

use super::{
    Direction, Docs, Field, Object, Place, Rest, Shape,
    limits::docs_with_limits,
    read::{Reader, is_set, literal},
    spread::{Flat, Reads, nothing_of},
};
use crate::words::{Word, Words};

impl Reader<'_> {
    pub(super) fn object(&mut self, schema: &Words<'_>, place: &Place) -> Shape {
        let required = schema.list(Word::Required);
        let order = schema.list(Word::Order);
        let mut members: Vec<(usize, String, Member)> = Vec::new();
        for (name, property) in schema.object(Word::Properties).into_iter().flatten() {
            let is_required = contains(required, name);
            let words = Words::of_value(property);
            let is_flat = words
                .as_ref()
                .is_some_and(|words| words.is_set(Word::Flatten));
            let member = if is_flat {
                let shown = name.strip_prefix("...").unwrap_or(name);
                Member::Flat(
                    shown.to_owned(),
                    self.flattened(property, is_required, &place.member(shown)),
                )
            } else {
                Member::Own(self.field(name, property, words.as_ref(), is_required, place))
            };
            members.push((place_in(order, name), name.clone(), member));
        }
        members.sort_by(|(a, a_name, _), (b, b_name, _)| (a, a_name).cmp(&(b, b_name)));
        let mut members: Vec<_> = members
            .into_iter()
            .map(|(_, name, member)| (name, member))
            .collect();
        let tags = || schema.object(Word::Tag).into_iter().flatten();
        let is_closed = schema.get(Word::AdditionalProperties) == Some(&Value::Bool(false));
        if self.direction == Direction::Input {
            self.check_flattened(&members, is_closed, tags().next(), place);
        }
        let mut joined = Joined::default();
        for (name, value) in tags() {
            if members.iter().any(|(known, _)| known == name) {
                // serde reads the field, and passes over the tag.
                if self.direction == Direction::Input {
                    continue;
                }
                self.refuse(
                    &place.member(name),
                    &format!("`{name}` is written twice: as the tag of its struct, and as a field"),
                    &[
                        "rename the field with `#[serde(rename = \"…\")]`",
                        "give the tag another name",
                    ],
                );
                members.retain(|(known, _)| known != name);
            }
            // serde writes the tag of a struct and does not ask for it; where nothing unknown is taken, it is not taken either.
            if self.direction == Direction::Output || !is_closed {
                joined.own.push(Field {
                    name: name.clone(),
                    optional: self.direction == Direction::Input,
                    shape: literal(value),
                    docs: Docs::default(),
                });
            }
        }
        joined.rest = self.rest(schema, place);
        let own = members.iter().filter_map(|(_, member)| match member {
            Member::Own(field) => Some(field.name.clone()),
            Member::Flat(..) => None,
        });
        joined.names = own.collect();
        for (_, member) in members {
            match member {
                Member::Own(field) => joined.own.push(field),
                Member::Flat(name, flat) => self.join(&mut joined, &name, flat, place),
            }
        }
        joined.own.sort_by_key(|field| !field.is_tag());
        joined.finish()
    }

    /// What serde cannot read back because something flattened leaves members where they are.
    fn check_flattened(
        &mut self,
        members: &[(String, Member)],
        is_closed: bool,
        tag: Option<(&String, &Value)>,
        place: &Place,
    ) {
        let flattened = || flattened(members);
        // What has no members takes none, and two maps are told by themselves.
        let later = |index| {
            flattened()
                .skip(index + 1)
                .find(|(_, next)| next.reads != Reads::Map && next.shape != Shape::Unknown)
        };
        let is_narrow = |flat: &Flat| {
            let takes_all = |rest: &Rest| *rest.shape == Shape::Unknown;
            let Shape::Object(object) = &flat.shape else {
                return false;
            };
            flat.reads == Reads::Map && !object.rest.as_ref().is_some_and(takes_all)
        };
        let left = flattened().find(|(_, flat)| matches!(flat.reads, Reads::Left | Reads::Known));
        for (index, (name, flat)) in flattened().enumerate() {
            let place = place.member(name);
            let is_map = flat.reads == Reads::Map;
            if let Some((what, is_later)) = self.given_too(members, index, tag) {
                let last = is_later.then_some("put it last");
                let others = [
                    "take away its `deny_unknown_fields`, or the unit struct that a variant holds",
                    "make it a field of its own",
                ];
                self.refuse(
                    &place,
                    &format!(
                        "it refuses members that it does not know, and serde gives it {what} too"
                    ),
                    &last.into_iter().chain(others).collect::<Vec<_>>(),
                );
            } else if is_closed && flat.reads != Reads::Own {
                self.refuse(
                    &place,
                    "`deny_unknown_fields` refuses what is flattened here: serde does not count these members among the known",
                    &["take `deny_unknown_fields` away", "make it a field of its own"],
                );
            } else if let (true, Some((tag, _))) = (is_map, tag) {
                self.refuse(
                    &place,
                    &format!("the flattened map is given the tag `{tag}` of its struct too when serde reads it"),
                    &["make the map a field of its own", "tag the struct with a field"],
                );
            } else if let (true, Some((other, _))) = (is_narrow(flat), left) {
                self.refuse(
                    &place,
                    &format!("the flattened map is given the members of `{other}` too when serde reads them, and refuses them"),
                    &[
                        "make one of them a field of its own",
                        "a map of any JSON, `serde_json::Map<String, Value>`",
                    ],
                );
            } else if let (true, Some((next, _))) = (is_map, later(index)) {
                self.refuse(
                    &place,
                    &format!("the flattened map is given the members of `{next}` too when serde reads them, as it comes first"),
                    &["put the map last", "make it a field of its own"],
                );
            }
        }
    }

    /// What of others is given to a flattened type that refuses what it does not know, and whether it would not be if it came last.
    fn given_too(
        &self,
        members: &[(String, Member)],
        at: usize,
        tag: Option<(&String, &Value)>,
    ) -> Option<(String, bool)> {
        let (_, flat) = flattened(members).nth(at)?;
        if flat.reads != Reads::Known {
            return None;
        }
        if let Some((tag, _)) = tag {
            return Some((format!("the tag `{tag}` of its struct"), false));
        }
        let has_members =
            |flat: &Flat| flat.reads == Reads::Map || !self.names(&flat.shape).is_empty();
        let (index, (name, other)) =
            flattened(members).enumerate().find(|(index, (_, other))| {
                *index != at && (*index > at || other.reads != Reads::Own) && has_members(other)
            })?;
        let is_later = index > at && other.reads == Reads::Own;
        Some((format!("those of `{name}`"), is_later))
    }

    fn field(
        &mut self,
        name: &str,
        property: &Value,
        words: Option<&Words<'_>>,
        required: bool,
        place: &Place,
    ) -> Field {
        let place = place.member(name);
        let mut optional = !required;
        let Some(words) = words else {
            return Field {
                name: name.to_owned(),
                optional,
                shape: self.shape(property, &place),
                docs: Docs::default(),
            };
        };
        let shape = self.shape_of(words, &place);
        let shape = self.written(shape, words.is_set(Word::OmitNone));
        if self.direction == Direction::Input {
            optional |= self.is_option(words);
            optional &= !words.is_set(Word::IsRequired);
        }
        Field {
            name: name.to_owned(),
            optional,
            shape,
            docs: docs_with_limits(words, self.direction),
        }
    }

    /// Whether serde reads the type from a member that is not there, though its schema is that of a named type.
    fn is_option(&self, property: &Words<'_>) -> bool {
        let target = property
            .text(Word::Ref)
            .and_then(|reference| self.definition(reference));
        target.is_some_and(|(_, target)| is_set(target, "x-option"))
    }

    /// Puts what is flattened beside the members so far.
    fn join(&mut self, joined: &mut Joined, name: &str, flat: Flat, place: &Place) {
        let place = place.member(name);
        for twice in self.names(&flat.shape) {
            if joined.has(&twice) {
                self.refuse(
                    &place,
                    &format!("`{twice}` is written twice: by the struct, and by what is flattened into it"),
                    &[
                        "rename one of them with `#[serde(rename = \"…\")]`",
                        "make it a field of its own",
                    ],
                );
                return;
            }
        }
        joined.names.extend(self.names(&flat.shape));
        let object = match flat.shape {
            Shape::Object(object) => object,
            Shape::Unknown => return,
            other => {
                joined.others.push(other);
                return;
            }
        };
        if object.rest.is_some() && joined.rest.is_some() {
            self.refuse(
                &place,
                "two flattened maps compete for the same keys",
                &["keep one of them", "make one a field of its own"],
            );
            return;
        }
        let is_named = object.fields.iter().any(|field| !field.optional);
        match (flat.optional && is_named, self.direction) {
            // Members come together or not at all.
            (true, Direction::Output) => {
                let nothing = nothing_of(&object);
                let shapes = [Shape::Object(object), Shape::Object(nothing)];
                joined.others.push(Shape::union(shapes));
            }
            // Whatever serde cannot read as the whole is taken for nothing.
            (true, Direction::Input) => {
                let optional = object.fields.into_iter().map(|field| Field {
                    optional: true,
                    ..field
                });
                joined.own.extend(optional);
                joined.rest = joined.rest.take().or(object.rest);
            }
            (false, _) => {
                joined.own.extend(object.fields);
                joined.rest = joined.rest.take().or(object.rest);
            }
        }
    }

    pub(super) fn rest(&mut self, schema: &Words<'_>, place: &Place) -> Option<Rest> {
        let patterns = schema.object(Word::PatternProperties);
        let open = [Word::AdditionalProperties, Word::UnevaluatedProperties]
            .iter()
            .find_map(|word| schema.get(*word))
            .filter(|open| !matches!(open, Value::Bool(false)));
        if patterns.is_none() && open.is_none() {
            return None;
        }
        let inner = place.member("[key]");
        let mut numeric = patterns.is_some_and(|patterns| !patterns.is_empty());
        let mut shapes = Vec::new();
        for (pattern, value) in patterns.into_iter().flatten() {
            numeric &= matches!(pattern.as_str(), r"^\d+$" | r"^-?\d+$");
            shapes.push(self.shape(value, &inner));
        }
        if let Some(open) = open {
            numeric = false;
            shapes.push(self.shape(open, &inner));
        }
        (!shapes.is_empty()).then(|| Rest {
            numeric,
            shape: Box::new(Shape::union(shapes)),
        })
    }
}

#[derive(Debug)]
enum Member {
    Own(Field),
    /// What is flattened, by the name of its field.
    Flat(String, Flat),
}

/// What is flattened, with the names of the fields.
fn flattened(members: &[(String, Member)]) -> impl Iterator<Item = (&String, &Flat)> {
    members.iter().filter_map(|(_, member)| match member {
        Member::Flat(name, flat) => Some((name, flat)),
        Member::Own(_) => None,
    })
}

/// The members of a struct with those that are flattened into it.
#[derive(Debug, Default)]
struct Joined {
    own: Vec<Field>,
    rest: Option<Rest>,
    /// Parts that are one of several.
    others: Vec<Shape>,
    /// The names of all own members, and of those in `others`.
    names: Vec<String>,
}

impl Joined {
    fn has(&self, name: &str) -> bool {
        self.own.iter().any(|field| field.name == name)
            || self.names.iter().any(|known| known == name)
    }

    fn finish(self) -> Shape {
        let mut rest = self.rest;
        if let Some(rest) = &mut rest {
            // An index signature holds for every member, so it has to admit those of the other parts.
            let inner = std::mem::replace(&mut *rest.shape, Shape::Never);
            let members = self.others.iter().map(members_of);
            *rest.shape = Shape::union(std::iter::once(inner).chain(members));
        }
        let object = Object {
            fields: self.own,
            rest,
        };
        let is_empty = object.fields.is_empty() && object.rest.is_none();
        let mut parts = self.others;
        for index in 0..parts.len() {
            let others = parts.iter().enumerate().filter(|(at, _)| *at != index);
            let beside = others.map(|(_, part)| members_of(part));
            let own = object.fields.iter().map(|field| field.shape.clone());
            let beside = Shape::union(beside.chain(own));
            widen(&mut parts[index], &beside);
        }
        if parts.is_empty() || !is_empty {
            parts.insert(0, Shape::Object(object));
        }
        match parts.len() {
            1 => parts.remove(0),
            _ => Shape::Both(parts),
        }
    }
}

/// Lets the maps among the members of a shape hold what stands beside it.
fn widen(shape: &mut Shape, beside: &Shape) {
    match shape {
        Shape::Object(Object {
            rest: Some(rest), ..
        }) => {
            let inner = std::mem::replace(&mut *rest.shape, Shape::Never);
            *rest.shape = Shape::union([inner, beside.clone()]);
        }
        Shape::Union(parts) | Shape::Both(parts) => {
            for part in parts {
                widen(part, beside);
            }
        }
        _ => {}
    }
}

/// Everything that a member of this shape may hold.
fn members_of(shape: &Shape) -> Shape {
    match shape {
        Shape::Object(object) => {
            let fields = object.fields.iter().map(|field| field.shape.clone());
            let rest = object.rest.iter().map(|rest| (*rest.shape).clone());
            Shape::union(fields.chain(rest))
        }
        Shape::Union(parts) | Shape::Both(parts) => Shape::union(parts.iter().map(members_of)),
        Shape::Never => Shape::Never,
        _ => Shape::Unknown,
    }
}

/// Whether a name is among the words of a list.
fn contains(list: &[Value], name: &str) -> bool {
    place_in(list, name) < list.len()
}

/// Where a name stands in a list of words; behind all of them if it does not. It counts, as an iterator's calls are not inlined
/// where nothing is optimised.
fn place_in(list: &[Value], name: &str) -> usize {
    let mut place = 0;
    while place < list.len() {
        if let Value::String(word) = &list[place]
            && word.len() == name.len()
            && word == name
        {
            break;
        }
        place += 1;
    }
    place
}
