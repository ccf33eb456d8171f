//! Whether a value has room for a key of our own.

use std::collections::BTreeSet;

use super::{Direction, Graph, Shape, read::MAX_DEPTH};

/// Whether the values of a type are objects that an extra key can be added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extra {
    /// All of them.
    All,
    /// All of them, and the type says that there are no other keys.
    Empty,
    /// Some of them.
    Some,
    /// None of them.
    None,
}

/// Whether an extra key can be added to what clients send.
pub(crate) fn takes_extra_keys(graph: &Graph, shape: &Shape) -> Extra {
    if resolves_to_empty(graph, shape) {
        return Extra::Empty;
    }
    let (mut objects, mut others) = (false, false);
    let mut pending = vec![shape];
    let mut seen = BTreeSet::new();
    while let Some(shape) = pending.pop() {
        match shape {
            Shape::Object(_) | Shape::Both(_) if holds_map(graph, shape, MAX_DEPTH) => {
                others = true;
            }
            Shape::Object(_) | Shape::Both(_) => objects = true,
            Shape::Union(members) => pending.extend(members),
            Shape::Named(key) => {
                if seen.insert(key)
                    && let Some(definition) = graph.definition(Direction::Input, key)
                {
                    pending.push(&definition.shape);
                }
            }
            _ => others = true,
        }
    }
    match (objects, others) {
        (true, false) => Extra::All,
        (true, true) => Extra::Some,
        (false, _) => Extra::None,
    }
}

/// Whether every key that has no name here holds something of a certain type, so that one of ours would not fit.
fn holds_map(graph: &Graph, shape: &Shape, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    match shape {
        Shape::Object(object) => object
            .rest
            .as_ref()
            .is_some_and(|rest| !rest.numeric && *rest.shape != Shape::Unknown),
        Shape::Both(parts) | Shape::Union(parts) => {
            parts.iter().any(|part| holds_map(graph, part, depth))
        }
        Shape::Named(key) => graph
            .definition(Direction::Input, key)
            .is_some_and(|definition| holds_map(graph, &definition.shape, depth)),
        _ => false,
    }
}

fn resolves_to_empty(graph: &Graph, shape: &Shape) -> bool {
    match shape {
        Shape::Named(key) => graph
            .definition(Direction::Input, key)
            .is_some_and(|definition| definition.shape.is_empty_object()),
        other => other.is_empty_object(),
    }
}
