//! Durations as users write them.

use syn::LitStr;

use crate::{errors::Errors, spanned::Spanned};

/// Unit and milliseconds; the longer suffix first, or `m` would take `ms`.
const UNITS: &[(&str, u64)] = &[
    ("ms", 1),
    ("s", 1_000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// Reads a duration in milliseconds, such as `"90s"`.
pub(crate) fn millis(word: &str, text: &Spanned<LitStr>, errors: &mut Errors) -> Option<u64> {
    let value = text.value.value();
    let parsed = parse(&value);
    match parsed {
        None => errors.push(
            text.span,
            format!(
                "{word} `{value}` is not a duration; write for example \"90s\", \"15m\", \"24h\", \"7d\""
            ),
        ),
        Some(0) => errors.push(
            text.span,
            format!("{word} `{value}` leaves no time; write at least \"1ms\""),
        ),
        Some(_) => {}
    }
    parsed.filter(|millis| *millis > 0)
}

fn parse(text: &str) -> Option<u64> {
    UNITS.iter().find_map(|(unit, millis)| {
        let number = text.strip_suffix(unit)?;
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        plain
            .then(|| number.parse::<u64>().ok()?.checked_mul(*millis))
            .flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn units_are_read_and_anything_else_is_refused() {
        assert_eq!(parse("90s"), Some(90_000));
        assert_eq!(parse("250ms"), Some(250));
        assert_eq!(parse("7d"), Some(604_800_000));
        for bad in [
            "",
            "s",
            "24hh",
            "24",
            "1.5h",
            "-1s",
            "+1s",
            " 1s",
            "99999999999999999999d",
            "999999999999999d",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
