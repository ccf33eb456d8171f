//! JSON Schema, as the witness: `events-schemas.json` as it is emitted.

use std::collections::BTreeSet;

use anyhow::{Context as _, anyhow};
use jsonschema::{Draft, Validator};
use pubsub_runtime::Part;
use serde_json::{Map, Value, json};

use super::{place::Place, subject::Subject, trial::Side};

/// The emitted schemas.
#[derive(Debug)]
pub(super) struct Schemas(Value);

/// The validators of one subject.
#[derive(Debug)]
pub(super) struct Validators {
    sent: Option<Validator>,
    received: Option<Validator>,
}

/// Why a schema refuses a value, and where.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) place: Place,
    pub(super) text: String,
}

impl Schemas {
    pub(super) fn parse(text: &str) -> anyhow::Result<Self> {
        serde_json::from_str(text)
            .map(Self)
            .context("events-schemas.json is no JSON")
    }

    /// The validators of a subject; formats are asserted.
    pub(super) fn of(&self, subject: &Subject<'_>) -> anyhow::Result<Validators> {
        let validator = |is_wanted: bool, side: Side| {
            is_wanted
                .then(|| self.validator(subject, side))
                .transpose()
                .with_context(|| format!("the schema of `{}`", subject.title()))
        };
        Ok(Validators {
            sent: validator(subject.is_sent, Side::Sent)?,
            received: validator(subject.is_received, Side::Received)?,
        })
    }

    fn validator(&self, subject: &Subject<'_>, side: Side) -> anyhow::Result<Validator> {
        let (group, word) = match (subject.part, side) {
            (Part::Payload, Side::Sent) => ("events", "input"),
            (Part::Payload, Side::Received) => ("events", "output"),
            (Part::Reply, _) => ("events", "reply"),
            (Part::Error, _) => ("events", "error"),
            (Part::Snapshot, _) => ("channels", "snapshot"),
        };
        let Self(all) = self;
        let of_subject = all.get(group).and_then(|group| group.get(subject.name));
        let schema = of_subject
            .and_then(|types| types.get(word))
            .context("events-schemas.json does not have it")?;
        let mut document = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "allOf": [schema],
        });
        // Only what it refers to: a validator of everything for each event would take quadratic time.
        for reference in self.references(schema) {
            self.copy(&reference, &mut document);
        }
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&document)
            .map_err(|error| anyhow!("{error}"))
    }

    /// Every definition that a schema refers to, directly or not, as a JSON pointer.
    fn references(&self, schema: &Value) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut pending = vec![schema];
        while let Some(schema) = pending.pop() {
            match schema {
                Value::Object(words) => {
                    let reference = words.get("$ref").and_then(Value::as_str);
                    let pointer = reference.and_then(|reference| reference.strip_prefix('#'));
                    if let Some(pointer) = pointer
                        && found.insert(pointer.to_owned())
                    {
                        pending.extend(self.0.pointer(&decode(pointer)));
                    }
                    pending.extend(words.values());
                }
                Value::Array(items) => pending.extend(items),
                _ => {}
            }
        }
        found
    }

    /// Puts a definition where it stands in the whole document.
    fn copy(&self, pointer: &str, document: &mut Value) {
        let pointer = decode(pointer);
        let Some(definition) = self.0.pointer(&pointer) else {
            return;
        };
        let mut target = document;
        for step in pointer.split('/').skip(1) {
            let Value::Object(members) = target else {
                return;
            };
            let step = step.replace("~1", "/").replace("~0", "~");
            target = members.entry(step).or_insert_with(|| Map::new().into());
        }
        *target = definition.clone();
    }
}

impl Validators {
    /// Why the schema refuses a value; `None` if it takes it.
    pub(super) fn refusal(&self, side: Side, value: &Value) -> Option<Refusal> {
        let validator = match side {
            Side::Sent => self.sent.as_ref()?,
            Side::Received => self.received.as_ref()?,
        };
        let error = validator.validate(value).err()?;
        Some(Refusal {
            place: Place::of_pointer(value, error.instance_path().as_str()),
            text: error.to_string(),
        })
    }
}

/// A JSON pointer out of a URI fragment.
fn decode(fragment: &str) -> String {
    percent_encoding::percent_decode_str(fragment)
        .decode_utf8_lossy()
        .into_owned()
}
