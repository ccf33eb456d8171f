//! What serde itself says of values: the witness that examples and `pubsub-gen verify` are judged by.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, Read as _, Write},
    panic::{self, AssertUnwindSafe},
};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    entry::{CanonicalFn, Declaration},
    registry::Registry,
    registry_error::{Problem, RegistryError},
};

/// The longest question, in bytes.
const MAX_QUESTION: u64 = 64 * 1024 * 1024;

/// What stands before the answers on a line, so that what a type prints while it is read is not taken for them.
const MARK: char = '\u{1}';

/// Which type of an event, or of a channel.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The payload of an event.
    Payload,
    /// What the sender of an event is answered.
    Reply,
    /// What the sender of an event is told of a failure.
    Error,
    /// What subscribers of a channel receive instead of lost history.
    Snapshot,
}

/// Values that serde is to read as one type, and to write again.
#[doc(hidden)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    /// The event; of a snapshot, the channel.
    pub name: String,
    /// Which of its types.
    pub part: Part,
    /// The values.
    pub values: Vec<Box<RawValue>>,
}

/// What serde says of one value.
#[doc(hidden)]
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It was read, and written as this.
    Written(Box<RawValue>),
    /// It was refused, with this text.
    Refused(String),
    /// Reading or writing it panicked, with this text.
    Panicked(String),
}

impl Answer {
    /// The answers on a line; `None` if it is a line of something else.
    ///
    /// # Errors
    ///
    /// The line was written by another version of this crate.
    pub fn parse(line: &str) -> Option<serde_json::Result<Vec<Self>>> {
        let (_, answers) = line.rsplit_once(MARK)?;
        Some(serde_json::from_str(answers))
    }
}

impl Registry {
    /// Reads every `example` as the payload of its event, as serde reads what clients send.
    ///
    /// A test of a domain crate, or of the program that serves it, calls it:
    ///
    /// ```
    /// # let registry = pubsub_runtime::Registry::default();
    /// # let registry = || registry.clone();
    /// // #[test] fn every_example_is_a_payload() {
    /// if let Err(error) = registry().verify_examples() {
    ///     # assert!(error.to_string().starts_with("no event is declared"));
    ///     # return;
    ///     panic!("{error}");
    /// }
    /// // }
    /// ```
    ///
    /// # Errors
    ///
    /// Every example that is refused, and as [`Registry::resolve`].
    pub fn verify_examples(&self) -> Result<(), RegistryError> {
        let mut problems = Vec::new();
        for declaration in self.resolve()? {
            let Declaration {
                name,
                event,
                action,
                ..
            } = declaration;
            let of_event = event.and_then(|event| {
                let read = event.payload.canonical;
                Some((event.example?, read, event.origin))
            });
            let of_action = action.and_then(|action| {
                let read = action.payload.canonical;
                Some((action.example?, read, action.origin))
            });
            for (example, read, origin) in of_event.into_iter().chain(of_action) {
                if let Err(refusal) = read(example) {
                    problems.push(Problem::refused_example(name, &refusal.error, origin));
                }
            }
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(RegistryError::new(problems))
        }
    }

    /// Answers questions, one JSON text a line, until there are no more; each answer is a line too.
    ///
    /// The first line holds every example that is refused.
    ///
    /// # Errors
    ///
    /// Reading or writing fails, or a question is none.
    #[doc(hidden)]
    pub fn answer_questions(
        &self,
        mut questions: impl BufRead,
        mut answers: impl Write,
    ) -> io::Result<()> {
        let types = self.types().map_err(io::Error::other)?;
        let mut answer = |said: &[Answer]| {
            writeln!(answers, "{MARK}{}", serde_json::to_string(said)?)?;
            answers.flush()
        };
        let refused = match self.verify_examples() {
            Ok(()) => Vec::new(),
            Err(error) => error.problems().iter().map(ToString::to_string).collect(),
        };
        answer(&refused.into_iter().map(Answer::Refused).collect::<Vec<_>>())?;
        let mut line = String::new();
        loop {
            line.clear();
            if (&mut questions).take(MAX_QUESTION).read_line(&mut line)? == 0 {
                return Ok(());
            }
            let question: Question = serde_json::from_str(&line)?;
            let key = (question.name.as_str(), question.part);
            let read = types.get(&key).ok_or_else(|| {
                let Question { name, part, .. } = &question;
                io::Error::other(format!("`{name}` has no {part:?}"))
            })?;
            let said: Vec<_> = question
                .values
                .iter()
                .map(|value| Answer::of(*read, value.get()))
                .collect();
            answer(&said)?;
        }
    }

    /// How each declared type is read and written.
    fn types(&self) -> Result<BTreeMap<(&'static str, Part), CanonicalFn>, RegistryError> {
        let mut types = BTreeMap::new();
        for declaration in self.resolve()? {
            let parts = [
                (Part::Payload, declaration.payload()),
                (Part::Reply, declaration.reply()),
                (Part::Error, declaration.error()),
            ];
            for (part, entry) in parts {
                types.extend(entry.map(|entry| ((declaration.name, part), entry.canonical)));
            }
        }
        for snapshot in self.snapshots() {
            types.insert(
                (snapshot.channel, Part::Snapshot),
                snapshot.payload.canonical,
            );
        }
        Ok(types)
    }
}

impl Answer {
    fn of(read: CanonicalFn, json: &str) -> Self {
        match panic::catch_unwind(AssertUnwindSafe(|| read(json))) {
            Ok(Ok(written)) => Self::Written(written),
            Ok(Err(refusal)) => Self::Refused(refusal.error.to_string()),
            Err(payload) => Self::Panicked(said_of(&*payload)),
        }
    }
}

fn said_of(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a text".to_owned())
}
