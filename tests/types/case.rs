//! One shape of serde, with values that show what its types must admit and what they must not.

use std::fmt::Write as _;

use pubsub_gen::artefacts;
use pubsub_runtime::{
    ChannelEntry, ChannelPolicy, Direction, Domain, EventEntry, Manifest, Origin, Registry,
};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// One shape.
pub(crate) struct Case {
    pub(crate) number: &'static str,
    event: &'static str,
    /// The emitted types, or the mistakes.
    pub(crate) types: Result<String, String>,
    /// The emitted JSON Schemas, as far as there are any.
    schemas: Value,
    /// What serde writes.
    written: Vec<String>,
    /// What serde never writes.
    never: &'static [&'static str],
    /// What clients may try, and whether serde takes it.
    sent: Vec<(&'static str, bool)>,
}

impl Case {
    /// A case of the corpus, with the types of its event.
    pub(crate) fn declared(case: corpus_events::Case, manifest: &Manifest) -> Self {
        let mut manifest = manifest.clone();
        manifest.events.retain(|event| event.name == case.event);
        Self {
            number: case.number,
            event: case.event,
            types: client_types(&manifest),
            schemas: schemas(&manifest),
            written: case.written,
            never: case.never,
            sent: case.sent,
        }
    }

    /// A case of `T`; serde itself says what it writes and what it takes.
    pub(crate) fn of<T>(
        number: &'static str,
        values: &[T],
        never: &'static [&'static str],
        sent: &'static [&'static str],
    ) -> Self
    where
        T: Serialize + DeserializeOwned + JsonSchema + Send + 'static,
    {
        let written = values
            .iter()
            .map(|value| serde_json::to_string(value).unwrap())
            .collect();
        let sent = sent
            .iter()
            .map(|json| (*json, serde_json::from_str::<T>(json).is_ok()))
            .collect();
        let (types, schemas) = match manifest_of::<T>() {
            Ok(manifest) => (client_types(&manifest), schemas(&manifest)),
            Err(error) => (Err(error), Value::Null),
        };
        Self {
            number,
            event: "c:e",
            types,
            schemas,
            written,
            never,
            sent,
        }
    }

    /// A file that compiles if the types are right.
    pub(crate) fn usage(&self) -> String {
        let mut text =
            "import type { EventInput, EventPayload } from './events-client.js';\n".to_owned();
        let mut assign = |side: &str, json: &str, fits: bool| {
            if !fits {
                text.push_str("// @ts-expect-error\n");
            }
            let line = text.lines().count();
            let _ = writeln!(
                text,
                "export const v{line}: {side}<'{}'> = {json};",
                self.event
            );
        };
        for json in &self.written {
            assign("EventPayload", json, true);
        }
        for json in self.never {
            assign("EventPayload", json, false);
        }
        for (json, fits) in &self.sent {
            assign("EventInput", json, *fits);
        }
        text
    }

    /// Whether the JSON Schema of a side takes a value.
    pub(crate) fn fits_schema(&self, side: &str, json: &str) -> bool {
        let mut schema = self.schemas["events"][self.event][side].clone();
        schema["$defs"] = self.schemas["$defs"].clone();
        jsonschema::is_valid(&schema, &serde_json::from_str(json).unwrap())
    }

    /// What serde writes or takes and the JSON Schema refuses.
    pub(crate) fn refused_by_schema(&self) -> Vec<String> {
        let written = self.written.iter().map(|json| (json.as_str(), "output"));
        let taken = self.sent.iter().filter(|(_, fits)| *fits);
        let all = written.chain(taken.map(|(json, _)| (*json, "input")));
        let refused = all.filter(|(json, side)| !self.fits_schema(side, json));
        refused
            .map(|(json, side)| format!("{} ({side}): {json}", self.number))
            .collect()
    }
}

fn manifest_of<T>() -> Result<Manifest, String>
where
    T: Serialize + DeserializeOwned + JsonSchema + Send + 'static,
{
    let channel = ChannelEntry {
        name: "c",
        docs: "",
        policy: ChannelPolicy::DEFAULT,
    };
    let origin = Origin {
        package: "corpus",
        module: "corpus",
        file: "corpus.rs",
        line: 1,
    };
    let event = EventEntry {
        direction: Some(Direction::Both),
        ..EventEntry::new::<T>("c:e", "c", "T", origin)
    };
    let domain = Domain {
        package: "corpus",
        crate_name: "corpus",
    };
    Registry::from_entries(domain, vec![channel], vec![event], Vec::new())
        .manifest()
        .map_err(|error| error.to_string())
}

fn schemas(manifest: &Manifest) -> Value {
    serde_json::from_str(&pubsub_gen::schemas(manifest)).unwrap()
}

fn client_types(manifest: &Manifest) -> Result<String, String> {
    let artefacts = artefacts(manifest).map_err(|error| error.to_string())?;
    let client = artefacts
        .into_iter()
        .find(|artefact| artefact.file == "events-client.d.ts");
    client
        .map(|client| client.text)
        .ok_or_else(|| "no client types".to_owned())
}
