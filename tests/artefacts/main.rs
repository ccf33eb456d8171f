//! The emitted files, given to the tools that their users have.
//!
//! `npm ci` in `tests/artefacts` installs them; `tests/run` does it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

mod zod;

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use pubsub_gen::{Mode, PackageAbout, artefacts, package, sync};
use pubsub_runtime::{Manifest, Registry};

const COMPILERS: [&str; 2] = ["typescript", "typescript-7"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("artefacts")
}

fn manifest(registry: &Registry) -> Manifest {
    registry
        .manifest()
        .unwrap_or_else(|error| panic!("{error}"))
}

fn domains() -> [(&'static str, Manifest); 3] {
    [
        ("types-events", manifest(&types_events::registry())),
        ("policies-events", manifest(&pubsub_policies::registry())),
        ("orders-events", manifest(&orders_events::registry())),
    ]
}

/// A domain with an event for each shape of serde.
fn shapes() -> (&'static str, Manifest) {
    ("corpus-events", manifest(&corpus_events::registry()))
}

/// An empty folder for what one test writes.
fn fresh(name: &str) -> PathBuf {
    let folder = folder().join("generated").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Emits every domain into a folder of its own.
fn emit(name: &str) -> Vec<PathBuf> {
    let folder = fresh(name);
    let domains = domains().into_iter().chain([shapes()]);
    let emitted = domains.map(|(name, manifest)| {
        let folder = folder.join(name);
        let artefacts = artefacts(&manifest).unwrap_or_else(|error| panic!("{error}"));
        sync(&folder, &manifest, &artefacts, Mode::Write(None))
            .unwrap_or_else(|error| panic!("{error}"));
        folder
    });
    emitted.collect()
}

/// Runs a program in a folder, and gives what it prints.
fn run(
    program: &str,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    place: &Path,
) -> String {
    let (succeeded, said) = try_run(program, arguments, place);
    assert!(succeeded, "{program}:\n{said}");
    said
}

/// Runs a program, and gives whether it succeeded and what it prints.
fn try_run(
    program: &str,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    place: &Path,
) -> (bool, String) {
    let installed = folder().join("node_modules");
    assert!(
        installed.exists(),
        "{} is not there; run `npm ci` in tests/artefacts (`tests/run` does it)",
        installed.display()
    );
    let mut command = Command::new(program);
    command.args(arguments).current_dir(place);
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{program} cannot be started, install Node 20: {error}"));
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

/// A program of the npm project.
fn tool(name: &str) -> PathBuf {
    folder().join("node_modules/.bin").join(name)
}

#[test]
fn asyncapi_is_accepted_by_its_own_parser() {
    let mut arguments = vec![folder().join("asyncapi.mjs")];
    // The parser itself fails at a member that is called `$ref`, which one of the shapes has.
    let read = emit("asyncapi").into_iter();
    let read = read.filter(|folder| !folder.ends_with(shapes().0));
    arguments.extend(read.map(|folder| folder.join("asyncapi.json")));
    let said = run("node", arguments, &folder());
    assert_eq!(said.lines().count(), 3, "{said}");
    for line in said.lines() {
        let read: serde_json::Value =
            serde_json::from_str(line).unwrap_or_else(|_| panic!("{said}"));
        assert!(read["operations"].as_u64() > Some(0), "{said}");
        assert_eq!(read["unanswered"], serde_json::json!([]), "{said}");
        assert_eq!(read["bare"], serde_json::json!([]), "{said}");
    }
}

#[test]
fn schemas_compile_in_strict_mode() {
    let mut arguments = vec![folder().join("schemas.mjs")];
    arguments.extend(emit("schemas"));
    run("node", arguments, &folder());
}

/// The tools are asked in a way in which they find what is wrong.
#[test]
fn a_mistake_in_a_document_is_found() {
    let folders = emit("mistakes");
    let place = &folders[0];
    let change = |file: &str, from: &str, to: &str| {
        let path = place.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} in {file}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let (script, argument) = match file {
            "asyncapi.json" => ("asyncapi.mjs", path.as_path()),
            _ => ("schemas.mjs", place.as_path()),
        };
        let said = try_run("node", [&folder().join(script), argument], &folder());
        fs::write(&path, text).unwrap();
        said
    };
    for (file, from, to, found) in [
        (
            "asyncapi.json",
            "#/channels/orders/messages/",
            "#/channels/orders/none/",
            "none",
        ),
        (
            "asyncapi.json",
            "\"ok\": true",
            "\"ok\": \"yes\"",
            "orders.created.Reply",
        ),
        (
            "asyncapi.json",
            "\"action\": \"receive\"",
            "\"action\": \"take\"",
            "action",
        ),
        (
            "events-schemas.json",
            "\"format\": \"uint32\"",
            "\"format\": \"uint33\"",
            "unknown format \"uint33\"",
        ),
        (
            "events-schemas.json",
            "\"required\"",
            "\"requires\"",
            "unknown keyword: \"requires\"",
        ),
        (
            "events-schemas.json",
            "\"properties\"",
            "\"x-open\": true, \"properties\"",
            "x-open",
        ),
    ] {
        let (succeeded, said) = change(file, from, to);
        assert!(!succeeded && said.contains(found), "{to}: {said}");
    }
}

/// Lays out the package of a domain as `pubsub-gen package` does, and packs it; gives the folder and the tarball.
fn pack(place: &Path, name: &str, manifest: &Manifest) -> (PathBuf, PathBuf) {
    let about = PackageAbout {
        name: name.to_owned(),
        version: "1.2.3".to_owned(),
        description: Some("What happens to orders.".to_owned()),
        license: Some("MIT OR Apache-2.0".to_owned()),
        repository: Some("https://example.invalid/pubsub".to_owned()),
    };
    let package = package(manifest, &about).unwrap_or_else(|error| panic!("{error}"));
    let folder = place.join(name);
    for file in &package {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.text).unwrap();
    }
    let said = run("npm", ["pack", "--json", "--loglevel=error"], &folder);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said}"));
    // npm has described a list of packages, and, since version 12, an object by name.
    let packed = match &said {
        serde_json::Value::Array(packages) => &packages[0],
        other => &other[name],
    };
    assert_eq!(
        packed["files"].as_array().map(Vec::len),
        Some(package.len()),
        "every file is packed: {said}"
    );
    let tarball = place.join(format!("{name}.tgz"));
    fs::rename(folder.join(packed["filename"].as_str().unwrap()), &tarball).unwrap();
    (folder, tarball)
}

