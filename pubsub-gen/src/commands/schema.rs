//! `pubsub-gen schema`

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use pubsub_gen::artefacts;
use serde_json::Value;

use super::{
    Outcome,
    domain::{Domain, event},
    format::json,
};

/// Prints the JSON Schema of one event, or of all.
#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// The event, such as `orders:created`; without it the schemas of all are printed.
    event: Option<String>,
    /// Which of the event's schemas; by default all of them.
    #[arg(long, value_enum, requires = "event")]
    side: Option<Side>,
    #[command(flatten)]
    domain: Domain,
}

/// One of an event's schemas.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Side {
    /// What subscribers receive.
    Output,
    /// What clients may send.
    Input,
    /// What the sender is answered.
    Reply,
    /// What the sender is told of a failure.
    Error,
}

impl Schema {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let declared = self.domain.read()?;
        let mut manifest = declared.manifest;
        if let Some(name) = &self.event {
            let one = event(&manifest, name)?.clone();
            manifest.events = vec![one];
        }
        let schemas = artefacts(&manifest)?
            .into_iter()
            .find(|artefact| artefact.file == "events-schemas.json")
            .context("no schemas")?;
        let Some(name) = &self.event else {
            return Ok(Outcome::Done(schemas.text.trim_end().to_owned()));
        };
        let mut document: Value = serde_json::from_str(&schemas.text)?;
        let mut types = document["events"][name.as_str()].take();
        let definitions = document["$defs"].take();
        if let Some(side) = self.side {
            let word = match side {
                Side::Output => "output",
                Side::Input => "input",
                Side::Reply => "reply",
                Side::Error => "error",
            };
            types = types[word].take();
            if types.is_null() {
                return super::wrong_use(format!("`{name}` has no {word}"));
            }
        }
        if let Value::Object(types) = &mut types {
            types.insert("$defs".to_owned(), definitions);
            types.insert(
                "$schema".to_owned(),
                "https://json-schema.org/draft/2020-12/schema".into(),
            );
        }
        types.sort_all_objects();
        Ok(Outcome::Done(json(&types)?))
    }
}
