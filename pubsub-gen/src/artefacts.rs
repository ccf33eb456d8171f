//! The files, from a manifest.

use std::path::Path;

use pubsub_runtime::Manifest;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use crate::{
    asyncapi::asyncapi,
    error::GenerateError,
    json,
    model::Graph,
    threads::join,
    ts::{self, Dialect, EventTypes},
};

/// One file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artefact {
    /// Its name, without a directory.
    pub file: &'static str,
    /// Its content.
    pub text: String,
}

/// Everything a manifest gives, sorted by file name.
///
/// # Errors
///
/// A type that clients could not be told the truth of, or a name that the clients reserve.
pub fn artefacts(manifest: &Manifest) -> Result<Vec<Artefact>, GenerateError> {
    emitted(manifest, false)
}

/// As [`artefacts`]; with `zod`, `events-zod.ts` comes last: a schema of zod 4 for each type of `events-client.d.ts`, which has
/// to stand beside it, under the same name.
///
/// # Errors
///
/// As [`artefacts`].
pub fn emitted(manifest: &Manifest, zod: bool) -> Result<Vec<Artefact>, GenerateError> {
    let domains = domains(manifest);
    // The schemas need no names of clients, so neither waits for the other.
    let (graph, schemas) = join(|| read(manifest), || json::schemas(manifest, &domains));
    let graph = graph?;
    let typescript = |body: String| format!("{}{body}", ts::header(&domains));
    let router = |dialect| typescript(ts::app_router(manifest, &graph, dialect));
    let of_clients = || {
        let client = typescript(ts::events_client(manifest, &graph));
        let mut files = vec![
            ("events-client.d.ts", client),
            ("trpc-v10.d.ts", router(Dialect::V10)),
            ("trpc-v11.d.ts", router(Dialect::V11)),
        ];
        if zod {
            files.push((ZOD, typescript(ts::zod(manifest, &graph))));
        }
        files
    };
    let of_schemas = || {
        [
            ("events-manifest.json", json::manifest(manifest)),
            ("events-schemas.json", json::sorted(&schemas)),
        ]
    };
    let ((mut files, json), asyncapi) = join(
        || join(of_clients, of_schemas),
        || asyncapi(manifest, &graph, &schemas, &domains),
    );
    files.push(("asyncapi.json", asyncapi));
    files.extend(json);
    files.sort_unstable_by_key(|(file, _)| (*file == ZOD, *file));
    let artefact = |(file, text)| Artefact { file, text };
    Ok(files.into_iter().map(artefact).collect())
}

/// The types of a manifest in which nothing is to be refused.
fn read(manifest: &Manifest) -> Result<Graph, GenerateError> {
    let mut errors = ts::check_names(manifest);
    let graph = match Graph::read(manifest, &ts::is_reserved) {
        Ok(graph) => graph,
        Err(found) => {
            errors.extend(found);
            return Err(GenerateError::new(&errors));
        }
    };
    errors.extend(ts::check_ids(manifest, &graph));
    if errors.is_empty() {
        Ok(graph)
    } else {
        Err(GenerateError::new(&errors))
    }
}

/// The text of `events-schemas.json`, also of a manifest whose types are not checked.
#[doc(hidden)]
pub fn schemas(manifest: &Manifest) -> String {
    json::sorted(&json::schemas(manifest, &domains(manifest)))
}

/// The file that is emitted only if it is asked for.
pub(crate) const ZOD: &str = "events-zod.ts";

/// The types of one event as clients see them; of a name that is not declared there are none.
///
/// # Errors
///
/// A type of the event that clients could not be told the truth of.
pub fn event_types(manifest: &Manifest, name: &str) -> Result<Option<EventTypes>, GenerateError> {
    let mut narrow = manifest.clone();
    narrow.events.retain(|event| event.name == name);
    narrow.channels.clear();
    let graph =
        Graph::read(&narrow, &ts::is_reserved).map_err(|errors| GenerateError::new(&errors))?;
    Ok(ts::event_types(&graph, name))
}

/// The domain packages as the first line names them, such as `billing-events, orders-events`.
pub(crate) fn domains(manifest: &Manifest) -> String {
    manifest.domains.join(", ")
}

/// What says whose a file of JSON is; the rest of it is read over, as it may be large.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "$comment")]
    comment: Option<Value>,
    info: Option<Value>,
    #[serde(rename = "manifestVersion")]
    manifest_version: Option<IgnoredAny>,
    domains: Option<Value>,
}

/// The domain packages that an existing file of ours names; `None` if it is not ours.
pub(crate) fn domains_of(file: &str, text: &str) -> Option<Vec<String>> {
    let listed = |list: &str| list.split(", ").map(str::to_owned).collect();
    if is_json(file) {
        let head: Head = serde_json::from_str(text).ok()?;
        let info = head.info.as_ref();
        let comment = head
            .comment
            .as_ref()
            .or_else(|| info.and_then(|info| info.get("description")));
        if let Some(comment) = comment.and_then(Value::as_str) {
            return between(comment, "Events of ", "; emitted by pubsub-gen").map(listed);
        }
        head.manifest_version?;
        let domains = head.domains?;
        return domains
            .as_array()?
            .iter()
            .map(|domain| domain.as_str().map(str::to_owned))
            .collect();
    }
    let first = text.lines().next()?;
    between(first, "// Events of ", "; emitted by pubsub-gen").map(listed)
}

/// Whether a text was emitted by us, even if it was edited since, or holds the marks of a merge.
pub(crate) fn was_emitted(text: &str) -> bool {
    ["; emitted by pubsub-gen", "\"manifestVersion\""]
        .iter()
        .any(|mark| text.contains(mark))
}

/// Whether a file name is that of JSON.
pub(crate) fn is_json(file: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|extension| extension == "json")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (inner, _) = text.strip_prefix(start)?.split_once(end)?;
    Some(inner)
}