#[test]
fn packages_are_accepted_by_publint_and_attw() {
    let place = fresh("packages");
    for (name, manifest) in domains() {
        let (folder, tarball) = pack(&place, name, &manifest);
        let said = run(
            tool("publint").to_str().unwrap(),
            [
                OsStr::new("run"),
                folder.as_os_str(),
                OsStr::new("--strict"),
            ],
            &place,
        );
        assert!(said.contains("All good!"), "{said}");
        let said = run(
            tool("attw").to_str().unwrap(),
            [
                tarball.as_os_str(),
                OsStr::new("--no-color"),
                OsStr::new("--no-emoji"),
            ],
            &place,
        );
        assert!(said.contains("No problems found"), "{said}");
    }
}

/// Every way to find a module that TypeScript 7 knows, with the kind of modules that goes with it.
const RESOLUTIONS: [(&str, &str); 3] = [
    ("node16", "node16"),
    ("nodenext", "nodenext"),
    ("bundler", "preserve"),
];

#[test]
fn a_package_is_used_by_both_clients_under_every_resolution() {
    let place = fresh("consumers");
    let (name, manifest) = &domains()[0];
    let (_, tarball) = pack(&place, name, manifest);
    let usage = fs::read_to_string(folder().join("consumers/use.ts")).unwrap();
    for version in ["v11", "v10"] {
        let consumer = folder().join("consumers").join(version);
        let installed = consumer.join("node_modules").join(name);
        if installed.exists() {
            fs::remove_dir_all(&installed).unwrap();
        }
        fs::create_dir_all(&installed).unwrap();
        let extract = ["-xzf", tarball.to_str().unwrap(), "--strip-components=1"];
        run("tar", extract, &installed);
        let usage = match version {
            "v10" => usage
                .replace("createTRPCClient", "createTRPCProxyClient")
                .replace("trpc-v11", "trpc-v10"),
            _ => usage.clone(),
        };
        for kind in ["module", "commonjs"] {
            let sources = consumer.join("generated").join(kind);
            fs::create_dir_all(&sources).unwrap();
            fs::write(
                sources.join("package.json"),
                format!("{{\"type\": \"{kind}\"}}\n"),
            )
            .unwrap();
            fs::write(sources.join("use.ts"), &usage).unwrap();
        }
        for compiler in COMPILERS {
            let script = folder().join("node_modules").join(compiler).join("bin/tsc");
            for (resolution, module) in RESOLUTIONS {
                let arguments = [
                    script.to_str().unwrap(),
                    "--noEmit",
                    "--strict",
                    "--skipLibCheck",
                    "false",
                    "--target",
                    "ES2022",
                    "--lib",
                    "ES2022,DOM,DOM.Iterable,ESNext.Disposable,DOM.AsyncIterable",
                    "--module",
                    module,
                    "--moduleResolution",
                    resolution,
                    "generated/module/use.ts",
                    "generated/commonjs/use.ts",
                ];
                run("node", arguments, &consumer);
            }
        }
        let wanted = format!("{} 3.1.0", manifest.events.len());
        let imported = "import { manifest, schemas, asyncapi } from 'types-events/server'; import * as client from 'types-events/client'; import 'types-events/client/trpc-v11';
            console.log(manifest.events.length, asyncapi.asyncapi, Object.keys(client).filter((key) => key !== 'module.exports').length, Object.keys(schemas.events).length === manifest.events.length);";
        let said = run(
            "node",
            ["--input-type=module", "--eval", imported],
            &consumer,
        );
        assert_eq!(said.trim(), format!("{wanted} 0 true"));
        let required = "const { manifest, asyncapi } = require('types-events/server'); const client = require('types-events/client'); require('types-events/client/trpc-v10');
            console.log(manifest.events.length, asyncapi.asyncapi, Object.keys(client).length, require('types-events/server/events-schemas.json').$schema !== undefined);";
        let said = run(
            "node",
            ["--input-type=commonjs", "--eval", required],
            &consumer,
        );
        assert_eq!(said.trim(), format!("{wanted} 0 true"));
    }
}
