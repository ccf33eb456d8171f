//! JSON as text: two spaces a level, as `serde_json` prints it.
//!
//! A build script is not optimised, and there `serde_json` spends hundreds of instructions on each byte: its printer was half
//! of what generating took.

use serde_json::{Map, Value};

/// Appends the text of `value`, which stands `depth` levels deep.
pub(super) fn print(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                line(depth + 1, text);
                print(item, depth + 1, text);
            }
            line(depth, text);
            text.push(']');
        }
        Value::Object(members) => object(members, depth, text, |_, member, text| {
            print(member, depth + 1, text);
        }),
        Value::String(string) => quote(string, text),
        other => text.push_str(&other.to_string()),
    }
}

/// Appends an object whose members `print` appends, each after its name.
pub(super) fn object(
    members: &Map<String, Value>,
    depth: usize,
    text: &mut String,
    print: impl Fn(&str, &Value, &mut String),
) {
    if members.is_empty() {
        text.push_str("{}");
        return;
    }
    text.push('{');
    let mut comma = "";
    for (name, member) in members {
        text.push_str(comma);
        comma = ",";
        line(depth + 1, text);
        quote(name, text);
        text.push_str(": ");
        print(name, member, text);
    }
    line(depth, text);
    text.push('}');
}

/// A new line and the space before what stands deep in it.
const LINE: &str = "\n                                                                ";

fn line(mut depth: usize, text: &mut String) {
    const DEEPEST: usize = (LINE.len() - 1) / 2;
    let first = depth.min(DEEPEST);
    text.push_str(&LINE[..=2 * first]);
    depth -= first;
    while depth > 0 {
        text.push_str("  ");
        depth -= 1;
    }
}

fn quote(string: &str, text: &mut String) {
    if is_plain(string.as_bytes()) {
        text.push('"');
        text.push_str(string);
        text.push('"');
    } else {
        text.push_str(&Value::from(string).to_string());
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
            let mut text = String::new();
            print(&value, 0, &mut text);
            assert_eq!(text, format!("{value:#}"));
        }
        let deep = (0..100).fold(json!("inside"), |inner, _| json!([inner]));
        let mut text = String::new();
        print(&deep, 0, &mut text);
        assert_eq!(text, format!("{deep:#}"));
    }
}
