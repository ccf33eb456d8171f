//! What becomes of serde's shapes.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use pubsub_runtime::model;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use pubsub_runtime::IdempotentManifest;

use crate::{
    artefacts::{artefacts, emitted},
    testing::{client_types, manifest_of, types_of},
};

#[test]
fn a_default_is_optional_only_where_it_is_read() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        id: String,
        #[serde(default)]
        tags: Vec<String>,
        note: Option<String>,
    }
    assert_snapshot!(types_of::<T>(), @r"
    export interface T {
      id: string;
      note: string | null;
      tags: string[];
    }

    export interface TInput {
      id: string;
      note?: string | null;
      /** @default [] */
      tags?: string[];
    }

    output: T
    input: TInput
    ");
}

#[test]
fn a_difference_reaches_every_type_around_it() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        inner: Middle,
        plain: Plain,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Middle(Vec<Deep>);
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Deep {
        #[serde(default)]
        n: u8,
        back: Option<Box<T>>,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Plain {
        n: u8,
    }
    assert_snapshot!(types_of::<T>(), @r"
    export interface Deep {
      back: T | null;
      n: number;
    }

    export interface DeepInput {
      back?: TInput | null;
      /** @default 0 */
      n?: number;
    }

    export type Middle = Deep[];

    export type MiddleInput = DeepInput[];

    export interface Plain {
      n: number;
    }

    export interface T {
      inner: Middle;
      plain: Plain;
    }

    export interface TInput {
      inner: MiddleInput;
      plain: Plain;
    }

    output: T
    input: TInput
    ");
}

#[test]
fn tags_stand_inside_beside_and_outside() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        inside: Inside,
        beside: Beside,
        outside: Outside,
        any: Untagged,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type")]
    enum Inside {
        A,
        B { x: u8 },
        C(Empty),
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Empty {}
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "t", content = "c")]
    enum Beside {
        Unit,
        New(u32),
        Tuple(u32, String),
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    enum Outside {
        Unit,
        New(u32),
        Nothing(),
        Struct { a: bool },
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    enum Untagged {
        Nil,
        N(i32),
        L(Vec<Untagged>),
    }
    assert_snapshot!(types_of::<T>(), @r"
    export type Beside = { t: 'Unit' } | { t: 'New'; c: number } | { t: 'Tuple'; c: [number, string] };

    export type Inside = { type: 'A' } | { type: 'B'; x: number } | { type: 'C' };

    export type Outside = 'Unit' | { New: number } | { Nothing: [] } | { Struct: { a: boolean } };

    export interface T {
      any: Untagged;
      beside: Beside;
      inside: Inside;
      outside: Outside;
    }

    export type Untagged = null | number | Untagged[];

    output: T
    input: T
    ");
}

#[test]
fn maps_admit_the_members_beside_them() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        id: String,
        note: Option<u8>,
        #[serde(flatten)]
        flags: BTreeMap<String, bool>,
    }
    assert_snapshot!(types_of::<T>(), @r#"
    export interface T {
      id: string;
      note: number | null;
      [key: string]: boolean | string | number | null;
    }

    export interface TInput {
      id: string;
      note?: number | null;
      [key: string]: boolean | string | number | null | undefined;
    }

    output: T
    input: TInput
    "#);
}

#[test]
fn maps_by_integer_and_by_enum_know_their_keys() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        by_number: BTreeMap<u32, bool>,
        by_color: BTreeMap<Color, u8>,
    }
    #[derive(Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
    #[serde(rename_all = "lowercase")]
    enum Color {
        Red,
        Green,
    }
    assert_snapshot!(types_of::<T>(), @r#"
    export interface T {
      by_color: { green?: number; red?: number };
      by_number: { [key: `${number}`]: boolean };
    }

    output: T
    input: T
    "#);
}

#[test]
fn odd_keys_are_quoted() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        r#type: String,
        #[serde(rename = "x-id")]
        x: u8,
        #[serde(rename = "1st")]
        first: u8,
        #[serde(rename = "it's\\\n\u{2028}")]
        weird: u8,
        #[serde(rename = "$ref")]
        dollar: u8,
    }
    assert_snapshot!(types_of::<T>(), @r#"
    export interface T {
      $ref: number;
      '1st': number;
      'it\'s\\\n\u{2028}': number;
      type: string;
      'x-id': number;
    }

    output: T
    input: T
    "#);
}

