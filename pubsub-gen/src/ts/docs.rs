//! Documentation comments.

use serde_json::Value;

use super::prose;
use crate::model::Docs;

/// What is said, with an example of it.
pub(super) fn with_example(text: &str, example: Option<&Value>) -> String {
    const WIDTH: usize = 100;
    let Some(example) = example else {
        return text.to_owned();
    };
    let mut example = example.clone();
    example.sort_all_objects();
    let line = example.to_string();
    let example = if line.chars().count() <= WIDTH {
        line
    } else {
        format!("{example:#}")
    };
    format!("{}\n\n@example\n{example}", text.trim())
}

/// The comment that stands above an item; empty if nothing is said of it.
pub(super) fn comment(docs: &Docs, indent: usize) -> String {
    let mut lines = prose::lines(&docs.text);
    if let Some(note) = &docs.deprecated {
        let mut note = prose::lines(note).into_iter();
        lines.push(
            format!("@deprecated {}", note.next().unwrap_or_default())
                .trim_end()
                .to_owned(),
        );
        lines.extend(note);
    }
    if lines.iter().all(String::is_empty) {
        lines.clear();
    }
    let pad = " ".repeat(indent);
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!("{pad}/** {line} */\n"),
        lines => {
            let mut comment = format!("{pad}/**\n");
            for line in lines {
                comment.push_str(format!("{pad} * {line}").trim_end());
                comment.push('\n');
            }
            comment.push_str(&pad);
            comment.push_str(" */\n");
            comment
        }
    }
}
