//! What serde calls a field on the wire.

use syn::{Attribute, Field, LitStr, ext::IdentExt, parse::Parser, punctuated::Punctuated};

use crate::derives::{self, HelperWord};

/// How a container renames its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const RULES: &[(&str, Rule)] = &[
    ("lowercase", Rule::Lower),
    ("UPPERCASE", Rule::Upper),
    ("PascalCase", Rule::Pascal),
    ("camelCase", Rule::Camel),
    ("snake_case", Rule::Snake),
    ("SCREAMING_SNAKE_CASE", Rule::ScreamingSnake),
    ("kebab-case", Rule::Kebab),
    ("SCREAMING-KEBAB-CASE", Rule::ScreamingKebab),
];

impl Rule {
    /// The rule of `#[serde(rename_all = "…")]`, or of another `word`; what serde does not know is serde's to report.
    pub(crate) fn of(attrs: &[Attribute], word: &str) -> Option<Self> {
        let written = written(attrs, word)?;
        RULES
            .iter()
            .find(|(name, _)| *name == written)
            .map(|(_, rule)| *rule)
    }

    /// As serde does it: for serde a field is in snake case already, whatever it looks like.
    fn apply(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_ascii_uppercase(),
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
            Self::Pascal => pascal(field),
            Self::Camel => {
                let pascal = pascal(field);
                let mut rest = pascal.chars();
                rest.next().map_or_else(String::new, |first| {
                    let first = first.to_ascii_lowercase();
                    format!("{first}{}", rest.as_str())
                })
            }
        }
    }
}

fn pascal(field: &str) -> String {
    let mut capitalise = true;
    let mut pascal = String::new();
    for character in field.chars() {
        if character == '_' {
            capitalise = true;
        } else if capitalise {
            pascal.push(character.to_ascii_uppercase());
            capitalise = false;
        } else {
            pascal.push(character);
        }
    }
    pascal
}

/// What serde writes a field as; `None` if it has no name.
pub(crate) fn name(field: &Field, rule: Option<Rule>) -> Option<String> {
    let ident = field.ident.as_ref()?;
    Some(written(&field.attrs, "rename").unwrap_or_else(|| {
        let ident = ident.unraw().to_string();
        rule.map_or_else(|| ident.clone(), |rule| rule.apply(&ident))
    }))
}

/// The text of `#[serde(word = "text")]` or `#[serde(word(serialize = "text"))]`.
fn written(attrs: &[Attribute], word: &str) -> Option<String> {
    let mut found = None;
    derives::visit_words(attrs, &["serde"], |meta| {
        if !meta.path.is_ident(word) {
            return;
        }
        let value = if meta.list.is_empty() {
            Some(meta.value)
        } else {
            Punctuated::<HelperWord, syn::Token![,]>::parse_terminated
                .parse2(meta.list)
                .ok()
                .and_then(|words| {
                    let serialize = |word: &HelperWord| word.path.is_ident("serialize");
                    words.into_iter().find(serialize).map(|word| word.value)
                })
        };
        let text = value.and_then(|value| syn::parse2::<LitStr>(value).ok());
        found = text.map(|text| text.value()).or_else(|| found.take());
    });
    found
}

#[cfg(test)]
mod tests {
    use syn::{DeriveInput, parse_quote};

    use super::*;

    #[allow(
        clippy::needless_pass_by_value,
        reason = "the declaration is written in the call"
    )]
    fn names(item: DeriveInput) -> Vec<String> {
        let rule = Rule::of(&item.attrs, "rename_all");
        crate::event::item_struct::fields(&item)
            .into_iter()
            .filter_map(|field| name(field, rule))
            .collect()
    }

    #[test]
    fn every_case_of_serde_is_applied_as_serde_does() {
        for (case, _) in RULES {
            let text = case.to_string();
            let ours = names(parse_quote! {
                #[serde(rename_all = #text)]
                struct S { order_id: u8, r#type: u8, a: u8, x2_y__z: u8, _led: u8 }
            });
            assert_eq!(
                ours,
                SERDES.iter().find(|(name, _)| name == case).unwrap().1,
                "{case}"
            );
        }
    }

    /// What serde 1.0.228 makes of the same fields.
    const SERDES: &[(&str, [&str; 5])] = &[
        ("lowercase", ["order_id", "type", "a", "x2_y__z", "_led"]),
        ("UPPERCASE", ["ORDER_ID", "TYPE", "A", "X2_Y__Z", "_LED"]),
        ("PascalCase", ["OrderId", "Type", "A", "X2YZ", "Led"]),
        ("camelCase", ["orderId", "type", "a", "x2YZ", "led"]),
        ("snake_case", ["order_id", "type", "a", "x2_y__z", "_led"]),
        (
            "SCREAMING_SNAKE_CASE",
            ["ORDER_ID", "TYPE", "A", "X2_Y__Z", "_LED"],
        ),
        ("kebab-case", ["order-id", "type", "a", "x2-y--z", "-led"]),
        (
            "SCREAMING-KEBAB-CASE",
            ["ORDER-ID", "TYPE", "A", "X2-Y--Z", "-LED"],
        ),
    ];

    #[test]
    fn a_field_has_the_name_that_is_written() {
        let item = parse_quote! {
            #[serde(rename_all(serialize = "UPPERCASE", deserialize = "lowercase"), deny_unknown_fields)]
            struct S {
                #[serde(default, rename = "first")]
                a: u8,
                #[serde(rename(deserialize = "in", serialize = "out"))]
                b: u8,
                #[serde(rename(deserialize = "in"))]
                c: u8,
            }
        };
        assert_eq!(names(item), ["first", "out", "C"]);
    }
}
