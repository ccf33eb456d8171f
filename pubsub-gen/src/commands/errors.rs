//! Why a command was not carried out.

use crate::complaint::Quoted;

/// The command was called in a way that cannot work; the text says what to do instead.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongUse(pub(crate) String);

/// Fails with [`WrongUse`].
pub(crate) fn wrong_use<T>(text: impl Into<String>) -> anyhow::Result<T> {
    Err(WrongUse(text.into()).into())
}

/// A file that a person wrote says something that cannot be meant.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub(crate) struct FileError {
    pub(crate) what: String,
    pub(crate) remedy: Option<String>,
    pub(crate) quoted: Quoted,
}

/// Cargo or the compiler said no.
#[derive(Debug, thiserror::Error)]
#[error("{what}:\n{output}")]
pub(crate) struct BuildError {
    pub(crate) what: String,
    /// What it said.
    pub(crate) output: String,
}

/// What is declared does not fit together.
#[derive(Debug, thiserror::Error)]
#[error("{}", .problems.join("\n"))]
pub(crate) struct ProblemsError {
    /// Each as ``what; remedy``, and a line for each place.
    pub(crate) problems: Vec<String>,
}
