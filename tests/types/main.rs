//! The emitted types against the compilers and the clients their users have.
//!
//! `npm ci` in `tests/types` installs both compilers and three versions of the clients; `tests/run` does it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails as a test does"
)]

mod case;
mod hostile;
mod shapes;
mod shapes_flattened;
mod shapes_macros;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use pubsub_gen::{Mode, artefacts, sync};
use pubsub_runtime::Registry;

use case::Case;

const COMPILERS: [&str; 2] = ["typescript", "typescript-7"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("types")
}

/// Emits each domain for a client, puts the usage files beside them, and compiles all as `skipLibCheck: false` and `strict` say.
///
/// A `@ts-expect-error` line without an error is an error, so each of them shows that a mistake is found.
fn compile(client: &str) {
    let project = folder().join(client);
    let generated = project.join("generated");
    emit(&types_events::registry(), &generated);
    fs::copy(folder().join("usage.ts"), generated.join("usage.ts")).unwrap();
    let text = fs::read_to_string(project.join("client.ts")).unwrap();
    for (name, registry) in [
        ("depot", pubsub_policies::registry()),
        ("shop", shop_events::registry()),
    ] {
        let beside = generated.join(name);
        emit(&registry, &beside);
        let usage = format!("{name}.ts");
        fs::copy(folder().join(&usage), beside.join(&usage)).unwrap();
        // The same client, of the router beside it.
        fs::write(beside.join("client.ts"), text.replace("./generated/", "./")).unwrap();
    }
    for compiler in COMPILERS {
        tsc(compiler, &project);
    }
}

fn emit(registry: &Registry, folder: &Path) {
    let manifest = registry
        .manifest()
        .unwrap_or_else(|error| panic!("{error}"));
    let artefacts = artefacts(&manifest).unwrap_or_else(|error| panic!("{error}"));
    sync(folder, &manifest, &artefacts, Mode::Write(None))
        .unwrap_or_else(|error| panic!("{error}"));
}

fn tsc(compiler: &str, project: &Path) {
    let script = folder().join("node_modules").join(compiler).join("bin/tsc");
    assert!(
        script.exists(),
        "{} is not installed; run `npm ci` in tests/types (`tests/run` does it)",
        script.display()
    );
    let output = Command::new("node")
        .arg(&script)
        .arg("--project")
        .arg(project)
        .output()
        .unwrap_or_else(|error| panic!("node cannot be started, install Node 20: {error}"));
    assert!(
        output.status.success(),
        "{compiler}:\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

#[test]
fn types_hold_with_trpc_11() {
    compile("v11");
}

#[test]
fn types_hold_with_the_first_trpc_11() {
    compile("v11-0");
}

#[test]
fn types_hold_with_trpc_10() {
    compile("v10");
}

/// The shapes of the corpus, and all further ones.
fn every_shape() -> Vec<Case> {
    let manifest = corpus_events::registry()
        .manifest()
        .unwrap_or_else(|error| panic!("{error}"));
    let declared = corpus_events::shapes::all().into_iter();
    let declared = declared.map(|case| Case::declared(case, &manifest));
    let further = [shapes::all(), shapes_flattened::all(), shapes_macros::all()];
    declared.chain(further.into_iter().flatten()).collect()
}

#[test]
fn every_shape_admits_what_serde_writes_and_takes_and_nothing_else_that_a_type_can_refuse() {
    let project = folder().join("corpus");
    let generated = project.join("generated");
    if generated.exists() {
        fs::remove_dir_all(&generated).unwrap();
    }
    for case in every_shape() {
        let folder = generated.join(case.number);
        fs::create_dir_all(&folder).unwrap();
        let types = case.types.as_ref().unwrap_or_else(|error| {
            panic!("shape {} is refused: {error}", case.number);
        });
        fs::write(folder.join("events-client.d.ts"), types).unwrap();
        fs::write(folder.join("usage.ts"), case.usage()).unwrap();
    }
    for compiler in COMPILERS {
        tsc(compiler, &project);
    }
}

#[test]
fn every_schema_admits_what_serde_writes_and_takes() {
    let refused: Vec<_> = every_shape()
        .iter()
        .flat_map(Case::refused_by_schema)
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn a_known_variant_has_to_be_whole_beside_one_for_everything_else() {
    let case = shapes_flattened::flattened_other::case();
    for (json, fits) in [
        (r#"{"id":1,"kind":"A","x":1}"#, true),
        (r#"{"id":1,"kind":"zz"}"#, true),
        (r#"{"id":1,"kind":"A"}"#, false),
        (r#"{"id":1,"kind":"A","x":"1"}"#, false),
    ] {
        assert_eq!(case.fits_schema("input", json), fits, "{json}");
    }
}

#[test]
fn a_flattened_map_by_words_takes_no_other_member() {
    let case = shapes_flattened::flattened_words::case();
    for (json, fits) in [
        (r#"{"id":1,"X":1}"#, true),
        (r#"{"id":1,"X":"1"}"#, false),
        (r#"{"id":1,"Z":1}"#, false),
    ] {
        assert_eq!(case.fits_schema("input", json), fits, "{json}");
    }
}

#[test]
fn what_knows_its_members_takes_no_other_where_it_is_flattened() {
    let case = shapes_flattened::flattened_closed::case();
    for (kind, any, unit, fits) in [
        (r#""kind":"A","a":1"#, r#""x":1"#, r#""t":"Holds""#, true),
        (
            r#""kind":"B","b":1"#,
            r#""y":1"#,
            r#""t":"Other","o":1"#,
            true,
        ),
        (
            r#""kind":"A","a":1,"z":1"#,
            r#""x":1"#,
            r#""t":"Holds""#,
            false,
        ),
        (
            r#""kind":"A","a":1"#,
            r#""x":1,"z":1"#,
            r#""t":"Holds""#,
            false,
        ),
        (
            r#""kind":"A","a":1"#,
            r#""x":1"#,
            r#""t":"Holds","z":1"#,
            false,
        ),
    ] {
        let json = format!(r#"{{"id":1,"by":"x",{kind},"any":{{"n":1,{any}}},"unit":{{{unit}}}}}"#);
        assert_eq!(case.fits_schema("input", &json), fits, "{json}");
    }
}

#[test]
fn what_cannot_be_said_truly_is_refused_with_its_place_and_what_to_write() {
    let all = shapes::all_refused().into_iter();
    let further = [
        shapes_flattened::all_refused(),
        shapes_macros::all_refused(),
    ];
    let further = further.into_iter().flatten();
    for (case, said) in all.chain(further) {
        let number = case.number;
        let error = case.types.expect_err(number);
        for line in said {
            assert!(
                error.lines().any(|told| told.contains(line)),
                "{number}: no line says {line:?}:\n{error}"
            );
        }
        // Nothing that is right is told to be wrong beside it.
        assert_eq!(error.lines().count(), said.len(), "{number}:\n{error}");
    }
}

#[test]
fn no_word_of_a_declaration_leaves_its_place() {
    let case = shapes::hostile_words::case();
    let types = case.types.unwrap();
    let code: String = types
        .split("*/")
        .map(|part| part.split("/*").next().unwrap())
        .collect();
    assert!(types.contains("Leaked"), "the words are told:\n{types}");
    assert!(
        !code.contains("type Leaked = 1") && !code.contains("type Leaked = 8"),
        "{code}"
    );
}
