//! Every type that crosses the wire, in both directions, and the names clients see.

use std::collections::{BTreeMap, BTreeSet};

use pubsub_runtime::{AccessManifest, EventManifest, Manifest, TypeManifest};

use super::{
    Definition, Direction, Object, Place, Shape, TypeError,
    buffered::unreadable,
    names::{Identity, Namer},
    read::{Reader, Types},
};
use crate::threads::join;

/// Every type that crosses the wire.
#[derive(Debug)]
pub(crate) struct Graph {
    events: BTreeMap<String, EventTypes>,
    /// What the channels' snapshots hold, by channel.
    snapshots: BTreeMap<String, Shape>,
    sides: BTreeMap<Direction, BTreeMap<String, Definition>>,
    /// The names that clients see, by the keys of the definitions.
    names: BTreeMap<Direction, BTreeMap<String, String>>,
}

/// The types of one event.
#[derive(Debug)]
pub(crate) struct EventTypes {
    /// What subscribers receive; `None` if it is not published.
    pub(crate) received: Option<Shape>,
    /// What clients may send; `None` if they may not.
    pub(crate) sent: Option<Shape>,
    /// What the sender is answered.
    pub(crate) reply: Option<Shape>,
    /// What the sender is told of a failure.
    pub(crate) error: Option<Shape>,
}

impl Graph {
    /// Reads the types of a manifest; `reserved` are names that a user's type cannot have.
    pub(crate) fn read(
        manifest: &Manifest,
        reserved: &dyn Fn(&str) -> bool,
    ) -> Result<Self, Vec<TypeError>> {
        let (output, input) = join(|| Output::read(manifest), || Input::read(manifest));
        let events = manifest.events.iter().zip(output.events).zip(input.events);
        let events: BTreeMap<_, _> = events
            .map(|((event, told), sent)| (event.name.clone(), EventTypes::new(event, told, sent)))
            .collect();

        let mut errors = input.errors;
        let (output, input, snapshots) = (output.types, input.types, output.snapshots);
        for side in [&output, &input] {
            errors.extend(side.errors.iter().cloned());
            errors.extend(endless(side));
        }
        // A type that is wrong in both directions is one mistake.
        let mut seen = BTreeSet::new();
        errors.retain(|error| seen.insert(error.to_string()));
        if !errors.is_empty() {
            return Err(errors);
        }

        let names = name(&output, &input, reserved);
        let sides = [
            (Direction::Output, output.definitions),
            (Direction::Input, input.definitions),
        ];
        Ok(Self {
            events,
            snapshots,
            sides: sides.into(),
            names,
        })
    }

    /// The types of an event.
    pub(crate) fn event(&self, name: &str) -> Option<&EventTypes> {
        self.events.get(name)
    }

    /// What the snapshot of a channel holds; `None` if clients see none.
    pub(crate) fn snapshot(&self, channel: &str) -> Option<&Shape> {
        self.snapshots.get(channel)
    }

    /// The definition behind a key.
    pub(crate) fn definition(&self, direction: Direction, key: &str) -> Option<&Definition> {
        self.sides.get(&direction)?.get(key)
    }

    /// The name that clients see.
    pub(crate) fn name<'a>(&'a self, direction: Direction, key: &'a str) -> &'a str {
        let name = self.names.get(&direction).and_then(|names| names.get(key));
        name.map_or(key, String::as_str)
    }

    /// The definitions that clients need, by the name they see.
    pub(crate) fn needed(&self) -> BTreeMap<&str, (Direction, &Definition)> {
        let mut pending: Vec<(Direction, &str)> = Vec::new();
        for event in self.events.values() {
            let roots = [
                (Direction::Output, &event.received),
                (Direction::Output, &event.reply),
                (Direction::Output, &event.error),
                (Direction::Input, &event.sent),
            ];
            for (direction, root) in roots {
                if let Some(root) = root {
                    root.visit_names(&mut |key| pending.push((direction, key)));
                }
            }
        }
        for snapshot in self.snapshots.values() {
            snapshot.visit_names(&mut |key| pending.push((Direction::Output, key)));
        }
        let mut seen = BTreeSet::new();
        let mut needed = BTreeMap::new();
        while let Some((direction, key)) = pending.pop() {
            if !seen.insert((direction, key)) {
                continue;
            }
            if let Some(definition) = self.definition(direction, key) {
                needed
                    .entry(self.name(direction, key))
                    .or_insert((direction, definition));
                definition
                    .shape
                    .visit_names(&mut |key| pending.push((direction, key)));
            }
        }
        needed
    }
}

