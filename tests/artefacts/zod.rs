//! `events-zod.ts` against zod itself: its types are the emitted ones, and it judges values as serde does.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use super::{COMPILERS, domains, folder, fresh, run, shapes};
use pubsub_gen::{Mode, emitted, sync};
use pubsub_runtime::{AccessManifest, Manifest};

/// Emits a domain with its schemas, and a file that compiles only if each of them infers exactly the type of its name.
fn emit(place: &Path, manifest: &Manifest) {
    let emitted = emitted(manifest, true).unwrap_or_else(|error| panic!("{error}"));
    sync(place, manifest, &emitted, Mode::Write(None)).unwrap_or_else(|error| panic!("{error}"));
    let text = |file: &str| {
        &emitted
            .iter()
            .find(|artefact| artefact.file == file)
            .unwrap()
            .text
    };
    fs::write(place.join("package.json"), "{\"type\": \"module\"}\n").unwrap();
    let usage = usage(manifest, text("events-client.d.ts"), text("events-zod.ts"));
    fs::write(place.join("usage.ts"), usage).unwrap();
}

fn usage(manifest: &Manifest, types: &str, schemas: &str) -> String {
    let mut text = "import type * as z from 'zod';
import type * as E from './events-client.js';
import type * as S from './events-zod.js';
type IsAny<T> = 0 extends 1 & T ? true : false;
type Same<A, B> = IsAny<A> extends true ? IsAny<B> : [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const holds = <T extends true>(): void => {};
"
    .to_owned();
    let exported = |text: &str, words: &[&str]| -> BTreeSet<String> {
        text.lines()
            .filter_map(|line| words.iter().find_map(|word| line.strip_prefix(word)))
            .filter_map(|rest| rest.split([' ', ':', '<', '=']).next())
            .map(str::to_owned)
            .collect()
    };
    let types = exported(types, &["export interface ", "export type "]);
    let schemas = exported(schemas, &["export const "]);
    let shared: Vec<_> = types.intersection(&schemas).collect();
    assert!(!shared.is_empty(), "{types:?} {schemas:?}");
    for name in shared {
        let _ = writeln!(text, "holds<Same<z.infer<typeof S.{name}>, E.{name}>>();");
    }
    for event in &manifest.events {
        let name = serde_json::to_string(&event.name).unwrap();
        let mut same = |table: &str, side: &str| {
            let _ = writeln!(
                text,
                "holds<Same<z.infer<(typeof S.{table})[{name}]>, E.{side}<{name}>>>();"
            );
        };
        if event.direction.is_published() {
            same("payloads", "EventPayload");
        }
        if event.direction.is_client_sent() {
            same("inputs", "EventInput");
            same("replies", "EventReply");
        }
        if event.error.is_some() {
            same("errors", "EventError");
        }
    }
    for channel in &manifest.channels {
        if channel.snapshot.is_some() && channel.subscribe != AccessManifest::None {
            let name = serde_json::to_string(&channel.name).unwrap();
            let _ = writeln!(
                text,
                "holds<Same<z.infer<(typeof S.snapshots)[{name}]>, E.Snapshots[{name}]['payload']>>();"
            );
        }
    }
    text
}

#[test]
fn zod_infers_the_emitted_types() {
    let place = fresh("zod");
    let mut files = Vec::new();
    for (name, manifest) in domains() {
        emit(&place.join(name), &manifest);
        files.push(format!("{name}/usage.ts"));
    }
    for compiler in COMPILERS {
        compile(compiler, &place, &files);
    }
    let values = [
        (
            "payloads",
            "orders:created",
            r#"{"orderId":"a","paidBy":null,"total":1.5,"lines":[]}"#,
            true,
        ),
        (
            "payloads",
            "orders:created",
            r#"{"orderId":"a","paidBy":"card","total":1.5,"lines":[{"sku":"s","quantity":3}]}"#,
            true,
        ),
        (
            "payloads",
            "orders:created",
            r#"{"orderId":"a","paidBy":"cash","total":1.5,"lines":[]}"#,
            false,
        ),
        (
            "payloads",
            "orders:created",
            r#"{"orderId":"a","total":1.5,"lines":[]}"#,
            false,
        ),
        (
            "inputs",
            "orders:created",
            r#"{"orderId":"a","total":1}"#,
            true,
        ),
        (
            "inputs",
            "orders:created",
            r#"{"orderId":"a","total":1,"lines":[{"sku":"s"}]}"#,
            true,
        ),
        (
            "inputs",
            "orders:created",
            r#"{"orderId":"a","total":"1"}"#,
            false,
        ),
        (
            "inputs",
            "orders:created",
            r#"{"orderId":"a","total":1,"lines":[{"sku":"s","quantity":-1}]}"#,
            false,
        ),
        (
            "inputs",
            "orders:created",
            r#"{"orderId":"a","total":1,"lines":[{"sku":"s","quantity":1.5}]}"#,
            false,
        ),
        (
            "inputs",
            "orders:created",
            r#"{"orderId":"a","total":1,"lines":[{"sku":"s","quantity":4294967296}]}"#,
            false,
        ),
        ("replies", "orders:created", r#"{"ok":true}"#, true),
        ("errors", "orders:created", r#"{"type":"sold_out"}"#, true),
        (
            "errors",
            "orders:created",
            r#"{"type":"too_many","limit":3}"#,
            true,
        ),
        ("errors", "orders:created", r#"{"type":"too_many"}"#, false),
        (
            "payloads",
            "orders:changed.v2",
            r#"{"status":"paid"}"#,
            true,
        ),
        (
            "payloads",
            "orders:changed.v2",
            r#"{"status":"shipped","parcel":"p"}"#,
            true,
        ),
        (
            "payloads",
            "orders:changed.v2",
            r#"{"status":"shipped"}"#,
            false,
        ),
        (
            "payloads",
            "orders:changed.v2",
            r#"{"status":"returned","reason":null}"#,
            true,
        ),
        (
            "payloads",
            "orders:changed.v2",
            r#"{"status":"lost"}"#,
            false,
        ),
        (
            "payloads",
            "catalog:category",
            r#"{"name":"a","labels":{"de":null},"extra":{"any":[1]},"children":[{"name":"b","children":[{"name":"c","children":[],"first":{"number":255}}],"first":null}]}"#,
            true,
        ),
        (
            "payloads",
            "catalog:category",
            r#"{"name":"a","labels":{"de":1},"extra":null}"#,
            false,
        ),
        (
            "payloads",
            "catalog:category",
            r#"{"name":"a","labels":{},"extra":null,"children":[{"name":"b","children":[{"name":"c"}],"first":null}]}"#,
            false,
        ),
        (
            "payloads",
            "catalog:category",
            r#"{"name":"a","labels":{},"extra":null,"children":[{"name":"b","children":[],"first":{"number":256}}]}"#,
            false,
        ),
        ("inputs", "control:ping", "null", true),
        ("inputs", "control:ping", "{}", false),
        ("inputs", "control:set-level", r#""Low""#, true),
        ("inputs", "control:set-level", r#""Middle""#, false),
        ("snapshots", "orders", r#"{"orderIds":["a"]}"#, true),
        ("snapshots", "orders", r#"{"orderIds":[1]}"#, false),
    ];
    let values = values.map(|(table, name, text, fits)| Sample {
        table,
        name,
        text,
        fits,
        written: fits && table != "inputs",
    });
    parse(&place, "types-events", &values);
}

/// What zod judges otherwise than serde, by the number of the shape; each has to stay so, or to be taken out.
const APART: [(&str, &str); 5] = [
    // An object takes members it does not know, and leaves them out.
    ("2", r#"{"t":"Unit","c":1}"#),
    ("25", r#"{"id":1,"computed":1,"password":"x"}"#),
    ("28", r#"{"a":1,"z":1}"#),
    ("48", r#"{"m":{"blue":1}}"#),
    // The year of a date has four digits in RFC 3339, and so in JSON Schema and zod.
    (
        "42",
        r#"{"at":"1970-01-01T00:00:00Z","day":"-262143-01-01"}"#,
    ),
];

#[test]
fn zod_judges_every_shape_as_serde_does() {
    let place = fresh("zod-corpus");
    let (name, manifest) = shapes();
    emit(&place.join(name), &manifest);
    for compiler in COMPILERS {
        compile(compiler, &place, &[format!("{name}/usage.ts")]);
    }
    let cases = corpus_events::shapes::all();
    let mut values = Vec::new();
    for case in &cases {
        let mut add = |table, text, fits| {
            let is_apart = APART.contains(&(case.number, text));
            let written = fits && table == "payloads" && !is_apart;
            values.push(Sample {
                table,
                name: case.event,
                text,
                fits: fits != is_apart,
                written,
            });
        };
        for text in &case.written {
            add("payloads", text.as_str(), true);
        }
        for text in case.never {
            add("payloads", text, false);
        }
        for (text, fits) in case.sent.iter().chain(&case.limits) {
            add("inputs", text, *fits);
        }
    }
    assert!(values.len() > 150, "{}", values.len());
    parse(&place, name, &values);
}

/// Compiles to JavaScript, as a user's build does.
fn compile(compiler: &str, place: &Path, files: &[String]) {
    let script = folder().join("node_modules").join(compiler).join("bin/tsc");
    let mut arguments = vec![
        script.to_str().unwrap().to_owned(),
        "--strict".to_owned(),
        "--noUncheckedIndexedAccess".to_owned(),
        "--target".to_owned(),
        "ES2022".to_owned(),
        "--module".to_owned(),
        "nodenext".to_owned(),
        "--rootDir".to_owned(),
        ".".to_owned(),
    ];
    arguments.extend_from_slice(files);
    run("node", arguments, place);
}

/// A value to be judged.
#[derive(serde::Serialize)]
struct Sample<'a> {
    /// The table its schema stands in.
    table: &'a str,
    /// Its name there.
    name: &'a str,
    /// The value, as JSON.
    text: &'a str,
    /// Whether the schema takes it.
    fits: bool,
    /// Whether it is given on as it is.
    written: bool,
}

/// Parses values with the schemas of a compiled domain.
fn parse(place: &Path, domain: &str, values: &[Sample<'_>]) {
    let file = place.join(format!("{domain}.json"));
    fs::write(&file, serde_json::to_string(values).unwrap()).unwrap();
    let said = run(
        "node",
        [
            folder().join("zod.mjs"),
            place.join(domain).join("events-zod.js"),
            file,
        ],
        place,
    );
    assert_eq!(
        said.trim(),
        format!("{} values, 0 disagreements", values.len())
    );
}
