//! What people wrote, as lines of a comment that it cannot leave.

/// Tags that change nothing for a compiler or an editor; any other would be taken for ours.
const HARMLESS_TAGS: [&str; 16] = [
    "@default",
    "@example",
    "@remarks",
    "@see",
    "@minimum",
    "@exclusiveMinimum",
    "@maximum",
    "@exclusiveMaximum",
    "@multipleOf",
    "@minLength",
    "@maxLength",
    "@pattern",
    "@format",
    "@minItems",
    "@maxItems",
    "@uniqueItems",
];

/// The lines of a text, without an end of the comment, without tags, and without letters that hide or reorder others.
pub(super) fn lines(text: &str) -> Vec<String> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    if is_plain(text.as_bytes()) {
        let lines = text.split('\n');
        return lines.map(|line| line.trim_end().to_owned()).collect();
    }
    let text = text.replace("\r\n", "\n");
    text.split(|letter| {
        matches!(
            letter,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    })
    .map(|line| shown(line.trim_end()))
    .collect()
}

/// Whether nothing in it is anything but lines of letters. It counts, as an iterator's calls are not inlined where nothing is
/// optimised, and most of what people write is such.
fn is_plain(bytes: &[u8]) -> bool {
    let (mut index, end) = (0, bytes.len());
    while index < end {
        let byte = bytes[index];
        if !matches!(byte, b' '..=b'~' | b'\n') || matches!(byte, b'@' | b'*') {
            return false;
        }
        index += 1;
    }
    true
}

/// One line of prose.
pub(super) fn line(text: &str) -> String {
    lines(text).join(" ")
}

fn shown(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let first = line.split_whitespace().next();
    let is_harmless = first.is_some_and(|word| HARMLESS_TAGS.contains(&word));
    let indent = line.len() - line.trim_start().len();
    let mut before = ' ';
    for (at, letter) in line.char_indices() {
        match letter {
            // TypeScript reads a tag wherever white space stands before it.
            '@' if (before.is_whitespace() || before == '*') && !(is_harmless && at == indent) => {
                shown.push_str("\\@");
            }
            '\t' => shown.push(letter),
            // Marks of writing direction: what a reader sees would not be what a compiler reads.
            '\u{200e}'
            | '\u{200f}'
            | '\u{61c}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}' => shown.extend(letter.escape_unicode()),
            _ if letter.is_control() => shown.extend(letter.escape_unicode()),
            _ => shown.push(letter),
        }
        before = letter;
    }
    shown.replace("*/", "*\\/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_stays_in_its_comment() {
        for (text, expected) in [
            (" \n", vec![]),
            ("a */ b", vec!["a *\\/ b"]),
            ("**/", vec!["**\\/"]),
            ("a\u{2028}b\rc\r\nd", vec!["a", "b", "c", "d"]),
            (
                "@deprecated x\n  @internal",
                vec!["\\@deprecated x", "  \\@internal"],
            ),
            (
                "mail me@x.y\n@example\n1",
                vec!["mail me@x.y", "@example", "1"],
            ),
            ("\u{202e}x\0", vec!["\\u{202e}x\\u{0}"]),
        ] {
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }
}
