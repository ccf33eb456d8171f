//! Rates as users write them.

use syn::LitStr;

use crate::{errors::Errors, spanned::Spanned};

/// How many events in how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) count: u64,
    pub(crate) per_ms: u64,
}

/// Unit and milliseconds.
const UNITS: &[(&str, u64)] = &[
    ("s", 1_000),
    ("min", 60_000),
    ("h", 3_600_000),
    ("day", 86_400_000),
];

/// What is probably meant by a unit that is none.
const SLIPS: &[(&str, &str)] = &[
    ("sec", "s"),
    ("second", "s"),
    ("m", "min"),
    ("minute", "min"),
    ("hr", "h"),
    ("hour", "h"),
    ("d", "day"),
];

/// The most events: far more than a server takes, and exact in every language.
const MAX_COUNT: u64 = 1_000_000_000;

/// Reads a rate such as `"1_000/min"`; `examples` are of this word.
pub(crate) fn rate(
    word: &str,
    text: &Spanned<LitStr>,
    examples: &str,
    errors: &mut Errors,
) -> Option<Rate> {
    let value = text.value.value();
    match parse(&value) {
        None => errors.push(text.span, refusal(word, &value, examples)),
        Some(Rate { count: 0, .. }) => errors.push(
            text.span,
            format!(
                "{word} `{value}` lets nobody send; write at least \"1/day\", or `publish = none`"
            ),
        ),
        Some(Rate { count, .. }) if count > MAX_COUNT => errors.push(
            text.span,
            format!("{word} `{value}` is out of range; it counts to 1_000_000_000"),
        ),
        rate @ Some(_) => return rate,
    }
    None
}

fn refusal(word: &str, value: &str, examples: &str) -> String {
    let meant = value.split_once('/').and_then(|(count, unit)| {
        let meant = format!("{count}/{}", unit_meant(unit)?);
        parse(&meant).map(|_| meant)
    });
    meant.map_or_else(
        || format!("{word} `{value}` is not a {word}; write for example {examples}"),
        |meant| {
            format!(
                "{word} `{value}` is not a {word}; units are s, min, h and day, so write \"{meant}\""
            )
        },
    )
}

fn unit_meant(written: &str) -> Option<&'static str> {
    let unit = written.trim().to_lowercase();
    let singular = unit.strip_suffix('s').filter(|unit| !unit.is_empty());
    let exact = UNITS.iter().map(|(name, _)| (*name, *name));
    let mut known = SLIPS.iter().copied().chain(exact);
    let (_, name) = known.find(|(slip, _)| *slip == unit || Some(*slip) == singular)?;
    Some(name)
}

fn parse(text: &str) -> Option<Rate> {
    let (count, unit) = text.split_once('/')?;
    let (_, per_ms) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let groups = || count.split('_');
    let plain =
        groups().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    let count = groups().collect::<String>();
    plain.then(|| {
        // More digits than fit are out of range, not something else.
        let count = count.parse().unwrap_or(u64::MAX);
        Rate {
            count,
            per_ms: *per_ms,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLES: &str = "\"50/s\", \"1_000/min\"";

    #[test]
    fn rates_are_read_and_anything_else_is_refused() {
        let rate = |count, per_ms| Some(Rate { count, per_ms });
        assert_eq!(parse("50/s"), rate(50, 1_000));
        assert_eq!(parse("1_000/min"), rate(1_000, 60_000));
        assert_eq!(parse("7/h"), rate(7, 3_600_000));
        assert_eq!(parse("100_000/day"), rate(100_000, 86_400_000));
        assert_eq!(
            parse("99999999999999999999/s"),
            rate(u64::MAX, 1_000),
            "too many digits are out of range"
        );
        for bad in [
            "", "/", "50", "50/", "/s", "50/sec", "50 /s", "50/ s", "-1/s", "+1/s", "1.5/s",
            "_1/s", "1_/s", "1__0/s", "50/s/s", "1,000/s",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_unit_under_another_name_is_corrected() {
        for (bad, meant) in [
            ("50/sec", "50/s"),
            ("50/seconds", "50/s"),
            ("1_000/m", "1_000/min"),
            ("7/hours", "7/h"),
            ("7/Day", "7/day"),
            ("7/days", "7/day"),
        ] {
            assert!(refusal("rate", bad, EXAMPLES).ends_with(&format!("write \"{meant}\"")));
        }
        for bad in ["50", "50/week", "many/sec"] {
            assert_eq!(
                refusal("rate", bad, EXAMPLES),
                format!("rate `{bad}` is not a rate; write for example {EXAMPLES}")
            );
        }
    }
}
