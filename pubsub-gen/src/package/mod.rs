//! The npm package of a domain: what clients import, and what servers and tools do.
//!
//! ```text
//! package.json  README.md
//! client/       index, trpc-v10, trpc-v11: types, and nothing that names the server's side
//! server/       index, and the manifest, the schemas and `asyncapi.json`
//! ```

mod describe;
mod narrow;

use std::path::{Component, Path};

use pubsub_runtime::Manifest;

use crate::{Artefact, GenerateError, artefacts, catalogue, ts::modules};

pub use describe::PackageAbout;

/// One file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageFile {
    /// Where it stands inside the package, with `/` between the folders.
    pub path: String,
    /// Its content.
    pub text: String,
}

/// The npm package of a domain, sorted by path; the same declarations and the same `about` give the same bytes.
///
/// `./client` and what stands below it are types only: they name no scope, no Rust type or package, and no event that never
/// reaches a client. `./server` gives everything declared, as data.
///
/// # Errors
///
/// A type that clients could not be told the truth of, or a name that the clients reserve.
pub fn package(
    manifest: &Manifest,
    about: &PackageAbout,
) -> Result<Vec<PackageFile>, GenerateError> {
    let mut files = Vec::new();
    let mut add = |path: &str, text: String| {
        files.push(PackageFile {
            path: path.to_owned(),
            text,
        });
    };
    // What both sides emit is checked before anything is narrowed.
    let server = artefacts(manifest)?;
    let client = artefacts(&narrow::for_clients(manifest, &about.name))?;
    for (file, module) in [
        ("events-client.d.ts", "index"),
        ("trpc-v10.d.ts", "trpc-v10"),
        ("trpc-v11.d.ts", "trpc-v11"),
    ] {
        let types = modules::client(&about.name, body(&client, file));
        add(&format!("client/{module}.d.ts"), types.esm);
        add(&format!("client/{module}.d.cts"), types.cjs);
        add(
            &format!("client/{module}.js"),
            modules::NO_VALUES_ESM.to_owned(),
        );
        add(
            &format!("client/{module}.cjs"),
            modules::NO_VALUES_CJS.to_owned(),
        );
    }
    for artefact in &server {
        if SERVER_FILES.contains(&artefact.file) {
            add(&format!("server/{}", artefact.file), artefact.text.clone());
        }
    }
    add("server/index.js", modules::SERVER_ESM.to_owned());
    add("server/index.cjs", modules::SERVER_CJS.to_owned());
    add("server/index.d.ts", modules::SERVER_TYPES.to_owned());
    add("server/index.d.cts", modules::SERVER_TYPES.to_owned());
    add("README.md", describe::readme(about, &catalogue(manifest)?));

    files.sort_by(|a, b| a.path.cmp(&b.path));
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let json = describe::package_json(about, &manifest.domains, &paths);
    files.push(PackageFile {
        path: PACKAGE_JSON.to_owned(),
        text: json,
    });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// What is said in the file that npm reads.
pub(crate) const PACKAGE_JSON: &str = "package.json";

/// What `./server` gives as data.
const SERVER_FILES: [&str; 3] = [
    "asyncapi.json",
    "events-manifest.json",
    "events-schemas.json",
];

/// The text of an artefact without its first line, which names the domain crates.
fn body<'a>(artefacts: &'a [Artefact], file: &str) -> &'a str {
    artefacts
        .iter()
        .find(|artefact| artefact.file == file)
        .and_then(|artefact| artefact.text.split_once('\n'))
        .map_or("", |(_, body)| body)
}

/// What an existing `package.json` says of the package, if `pubsub-gen package` made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingPackage {
    /// The domain packages it was made for.
    pub domains: Vec<String>,
    /// The files it consists of, `package.json` among them.
    pub files: Vec<String>,
}

impl ExistingPackage {
    /// Reads the text of a `package.json`; `None` if it is not one of ours.
    pub fn read(text: &str) -> Option<Self> {
        let json: serde_json::Value = serde_json::from_str(text).ok()?;
        let words = |list: &serde_json::Value| -> Option<Vec<String>> {
            let words = list.as_array()?.iter();
            words.map(|word| word.as_str().map(str::to_owned)).collect()
        };
        let domains = words(json.get("pubsub-gen")?.get("domains")?)?;
        let mut files = words(json.get("files")?)?;
        // A path that leads out of the package is none of ours.
        let inside = |path: &String| {
            let mut parts = Path::new(path).components();
            parts.all(|part| matches!(part, Component::Normal(_)))
        };
        files.retain(inside);
        files.push(PACKAGE_JSON.to_owned());
        Some(Self { domains, files })
    }
}

#[cfg(test)]
mod tests;
