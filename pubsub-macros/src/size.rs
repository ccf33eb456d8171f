//! Sizes as users write them.

use syn::LitStr;

use crate::{errors::Errors, spanned::Spanned};

/// Unit and bytes; the longer suffix first, or `B` would take them all.
const UNITS: &[(&str, u64)] = &[
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("B", 1),
];

/// What is probably meant by a unit that is none.
const SLIPS: &[(&str, &str)] = &[
    ("KB", "KiB"),
    ("kB", "KiB"),
    ("kb", "KiB"),
    ("K", "KiB"),
    ("k", "KiB"),
    ("MB", "MiB"),
    ("mb", "MiB"),
    ("M", "MiB"),
    ("m", "MiB"),
    ("GB", "GiB"),
    ("gb", "GiB"),
    ("G", "GiB"),
    ("g", "GiB"),
];

/// Reads a size in bytes, such as `"64MiB"`.
pub(crate) fn bytes(word: &str, text: &Spanned<LitStr>, errors: &mut Errors) -> Option<u64> {
    let value = text.value.value();
    let parsed = parse(&value);
    match parsed {
        None => errors.push(text.span, refusal(word, &value)),
        Some(0) => errors.push(
            text.span,
            format!("{word} `{value}` leaves no room; write at least \"1B\""),
        ),
        Some(_) => {}
    }
    parsed.filter(|bytes| *bytes > 0)
}

fn refusal(word: &str, value: &str) -> String {
    let meant = SLIPS.iter().find_map(|(slip, unit)| {
        let meant = format!("{}{unit}", value.strip_suffix(slip)?);
        parse(&meant).map(|_| meant)
    });
    meant.map_or_else(
        || {
            format!(
                "{word} `{value}` is not a size; write for example \"512B\", \"256KiB\", \"64MiB\", \"1GiB\""
            )
        },
        |meant| format!("{word} `{value}` is not a size; units are powers of 1,024, so write \"{meant}\""),
    )
}

fn parse(text: &str) -> Option<u64> {
    UNITS.iter().find_map(|(unit, bytes)| {
        let number = text.strip_suffix(unit)?;
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        plain
            .then(|| number.parse::<u64>().ok()?.checked_mul(*bytes))
            .flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::{parse, refusal};

    #[test]
    fn units_are_read_and_anything_else_is_refused() {
        assert_eq!(parse("512B"), Some(512));
        assert_eq!(parse("256KiB"), Some(262_144));
        assert_eq!(parse("64MiB"), Some(67_108_864));
        assert_eq!(parse("1GiB"), Some(1_073_741_824));
        for bad in [
            "",
            "B",
            "64",
            "64MB",
            "64mib",
            "1.5MiB",
            "-1B",
            "+1B",
            " 1B",
            "1 MiB",
            "64MiBB",
            "18446744073709551616B",
            "99999999999GiB",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_decimal_unit_is_corrected() {
        for (bad, meant) in [("64MB", "64MiB"), ("1g", "1GiB"), ("9k", "9KiB")] {
            assert!(refusal("max_bytes", bad).ends_with(&format!("write \"{meant}\"")));
        }
        assert!(refusal("max_bytes", "muchMB").contains("for example"));
    }
}
