use std::collections::{BTreeMap, HashMap};

use serde_json::{json, value::RawValue};

use super::*;

/// What is written, or the path and what is wrong there.
fn written<T: Serialize>(value: &T) -> Result<String, (String, String)> {
    match to_raw_value(value) {
        Ok(raw) => Ok(raw.get().to_owned()),
        Err(unwritten) => Err((
            json!(unwritten.path).to_string(),
            unwritten.error.to_string(),
        )),
    }
}

fn refused_at<T: Serialize>(value: &T) -> String {
    written(value).map_or_else(|(path, _)| path, |json| format!("{json} is written"))
}

#[derive(Serialize)]
struct Point<X> {
    x: X,
    y: Option<X>,
}

#[derive(Serialize)]
enum Shape<X> {
    Unit,
    New(X),
    Tuple(u8, X),
    Struct { x: X },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Tagged<X> {
    Line { end: Point<X> },
}

#[derive(Serialize)]
struct Flat<X> {
    id: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, X>,
}

#[test]
fn what_fits_is_written_as_serde_json_writes_it() {
    let max = number::MAX;
    let least = -i64::try_from(max).unwrap();
    let all = (
        (true, -1i8, 1u8, -3i16, 3u16, i32::MIN, u32::MAX, 'ü'),
        (max, least, i128::from(least), u128::from(max)),
        (1.5f32, f64::MAX, "a\"b", (), Some(()), None::<()>),
        [
            Shape::Unit,
            Shape::New(1.0),
            Shape::Tuple(1, 2.0),
            Shape::Struct { x: 3.0 },
        ],
        Tagged::Line {
            end: Point { x: 1, y: None },
        },
        Flat {
            id: 1,
            rest: [("a".to_owned(), vec![1])].into(),
        },
        HashMap::from([(u64::MAX, "keys are strings")]),
        (json!({"a": [1, {"b": null}]}), RawValue::NULL),
        RawValue::from_string(r#"{ "kept": 1.50 }"#.to_owned()).unwrap(),
        std::net::Ipv4Addr::LOCALHOST,
    );
    assert_eq!(written(&all), Ok(serde_json::to_string(&all).unwrap()));
    #[cfg(feature = "client")]
    assert_eq!(
        to_string(&all).unwrap(),
        serde_json::to_string(&all).unwrap()
    );
}

#[test]
fn no_number_is_rounded_and_none_becomes_null() {
    let beyond = number::MAX + 1;
    assert_eq!(written(&beyond), Err(("[]".to_owned(), BEYOND.to_owned())));
    for refused in [
        written(&-i64::try_from(beyond).unwrap()),
        written(&i64::MIN),
        written(&u64::MAX),
        written(&i128::MIN),
        written(&u128::MAX),
        written(&json!(u64::MAX)),
        written(&RawValue::from_string("9007199254740993".to_owned()).unwrap()),
    ] {
        assert_eq!(refused, Err(("[]".to_owned(), BEYOND.to_owned())));
    }
    for refused in [
        written(&f64::NAN),
        written(&f64::NEG_INFINITY),
        written(&f32::NAN),
        written(&f32::INFINITY),
    ] {
        assert_eq!(refused, Err(("[]".to_owned(), NOT_FINITE.to_owned())));
    }
}

#[test]
fn a_refusal_says_where_it_is() {
    let nan = f64::NAN;
    let deep = Point {
        x: vec![
            Point { x: 1.0, y: None },
            Point {
                x: 1.0,
                y: Some(nan),
            },
        ],
        y: None,
    };
    assert_eq!(refused_at(&deep), r#"["x",1,"y"]"#);
    assert_eq!(refused_at(&(1, [nan])), "[1,0]");
    assert_eq!(refused_at(&Shape::New(nan)), r#"["New"]"#);
    assert_eq!(refused_at(&Shape::Tuple(1, nan)), r#"["Tuple",1]"#);
    assert_eq!(
        refused_at(&[Shape::Struct { x: nan }]),
        r#"[0,"Struct","x"]"#
    );
    let tagged = Tagged::Line {
        end: Point { x: nan, y: None },
    };
    assert_eq!(refused_at(&tagged), r#"["end","x"]"#);
    let flat = Flat {
        id: 1,
        rest: [("a b".to_owned(), nan)].into(),
    };
    assert_eq!(refused_at(&flat), r#"["a b"]"#);
    assert_eq!(refused_at(&BTreeMap::from([(7, nan)])), r#"["7"]"#);
    let raw = RawValue::from_string("[1e400]".to_owned()).unwrap();
    assert_eq!(refused_at(&Point { x: raw, y: None }), r#"["x"]"#);
    assert_eq!(
        refused_at(&json!({"a": [0, 9_007_199_254_740_993_u64]})),
        r#"["a",1]"#
    );
}
