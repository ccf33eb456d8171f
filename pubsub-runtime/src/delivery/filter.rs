//! Which events of a log a subscription wants.

use std::sync::Arc;

use super::payload::{PayloadFields, Scalar};

/// Which events of a log a subscription wants, by fields of their payloads. Cloning is cheap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Every one.
    #[default]
    All,
    /// None: it names a field that no event of the channel has.
    Nothing,
    /// Those with one of these values in each of these fields.
    Fields(Arc<[(usize, Box<[Scalar]>)]>),
}

impl Filter {
    /// The filter of one channel out of fields and the values allowed in them.
    pub(crate) fn new(fields: &PayloadFields, wanted: &[(String, Vec<Scalar>)]) -> Self {
        if wanted.is_empty() {
            return Self::All;
        }
        let test = |(name, values): &(String, Vec<Scalar>)| {
            Some((fields.filter(name)?, values.clone().into()))
        };
        let tests: Option<Arc<[_]>> = wanted.iter().map(test).collect();
        tests.map_or(Self::Nothing, Self::Fields)
    }

    /// Whether an event is wanted; `values` are read only if the filter asks for them.
    pub(super) fn accepts<'a>(&self, values: impl FnOnce() -> &'a [Option<Scalar>]) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Fields(tests) => {
                let values = values();
                tests.iter().all(|(field, allowed)| {
                    matches!(values.get(*field), Some(Some(value)) if allowed.contains(value))
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_fields_must_match_and_one_value_of_each_suffices() {
        let fields = PayloadFields::new(["sku", "store"], []);
        let text = |text: &str| Scalar::Text(text.into());
        let wanted = [
            ("sku".to_owned(), vec![text("a"), text("b")]),
            ("store".to_owned(), vec![Scalar::Integer(1)]),
        ];
        let filter = Filter::new(&fields, &wanted);
        let accepts = |sku, store| filter.accepts(|| Vec::leak(vec![sku, store]));
        assert!(accepts(Some(text("b")), Some(Scalar::Integer(1))));
        assert!(!accepts(Some(text("c")), Some(Scalar::Integer(1))));
        assert!(!accepts(Some(text("a")), Some(Scalar::Integer(2))));
        assert!(
            !accepts(Some(text("a")), None),
            "an absent field matches nothing"
        );
    }

    #[test]
    fn a_field_of_another_channel_lets_nothing_through() {
        let fields = PayloadFields::new(["sku"], []);
        let wanted = [("store".to_owned(), vec![Scalar::Null])];
        assert_eq!(Filter::new(&fields, &wanted), Filter::Nothing);
        assert_eq!(Filter::new(&fields, &[]), Filter::All);
    }
}
