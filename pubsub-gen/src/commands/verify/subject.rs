//! What is verified: one type of one event, with what serde says of its values.

use std::collections::{BTreeMap, BTreeSet};

use pubsub_runtime::{Answer, Manifest, Part, TypeManifest};
use serde_json::Value;

use super::{
    both::Both,
    changes::{self, Change, Changed},
    dice::Dice,
    hints::Hints,
    nodes::Schema,
    oracle::Oracle,
    place::{Kind, Place},
    trial::{Expected, Side, Trial},
    values::{LIKELY, Maker, Sample},
};

/// The most values of one type that are made from its schema.
const MAX_MADE: usize = 200;
/// The most values of one type that are changed.
const MAX_BASES: usize = 24;
/// The most changed values of one type in one direction.
const MAX_CHANGED: usize = 300;
/// How many values are mixed with each other.
const MAX_MIXED: usize = 8;

/// One type of one event.
#[derive(Debug)]
pub(super) struct Subject<'m> {
    /// The event; of a snapshot, the channel.
    pub(super) name: &'m str,
    pub(super) part: Part,
    /// Whether clients send it.
    pub(super) is_sent: bool,
    /// Whether clients receive it.
    pub(super) is_received: bool,
    pub(super) input: Schema<'m>,
    pub(super) output: Schema<'m>,
    pub(super) hints: Hints,
    example: Option<&'m Value>,
}

/// What serde said of the values of one subject.
#[derive(Debug, Default)]
pub(super) struct Heard {
    answers: BTreeMap<String, Said>,
    /// Texts of panics, each with the value that caused it.
    pub(super) panics: Vec<(String, Value)>,
}

/// What serde said of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    Written(Value),
    Refused(String),
}

/// A value that serde was asked about, and where it comes from.
#[derive(Debug, Clone)]
struct Asked {
    changed: Changed,
    said: Said,
}

