//! The items that every contender declares: a domain of many events, as a shop would have it.

/// The nouns: each is a channel and a module.
const NOUNS: [&str; 20] = [
    "order", "payment", "shipment", "refund", "invoice", "cart", "user", "coupon", "parcel",
    "product", "supplier", "review", "message", "ticket", "session", "device", "audit", "report",
    "return", "price",
];

/// What happens to a noun; with [`PLACES`], fifty words.
const VERBS: [&str; 10] = [
    "created",
    "updated",
    "cancelled",
    "approved",
    "rejected",
    "expired",
    "archived",
    "restored",
    "assigned",
    "closed",
];

/// Where it happens.
const PLACES: [&str; 5] = ["", "in_bulk", "by_admin", "in_store", "abroad"];

/// The most events there are words for.
pub(crate) const MOST: usize = NOUNS.len() * VERBS.len() * PLACES.len();

/// A domain: as many enums as events, in one module a channel.
#[derive(Debug)]
pub(crate) struct Domain {
    pub(crate) channels: Vec<Channel>,
}

/// One channel with its events.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) name: String,
    pub(crate) events: Vec<Event>,
}

/// One payload, the enum that describes it, and perhaps an action.
#[derive(Debug)]
pub(crate) struct Event {
    /// The Rust name of the payload.
    pub(crate) name: String,
    /// The Rust name of the enum.
    pub(crate) kind: String,
    pub(crate) shape: Shape,
    pub(crate) fields: Vec<Field>,
    pub(crate) has_action: bool,
    /// In words, for comments.
    pub(crate) said: String,
}

/// How serde writes the enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A string.
    Words,
    /// Objects with a tag among their members.
    Tagged,
    /// Objects with a tag beside their content.
    Adjacent,
}

/// One field of a payload.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) ty: String,
    /// What serde is told of it, such as `rename = "ref"`.
    pub(crate) serde: Option<&'static str>,
    pub(crate) docs: Option<&'static str>,
    /// An expression of the type.
    pub(crate) value: &'static str,
}

impl Domain {
    /// A domain of `events` events, at most [`MOST`].
    pub(crate) fn new(events: usize) -> Self {
        let per_channel = events.div_ceil(NOUNS.len());
        let mut left = events;
        let mut number = 0;
        let mut channels = Vec::new();
        for noun in NOUNS {
            let count = per_channel.min(left);
            left -= count;
            let events: Vec<_> = (0..count)
                .map(|index| {
                    number += 1;
                    Event::new(noun, index, number)
                })
                .collect();
            if !events.is_empty() {
                channels.push(Channel {
                    name: format!("{noun}s"),
                    events,
                });
            }
        }
        Self { channels }
    }
}

impl Domain {
    /// The same domain with nothing but payloads and enums.
    pub(crate) fn without_actions(mut self) -> Self {
        let events = self
            .channels
            .iter_mut()
            .flat_map(|channel| &mut channel.events);
        events.for_each(|event| event.has_action = false);
        self
    }

    /// Whether any event has an action.
    pub(crate) fn has_actions(&self) -> bool {
        let mut events = self.channels.iter().flat_map(|channel| &channel.events);
        events.any(|event| event.has_action)
    }
}

impl Event {
    fn new(noun: &str, index: usize, number: usize) -> Self {
        let verb = VERBS[index % VERBS.len()];
        let place = PLACES[index / VERBS.len() % PLACES.len()];
        let words: Vec<_> = [noun, verb].into_iter().chain(place.split('_')).collect();
        let name: String = words.iter().map(|word| capital(word)).collect();
        let kind = format!("{name}Kind");
        let shape = [Shape::Words, Shape::Tagged, Shape::Adjacent][number % 3];
        Self {
            fields: fields(&kind, number),
            name,
            kind,
            shape,
            has_action: number.is_multiple_of(5),
            said: words.join(" ").trim_end().to_owned(),
        }
    }
}

/// Five to eight fields, in turn.
fn fields(kind: &str, number: usize) -> Vec<Field> {
    let field = |name, ty: &str, serde, docs, value| Field {
        name,
        ty: ty.to_owned(),
        serde,
        docs,
        value,
    };
    let all = [
        field(
            "entry_id",
            "String",
            None,
            Some("What clients call it."),
            "String::new()",
        ),
        field("tenant", "u32", None, None, "1"),
        field(
            "kind",
            kind,
            None,
            Some("Which kind of it this is."),
            "payload.kind.clone()",
        ),
        field(
            "note",
            "Option<String>",
            Some("skip_serializing_if = \"Option::is_none\""),
            Some("What somebody wrote beside it."),
            "None",
        ),
        field("tags", "Vec<String>", None, None, "Vec::new()"),
        field(
            "amount",
            "f64",
            None,
            Some("In the currency of the shop."),
            "0.0",
        ),
        field(
            "earlier",
            &format!("Vec<{kind}>"),
            Some("default"),
            Some("What it was before, the newest last."),
            "Vec::new()",
        ),
        field(
            "reference",
            "Option<u32>",
            Some("rename = \"ref\""),
            None,
            "None",
        ),
    ];
    let count = 5 + number % 4;
    all.into_iter().take(count).collect()
}

fn capital(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_ascii_uppercase(), rest.as_str())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_domain_has_as_many_events_as_asked_for_and_each_once() {
        for count in [1, 19, 200, MOST] {
            let domain = Domain::new(count);
            let events = domain.channels.iter().flat_map(|channel| &channel.events);
            let names: BTreeSet<_> = events.map(|event| event.name.as_str()).collect();
            assert_eq!(names.len(), count);
        }
    }

    #[test]
    fn every_kind_of_field_and_enum_is_there() {
        let domain = Domain::new(200);
        let events: Vec<_> = domain
            .channels
            .iter()
            .flat_map(|channel| &channel.events)
            .collect();
        let sizes: BTreeSet<_> = events.iter().map(|event| event.fields.len()).collect();
        assert_eq!(sizes, BTreeSet::from([5, 6, 7, 8]));
        for shape in [Shape::Words, Shape::Tagged, Shape::Adjacent] {
            assert!(events.iter().any(|event| event.shape == shape));
        }
        assert_eq!(events.iter().filter(|event| event.has_action).count(), 40);
        assert!(domain.has_actions());
        assert!(!domain.without_actions().has_actions());
    }
}
