//! Complaints, from the errors that commands return.

use pubsub_gen::{GenerateError, Mistake};

use super::{Complaint, Kind};
use crate::commands::{BuildError, FileError, ProblemsError, WrongUse};

impl Complaint {
    /// Everything an error says; at least one.
    pub(crate) fn all_of(error: &anyhow::Error) -> Vec<Self> {
        if let Some(error) = error.downcast_ref::<GenerateError>() {
            return error.mistakes().iter().map(Self::of_mistake).collect();
        }
        if let Some(error) = error.downcast_ref::<ProblemsError>() {
            return error
                .problems
                .iter()
                .map(|text| Self::of_problem(text))
                .collect();
        }
        vec![Self::of(error)]
    }

    /// Words on the command line that are not understood.
    pub(crate) fn of_usage(error: &clap::Error) -> Self {
        let text = error.render().to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        let mut parts = text
            .split("\n\n")
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let message = parts.next().unwrap_or_default().to_owned();
        Self {
            kind: Kind::Usage,
            message,
            help: parts
                .map(|part| part.trim_start_matches("tip: ").to_owned())
                .collect(),
            ..Self::default()
        }
    }

    fn of(error: &anyhow::Error) -> Self {
        if let Some(error) = error.downcast_ref::<FileError>() {
            return Self {
                kind: Kind::Usage,
                message: error.what.clone(),
                help: error.remedy.iter().cloned().collect(),
                quoted: Some(error.quoted.clone()),
                ..Self::default()
            };
        }
        if let Some(error) = error.downcast_ref::<BuildError>() {
            return Self {
                kind: Kind::Build,
                message: error.what.clone(),
                output: Some(error.output.clone()).filter(|output| !output.is_empty()),
                ..Self::default()
            };
        }
        let kind = if error.is::<WrongUse>() {
            Kind::Usage
        } else {
            Kind::System
        };
        let (message, remedy) = split(&error.to_string());
        Self {
            kind,
            message,
            help: remedy.into_iter().collect(),
            causes: error.chain().skip(1).map(ToString::to_string).collect(),
            ..Self::default()
        }
    }

    fn of_mistake(mistake: &Mistake) -> Self {
        let event = match mistake.part() {
            Some(part) => format!("{} ({part})", mistake.event()),
            None => mistake.event().to_owned(),
        };
        Self {
            kind: Kind::Declaration,
            message: mistake.what().to_owned(),
            event: Some(event),
            path: Some(mistake.path().join(" › ")).filter(|path| !path.is_empty()),
            help: mistake.remedies().to_vec(),
            ..Self::default()
        }
    }

    /// A problem of a registry: ``what; remedy``, and a line for each place.
    fn of_problem(text: &str) -> Self {
        let (text, places) = text
            .split_once("\n  at ")
            .map_or((text, None), |(text, places)| (text, Some(places)));
        let (message, remedy) = split(text);
        Self {
            kind: Kind::Declaration,
            message,
            help: remedy.into_iter().collect(),
            places: places
                .into_iter()
                .flat_map(|places| places.split("\n  at "))
                .map(str::to_owned)
                .collect(),
            ..Self::default()
        }
    }
}

/// What is wrong, and what follows the first `; ` outside of backticks: the remedy.
fn split(text: &str) -> (String, Option<String>) {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '`' => quoted = !quoted,
            ';' if !quoted => {
                if let Some((what, remedy)) = text.split_at_checked(at)
                    && let Some(remedy) = remedy.strip_prefix("; ")
                {
                    return (what.to_owned(), Some(remedy.to_owned()));
                }
            }
            _ => {}
        }
    }
    (text.to_owned(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remedy_follows_the_first_semicolon_that_is_not_quoted() {
        assert_eq!(
            split("no `a; b`; did you mean `c`?"),
            ("no `a; b`".to_owned(), Some("did you mean `c`?".to_owned()))
        );
        assert_eq!(split("a;b"), ("a;b".to_owned(), None));
        assert_eq!(split("no `a"), ("no `a".to_owned(), None));
    }

    #[test]
    fn a_problem_names_its_places() {
        let complaint = Complaint::of_problem(
            "`a` is there twice; rename one\n  at src/a.rs:1\n  at src/b.rs:2",
        );
        assert_eq!(complaint.message, "`a` is there twice");
        assert_eq!(complaint.help, ["rename one"]);
        assert_eq!(complaint.places, ["src/a.rs:1", "src/b.rs:2"]);
    }
}