/// What the server writes.
struct Output {
    /// In the order of the manifest's events.
    events: Vec<Told>,
    /// By channel.
    snapshots: BTreeMap<String, Shape>,
    types: Types,
}

/// What is told of one event.
struct Told {
    received: Shape,
    reply: Option<Shape>,
    error: Option<Shape>,
}

impl Output {
    fn read(manifest: &Manifest) -> Self {
        let mut reader = Reader::new(Direction::Output, &manifest.schemas.output);
        let events = manifest.events.iter().map(|event| {
            let place = Place::root(&event.name);
            let received = reader.shape(event.payload.output.as_value(), &place);
            let mut answer = |word, schema: &Option<TypeManifest>| {
                let place = Place::part(&event.name, word);
                schema
                    .as_ref()
                    .map(|schema| reader.shape(schema.output.as_value(), &place))
            };
            Told {
                received,
                reply: answer("reply", &event.reply),
                error: answer("error", &event.error),
            }
        });
        let events = events.collect();
        let snapshots = manifest
            .channels
            .iter()
            .filter(|channel| channel.subscribe != AccessManifest::None)
            .filter_map(|channel| {
                let schema = channel.snapshot.as_ref()?.output.as_value();
                let place = Place::part(&channel.name, "snapshot");
                Some((channel.name.clone(), reader.shape(schema, &place)))
            });
        Self {
            events,
            snapshots: snapshots.collect(),
            types: reader.finish(),
        }
    }
}

/// What the server reads.
struct Input {
    /// The payloads, in the order of the manifest's events.
    events: Vec<Shape>,
    types: Types,
    /// What serde would not read back, in whatever crosses the wire.
    errors: Vec<TypeError>,
}

impl Input {
    fn read(manifest: &Manifest) -> Self {
        let mut reader = Reader::new(Direction::Input, &manifest.schemas.input);
        let events = manifest
            .events
            .iter()
            .map(|event| reader.shape(event.payload.input.as_value(), &Place::root(&event.name)));
        Self {
            events: events.collect(),
            types: reader.finish(),
            errors: unreadable(manifest),
        }
    }
}

impl EventTypes {
    fn new(event: &EventManifest, told: Told, sent: Shape) -> Self {
        let sendable = event.direction.is_client_sent();
        Self {
            received: event.direction.is_published().then_some(told.received),
            sent: sendable.then_some(sent),
            reply: sendable.then(|| told.reply.unwrap_or(Shape::Null)),
            error: told
                .error
                .filter(|error| sendable && *error != Shape::Never),
        }
    }
}

/// Definitions that are nothing but themselves, which no value satisfies and no compiler accepts.
fn endless(types: &Types) -> Vec<TypeError> {
    fn direct<'a>(shape: &'a Shape, visit: &mut impl FnMut(&'a str)) {
        match shape {
            Shape::Named(key) => visit(key),
            Shape::Union(members) | Shape::Both(members) => {
                for member in members {
                    direct(member, visit);
                }
            }
            _ => {}
        }
    }
    let reaches_itself = |start: &String| {
        let mut pending = vec![start.as_str()];
        let mut seen = BTreeSet::new();
        while let Some(key) = pending.pop() {
            let Some(definition) = types.definitions.get(key) else {
                continue;
            };
            let mut found = false;
            direct(&definition.shape, &mut |next| {
                found |= next == start;
                if seen.insert(next) {
                    pending.push(next);
                }
            });
            if found {
                return true;
            }
        }
        false
    };
    types
        .definitions
        .keys()
        .filter(|key| reaches_itself(key))
        .map(|key| TypeError {
            place: types
                .places
                .get(key)
                .cloned()
                .unwrap_or_else(|| Place::root(key)),
            what: format!("type `{key}` contains itself without a list or a member between"),
            remedies: vec!["put the inner value into a named field or a `Vec`".to_owned()],
        })
        .collect()
}

