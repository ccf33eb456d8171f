//! The members that a value can be filtered by.

use super::{Direction, Graph, Shape};

/// How many names and alternatives deep a shape is followed.
const MAX_DEPTH: usize = 16;

impl Graph {
    /// What the member `name` of a received payload holds where it is there.
    pub(crate) fn member(&self, payload: &Shape, name: &str) -> Option<Shape> {
        self.member_within(payload, name, MAX_DEPTH)
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
