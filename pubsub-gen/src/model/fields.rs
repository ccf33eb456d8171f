//! The members that a value can be filtered by.

use super::{Direction, Graph, Shape, object::without_null};

/// How many names and alternatives deep a shape is followed.
const MAX_DEPTH: usize = 16;

impl Graph {
    /// What the member `name` of a received payload holds where it is there and not `null`.
    pub(crate) fn member(&self, payload: &Shape, name: &str) -> Option<Shape> {
        let found = self.member_within(payload, name, MAX_DEPTH)?;
        match without_null(found) {
            // A nullable unit enum may be a definition of its own, which holds the `null`.
            Shape::Named(key) => match &self.definition(Direction::Output, &key)?.shape {
                shape @ Shape::Union(members) if members.contains(&Shape::Null) => {
                    Some(without_null(shape.clone()))
                }
                _ => Some(Shape::Named(key)),
            },
            other => Some(other),
        }
    }

    fn member_within(&self, shape: &Shape, name: &str, depth: usize) -> Option<Shape> {
        let depth = depth.checked_sub(1)?;
        let within = |shape: &Shape| self.member_within(shape, name, depth);
        match shape {
            Shape::Object(object) => object
                .fields
                .iter()
                .find(|field| field.name == name)
                .map(|field| field.shape.clone()),
            Shape::Named(key) => within(&self.definition(Direction::Output, key)?.shape),
            Shape::Both(parts) => parts.iter().find_map(within),
            Shape::Union(members) => {
                let found: Vec<Shape> = members.iter().filter_map(within).collect();
                (!found.is_empty()).then(|| Shape::union(found))
            }
            _ => None,
        }
    }
}
