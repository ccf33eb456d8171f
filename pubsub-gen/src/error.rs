//! Why nothing can be generated.

use std::fmt;

use crate::model::TypeError;

/// Every mistake found in what is declared, each with its remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenerateError {
    mistakes: Vec<Mistake>,
}

/// One thing that clients could not be told the truth of, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    text: String,
}

impl GenerateError {
    pub(crate) fn new(errors: &[TypeError]) -> Self {
        let mistakes = errors
            .iter()
            .map(|error| Mistake {
                text: error.to_string(),
            })
            .collect();
        Self { mistakes }
    }

    /// Each mistake.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
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
