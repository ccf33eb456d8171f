//! What crosses the wire, apart from any language: schemas become these types, and writers turn them into text.

mod buffered;
mod direction;
mod fields;
mod graph;
mod keys;
mod limits;
mod members;
mod names;
mod object;
mod problem;
mod read;
mod require;
mod spread;
mod variants;

pub(crate) use direction::Direction;
pub(crate) use graph::Graph;
pub use object::decode_pointer;
pub(crate) use object::{
    is_null, is_nullable, knows_its_members, tag_name, variants_kept, without_null_in,
};
pub(crate) use problem::{Place, TypeError};
pub(crate) use require::{Extra, takes_extra_keys};
pub(crate) use variants::ordered;

/// The shape of a JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// Any JSON.
    Unknown,
    /// No value at all.
    Never,
    Null,
    Boolean,
    Number,
    Text,
    /// Any string, beside some that are known.
    OtherText,
    /// A decimal integer in a string.
    Integer,
    Literal(Literal),
    List(Box<Shape>),
    Tuple {
        items: Vec<Shape>,
        /// How many of them are always there; the others may be missing at the end.
        least: usize,
    },
    Object(Object),
    /// One of these.
    Union(Vec<Shape>),
    /// All of these at once.
    Both(Vec<Shape>),
    /// A definition of the same direction, by its key.
    Named(String),
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Number(serde_json::Number),
    Boolean(bool),
}

/// Named members, and perhaps others.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Object {
    /// A tag first, then as they are declared.
    pub(crate) fields: Vec<Field>,
    /// What members of other names hold; without it there are none.
    pub(crate) rest: Option<Rest>,
}

/// One member of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) optional: bool,
    pub(crate) shape: Shape,
    pub(crate) docs: Docs,
}

impl Field {
    /// Whether it tells variants apart.
    pub(crate) fn is_tag(&self) -> bool {
        matches!(self.shape, Shape::Literal(_))
    }
}

/// The members of an object whose names are not known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rest {
    /// Whether their names are integers.
    pub(crate) numeric: bool,
    pub(crate) shape: Box<Shape>,
}

/// What is said of a type or a member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Docs {
    pub(crate) text: String,
    /// The note of a deprecation; empty if it has none.
    pub(crate) deprecated: Option<String>,
}

/// A named type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Definition {
    /// The path of its Rust type, if the schema says it.
    pub(crate) path: Option<String>,
    pub(crate) docs: Docs,
    pub(crate) shape: Shape,
}

impl Shape {
    /// All of these items.
    pub(crate) fn tuple(items: Vec<Self>) -> Self {
        let least = items.len();
        Self::Tuple { items, least }
    }

    /// One of these shapes, without repetitions or nesting.
    pub(crate) fn union(shapes: impl IntoIterator<Item = Self>) -> Self {
        let mut members: Vec<Self> = Vec::new();
        let mut add = |shape: Self| {
            if shape != Self::Never && !members.contains(&shape) {
                members.push(shape);
            }
        };
        for shape in shapes {
            match shape {
                Self::Union(inner) => inner.into_iter().for_each(&mut add),
                other => add(other),
            }
        }
        if members.contains(&Self::Unknown) {
            return Self::Unknown;
        }
        // Beside all text, a compiler would forget the words that are known.
        let is_word = |member: &Self| matches!(member, Self::Literal(Literal::Text(_)));
        if members.iter().any(is_word) {
            for member in &mut members {
                if *member == Self::Text {
                    *member = Self::OtherText;
                }
            }
        }
        match members.len() {
            0 => Self::Never,
            1 => members.remove(0),
            _ => Self::Union(members),
        }
    }

    /// Whether it is an object that can have no members.
    pub(crate) fn is_empty_object(&self) -> bool {
        matches!(self, Self::Object(object) if object.fields.is_empty() && object.rest.is_none())
    }

    /// The definitions it names.
    pub(crate) fn visit_names<'a>(&'a self, visit: &mut impl FnMut(&'a str)) {
        match self {
            Self::Named(key) => visit(key),
            Self::List(item) => item.visit_names(visit),
            Self::Tuple { items, .. } | Self::Union(items) | Self::Both(items) => {
                for item in items {
                    item.visit_names(visit);
                }
            }
            Self::Object(object) => {
                for field in &object.fields {
                    field.shape.visit_names(visit);
                }
                if let Some(rest) = &object.rest {
                    rest.shape.visit_names(visit);
                }
            }
            Self::Unknown
            | Self::Never
            | Self::Null
            | Self::Boolean
            | Self::Number
            | Self::Text
            | Self::OtherText
            | Self::Integer
            | Self::Literal(_) => {}
        }
    }
}
