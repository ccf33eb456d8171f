//! What a package says of itself: `package.json` and `README.md`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::artefacts::is_json;

/// The versions of tRPC that the types are written for.
const TRPC: &str = "^10.45.0 || ^11.0.0";

/// The oldest Node that tRPC 11, and what was tested, runs on.
const NODE: &str = ">=18";

/// What a package is called, and what is said of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackageAbout {
    /// The npm name, such as `orders-events` or `@acme/orders-events`.
    pub name: String,
    /// The version, as npm writes it: `1.2.0`.
    pub version: String,
    /// One sentence.
    pub description: Option<String>,
    /// An SPDX expression, such as `MIT OR Apache-2.0`.
    pub license: Option<String>,
    /// Where its source is.
    pub repository: Option<String>,
}

/// `package.json`: the members are written in this order, and the order of conditions decides which one is taken.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PackageJson<'a> {
    name: &'a str,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repository: Option<Repository>,
    r#type: &'a str,
    side_effects: bool,
    engines: BTreeMap<&'a str, &'a str>,
    exports: BTreeMap<String, Export>,
    files: &'a [&'a str],
    peer_dependencies: BTreeMap<&'a str, &'a str>,
    /// Only the types of the router name tRPC: who reads plain event streams needs none of it.
    peer_dependencies_meta: BTreeMap<&'a str, Optional>,
    /// Says whose the package is; see [`super::ExistingPackage`].
    #[serde(rename = "pubsub-gen")]
    ours: Ours<'a>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Export {
    Module { import: Module, require: Module },
    Data(String),
}

#[derive(Debug, Serialize)]
struct Module {
    types: String,
    default: String,
}

#[derive(Debug, Serialize)]
struct Repository {
    r#type: &'static str,
    url: String,
}

#[derive(Debug, Serialize)]
struct Optional {
    optional: bool,
}

#[derive(Debug, Serialize)]
struct Ours<'a> {
    domains: &'a [String],
}

/// The text of `package.json` of a package with these files.
pub(super) fn package_json(about: &PackageAbout, domains: &[String], files: &[&str]) -> String {
    let json = PackageJson {
        name: &about.name,
        version: &about.version,
        description: about.description.as_deref(),
        license: about.license.as_deref(),
        repository: about.repository.as_deref().map(repository),
        r#type: "module",
        side_effects: false,
        engines: [("node", NODE)].into(),
        exports: exports(files),
        files,
        peer_dependencies: [("@trpc/server", TRPC)].into(),
        peer_dependencies_meta: [("@trpc/server", Optional { optional: true })].into(),
        ours: Ours { domains },
    };
    // Strings and maps with string keys: writing them cannot fail.
    let text = serde_json::to_string_pretty(&json).unwrap_or_default();
    format!("{text}\n")
}

/// A repository as npm writes it; Cargo has the address of its page.
fn repository(page: &str) -> Repository {
    // A page may be that of a folder inside.
    let root = page.split("/-/tree/").next().unwrap_or(page);
    let root = root.split("/tree/").next().unwrap_or(root);
    let root = root.trim_end_matches('/').trim_end_matches(".git");
    let prefix = if root.starts_with("https://") {
        "git+"
    } else {
        ""
    };
    Repository {
        r#type: "git",
        url: format!("{prefix}{root}.git"),
    }
}

/// Every module under its folder's or its own name, and every file of data.
fn exports(files: &[&str]) -> BTreeMap<String, Export> {
    let mut exports = BTreeMap::from([(
        "./package.json".to_owned(),
        Export::Data("./package.json".to_owned()),
    )]);
    for file in files {
        if let Some(module) = file.strip_suffix(".cjs") {
            let half = |types: &str, code: &str| Module {
                types: format!("./{module}.{types}"),
                default: format!("./{module}.{code}"),
            };
            let name = module.strip_suffix("/index").unwrap_or(module);
            let export = Export::Module {
                import: half("d.ts", "js"),
                require: half("d.cts", "cjs"),
            };
            exports.insert(format!("./{name}"), export);
        } else if is_json(file) {
            exports.insert(format!("./{file}"), Export::Data(format!("./{file}")));
        }
    }
    exports
}

/// The page that npm shows; `catalogue` tells of every channel and event.
pub(super) fn readme(about: &PackageAbout, catalogue: &str) -> String {
    let name = &about.name;
    let about = about
        .description
        .as_ref()
        .map_or_else(String::new, |text| format!("{text}\n\n"));
    let channels = catalogue.split_once('\n').map_or("", |(_, rest)| rest);
    format!(
        r"# {name}

{about}Emitted by `pubsub-gen package` from the Rust declarations: edit those, and make the package anew.

| import | gives |
|---|---|
| `{name}/client` | the types of payloads, envelopes, channels and errors; no code |
| `{name}/client/trpc-v11`, `{name}/client/trpc-v10` | `AppRouter` for the unmodified `@trpc/client` 11 or 10; `@trpc/server` of the same version has to be installed, as tRPC itself asks for |
| `{name}/server` | `manifest`, `schemas` and `asyncapi`: everything declared, as data; the files are there too, such as `{name}/server/events-schemas.json` |

```ts
import {{ createTRPCClient, httpBatchLink }} from '@trpc/client';
import type {{ EventPayload }} from '{name}/client';
import type {{ AppRouter }} from '{name}/client/trpc-v11';

const client = createTRPCClient<AppRouter>({{ links: [httpBatchLink({{ url: 'https://…/trpc' }})] }});
```
{channels}",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_written_as_npm_does() {
        for (page, url) in [
            ("https://github.com/a/b", "git+https://github.com/a/b.git"),
            (
                "https://github.com/a/b.git",
                "git+https://github.com/a/b.git",
            ),
            (
                "https://github.com/a/b/tree/main/events",
                "git+https://github.com/a/b.git",
            ),
            (
                "https://gitlab.com/a/b/-/tree/main/events/",
                "git+https://gitlab.com/a/b.git",
            ),
        ] {
            assert_eq!(repository(page).url, url);
        }
    }
}