#[test]
fn names_of_types_and_of_our_own_are_not_taken() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Events {
        a: Channels,
        b: string,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Channels {
        #[serde(default)]
        n: u8,
    }
    #[allow(non_camel_case_types, reason = "the name is the case")]
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct string(u8);
    assert_snapshot!(types_of::<Events>(), @r"
    export interface Channels_ {
      n: number;
    }

    export interface Channels_Input {
      /** @default 0 */
      n?: number;
    }

    export interface Events_ {
      a: Channels_;
      b: string_;
    }

    export interface Events_Input {
      a: Channels_Input;
      b: string_;
    }

    export type string_ = number;

    output: Events_
    input: Events_Input
    ");
}

#[test]
fn one_name_in_two_modules_gets_the_module_before_it() {
    mod a {
        use super::*;
        #[derive(Serialize, Deserialize, JsonSchema)]
        #[schemars(extend("x-path" = "shop::a::Item"))]
        pub(super) struct Item {
            sku: String,
        }
    }
    mod b {
        use super::*;
        #[derive(Serialize, Deserialize, JsonSchema)]
        #[schemars(extend("x-path" = "shop::b::Item"))]
        pub(super) struct Item {
            n: u8,
        }
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        x: a::Item,
        y: b::Item,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[schemars(rename = "T")]
    struct Turned {
        #[serde(rename = "x")]
        a: b::Item,
        #[serde(rename = "y")]
        b: a::Item,
    }
    let there = types_of::<T>();
    assert_snapshot!(there, @r#"
    export interface AItem {
      sku: string;
    }

    export interface BItem {
      n: number;
    }

    export interface T {
      x: AItem;
      y: BItem;
    }

    output: T
    input: T
    "#);

    let turned = types_of::<Turned>();
    let swapped = turned
        .replace("x: BItem", "x: AItem")
        .replace("y: AItem", "y: BItem");
    assert_eq!(
        swapped, there,
        "a name does not depend on what is met first"
    );
}

#[test]
fn what_the_attribute_added_is_heard() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[schemars(extend("x-tag" = { "kind": "thing" }))]
    struct T {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(extend("x-omit-none" = true))]
        note: Option<String>,
        #[schemars(with = "String", extend("x-int" = "string"))]
        big: String,
        #[schemars(with = "Option<String>", extend("x-int" = "string"))]
        bigger: Option<String>,
        /// How many.
        #[schemars(extend("x-int" = "checked", "maximum" = 9_007_199_254_740_991_u64))]
        count: u64,
        open: Open,
        #[deprecated]
        old: u8,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[schemars(extend("x-open" = true))]
    enum Open {
        On,
        Off,
    }
    assert_snapshot!(types_of::<T>(), @r"
    export type Open = 'On' | 'Off';

    export type OpenInput = 'On' | 'Off' | (string & {});

    export interface T {
      kind: 'thing';
      big: `${bigint}`;
      bigger: `${bigint}` | null;
      /**
       * How many.
       *
       * An integer from 0 to 9007199254740991.
       *
       * @maximum 9007199254740991
       */
      count: number;
      note?: string;
      /** @deprecated */
      old: number;
      open: Open;
    }

    export interface TInput {
      kind?: 'thing';
      big: `${bigint}`;
      bigger?: `${bigint}` | null;
      /**
       * How many.
       *
       * An integer from 0 to 9007199254740991.
       *
       * @maximum 9007199254740991
       */
      count: number;
      note?: string | null;
      /** @deprecated */
      old: number;
      open: OpenInput;
    }

    output: T
    input: TInput
    ");
}

#[test]
fn what_cannot_be_said_is_refused_with_place_and_remedy() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        items: Vec<Inner>,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Inner {
        kind: Kind,
        #[schemars(schema_with = "odd")]
        odd: u8,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type")]
    enum Kind {
        Plain,
        Count(u32),
        Names(Vec<String>),
        Level(Level),
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    enum Level {
        Low,
        High,
    }
    fn odd(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "if": { "type": "string" }, "then": false })
    }
    assert_snapshot!(types_of::<T>(), @r#"
    c:e › items[] › odd: its schema uses `if`, which no client type can say; describe it with types instead of `schemars(schema_with)` or a schema of your own
    c:e › items[] › kind › Count: variant `Count` cannot be internally tagged: what it holds is no object; write `Count { value: … }`, or add `content = "…"` to `#[serde(tag)]`
    c:e › items[] › kind › Names: variant `Names` cannot be internally tagged: what it holds is no object; write `Names { value: … }`, or add `content = "…"` to `#[serde(tag)]`
    c:e › items[] › kind › Level: variant `Level` cannot be internally tagged: what it holds is no object; write `Level { value: … }`, or add `content = "…"` to `#[serde(tag)]`
    "#);
}

#[test]
fn a_flattened_option_of_an_enum_is_refused() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        id: u8,
        #[serde(flatten)]
        kind: Option<Kind>,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "kind")]
    enum Kind {
        A { a: u8 },
        B,
    }
    assert_snapshot!(types_of::<T>(), @r#"c:e: a flattened `Option` of an enum leaves no trace of what is missing; make it a field of its own, or flatten the enum itself, with a variant for nothing"#);
}

#[test]
fn a_type_that_is_only_itself_is_refused() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T(Box<T>);
    assert_snapshot!(types_of::<T>(), @r#"c:e: type `T` contains itself without a list or a member between; put the inner value into a named field or a `Vec`"#);
}

#[test]
fn the_reasons_of_a_gap_are_the_runtimes() {
    let schema = schemars::schema_for!(pubsub_runtime::system::GapReason);
    let reasons: Vec<_> = schema
        .get("oneOf")
        .and_then(serde_json::Value::as_array)
        .unwrap()
        .iter()
        .map(|reason| reason["const"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, super::envelope::GAP_REASONS);
}

#[test]
fn members_stand_as_they_are_declared_and_say_their_limits() {
    /// What is ordered.
    #[model]
    #[serde(rename_all = "camelCase")]
    struct T {
        /// How many.
        #[schemars(range(min = 1, max = 99))]
        quantity: u32,
        #[schemars(length(max = 20), example = "A-1")]
        article: String,
        #[serde(flatten)]
        about: About,
        #[serde(default = "two")]
        copies: u8,
        state: State,
    }
    #[model]
    struct About {
        /// Who is asked.
        #[schemars(email)]
        contact: String,
        by: Option<String>,
    }
    /// Where it is.
    #[model]
    enum State {
        /// Nobody has looked at it.
        Open,
        At {
            /// Which shelf.
            shelf: u8,
        },
        #[deprecated(note = "use `Gone`")]
        Lost,
        Gone,
    }
    fn two() -> u8 {
        2
    }
    assert_snapshot!(types_of::<T>(), @r#"
    /**
     * Where it is.
     *
     * - `Open`: Nobody has looked at it.
     * - `Lost`: Deprecated: use `Gone`
     */
    export type State =
      | 'Open'
      | {
        At: {
          /** Which shelf. */
          shelf: number;
        };
      }
      | 'Lost'
      | 'Gone';

    /** What is ordered. */
    export interface T {
      /**
       * How many.
       *
       * @minimum 1
       * @maximum 99
       */
      quantity: number;
      /**
       * @maxLength 20
       * @example "A-1"
       */
      article: string;
      /**
       * Who is asked.
       *
       * @format email
       */
      contact: string;
      by: string | null;
      copies: number;
      state: State;
    }

    /** What is ordered. */
    export interface TInput {
      /**
       * How many.
       *
       * @minimum 1
       * @maximum 99
       */
      quantity: number;
      /**
       * @maxLength 20
       * @example "A-1"
       */
      article: string;
      /**
       * Who is asked.
       *
       * @format email
       */
      contact: string;
      by?: string | null;
      /** @default 2 */
      copies?: number;
      state: State;
    }

    output: T
    input: TInput
    "#);
}

#[test]
fn every_name_that_the_file_declares_is_reserved() {
    #[model]
    struct T {
        id: String,
    }
    let mut manifest = manifest_of::<T>("c:e");
    manifest.events[0].filters = vec!["id".to_owned()];
    let mut another = manifest.channels[0].clone();
    another.name = "d".to_owned();
    manifest.channels[0].snapshot = Some(manifest.events[0].payload.clone());
    manifest.channels.push(another);
    let mut event = manifest.events[0].clone();
    event.name = "d:e".to_owned();
    event.channel = "d".to_owned();
    manifest.events.push(event);
    let text = client_types(&manifest);
    let declared: Vec<_> = text
        .lines()
        .filter_map(|line| {
            let line = line.strip_prefix("export ").unwrap_or(line);
            let rest = line
                .strip_prefix("interface ")
                .or_else(|| line.strip_prefix("type "))?;
            rest.split(|c: char| !c.is_alphanumeric()).next()
        })
        .filter(|name| *name != "T")
        .collect();
    assert!(declared.len() > 30, "{declared:?}");
    for name in declared {
        assert!(
            super::words::is_reserved(name),
            "`{name}` has to be reserved"
        );
    }
}

#[test]
fn filters_of_one_name_in_two_channels_are_joined_for_lists() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        #[serde(flatten)]
        part: Part,
        kind: Kind,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Part {
        id: Option<Id>,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Id(u32);
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(tag = "type")]
    enum Kind {
        A { id: String, a: u8 },
        B { id: String },
    }
    let one = manifest_of::<T>("c:e");
    let two = manifest_of::<Kind>("c:f");
    let mut both = one.clone();
    both.schemas.output.extend(two.schemas.output);
    both.schemas.input.extend(two.schemas.input);
    both.channels.extend(two.channels);
    both.channels[1].name = "d".to_owned();
    both.events.extend(two.events);
    both.events[1].channel = "d".to_owned();
    for event in &mut both.events {
        event.filters = vec!["id".to_owned()];
    }
    let both = client_types(&both);
    let (_, filters) = both.split_once("export interface Filters {\n").unwrap();
    let (each, rest) = filters.split_once("\n}\n").unwrap();
    assert_snapshot!(each, @r"
      c: {
        /** Of `c:e`. */
        id?: Id | null | readonly (Id | null)[];
      };
      d: {
        /** Of `c:f`. */
        id?: string | readonly string[];
      };
    ");
    let (_, joined) = rest.split_once("interface FilterFields {\n").unwrap();
    assert_snapshot!(joined.split_once('}').unwrap().0, @r"
      /** Of `c:e`, `c:f`. */
      id?: Id | null | string | readonly (Id | null | string)[];
    ");

    let none = client_types(&one);
    assert!(!none.contains("ilter"), "{none}");
    assert!(none.contains("export interface SubscribeInput extends SubscribeOptions {"));
}

/// What `trpc-v11.d.ts` says of the one event.
fn mutation(manifest: &pubsub_runtime::Manifest) -> Result<String, String> {
    let artefacts = artefacts(manifest).map_err(|error| error.to_string())?;
    let router = artefacts
        .iter()
        .find(|artefact| artefact.file == "trpc-v11.d.ts")
        .unwrap();
    let line = router
        .text
        .lines()
        .find(|line| line.starts_with("    e: "))
        .unwrap();
    Ok(line.trim().to_owned())
}

#[test]
fn the_id_of_a_send_is_asked_for_where_it_is_needed() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct T {
        id: String,
    }
    let mut manifest = manifest_of::<T>("c:e");
    let said = |manifest: &_| {
        let client = client_types(manifest);
        let line = client
            .lines()
            .find(|line| line.contains("payload: Events['c:e']['input']"))
            .unwrap();
        format!(
            "{}\n{}",
            line.trim_start_matches(['|', ' ']),
            mutation(manifest).unwrap()
        )
    };
    assert_snapshot!(said(&manifest), @r"
    export type SendEventInput = { name: 'c:e'; payload: Events['c:e']['input']; clientEventId?: string };
    e: Mutation<E.T & E.SendOptions, null, never>;
    ");
    manifest.events[0].idempotent = IdempotentManifest::By("id".to_owned());
    assert_snapshot!(said(&manifest), @r"
    export type SendEventInput = { name: 'c:e'; payload: Events['c:e']['input'] };
    e: Mutation<E.T, null, never>;
    ");
    assert!(!client_types(&manifest).contains("RequiredSendOptions"));
    manifest.events[0].idempotent = IdempotentManifest::Required;
    assert_snapshot!(said(&manifest), @r"
    export type SendEventInput = { name: 'c:e'; payload: Events['c:e']['input']; clientEventId: string };
    e: Mutation<E.T & E.RequiredSendOptions, null, never>;
    ");
    assert!(client_types(&manifest).contains("export interface RequiredSendOptions {"));
}

#[test]
fn a_payload_without_a_place_for_a_required_id_is_refused() {
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(untagged)]
    enum Mixed {
        Text(String),
        Object { id: String },
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    struct Nothing {}
    let required = |mut manifest: pubsub_runtime::Manifest| {
        manifest.events[0].idempotent = IdempotentManifest::Required;
        mutation(&manifest)
    };
    assert_snapshot!(required(manifest_of::<Vec<u8>>("c:e")).unwrap_err(), @r#"c:e: the event is `idempotent = "required"`, but its payload `T` has no place for `clientEventId` beside it; send a struct with named fields"#);
    assert!(required(manifest_of::<Mixed>("c:e")).is_err());
    let mut listed = manifest_of::<Vec<u8>>("c:e");
    listed.events[0].idempotent = IdempotentManifest::Required;
    assert!(emitted(&listed, true).is_err());
    assert_snapshot!(required(manifest_of::<Nothing>("c:e")).unwrap(), @"e: Mutation<E.RequiredSendOptions, null, never>;");
    // An id is none of the values of a map.
    assert!(required(manifest_of::<BTreeMap<String, u8>>("c:e")).is_err());
    assert_snapshot!(mutation(&manifest_of::<BTreeMap<String, u8>>("c:e")).unwrap(), @"e: Mutation<{ [key: string]: number }, null, never>;");
    assert!(required(manifest_of::<BTreeMap<String, serde_json::Value>>("c:e")).is_ok());
}
