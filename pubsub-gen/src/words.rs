//! The words of a schema, found in one walk: a look-up costs hundreds of instructions where nothing is optimised, and most words
//! that a schema could have are not there.

use serde_json::{Map, Value};

/// What a schema says, word by word.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words<'s> {
    schema: &'s Map<String, Value>,
    said: [Option<&'s Value>; COUNT],
    has_others: bool,
}

macro_rules! words {
    ($($word:ident = $text:literal,)*) => {
        /// A word that is looked for.
        #[derive(Debug, Clone, Copy)]
        pub(crate) enum Word {
            $($word,)*
        }

        impl Word {
            /// Bytes are compared without calls.
            pub(crate) const fn of(text: &[u8]) -> Option<Self> {
                match text {
                    $($text => Some(Self::$word),)*
                    _ => None,
                }
            }
        }

        /// How many words there are.
        const COUNT: usize = [$(Word::$word),*].len();
    };
}

words! {
    AdditionalProperties = b"additionalProperties",
    AllOf = b"allOf",
    AnyOf = b"anyOf",
    Const = b"const",
    Default = b"default",
    Deprecated = b"deprecated",
    Description = b"description",
    Enum = b"enum",
    Examples = b"examples",
    ExclusiveMaximum = b"exclusiveMaximum",
    ExclusiveMinimum = b"exclusiveMinimum",
    Format = b"format",
    Items = b"items",
    MaxItems = b"maxItems",
    MaxLength = b"maxLength",
    Maximum = b"maximum",
    MinItems = b"minItems",
    MinLength = b"minLength",
    MinProperties = b"minProperties",
    Minimum = b"minimum",
    MultipleOf = b"multipleOf",
    Not = b"not",
    OneOf = b"oneOf",
    Pattern = b"pattern",
    PatternProperties = b"patternProperties",
    PrefixItems = b"prefixItems",
    Properties = b"properties",
    Ref = b"$ref",
    Required = b"required",
    Title = b"title",
    Type = b"type",
    UnevaluatedProperties = b"unevaluatedProperties",
    UniqueItems = b"uniqueItems",
    Content = b"x-content",
    DeprecatedWith = b"x-deprecated",
    Flatten = b"x-flatten",
    Int = b"x-int",
    Keys = b"x-keys",
    LeastRead = b"x-least-read",
    LeastWritten = b"x-least-written",
    OmitNone = b"x-omit-none",
    Open = b"x-open",
    IsRequired = b"x-required",
    Order = b"x-order",
    Path = b"x-path",
    Raw = b"x-raw",
    Tag = b"x-tag",
    UnseenMap = b"x-unseen-map",
}

impl<'s> Words<'s> {
    pub(crate) fn of(schema: &'s Map<String, Value>) -> Self {
        let mut said = [None; COUNT];
        let mut has_others = false;
        for (text, value) in schema {
            match Word::of(text.as_bytes()) {
                Some(word) => said[word as usize] = Some(value),
                None => has_others = true,
            }
        }
        Self {
            schema,
            said,
            has_others,
        }
    }

    /// The words of a schema that is an object.
    pub(crate) fn of_value(schema: &'s Value) -> Option<Self> {
        match schema {
            Value::Object(schema) => Some(Self::of(schema)),
            _ => None,
        }
    }

    /// The schema itself.
    pub(crate) fn schema(&self) -> &'s Map<String, Value> {
        self.schema
    }

    pub(crate) fn get(&self, word: Word) -> Option<&'s Value> {
        self.said[word as usize]
    }

    pub(crate) fn has(&self, word: Word) -> bool {
        self.said[word as usize].is_some()
    }

    /// Whether it has words that are none of those.
    pub(crate) fn has_others(&self) -> bool {
        self.has_others
    }

    /// What stands there, if it is text.
    pub(crate) fn text(&self, word: Word) -> Option<&'s str> {
        match self.get(word) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// What stands there; empty if it is no list.
    pub(crate) fn list(&self, word: Word) -> &'s [Value] {
        match self.get(word) {
            Some(Value::Array(list)) => list,
            _ => &[],
        }
    }

    /// What stands there, if it is an object.
    pub(crate) fn object(&self, word: Word) -> Option<&'s Map<String, Value>> {
        match self.get(word) {
            Some(Value::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// Whether `true` stands there.
    pub(crate) fn is_set(&self, word: Word) -> bool {
        matches!(self.get(word), Some(Value::Bool(true)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_schema_says_is_found() {
        let schema = json!({
            "$ref": "#/a", "x-open": true, "x-flatten": "true", "required": ["a"], "unknown": 1, "not": null,
            "properties": { "type": {} },
        });
        let words = Words::of_value(&schema).unwrap();
        assert_eq!(words.text(Word::Ref), Some("#/a"));
        assert!(words.is_set(Word::Open) && !words.is_set(Word::Flatten));
        assert_eq!(words.list(Word::Required), [json!("a")]);
        assert_eq!(words.list(Word::Ref), [] as [Value; 0]);
        assert!(words.has(Word::Not) && !words.has(Word::Type) && words.has_others());
        assert_eq!(words.object(Word::Properties).map(Map::len), Some(1));
        assert!(Words::of_value(&json!(true)).is_none());
    }
}
