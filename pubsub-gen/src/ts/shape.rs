//! Shapes as types.

use std::fmt::Write as _;

use crate::model::{Definition, Direction, Docs, Field, Graph, Literal, Object, Shape};

use super::{docs, words};

/// The widest type that stays on one line, in characters.
const WIDTH: usize = 100;

/// Writes the types of one direction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Types<'g> {
    pub(super) graph: &'g Graph,
    pub(super) direction: Direction,
    /// What stands before the name of a declared type, such as `E.`.
    pub(super) prefix: &'g str,
}

impl Types<'_> {
    /// A named type, with its comment.
    pub(super) fn definition(&self, name: &str, definition: &Definition) -> String {
        let comment = docs::comment(&definition.docs, 0);
        match &definition.shape {
            Shape::Object(object) => {
                let body = body(object, &self.members(object, 2), 2);
                format!("{comment}export interface {name} {{\n{body}}}\n")
            }
            shape => {
                let text = self.shape(shape, 0);
                let space = if text.starts_with('\n') { "" } else { " " };
                format!("{comment}export type {name} ={space}{text};\n")
            }
        }
    }

    /// A type as part of another.
    pub(super) fn shape(&self, shape: &Shape, indent: usize) -> String {
        match shape {
            Shape::Unknown => "unknown".to_owned(),
            Shape::Never => "never".to_owned(),
            Shape::Null => "null".to_owned(),
            Shape::Boolean => "boolean".to_owned(),
            Shape::Number => "number".to_owned(),
            Shape::Text => "string".to_owned(),
            Shape::OtherText => "(string & {})".to_owned(),
            Shape::Integer => "`${bigint}`".to_owned(),
            Shape::Literal(Literal::Text(text)) => words::text(text),
            Shape::Literal(Literal::Number(number)) => number.to_string(),
            Shape::Literal(Literal::Boolean(flag)) => flag.to_string(),
            Shape::List(item) => format!("{}[]", self.grouped(item, indent)),
            Shape::Tuple { items, least } => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    if index < *least {
                        self.shape(item, indent)
                    } else {
                        format!("{}?", self.grouped(item, indent))
                    }
                });
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            Shape::Object(object) => self.inline(object, indent),
            Shape::Union(members) => self.union(members, indent),
            Shape::Both(parts) => {
                let parts: Vec<_> = parts
                    .iter()
                    .map(|part| self.grouped(part, indent))
                    .collect();
                parts.join(" & ")
            }
            Shape::Named(key) => {
                format!("{}{}", self.prefix, self.graph.name(self.direction, key))
            }
        }
    }

    fn grouped(&self, shape: &Shape, indent: usize) -> String {
        let text = self.shape(shape, indent);
        match shape {
            Shape::Union(_) | Shape::Both(_) => format!("({text})"),
            _ => text,
        }
    }

    fn union(&self, members: &[Shape], indent: usize) -> String {
        // What stands on one line does so at any indent, so each is written once, however deep unions nest.
        let each: Vec<_> = members
            .iter()
            .map(|member| self.shape(member, indent + 2))
            .collect();
        let line = each.join(" | ");
        if line.chars().count() <= WIDTH && !line.contains('\n') {
            return line;
        }
        let pad = " ".repeat(indent + 2);
        each.iter().fold(String::new(), |mut text, member| {
            let _ = write!(text, "\n{pad}| {member}");
            text
        })
    }

    fn inline(&self, object: &Object, indent: usize) -> String {
        let members = self.members(object, indent + 2);
        let silent = object
            .fields
            .iter()
            .all(|field| field.docs == Docs::default());
        if silent {
            let line = format!("{{ {} }}", members.join("; "));
            if line.chars().count() <= WIDTH && !line.contains('\n') {
                return line;
            }
        }
        let body = body(object, &members, indent + 2);
        format!("{{\n{body}{}}}", " ".repeat(indent))
    }

    /// Each member, and the index signature after them.
    fn members(&self, object: &Object, indent: usize) -> Vec<String> {
        let fields = object.fields.iter().map(|field| self.field(field, indent));
        fields.chain(self.rest(object, indent)).collect()
    }

    fn field(&self, field: &Field, indent: usize) -> String {
        let mark = if field.optional { "?" } else { "" };
        format!(
            "{}{mark}: {}",
            words::member(&field.name),
            self.shape(&field.shape, indent)
        )
    }

    /// The index signature of an object.
    fn rest(&self, object: &Object, indent: usize) -> Option<String> {
        let Some(rest) = &object.rest else {
            // Without it, TypeScript reads `{}` as "anything but null".
            return object
                .fields
                .is_empty()
                .then(|| "[key: string]: never".to_owned());
        };
        if rest.numeric {
            let shape = self.shape(&rest.shape, indent);
            return Some(format!("[key: `${{number}}`]: {shape}"));
        }
        // An index signature holds for the named members too, so it has to admit them; else nothing could be assigned.
        let named = object.fields.iter().map(|field| field.shape.clone());
        let shape = Shape::union(std::iter::once((*rest.shape).clone()).chain(named));
        let mut text = self.shape(&shape, indent);
        let optional = object.fields.iter().any(|field| field.optional);
        if optional && shape != Shape::Unknown {
            text.push_str(" | undefined");
        }
        Some(format!("[key: string]: {text}"))
    }
}

/// The members of an object on lines of their own, with what is said of them.
fn body(object: &Object, members: &[String], indent: usize) -> String {
    let pad = " ".repeat(indent);
    let silent = Docs::default();
    let said = object.fields.iter().map(|field| &field.docs);
    let mut body = String::new();
    for (member, docs) in members.iter().zip(said.chain([&silent])) {
        body.push_str(&docs::comment(docs, indent));
        let _ = writeln!(body, "{pad}{member};");
    }
    body
}
