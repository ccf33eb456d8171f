//! Documentation comments.

use serde_json::Value;

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
    let mut lines: Vec<String> = docs
        .text
        .trim()
        .lines()
        .map(|line| line.trim_end().replace("*/", "*\\/"))
        .collect();
    if let Some(note) = &docs.deprecated {
        let note = note.replace("*/", "*\\/");
        let mut note = note.trim().lines().map(str::trim_end);
        lines.push(
            format!("@deprecated {}", note.next().unwrap_or_default())
                .trim_end()
                .to_owned(),
        );
        lines.extend(note.map(str::to_owned));
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
