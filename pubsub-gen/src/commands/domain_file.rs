//! Edits of a domain crate's `lib.rs`: a module line, and a channel in `domain!`.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned as _;

use super::wrong_use;

/// A domain crate's `lib.rs`.
#[derive(Debug)]
pub(super) struct DomainFile {
    text: String,
    /// Where the modules' names stand.
    modules: Vec<String>,
    /// Where a further module line goes.
    module_line: usize,
    channels: Vec<String>,
    /// What stands between the braces of `domain!`.
    body: Range<usize>,
}

impl DomainFile {
    /// Reads it; `name` is what messages call it.
    pub(super) fn parse(text: String, name: &str) -> anyhow::Result<Self> {
        let file = match syn::parse_file(&text) {
            Ok(file) => file,
            Err(error) => {
                return wrong_use(format!("{name} does not parse: {error}; fix it first"));
            }
        };
        let mut modules = Vec::new();
        let mut last_module = None;
        let mut domain = None;
        for item in &file.items {
            match item {
                syn::Item::Mod(module) => {
                    modules.push(module.ident.to_string());
                    last_module = Some(item.span().byte_range().end);
                }
                syn::Item::Macro(item) => {
                    let is_domain = item
                        .mac
                        .path
                        .segments
                        .last()
                        .is_some_and(|segment| segment.ident == "domain");
                    if is_domain {
                        domain = Some(item);
                    }
                }
                _ => {}
            }
        }
        let Some(domain) = domain else {
            return wrong_use(format!(
                "{name} has no `domain!`; add `pubsub_runtime::domain! {{ channel orders {{ }} }}` first"
            ));
        };
        let span = match &domain.mac.delimiter {
            syn::MacroDelimiter::Paren(paren) => paren.span,
            syn::MacroDelimiter::Brace(brace) => brace.span,
            syn::MacroDelimiter::Bracket(bracket) => bracket.span,
        };
        let body = span.open().byte_range().end..span.close().byte_range().start;
        let first_item = domain.span().byte_range().start;
        let start = text.get(..first_item).map_or(0, |before| {
            before.rfind('\n').map_or(0, |newline| newline + 1)
        });
        Ok(Self {
            modules,
            module_line: last_module.map_or(start, |end| after_line(&text, end)),
            channels: channels(&domain.mac.tokens),
            body,
            text,
        })
    }

    /// Whether a module of this name is there already.
    pub(super) fn has_module(&self, module: &str) -> bool {
        self.modules.iter().any(|name| name == module)
    }

    /// The text with a module line, and with the channel if it was not declared; whether it was not.
    pub(super) fn with(&self, module: &str, channel: &str) -> (String, bool) {
        let is_new = !self.channels.iter().any(|name| name == channel);
        let mut edits = vec![(self.module_line, format!("pub mod {module};\n"))];
        if is_new {
            let before = self.text.get(self.body.clone()).unwrap_or_default();
            // After what stands there, comments included, and before the white space in front of the brace.
            let at = self.body.start + before.trim_end().len();
            let mut line = format!("\n    channel {channel} {{ }}");
            if before.trim_end().len() == before.len() {
                line.push('\n');
            }
            edits.push((at, line));
        }
        edits.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let mut text = self.text.clone();
        for (at, edit) in edits {
            text.insert_str(at, &edit);
        }
        (text, is_new)
    }
}

/// The start of the line after `at`.
fn after_line(text: &str, at: usize) -> usize {
    text.get(at..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |newline| at + newline + 1)
}

/// The names after the word `channel`, at the top of `domain!`.
fn channels(tokens: &TokenStream) -> Vec<String> {
    let mut found = Vec::new();
    let mut after_word = false;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) if after_word => {
                found.push(ident.to_string());
                after_word = false;
            }
            TokenTree::Ident(ident) => after_word = ident == "channel",
            _ => after_word = false,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: &str = "//! Events.\n\npub mod orders;\n\npubsub_runtime::domain! {\n    /// channel fake\n    channel orders { retention = \"24h\" }\n    // the last one\n}\n";

    #[test]
    fn a_known_channel_stays_as_it_is() {
        let file = DomainFile::parse(LIB.to_owned(), "lib.rs").unwrap();
        let (text, is_new) = file.with("orders_paid", "orders");
        assert!(!is_new);
        assert_eq!(
            text,
            LIB.replace(
                "pub mod orders;\n",
                "pub mod orders;\npub mod orders_paid;\n"
            )
        );
        assert!(file.has_module("orders"));
    }

    #[test]
    fn a_new_channel_comes_last() {
        let file = DomainFile::parse(LIB.to_owned(), "lib.rs").unwrap();
        let (text, is_new) = file.with("ops_seen", "ops");
        assert!(is_new);
        assert!(
            text.contains("// the last one\n    channel ops { }\n}\n"),
            "{text}"
        );
    }

    #[test]
    fn without_modules_the_line_stands_before_the_domain() {
        let text = "pubsub_runtime::domain! { channel a { } }".to_owned();
        let file = DomainFile::parse(text, "lib.rs").unwrap();
        let (text, _) = file.with("b_c", "b");
        assert_eq!(
            text,
            "pub mod b_c;\npubsub_runtime::domain! { channel a { }\n    channel b { } }"
        );
    }

    #[test]
    fn a_file_without_a_domain_is_refused() {
        assert!(DomainFile::parse("pub mod a;".to_owned(), "lib.rs").is_err());
        assert!(DomainFile::parse("pub mod".to_owned(), "lib.rs").is_err());
    }
}
