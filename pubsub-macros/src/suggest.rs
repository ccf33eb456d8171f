//! What somebody probably meant.

/// The accepted word nearest to `word`, if it is near enough to be a slip.
pub(crate) fn nearest<'a>(
    word: &str,
    accepted: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = word.to_lowercase();
    let allowed = (word.chars().count() / 3).max(1);
    accepted
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `a, b or c`, for messages.
pub(crate) fn either_of<'a>(nouns: impl IntoIterator<Item = &'a str>) -> String {
    let nouns: Vec<_> = nouns.into_iter().map(str::to_owned).collect();
    enumerated(&nouns, "or")
}

/// `` `a`, `b` and `c` ``, for messages.
pub(crate) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    joined(words, "and")
}

/// `` `a`, `b` or `c` ``, for messages.
pub(crate) fn either<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    joined(words, "or")
}

fn joined<'a>(words: impl IntoIterator<Item = &'a str>, before_last: &str) -> String {
    let quoted: Vec<_> = words.into_iter().map(|word| format!("`{word}`")).collect();
    enumerated(&quoted, before_last)
}

fn enumerated(words: &[String], before_last: &str) -> String {
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} {before_last} {last}", first.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let accepted = ["channel", "name", "direction", "version"];
        assert_eq!(nearest("chanel", accepted), Some("channel"));
        assert_eq!(nearest("Direction", accepted), Some("direction"));
        assert_eq!(nearest("anme", accepted), Some("name"));
        assert_eq!(nearest("quota", accepted), None);
    }
}
