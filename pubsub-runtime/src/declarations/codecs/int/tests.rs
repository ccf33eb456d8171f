use std::{
    collections::{BTreeMap, HashMap},
    num::{NonZero, NonZeroI64, NonZeroU64},
};

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::json;

use super::{form::SAFE, holders::Formed, *};
use crate::words::number::{BEYOND, MAX};

#[allow(
    clippy::needless_pass_by_value,
    reason = "the value is written in the call"
)]
fn write<F: Form>(value: impl Integers) -> Result<String, String> {
    serde_json::to_string(&Formed::<F, _>::new(&value)).map_err(|error| error.to_string())
}

fn read<F: Form, T: Integers>(json: &str) -> Result<T, String> {
    let read = serde_json::from_str::<Formed<F, T>>(json);
    read.map(|formed| formed.0).map_err(|error| {
        let said = error.to_string();
        said.split(" at line").next().unwrap_or(&said).to_owned()
    })
}

fn schema<F: Form, T: Integers>() -> serde_json::Value
where
    T::Wire<F>: JsonSchema,
{
    SchemaGenerator::default()
        .subschema_for::<T::Wire<F>>()
        .to_value()
}

#[test]
fn every_integer_is_written_and_read_back_as_text() {
    macro_rules! both_ends {
        ($($int:ty)*) => {$(
            for value in [<$int>::MIN, <$int>::MAX] {
                let json = write::<Text>(value).unwrap();
                assert_eq!(json, format!("\"{value}\""));
                assert_eq!(read::<Text, $int>(&json), Ok(value));
            }
        )*};
    }
    both_ends!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize NonZeroU64 NonZeroI64);
}

#[test]
fn only_the_canonical_form_is_read() {
    for refused in [
        "1", "null", "true", "1.0", r#""""#, r#""-""#, r#""x""#, r#""01""#, r#""+1""#, r#""-0""#,
        r#"" 1""#, r#""1 ""#, r#""1.0""#, r#""1e3""#, r#""0x1""#, r#""1_0""#, r#""１""#,
        r#""--1""#,
    ] {
        assert!(read::<Text, i64>(refused).is_err(), "{refused}");
    }
    for (json, value) in [
        (r#""0""#, 0),
        (r#""10""#, 10),
        (r#""-7""#, -7),
        (r#""\u0031""#, 1),
    ] {
        assert_eq!(read::<Text, i64>(json), Ok(value), "{json}");
    }
    for out_of_range in [r#""256""#, r#""-1""#] {
        assert_eq!(
            read::<Text, u8>(out_of_range),
            Err(format!(
                "invalid value: string {out_of_range}, expected a string of decimal digits, for an integer from 0 to 255"
            ))
        );
    }
    assert!(read::<Text, NonZeroU64>(r#""0""#).is_err());
    let range = "-9223372036854775808 to 9223372036854775807, but not 0";
    assert_eq!(
        read::<Text, NonZeroI64>(r#""0""#),
        Err(format!(
            "invalid value: string \"0\", expected a string of decimal digits, for an integer from {range}"
        ))
    );
}

#[test]
fn what_holds_integers_holds_them_in_that_form() {
    type Many = BTreeMap<String, Vec<Option<Box<u64>>>>;
    let many: Many = [("a".to_owned(), vec![Some(Box::new(u64::MAX)), None])].into();
    let json = r#"{"a":["18446744073709551615",null]}"#;
    assert_eq!(write::<Text>(many.clone()).unwrap(), json);
    assert_eq!(read::<Text, Many>(json), Ok(many));
    let hashed: HashMap<u8, i128> = [(1, -5)].into();
    assert_eq!(write::<Checked>(hashed.clone()).unwrap(), r#"{"1":-5}"#);
    assert_eq!(
        read::<Checked, HashMap<u8, i128>>(r#"{"1":-5}"#),
        Ok(hashed)
    );
}

#[test]
fn a_checked_integer_stays_within_what_javascript_holds() {
    let most = u128::from(MAX);
    assert_eq!(write::<Checked>(most), Ok("9007199254740991".to_owned()));
    assert_eq!(write::<Checked>(-SAFE), Ok("-9007199254740991".to_owned()));
    for refused in [
        write::<Checked>(most + 1),
        write::<Checked>(u128::MAX),
        write::<Checked>(-SAFE - 1),
        write::<Checked>(i128::MIN),
        write::<Checked>(u64::MAX),
    ] {
        assert_eq!(refused, Err(BEYOND.to_owned()));
    }
    assert_eq!(read::<Checked, u128>("9007199254740991"), Ok(most));
    assert_eq!(
        read::<Checked, u64>("9007199254740992"),
        Err("invalid value: integer `9007199254740992`, expected an integer from 0 to 9007199254740991".to_owned())
    );
    assert_eq!(
        read::<Checked, i8>("-129"),
        Err("invalid value: integer `-129`, expected an integer from -128 to 127".to_owned())
    );
    for refused in ["1.0", "\"1\"", "null", "99999999999999999999999", "-1"] {
        assert!(read::<Checked, u128>(refused).is_err(), "{refused}");
    }
    assert!(read::<Checked, NonZeroI64>("0").is_err());
}

#[test]
fn the_schema_says_the_same() {
    assert_eq!(
        schema::<Text, u64>(),
        json!({"type": "string", "pattern": "^(0|[1-9][0-9]*)$", "maxLength": 20, "x-int": "string"})
    );
    assert_eq!(
        schema::<Text, Option<NonZeroI64>>(),
        json!({"type": ["string", "null"], "pattern": "^-?[1-9][0-9]*$", "maxLength": 20, "x-int": "string"})
    );
    assert_eq!(
        schema::<Checked, Vec<i128>>(),
        json!({"type": "array", "items": {"type": "integer", "minimum": -SAFE, "maximum": SAFE, "x-int": "checked"}})
    );
    assert_eq!(
        schema::<Checked, NonZero<u8>>(),
        json!({"type": "integer", "minimum": 1, "maximum": 255, "x-int": "checked"})
    );
}
