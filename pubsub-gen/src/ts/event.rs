//! The types of one event, for those who want to read them alone.

use crate::model::{Direction, Graph, Shape};

use super::shape::Types;

/// The TypeScript of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventTypes {
    /// The named types that the others refer to, as they stand in `events-client.d.ts`.
    pub definitions: String,
    /// What subscribers receive; `None` if it is not published.
    pub payload: Option<String>,
    /// What clients may send; `None` if they may not.
    pub input: Option<String>,
    /// What the sender is answered; `None` if clients may not send it.
    pub reply: Option<String>,
    /// What the sender is told of a failure; `None` if nothing is declared.
    pub error: Option<String>,
}

/// The types of the event with this name, in a graph that holds no other; `None` if it has another name.
pub(crate) fn event_types(graph: &Graph, name: &str) -> Option<EventTypes> {
    let event = graph.event(name)?;
    let types = |direction| Types {
        graph,
        direction,
        prefix: "",
    };
    let definitions: Vec<_> = graph
        .needed()
        .into_iter()
        .map(|(name, (direction, definition))| types(direction).definition(name, definition))
        .collect();
    let print = |direction, shape: &Option<Shape>| {
        shape.as_ref().map(|shape| types(direction).shape(shape, 0))
    };
    Some(EventTypes {
        definitions: definitions.join("\n"),
        payload: print(Direction::Output, &event.received),
        input: print(Direction::Input, &event.sent),
        reply: print(Direction::Output, &event.reply),
        error: print(Direction::Output, &event.error),
    })
}