impl<'m> Subject<'m> {
    /// Every type of a manifest that clients see, by the schemas of both directions; only those of `event` if one is named.
    pub(super) fn all(manifest: &'m Manifest, both: &'m Both, event: Option<&str>) -> Vec<Self> {
        let subject = |name: &'m str, part, types: &TypeManifest| {
            let schema = |side| Schema {
                root: both.schema(name, part, side),
                document: both.document(),
            };
            Self {
                name,
                part,
                is_sent: false,
                is_received: false,
                input: schema(Side::Sent),
                output: schema(Side::Received),
                hints: Hints::of(types.input.as_value(), &manifest.schemas.input),
                example: None,
            }
        };
        let mut subjects = Vec::new();
        let wanted = |name: &str| event.is_none_or(|event| event == name);
        for event in manifest.events.iter().filter(|event| wanted(&event.name)) {
            subjects.push(Self {
                is_sent: event.direction.is_client_sent(),
                is_received: event.direction.is_published(),
                example: event.example.as_ref(),
                ..subject(&event.name, Part::Payload, &event.payload)
            });
            let answers = [(Part::Reply, &event.reply), (Part::Error, &event.error)];
            for (part, types) in answers {
                if event.direction.is_client_sent()
                    && let Some(types) = types
                {
                    subjects.push(Self {
                        is_received: true,
                        ..subject(&event.name, part, types)
                    });
                }
            }
        }
        for channel in manifest.channels.iter().filter(|_| event.is_none()) {
            if let Some(types) = &channel.snapshot
                && channel.subscribe != pubsub_runtime::AccessManifest::None
            {
                subjects.push(Self {
                    is_received: true,
                    ..subject(&channel.name, Part::Snapshot, types)
                });
            }
        }
        subjects
    }

    /// A payload with one schema in both directions.
    #[cfg(test)]
    pub(super) fn of(name: &'m str, schema: Schema<'m>, hints: Hints) -> Self {
        Self {
            name,
            part: Part::Payload,
            is_sent: true,
            is_received: true,
            input: schema,
            output: schema,
            hints,
            example: None,
        }
    }

    /// Its name in a report, such as `orders:created (reply)`.
    pub(super) fn title(&self) -> String {
        match self.part {
            Part::Payload => self.name.to_owned(),
            Part::Reply => format!("{} (reply)", self.name),
            Part::Error => format!("{} (error)", self.name),
            Part::Snapshot => format!("{} (snapshot)", self.name),
        }
    }

    /// Asks serde about values of this type, and says what the other witnesses must say of each.
    pub(super) fn trials(
        &self,
        oracle: &mut Oracle,
        seed: u64,
        heard: &mut Heard,
    ) -> anyhow::Result<Vec<Trial>> {
        let mut dice = Dice::new(seed);
        let mut asked = self.made(oracle, seed, heard)?;
        let bases = self.bases(asked.iter().filter_map(Asked::taken));
        let mut changed: Vec<_> = bases
            .iter()
            .map(|base| changes::of(base, &[self.input], &self.hints))
            .collect();
        let mixed = bases.iter().take(MAX_MIXED).flat_map(|base| {
            let others = bases.iter().take(MAX_MIXED);
            others.filter_map(|other| changes::mixed(base, other))
        });
        changed.push(mixed.collect());
        asked.extend(self.ask(oracle, heard, chosen(changed, &mut dice))?);

        let written: Vec<Value> = unique(asked.iter().filter_map(Asked::written).cloned());
        let read_back = written.iter().map(|value| Changed {
            value: value.clone(),
            change: Change::Rewritten,
            place: Place::default(),
        });
        let read_back = self.ask(oracle, heard, read_back.collect())?;
        // Only of a type that reads what it writes, serde can say what it never writes.
        let is_stable = read_back
            .iter()
            .all(|asked| asked.said == Said::Written(asked.changed.value.clone()));
        asked.extend(read_back);

        let mut trials = Vec::new();
        if self.is_sent {
            trials.extend(asked.iter().map(Asked::sent));
        }
        if self.is_received {
            let bases = self.bases(written.iter());
            let changed = bases
                .iter()
                .map(|base| changes::of(base, &[self.output, self.input], &self.hints))
                .collect();
            asked.extend(self.ask(oracle, heard, chosen(changed, &mut dice))?);
            trials.extend(written.iter().map(|value| Trial {
                side: Side::Received,
                change: Change::Rewritten,
                place: Place::default(),
                expected: Expected::Taken,
                said: Said::Written(value.clone()),
                value: value.clone(),
            }));
            trials.extend(
                asked
                    .iter()
                    .filter_map(|asked| self.received(asked, is_stable)),
            );
        }
        let mut known = BTreeSet::new();
        trials.retain(|trial| known.insert((trial.side, trial.value.to_string())));
        Ok(trials)
    }

    /// The example, and values made from the schema; one that is refused is tried with other texts and numbers in it.
    fn made(
        &self,
        oracle: &mut Oracle,
        seed: u64,
        heard: &mut Heard,
    ) -> anyhow::Result<Vec<Asked>> {
        let at_root = |value: Value, change| Changed {
            value,
            change,
            place: Place::default(),
        };
        let mut values: Vec<_> = self
            .example
            .iter()
            .map(|example| at_root((*example).clone(), Change::Example))
            .collect();
        let made = Maker::new(self.input, seed).make(MAX_MADE);
        values.extend(made.into_iter().map(|Sample { value, plain }| {
            let change = if plain {
                Change::Made
            } else {
                Change::MadeAtALimit
            };
            at_root(value, change)
        }));
        let mut asked = self.ask(oracle, heard, values)?;
        let mut repaired = Vec::new();
        for asked in &asked {
            if asked.changed.change == Change::Made && asked.taken().is_none() {
                let others = LIKELY
                    .iter()
                    .map(|text| self.with_texts(&asked.changed.value, text))
                    .map(|value| at_root(value, Change::MadeAtALimit));
                let others = self.ask(oracle, heard, others.collect())?;
                repaired.extend(others.into_iter().filter(|asked| asked.taken().is_some()));
            }
        }
        asked.extend(repaired);
        Ok(asked)
    }

    /// `value` with another text wherever the schema leaves the text open.
    fn with_texts(&self, value: &Value, text: &str) -> Value {
        let mut changed = value.clone();
        for (place, part) in Place::all(value) {
            if part.is_string()
                && self.input.at(&place).is_open_to(Kind::Text)
                && let Some(with) = place.changed(&changed, |part| *part = Value::from(text))
            {
                changed = with;
            }
        }
        changed
    }

    fn ask(
        &self,
        oracle: &mut Oracle,
        heard: &mut Heard,
        values: Vec<Changed>,
    ) -> anyhow::Result<Vec<Asked>> {
        let mut new: Vec<&Value> = Vec::new();
        let mut seen = BTreeSet::new();
        for changed in &values {
            let text = changed.value.to_string();
            if !heard.answers.contains_key(&text) && seen.insert(text) {
                new.push(&changed.value);
            }
        }
        let answers = oracle.ask(self.name, self.part, &new)?;
        for (value, answer) in new.iter().zip(answers) {
            let said = match answer {
                Answer::Written(written) => {
                    let mut written: Value = serde_json::from_str(written.get())?;
                    self.sort_sets(&mut written);
                    Said::Written(written)
                }
                Answer::Refused(why) => Said::Refused(why),
                Answer::Panicked(why) => {
                    heard.panics.push((why.clone(), (*value).clone()));
                    Said::Refused(why)
                }
            };
            heard.answers.insert(value.to_string(), said);
        }
        Ok(values
            .into_iter()
            .filter_map(|changed| {
                let said = heard.answers.get(&changed.value.to_string())?.clone();
                Some(Asked { changed, said })
            })
            .collect())
    }

    /// A set is written in any order; sorted, it is the same in each run.
    fn sort_sets(&self, value: &mut Value) {
        let sets: Vec<Place> = Place::all(value)
            .into_iter()
            .filter(|(place, part)| part.is_array() && self.output.at(place).has("uniqueItems"))
            .map(|(place, _)| place)
            .collect();
        for place in sets.iter().rev() {
            let sorted = place.changed(value, |part| {
                if let Value::Array(items) = part {
                    items.sort_by_key(Value::to_string);
                }
            });
            if let Some(sorted) = sorted {
                *value = sorted;
            }
        }
    }

    /// Values that differ in more than their numbers and texts.
    fn bases<'v>(&self, values: impl Iterator<Item = &'v Value>) -> Vec<Value> {
        let mut seen = BTreeSet::new();
        values
            .filter(|value| seen.insert(skeleton(value, &self.input, &self.output)))
            .take(MAX_BASES)
            .cloned()
            .collect()
    }

    /// What a type of received values must say of a value that serde was asked to read.
    fn received(&self, asked: &Asked, is_stable: bool) -> Option<Trial> {
        let Asked {
            changed:
                Changed {
                    value,
                    change,
                    place,
                },
            said,
        } = asked;
        let (expected, change, place) = match said {
            Said::Written(written) if written == value => (Expected::Taken, *change, place.clone()),
            Said::Written(written) => {
                let differs = self.tells_apart(value, written, &Place::default())?;
                (Expected::Refused, Change::Rewritten, differs)
            }
            Said::Refused(_) if is_stable => (Expected::Refused, *change, place.clone()),
            Said::Refused(_) => (Expected::AsTheSchema, *change, place.clone()),
        };
        Some(Trial {
            side: Side::Received,
            change,
            place,
            expected,
            said: said.clone(),
            value: value.clone(),
        })
    }

    /// Where `value` differs from what serde writes in a way that a type can tell; see [`super::tolerance`] for the rest.
    fn tells_apart(&self, value: &Value, written: &Value, place: &Place) -> Option<Place> {
        let (output, input) = (self.output.at(place), self.input.at(place));
        match (value, written) {
            (Value::Object(value), Value::Object(written)) => {
                for name in written.keys().filter(|name| !value.contains_key(*name)) {
                    let is_tag = output.iter().any(|node| {
                        node.get("x-tag")
                            .is_some_and(|tags| tags.get(name).is_some())
                    });
                    if output.requires(name) || is_tag {
                        return Some(place.member(name));
                    }
                }
                for (name, member) in value {
                    let below = place.member(name);
                    let is_known = input.knows(name) && output.knows(name);
                    match written.get(name) {
                        // What is not read says nothing of what is written.
                        Some(_) if output.knows(name) && !input.knows(name) => {}
                        Some(written) => {
                            let differs = self.tells_apart(member, written, &below);
                            if differs.is_some() {
                                return differs;
                            }
                        }
                        None => {
                            let never_null = !self.output.at(&below).admits(Kind::Null);
                            let is_passed_over = output.passes_over(name);
                            if member.is_null() && is_known && never_null && !is_passed_over {
                                return Some(below);
                            }
                        }
                    }
                }
                None
            }
            (Value::Array(items), Value::Array(written)) => {
                if items.len() != written.len() {
                    return output.is_tuple().then(|| place.clone());
                }
                let sorted = |items: &[Value]| {
                    let mut texts: Vec<_> = items.iter().map(Value::to_string).collect();
                    texts.sort_unstable();
                    texts
                };
                if sorted(items) == sorted(written) {
                    return None;
                }
                let mut pairs = items.iter().zip(written).enumerate();
                pairs.find_map(|(index, (item, written))| {
                    self.tells_apart(item, written, &place.item(index))
                })
            }
            (value, written) if Kind::of(value) != Kind::of(written) => {
                (!output.admits(Kind::of(value))).then(|| place.clone())
            }
            (value, written) if value == written => None,
            (value, _) => {
                let kind = Kind::of(value);
                let mut literals = output.literals();
                let is_listed = literals.any(|literal| literal == value);
                (!is_listed && !output.is_open_to(kind)).then(|| place.clone())
            }
        }
    }
}

