//! What is tolerated, and that nothing beside it is.

use serde_json::json;

use super::{super::hints::Hints, *};

fn of(schema: &Value, hints: Hints, trial: &Trial) -> Option<Tolerance> {
    let schema = Schema {
        root: schema,
        document: schema,
    };
    let subject = Subject::of("orders:created", schema, hints);
    Tolerance::of(&subject, trial, Witness::TypeScript)
}

fn refused(value: Value, change: Change, place: &str, said: &str) -> Trial {
    Trial {
        side: Side::Sent,
        place: Place::of_pointer(&value, place),
        value,
        change,
        expected: Expected::Refused,
        said: Said::Refused(said.to_owned()),
    }
}

#[test]
fn a_list_may_stand_for_a_map_by_numbers_only() {
    let map = |keys: Value| json!({ "type": "object", "additionalProperties": { "type": "integer" }, "propertyNames": keys });
    let list = refused(json!([]), Change::Retyped, "", "invalid type: sequence");
    let by_numbers = map(json!({ "pattern": "^-?[0-9]+$" }));
    assert_eq!(
        of(&by_numbers, Hints::default(), &list),
        Some(Tolerance::ListForMap)
    );
    let by_text = map(json!({ "type": "string", "pattern": "^[0-9]{4}$" }));
    let by_words = map(json!({ "enum": ["x", "y"] }));
    for schema in [by_text, by_words] {
        assert_eq!(of(&schema, Hints::default(), &list), None);
    }
}

#[test]
fn what_an_absent_option_passes_over_may_be_anything() {
    let declared =
        json!({ "x-flatten": true, "anyOf": [{ "type": "object" }, { "type": "null" }] });
    let hints = || Hints::of(&declared, &serde_json::Map::new());
    let taken = |written: Value| {
        let value = json!({ "id": 1, "o": { "z": [{ "y": "text" }] }, "p": 1 });
        Trial {
            side: Side::Sent,
            place: Place::of_pointer(&value, "/o/z/0/y"),
            value,
            change: Change::Retyped,
            expected: Expected::Taken,
            said: Said::Written(written),
        }
    };
    let any = json!({ "additionalProperties": { "$ref": "#" }, "items": { "$ref": "#" } });
    assert_eq!(
        of(&any, hints(), &taken(json!({ "id": 1 }))),
        Some(Tolerance::FlattenedOption)
    );
    // What is passed over elsewhere says nothing of this place.
    let elsewhere = json!({ "id": 1, "o": { "z": [{ "y": "text" }] } });
    assert_eq!(of(&any, hints(), &taken(elsewhere)), None);
    let nowhere = taken(json!({ "id": 1 }));
    assert_eq!(of(&any, Hints::default(), &nowhere), None);
}

#[test]
fn a_variant_without_its_members_may_pass_as_everything_else() {
    let known = json!({
        "type": "object",
        "properties": { "id": { "type": "integer" }, "t": { "const": "X" }, "x": { "type": "integer" } },
        "required": ["id", "t", "x"],
    });
    let other = json!({
        "type": "object",
        "properties": { "id": { "type": "integer" }, "t": { "type": "string" } },
        "required": ["id", "t"],
    });
    let held = json!({
        "properties": { "t": { "const": "Y" } },
        "allOf": [{ "properties": { "y": { "type": "integer" } }, "required": ["y"] }],
    });
    let open = json!({ "anyOf": [{ "oneOf": [known, held] }, other] });
    let closed = json!({ "anyOf": [known] });
    let without_x = json!({ "id": 1, "t": "X" });
    let trial = |value: Value, name: &str, said: &str| {
        let mut trial = refused(value, Change::Removed, "", said);
        trial.place = Place::default().member(name);
        trial
    };
    let missing_x = trial(without_x.clone(), "x", "missing field `x`");
    let tolerated = Some(Tolerance::OtherWithKnownTag);
    assert_eq!(of(&open, Hints::default(), &missing_x), tolerated);
    assert_eq!(of(&closed, Hints::default(), &missing_x), None);
    let missing_y = trial(json!({ "id": 1, "t": "Y" }), "t", "missing field `y`");
    assert_eq!(of(&open, Hints::default(), &missing_y), tolerated);
    for trial in [
        trial(json!({ "t": "X", "x": 1 }), "id", "missing field `id`"),
        trial(json!({ "id": 1, "x": 1 }), "t", "missing field `t`"),
        trial(json!({ "id": 1, "t": "Z" }), "x", "missing field `x`"),
        trial(without_x.clone(), "id", "missing field `x`"),
        trial(
            json!({ "id": 1, "t": "X", "x": null }),
            "x",
            "invalid type: null",
        ),
        Trial {
            side: Side::Received,
            ..missing_x
        },
    ] {
        assert_eq!(of(&open, Hints::default(), &trial), None, "{trial:?}");
    }
}

#[test]
fn a_number_may_stand_for_the_tag_of_everything_else_only() {
    let known = json!({ "properties": { "t": { "const": "X" }, "n": { "const": "N" } } });
    let other = json!({ "properties": { "t": { "type": "string" } } });
    let open = json!({ "anyOf": [known, other] });
    let trial = |name: &str| {
        let value = json!({ name: 1 });
        Trial {
            side: Side::Sent,
            place: Place::default().member(name),
            said: Said::Written(value.clone()),
            value,
            change: Change::Retyped,
            expected: Expected::Taken,
        }
    };
    let tolerated = Some(Tolerance::NumberForTag);
    assert_eq!(of(&open, Hints::default(), &trial("t")), tolerated);
    assert_eq!(of(&open, Hints::default(), &trial("n")), None);
    assert_eq!(of(&known, Hints::default(), &trial("t")), None);
}
