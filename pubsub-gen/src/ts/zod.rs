//! `events-zod.ts`: schemas of zod 4 for what clients send and receive.

mod limits;
mod order;
mod shape;

use std::{collections::BTreeSet, fmt::Write as _};

use pubsub_runtime::{AccessManifest, Manifest};
use serde_json::Value;

use crate::model::{Definition, Direction, Graph, Shape};

use super::{docs, words};
use order::Order;
use shape::Writer;

/// The text of the file, without its first line.
///
/// A schema is called as its type in `events-client.d.ts`, and `z.infer` gives that type.
/// zod itself leaves out a member called `__proto__`, wherever it stands.
pub(crate) fn zod(manifest: &Manifest, graph: &Graph) -> String {
    let needed = graph.needed();
    let names = Names::new(needed.keys().copied());
    let order = Order::of(graph);
    let mut body = String::new();
    for name in order.names() {
        if let Some((direction, definition)) = needed.get(name) {
            let writer = Writer {
                graph,
                names: &names,
                order: &order,
                direction: *direction,
                within: Some(name),
            };
            let raw = raw(manifest, graph, *direction, name);
            body.push('\n');
            body.push_str(&definition_of(&writer, name, definition, raw));
        }
    }
    body.push_str(&tables(manifest, graph, &names, &order));

    let Names {
        z,
        types,
        typed,
        integer,
        ..
    } = &names;
    let mut text = format!("\nimport * as {z} from 'zod';\n");
    if body.contains(&format!("{types}.")) {
        let _ = writeln!(text, "import type * as {types} from './events-client.js';");
    }
    if body.contains(&format!("{typed}<")) {
        let _ = write!(
            text,
            "\n/** A schema whose type zod cannot say as exactly as `events-client.d.ts` does. */\nconst {typed} = <T>(schema: {z}.ZodType<T>): {z}.ZodType<T> => schema;\n"
        );
    }
    if ["()", "(/"]
        .iter()
        .any(|call| body.contains(&format!("{integer}{call}")))
    {
        let _ = write!(
            text,
            "\n/** A decimal integer in a string. */\nconst {integer} = (pattern = /^-?[0-9]+$/, most = Infinity) => {z}.custom<`${{bigint}}`>((value) => typeof value === 'string' && value.length <= most && pattern.test(value), 'expected a decimal integer in a string');\n"
        );
    }
    text.push_str(&body);
    text
}

/// What the file itself calls things; a user's type of such a name makes it give way.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) z: String,
    pub(super) types: String,
    pub(super) typed: String,
    pub(super) integer: String,
    tables: [String; 5],
}

impl Names {
    fn new<'a>(taken: impl Iterator<Item = &'a str>) -> Self {
        let mut taken: BTreeSet<String> = taken.map(str::to_owned).collect();
        let mut free = |wanted: &str| {
            let mut name = wanted.to_owned();
            while !taken.insert(name.clone()) {
                name.push('_');
            }
            name
        };
        Self {
            z: free("z"),
            types: free("E"),
            typed: free("typed"),
            integer: free("integer"),
            tables: ["payloads", "inputs", "replies", "errors", "snapshots"].map(&mut free),
        }
    }
}

/// The schema that schemars wrote for a name: it knows the limits, which types do not.
fn raw<'m>(
    manifest: &'m Manifest,
    graph: &Graph,
    direction: Direction,
    name: &str,
) -> Option<&'m Value> {
    let mut definitions = direction.definitions(&manifest.schemas).iter();
    definitions
        .find(|(key, _)| graph.name(direction, key) == name)
        .map(|(_, schema)| schema)
}

fn definition_of(
    writer: &Writer<'_>,
    name: &str,
    definition: &Definition,
    raw: Option<&Value>,
) -> String {
    let comment = docs::comment(&definition.docs, 0);
    let Names { z, types, .. } = writer.names;
    match &definition.shape {
        // Getters let an object name itself; any other type has to be told what it is.
        Shape::Object(object) if object.rest.is_none() => {
            let text = writer.object(object, raw, 0, false);
            format!("{comment}export const {name} = {text};\n")
        }
        shape if writer.is_recursive(shape) => {
            let text = writer.shape(shape, raw, 0);
            format!(
                "{comment}export const {name}: {z}.ZodType<{types}.{name}> = {z}.lazy(() => {text});\n"
            )
        }
        shape => {
            let text = writer.shape(shape, raw, 0);
            format!("{comment}export const {name} = {text};\n")
        }
    }
}

/// One table for each side, by the name of the event; what has no type is left out.
fn tables(manifest: &Manifest, graph: &Graph, names: &Names, order: &Order) -> String {
    let writer = |direction| Writer {
        graph,
        names,
        order,
        direction,
        within: None,
    };
    let (output, input) = (writer(Direction::Output), writer(Direction::Input));
    let mut tables = [
        ("What subscribers receive, by event.", Vec::new()),
        ("What clients may send, by event.", Vec::new()),
        ("What the sender is answered, by event.", Vec::new()),
        (
            "What the sender is told of a failure, by event; it stands in `error.data.event`.",
            Vec::new(),
        ),
        ("What `pubsub:snapshot` carries, by channel.", Vec::new()),
    ];
    for event in &manifest.events {
        let Some(types) = graph.event(&event.name) else {
            continue;
        };
        let (sent, received) = (
            event.payload.input.as_value(),
            event.payload.output.as_value(),
        );
        let answer = |schema: &'_ Option<pubsub_runtime::TypeManifest>| {
            schema
                .as_ref()
                .map(|schema| schema.output.as_value().clone())
        };
        let (reply, error) = (answer(&event.reply), answer(&event.error));
        let sides = [
            (&output, &types.received, Some(received)),
            (&input, &types.sent, Some(sent)),
            (&output, &types.reply, reply.as_ref()),
            (&output, &types.error, error.as_ref()),
        ];
        for ((_, table), (writer, shape, raw)) in tables.iter_mut().zip(sides) {
            if let Some(shape) = shape {
                table.push((event.name.as_str(), writer.shape(shape, raw, 2)));
            }
        }
    }
    for channel in &manifest.channels {
        let shape = graph.snapshot(&channel.name);
        if let Some(shape) = shape.filter(|_| channel.subscribe != AccessManifest::None) {
            let raw = channel
                .snapshot
                .as_ref()
                .map(|snapshot| snapshot.output.as_value());
            let text = output.shape(shape, raw, 2);
            if let Some((_, table)) = tables.last_mut() {
                table.push((channel.name.as_str(), text));
            }
        }
    }
    let mut text = String::new();
    for ((said, members), name) in tables.iter().zip(&names.tables) {
        let _ = write!(text, "\n/** {said} */\nexport const {name} = {{\n");
        for (member, schema) in members {
            let _ = writeln!(text, "  {}: {schema},", words::member(member));
        }
        text.push_str("};\n");
    }
    text
}
