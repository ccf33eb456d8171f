//! Shapes as expressions of zod.

use std::{cell::Cell, collections::BTreeSet, fmt::Write as _};

use serde_json::Value;

use crate::model::{Direction, Docs, Field, Graph, Literal, Object, Shape};

use super::{
    super::{docs, shape::Types, words},
    Names, limits,
    order::Order,
};

/// The widest expression that stays on one line, in characters.
const WIDTH: usize = 100;

/// Writes the expressions of one definition, or of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writer<'g> {
    pub(super) graph: &'g Graph,
    pub(super) names: &'g Names,
    pub(super) order: &'g Order,
    pub(super) direction: Direction,
    /// The definition it stands in.
    pub(super) within: Option<&'g str>,
}

impl Writer<'_> {
    /// Whether a shape names something that names the definition in turn.
    pub(super) fn is_recursive(&self, shape: &Shape) -> bool {
        let Some(within) = self.within else {
            return false;
        };
        let mut found = false;
        shape.visit_names(&mut |key| {
            let name = self.graph.name(self.direction, key);
            found |= self.order.is_recursive(within, name);
        });
        found
    }

    /// A shape; `raw` is its schema, which knows the limits.
    pub(super) fn shape(&self, shape: &Shape, raw: Option<&Value>, indent: usize) -> String {
        self.part(shape, raw, indent, false)
    }

    /// `loose`: it is one of several, none of which may take away what another one knows.
    fn part(&self, shape: &Shape, raw: Option<&Value>, indent: usize, loose: bool) -> String {
        let z = &self.names.z;
        match shape {
            Shape::Unknown => format!("{z}.unknown()"),
            Shape::Never => format!("{z}.never()"),
            Shape::Null => format!("{z}.null()"),
            Shape::Boolean => format!("{z}.boolean()"),
            Shape::Number => limits::number(z, raw),
            Shape::Text => limits::text(z, raw),
            Shape::OtherText => format!("{z}.string()"),
            Shape::Integer => format!("{}({})", self.names.integer, limits::integer(raw)),
            Shape::Literal(literal) => format!("{z}.literal({})", value(literal)),
            Shape::List(item) => {
                let item = self.shape(item, limits::item(raw, 0), indent);
                format!("{z}.array({item}){}", limits::list(raw))
            }
            Shape::Tuple { items, least } => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    let item = self.shape(item, limits::item(raw, index), indent);
                    if index < *least {
                        item
                    } else {
                        format!("{item}.optional()")
                    }
                });
                format!("{z}.tuple([{}])", items.collect::<Vec<_>>().join(", "))
            }
            Shape::Object(object) => self.object(object, raw, indent, loose),
            Shape::Union(members) => self.union(shape, members, raw, indent),
            Shape::Both(parts) => self.both(shape, parts, indent, loose),
            Shape::Named(key) => {
                let name = self.graph.name(self.direction, key);
                let definition = self.graph.definition(self.direction, key);
                let is_plain = definition.is_some_and(
                    |definition| matches!(&definition.shape, Shape::Object(object) if object.rest.is_none() && !object.fields.is_empty()),
                );
                if loose && is_plain {
                    format!("{name}.loose()")
                } else {
                    name.to_owned()
                }
            }
        }
    }

    /// All parts at once.
    fn both(&self, shape: &Shape, parts: &[Shape], indent: usize, loose: bool) -> String {
        let z = &self.names.z;
        if let Some((object, name)) = self.extended(parts) {
            let members = self.object(object, None, indent, false);
            let members = members
                .strip_prefix(&format!("{z}.object("))
                .unwrap_or(&members);
            let loose = if loose { ".loose()" } else { "" };
            return format!("{name}.extend({members}{loose}");
        }
        let mut parts = parts
            .iter()
            .map(|part| self.part(part, None, indent, loose));
        let first = parts.next().unwrap_or_default();
        let joined = parts.fold(first, |joined, part| {
            format!("{z}.intersection({joined}, {part})")
        });
        self.typed(shape, &joined, indent)
    }

    fn union(
        &self,
        shape: &Shape,
        members: &[Shape],
        raw: Option<&Value>,
        indent: usize,
    ) -> String {
        let z = &self.names.z;
        let text_of = |member: &Shape| match member {
            Shape::Literal(Literal::Text(text)) => Some(words::text(text)),
            _ => None,
        };
        if let Some(texts) = members.iter().map(text_of).collect::<Option<Vec<_>>>() {
            return format!("{z}.enum([{}])", texts.join(", "));
        }
        let count = members.len();
        if let [one, Shape::Null] | [Shape::Null, one] = members {
            let index = usize::from(members.first() == Some(&Shape::Null));
            let one = self.part(one, limits::alternative(raw, index, count), indent, false);
            return format!("{z}.nullable({one})");
        }
        let tag = self.tag(members);
        // Without a tag the first that fits is taken, and an object forgets the members it does not know.
        let is_object = |member: &&Shape| {
            !matches!(
                member,
                Shape::Null
                    | Shape::Boolean
                    | Shape::Number
                    | Shape::Text
                    | Shape::OtherText
                    | Shape::Integer
                    | Shape::Literal(_)
                    | Shape::List(_)
                    | Shape::Tuple { .. }
            )
        };
        let loose = tag.is_none() && members.iter().filter(is_object).count() > 1;
        let alternatives: Vec<_> = members
            .iter()
            .enumerate()
            .map(|(index, member)| {
                self.part(
                    member,
                    limits::alternative(raw, index, count),
                    indent + 2,
                    loose,
                )
            })
            .collect();
        let head = match tag {
            Some(tag) => format!("{z}.discriminatedUnion({}, [", words::text(tag)),
            None => format!("{z}.union(["),
        };
        let text = listed(&head, &alternatives, "])", indent);
        if loose {
            self.typed(shape, &text, indent)
        } else {
            text
        }
    }

    /// An object with its members.
    pub(super) fn object(
        &self,
        object: &Object,
        raw: Option<&Value>,
        indent: usize,
        loose: bool,
    ) -> String {
        let z = &self.names.z;
        if object.fields.is_empty()
            && let Some(rest) = &object.rest
            && !rest.numeric
        {
            let rest = self.shape(&rest.shape, limits::rest(raw), indent);
            return format!("{z}.record({z}.string(), {rest})");
        }
        let lazy = Cell::new(false);
        let members: Vec<_> = object
            .fields
            .iter()
            .map(|field| self.field(field, raw, indent + 2, &lazy))
            .collect();
        let head = if loose && object.rest.is_none() {
            format!("{z}.looseObject({{")
        } else {
            format!("{z}.object({{")
        };
        let silent = object
            .fields
            .iter()
            .all(|field| field.docs == Docs::default())
            && !lazy.get();
        let one = format!("{head} {} }})", members.join(", "));
        let mut text = if object.fields.is_empty() {
            format!("{head}}})")
        } else if silent && one.chars().count() <= WIDTH && !one.contains('\n') {
            one
        } else {
            let pad = " ".repeat(indent + 2);
            let mut text = format!("{head}\n");
            for (field, member) in object.fields.iter().zip(&members) {
                text.push_str(&docs::comment(&field.docs, indent + 2));
                let _ = writeln!(text, "{pad}{member},");
            }
            let _ = write!(text, "{}}})", " ".repeat(indent));
            text
        };
        let Some(rest) = &object.rest else {
            return text;
        };
        let inner = self.shape(&rest.shape, limits::rest(raw), indent);
        if rest.numeric && object.fields.is_empty() {
            text = format!("{z}.record({z}.string().regex(/^-?\\d+$/), {inner})");
        } else {
            let _ = write!(text, ".catchall({inner})");
        }
        self.typed(&Shape::Object(object.clone()), &text, indent)
    }

    fn field(
        &self,
        field: &Field,
        raw: Option<&Value>,
        indent: usize,
        lazy: &Cell<bool>,
    ) -> String {
        let z = &self.names.z;
        let schema = self.shape(&field.shape, limits::member(raw, &field.name), indent);
        // As a plain name it would set the prototype.
        let is_prototype = field.name == "__proto__";
        if self.is_recursive(&field.shape) && !is_prototype {
            lazy.set(true);
            let name = words::member(&field.name);
            let of = format!("{z}.ZodType<{}>", self.type_of(&field.shape, indent));
            return if field.optional {
                format!("get {name}(): {z}.ZodOptional<{of}> {{ return {z}.optional({schema}); }}")
            } else {
                format!("get {name}(): {of} {{ return {schema}; }}")
            };
        }
        let name = if is_prototype {
            "['__proto__']".to_owned()
        } else {
            words::member(&field.name)
        };
        if field.optional {
            format!("{name}: {z}.optional({schema})")
        } else {
            format!("{name}: {schema}")
        }
    }

    /// A declared object with further members, such as a variant's with its tag.
    fn extended<'a>(&'a self, parts: &'a [Shape]) -> Option<(&'a Object, &'a str)> {
        let [Shape::Object(object), Shape::Named(key)] = parts else {
            return None;
        };
        let named = self.graph.definition(self.direction, key)?;
        let is_plain = matches!(&named.shape, Shape::Object(named) if named.rest.is_none() && !named.fields.is_empty());
        let is_known = !self.is_recursive(&Shape::Named(key.clone()));
        (is_plain && is_known && object.rest.is_none())
            .then(|| (object, self.graph.name(self.direction, key)))
    }

    /// The member that tells objects apart, if each has it with a value of its own.
    fn tag<'a>(&'a self, members: &'a [Shape]) -> Option<&'a str> {
        let objects: Option<Vec<&Object>> = members
            .iter()
            .map(|member| match member {
                Shape::Object(object) if object.rest.is_none() => Some(object),
                Shape::Both(parts) => self.extended(parts).map(|(object, _)| object),
                _ => None,
            })
            .collect();
        let objects = objects?;
        let literal = |object: &Object, name: &str| {
            object.fields.iter().find_map(|field| match &field.shape {
                Shape::Literal(literal) if field.name == name && !field.optional => {
                    Some(value(literal))
                }
                _ => None,
            })
        };
        let mut names = objects
            .first()?
            .fields
            .iter()
            .map(|field| field.name.as_str());
        names.find(|name| {
            let values: Option<BTreeSet<_>> =
                objects.iter().map(|object| literal(object, name)).collect();
            values.is_some_and(|values| values.len() == objects.len())
        })
    }

    /// The expression with the type that `events-client.d.ts` gives it.
    fn typed(&self, shape: &Shape, text: &str, indent: usize) -> String {
        format!(
            "{}<{}>({text})",
            self.names.typed,
            self.type_of(shape, indent)
        )
    }

    fn type_of(&self, shape: &Shape, indent: usize) -> String {
        let prefix = format!("{}.", self.names.types);
        Types {
            graph: self.graph,
            direction: self.direction,
            prefix: &prefix,
        }
        .shape(shape, indent)
    }
}

fn value(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => words::text(text),
        Literal::Number(number) => number.to_string(),
        Literal::Boolean(flag) => flag.to_string(),
    }
}

fn listed(head: &str, items: &[String], tail: &str, indent: usize) -> String {
    let one = format!("{head}{}{tail}", items.join(", "));
    if one.chars().count() <= WIDTH && !one.contains('\n') {
        return one;
    }
    let pad = " ".repeat(indent + 2);
    let mut text = format!("{head}\n");
    for item in items {
        let _ = writeln!(text, "{pad}{item},");
    }
    let _ = write!(text, "{}{tail}", " ".repeat(indent));
    text
}
