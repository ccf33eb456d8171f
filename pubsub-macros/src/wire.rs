//! What serde calls a field on the wire.

use syn::{
    Attribute, Field, LitStr, Variant, ext::IdentExt, parse::Parser, punctuated::Punctuated,
};

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

/// Which of serde's two halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Half {
    Serialize,
    Deserialize,
}

impl Half {
    /// Both of them.
    pub(crate) const ALL: [Self; 2] = [Self::Serialize, Self::Deserialize];

    fn word(self) -> &'static str {
        match self {
            Self::Serialize => "serialize",
            Self::Deserialize => "deserialize",
        }
    }

    /// Whether this half leaves out what has these attributes.
    pub(crate) fn skips(self, attrs: &[Attribute]) -> bool {
        let own = match self {
            Self::Serialize => "skip_serializing",
            Self::Deserialize => "skip_deserializing",
        };
        ["skip", own]
            .iter()
            .any(|word| derives::has_word(attrs, "serde", word))
    }
}

impl Rule {
    /// The rule of `#[serde(rename_all = "…")]`, or of another `word`; what serde does not know is serde's to report.
    pub(crate) fn of(attrs: &[Attribute], word: &str) -> Option<Self> {
        Self::of_half(attrs, word, Half::Serialize)
    }

    /// As [`Rule::of`], for one of the halves.
    pub(crate) fn of_half(attrs: &[Attribute], word: &str, half: Half) -> Option<Self> {
        let written = written(attrs, word, half)?;
        RULES
            .iter()
            .find(|(name, _)| *name == written)
            .map(|(_, rule)| *rule)
    }

    /// As serde does it for a variant, which for serde is in Pascal case already.
    pub(crate) fn apply_to_variant(self, variant: &str) -> String {
        let snake = || {
            let mut snake = String::new();
            for (index, character) in variant.char_indices() {
                if index > 0 && character.is_uppercase() {
                    snake.push('_');
                }
                snake.push(character.to_ascii_lowercase());
            }
            snake
        };
        match self {
            Self::Pascal => variant.to_owned(),
            Self::Lower => variant.to_ascii_lowercase(),
            Self::Upper => variant.to_ascii_uppercase(),
            Self::Camel => {
                let mut rest = variant.chars();
                rest.next().map_or_else(String::new, |first| {
                    let first = first.to_ascii_lowercase();
                    format!("{first}{}", rest.as_str())
                })
            }
            Self::Snake => snake(),
            Self::ScreamingSnake => snake().to_ascii_uppercase(),
            Self::Kebab => snake().replace('_', "-"),
            Self::ScreamingKebab => snake().to_ascii_uppercase().replace('_', "-"),
        }
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
    name_of_half(field, rule, Half::Serialize)
}

/// As [`name`], for one of the halves.
pub(crate) fn name_of_half(field: &Field, rule: Option<Rule>, half: Half) -> Option<String> {
    let ident = field.ident.as_ref()?;
    Some(written(&field.attrs, "rename", half).unwrap_or_else(|| {
        let ident = ident.unraw().to_string();
        rule.map_or_else(|| ident.clone(), |rule| rule.apply(&ident))
    }))
}

/// What one of the halves calls a variant.
pub(crate) fn variant_name(variant: &Variant, rule: Option<Rule>, half: Half) -> String {
    written(&variant.attrs, "rename", half).unwrap_or_else(|| {
        let ident = variant.ident.unraw().to_string();
        match rule {
            Some(rule) => rule.apply_to_variant(&ident),
            None => ident,
        }
    })
}

/// The text of `#[serde(word = "text")]` or `#[serde(word(serialize = "text"))]`.
pub(crate) fn written(attrs: &[Attribute], word: &str, half: Half) -> Option<String> {
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
                    let of_half = |word: &HelperWord| word.path.is_ident(half.word());
                    words.into_iter().find(of_half).map(|word| word.value)
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
