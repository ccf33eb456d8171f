//! JSON as text: two spaces a level, as `serde_json` prints it.
//!
//! A build script is not optimised, and there `serde_json` spends hundreds of instructions on each byte: its printer was half
//! of what generating took.

use serde_json::Value;

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
        Value::Object(members) if !members.is_empty() => {
            text.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                line(depth + 1, text);
                quote(name, text);
                text.push_str(": ");
                print(member, depth + 1, text);
            }
            line(depth, text);
            text.push('}');
        }
        Value::String(string) => quote(string, text),
        other => text.push_str(&other.to_string()),
    }
}

fn line(depth: usize, text: &mut String) {
    text.push('\n');
    for _ in 0..depth {
        text.push_str("  ");
    }
}

fn quote(string: &str, text: &mut String) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if string.bytes().all(is_plain) {
        text.push('"');
        text.push_str(string);
        text.push('"');
    } else {
        text.push_str(&Value::from(string).to_string());
    }
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
    }
}
