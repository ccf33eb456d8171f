//! Names that mean something already, and text as a literal.

use std::fmt::Write as _;

/// Names that a type of the user's cannot have in `events-client.d.ts`.
///
/// # Source
///
/// TypeScript 5.9 `checker.ts`, `checkTypeNameIsReserved`, and the reserved words of ECMAScript 2025 §12.7.2; the rest are the
/// names that the file declares itself.
const RESERVED: &[&str] = &[
    "any",
    "as",
    "async",
    "await",
    "bigint",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "declare",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "module",
    "namespace",
    "never",
    "new",
    "null",
    "number",
    "object",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unknown",
    "var",
    "void",
    "while",
    "with",
    "yield",
    // Declared by the file itself.
    "ChannelEvent",
    "ChannelNames",
    "Channels",
    "Emitted",
    "ErrorDetails",
    "ErrorEvent",
    "EventEnvelope",
    "EventError",
    "EventErrors",
    "EventInput",
    "EventMeta",
    "EventName",
    "EventNames",
    "EventPayload",
    "EventReply",
    "Events",
    "FetchHistoryInput",
    "FilterFields",
    "Filtered",
    "FilteredList",
    "Filters",
    "GapReason",
    "HistoryInput",
    "HistoryPage",
    "Issue",
    "PubSubError",
    "PubSubErrorData",
    "PubSubGap",
    "PubSubLive",
    "PubSubReady",
    "RequiredSendOptions",
    "SendEventInput",
    "SendEventOutput",
    "SendOptions",
    "Snapshots",
    "SubscribeInput",
    "SubscribeOptions",
    "SystemEvent",
    "Unfiltered",
];

/// Whether a type of the user's cannot be named so.
pub(crate) fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// The name of a member, quoted where it is no identifier.
pub(super) fn member(name: &str) -> String {
    let mut chars = name.chars();
    let plain = chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_' || first == '$')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
    // As a plain name, `constructor` would declare a constructor in a class; in a type it is a member, as any other word.
    if plain { name.to_owned() } else { text(name) }
}

/// A string literal.
pub(super) fn text(value: &str) -> String {
    let mut literal = String::with_capacity(value.len() + 2);
    literal.push('\'');
    for c in value.chars() {
        match c {
            '\'' => literal.push_str("\\'"),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            // Marks of writing direction too: what a reader sees would not be what a compiler reads.
            c if c.is_control()
                || matches!(
                    c,
                    '\u{2028}'
                        | '\u{2029}'
                        | '\u{feff}'
                        | '\u{200e}'
                        | '\u{200f}'
                        | '\u{61c}'
                        | '\u{202a}'..='\u{202e}'
                        | '\u{2066}'..='\u{2069}'
                ) =>
            {
                let _ = write!(literal, "\\u{{{:x}}}", u32::from(c));
            }
            c => literal.push(c),
        }
    }
    literal.push('\'');
    literal
}