impl Asked {
    /// The value, if serde takes it.
    fn taken(&self) -> Option<&Value> {
        matches!(self.said, Said::Written(_)).then_some(&self.changed.value)
    }

    fn written(&self) -> Option<&Value> {
        match &self.said {
            Said::Written(written) => Some(written),
            Said::Refused(_) => None,
        }
    }

    /// What a type of sent values must say.
    fn sent(&self) -> Trial {
        let Self {
            changed:
                Changed {
                    value,
                    change,
                    place,
                },
            said,
        } = self;
        Trial {
            side: Side::Sent,
            change: *change,
            place: place.clone(),
            expected: match said {
                Said::Written(_) => Expected::Taken,
                Said::Refused(_) => Expected::Refused,
            },
            said: said.clone(),
            value: value.clone(),
        }
    }
}

/// A value without the numbers and texts that a type cannot tell apart.
pub(super) fn skeleton(value: &Value, input: &Schema<'_>, output: &Schema<'_>) -> String {
    fn below(
        value: &Value,
        place: &Place,
        input: &Schema<'_>,
        output: &Schema<'_>,
        text: &mut String,
    ) {
        match value {
            Value::Object(members) => {
                text.push('{');
                for (name, member) in members {
                    text.push_str(&Value::from(name.as_str()).to_string());
                    below(member, &place.member(name), input, output, text);
                }
                text.push('}');
            }
            Value::Array(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    below(item, &place.item(index), input, output, text);
                    text.push(',');
                }
                text.push(']');
            }
            Value::String(_) => {
                let is_open = |schema: &Schema<'_>| {
                    let nodes = schema.at(place);
                    nodes.is_open_to(Kind::Text) && !nodes.has("pattern")
                };
                if is_open(input) && is_open(output) {
                    text.push('s');
                } else {
                    text.push_str(&value.to_string());
                }
            }
            Value::Number(_) => text.push('n'),
            Value::Bool(_) => text.push('b'),
            Value::Null => text.push('0'),
        }
    }
    let mut text = String::new();
    below(value, &Place::default(), input, output, &mut text);
    text
}

/// At most [`MAX_CHANGED`] of the changes: of each base some.
fn chosen(mut changed: Vec<Vec<Changed>>, dice: &mut Dice) -> Vec<Changed> {
    let mut chosen = Vec::new();
    while chosen.len() < MAX_CHANGED && changed.iter().any(|of_base| !of_base.is_empty()) {
        for of_base in changed.iter_mut().filter(|of_base| !of_base.is_empty()) {
            chosen.push(of_base.swap_remove(dice.below(of_base.len())));
        }
    }
    chosen.truncate(MAX_CHANGED);
    chosen
}

fn unique(values: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    values
        .filter(|value| seen.insert(value.to_string()))
        .collect()
}
