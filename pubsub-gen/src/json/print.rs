//! JSON as text: two spaces a level, as `serde_json` prints it.
//!
//! A build script is not optimised, and there `serde_json` spends hundreds of instructions on each byte: its printer was half
//! of what generating took. A [`Formatter`] hands what it is given to code of the standard library that is.

use std::fmt::{self, Display, Formatter};

use serde_json::{Map, Value};

/// What `print` writes, and the end of a line.
pub(super) fn printed(print: impl Fn(&mut Formatter<'_>) -> fmt::Result) -> String {
    format!("{}\n", fmt::from_fn(print))
}

/// Prints `value`, which stands `depth` levels deep.
pub(super) fn print(value: &Value, depth: usize, f: &mut Formatter<'_>) -> fmt::Result {
    match value {
        Value::Array(items) if !items.is_empty() => {
            f.write_str("[")?;
            let mut is_first = true;
            for item in items {
                line(is_first, depth + 1, f)?;
                is_first = false;
                print(item, depth + 1, f)?;
            }
            line(true, depth, f)?;
            f.write_str("]")
        }
        Value::Object(members) => object(members, depth, f, |_, member, f| {
            print(member, depth + 1, f)
        }),
        Value::String(string) => quote(string, f),
        other => other.fmt(f),
    }
}

/// Prints an object whose members `print` prints, each after its name.
pub(super) fn object(
    members: &Map<String, Value>,
    depth: usize,
    f: &mut Formatter<'_>,
    print: impl Fn(&str, &Value, &mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    if members.is_empty() {
        return f.write_str("{}");
    }
    f.write_str("{")?;
    let mut is_first = true;
    for (name, member) in members {
        line(is_first, depth + 1, f)?;
        is_first = false;
        quote(name, f)?;
        f.write_str(": ")?;
        print(name, member, f)?;
    }
    line(true, depth, f)?;
    f.write_str("}")
}

/// What stands between members: a comma, a new line and the space before what stands that deep.
const BETWEEN: &str = ",\n                                                                ";

/// How much space is cut from [`BETWEEN`] at once, in levels.
const DEEPEST: usize = (BETWEEN.len() - 2) / 2;

/// [`BETWEEN`] for each depth; not a constant, which would be copied wherever it is looked into.
static LINES: [&str; DEEPEST + 1] = {
    let mut lines = [BETWEEN; DEEPEST + 1];
    let mut depth = 0;
    while depth < DEEPEST {
        lines[depth] = BETWEEN.split_at(2 + 2 * depth).0;
        depth += 1;
    }
    lines
};

/// A new line, behind a comma unless it is the first.
fn line(is_first: bool, depth: usize, f: &mut Formatter<'_>) -> fmt::Result {
    let mut rest = depth;
    let between = if depth > DEEPEST { DEEPEST } else { depth };
    let line = LINES[between];
    f.write_str(if is_first { line.split_at(1).1 } else { line })?;
    rest -= between;
    while rest > 0 {
        f.write_str("  ")?;
        rest -= 1;
    }
    Ok(())
}

fn quote(string: &str, f: &mut Formatter<'_>) -> fmt::Result {
    if is_plain(string.as_bytes()) {
        f.write_str("\"")?;
        f.write_str(string)?;
        f.write_str("\"")
    } else {
        f.write_str(&Value::from(string).to_string())
    }
}

/// Whether every byte stands for itself. It counts, as an iterator's calls are not inlined where nothing is optimised.
fn is_plain(bytes: &[u8]) -> bool {
    let (mut index, end) = (0, bytes.len());
    while index < end {
        let byte = bytes[index];
        if byte < b' ' || byte == b'"' || byte == b'\\' {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_prints_what_serde_json_prints() {
        let every: String = (0_u8..=0x7f).map(char::from).collect();
        for value in [
            json!(null),
            json!([]),
            json!({}),
            json!([[], {}, [1], {"a": {}}]),
            json!({"a": [1, -2.5, 1e300, u64::MAX], "b": {"c": true, "": null}}),
            json!({"a\"b\\": [every, "é\u{7f}\u{2028}🦀"]}),
        ] {
            let text = printed(|f| print(&value, 0, f));
            assert_eq!(text, format!("{value:#}\n"));
        }
        let deep = (0..100).fold(json!("inside"), |inner, _| json!([inner]));
        let text = printed(|f| print(&deep, 0, f));
        assert_eq!(text, format!("{deep:#}\n"));
    }
}