/// Gives every definition its name: one name for both directions where they are the same, transitively.
fn name(
    output: &Types,
    input: &Types,
    reserved: &dyn Fn(&str) -> bool,
) -> BTreeMap<Direction, BTreeMap<String, String>> {
    let mut keys: BTreeMap<Identity, [Option<&str>; 2]> = BTreeMap::new();
    for (index, types) in [output, input].into_iter().enumerate() {
        let is_key = |key: &str| types.definitions.contains_key(key);
        for (key, definition) in &types.definitions {
            let identity = Identity::new(key, definition.path.as_deref(), &is_key);
            keys.entry(identity).or_default()[index] = Some(key);
        }
    }
    let pairs = keys.values().filter_map(|pair| match pair {
        [Some(a), Some(b)] => Some((*a, *b)),
        _ => None,
    });
    let mut alike: BTreeMap<&str, &str> = pairs.collect();
    loop {
        let same_name = |a: &str, b: &str| alike.get(a).is_some_and(|twin| *twin == b);
        let are_same = |(a, b): &(&&str, &&str)| match (
            output.definitions.get(**a),
            input.definitions.get(**b),
        ) {
            (Some(a), Some(b)) => same_shape(&a.shape, &b.shape, &same_name),
            _ => false,
        };
        let still: BTreeMap<&str, &str> = alike
            .iter()
            .filter(are_same)
            .map(|(a, b)| (*a, *b))
            .collect();
        if still.len() == alike.len() {
            break;
        }
        alike = still;
    }

    let (mut clients, names) = Namer::new(keys.keys(), reserved);
    let (mut output_names, mut input_names) = (BTreeMap::new(), BTreeMap::new());
    for (name, pair) in names.into_iter().zip(keys.values()) {
        match *pair {
            [Some(a), Some(b)] => {
                let input_name = if alike.contains_key(a) {
                    name.clone()
                } else {
                    clients.variant(&name, "Input")
                };
                output_names.insert(a.to_owned(), name);
                input_names.insert(b.to_owned(), input_name);
            }
            [Some(a), None] => drop(output_names.insert(a.to_owned(), name)),
            [None, Some(b)] => drop(input_names.insert(b.to_owned(), name)),
            [None, None] => {}
        }
    }
    [
        (Direction::Output, output_names),
        (Direction::Input, input_names),
    ]
    .into()
}

fn same_shape(a: &Shape, b: &Shape, same_name: &impl Fn(&str, &str) -> bool) -> bool {
    let all = |a: &[Shape], b: &[Shape]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_shape(a, b, same_name))
    };
    match (a, b) {
        (Shape::Named(a), Shape::Named(b)) => same_name(a, b),
        (Shape::List(a), Shape::List(b)) => same_shape(a, b, same_name),
        (
            Shape::Tuple { items: a, least },
            Shape::Tuple {
                items: b,
                least: other,
            },
        ) => least == other && all(a, b),
        (Shape::Union(a), Shape::Union(b)) | (Shape::Both(a), Shape::Both(b)) => all(a, b),
        (Shape::Object(a), Shape::Object(b)) => same_object(a, b, same_name),
        (a, b) => a == b,
    }
}

fn same_object(a: &Object, b: &Object, same_name: &impl Fn(&str, &str) -> bool) -> bool {
    let fields = a.fields.len() == b.fields.len()
        && a.fields.iter().zip(&b.fields).all(|(a, b)| {
            a.name == b.name
                && a.optional == b.optional
                && same_shape(&a.shape, &b.shape, same_name)
        });
    let rest = match (&a.rest, &b.rest) {
        (None, None) => true,
        (Some(a), Some(b)) => a.numeric == b.numeric && same_shape(&a.shape, &b.shape, same_name),
        _ => false,
    };
    fields && rest
}
