//! Why nothing can be generated.

use std::fmt;

use crate::model::TypeError;

/// Every mistake found in what is declared, each with its remedies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateError {
    mistakes: Vec<Mistake>,
}

/// One thing that clients could not be told the truth of, and what to write instead.
///
/// Its text is one line: `orders:created › items[] › price: what is wrong; what to write, or what else`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    error: TypeError,
}

impl GenerateError {
    pub(crate) fn new(errors: &[TypeError]) -> Self {
        let mistakes = errors
            .iter()
            .map(|error| Mistake {
                error: error.clone(),
            })
            .collect();
        Self { mistakes }
    }

    /// Each mistake.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl Mistake {
    /// The event, such as `orders:created`; the channel where the mistake is the channel's own.
    pub fn event(&self) -> &str {
        &self.error.place.event
    }

    /// Which of its types: `reply`, `error` or `snapshot`; `None` for the payload and for its name.
    pub fn part(&self) -> Option<&str> {
        self.error.place.part
    }

    /// Where inside the type, outermost first, such as `["items[]", "price"]`; empty for the type itself.
    pub fn path(&self) -> &[String] {
        &self.error.place.path
    }

    /// What is wrong there, in lower case and without a full stop.
    pub fn what(&self) -> &str {
        &self.error.what
    }

    /// What to write instead, best first; never empty.
    pub fn remedies(&self) -> &[String] {
        &self.error.remedies
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

impl std::error::Error for GenerateError {}
