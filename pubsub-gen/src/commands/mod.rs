//! The commands, one file each.

mod check;
mod completions;
mod create_event;
mod docs;
mod domain;
mod domain_file;
mod event_draft;
mod format;
mod generate;
mod lint;
mod list;
mod new;
mod probe;
mod schema;
mod settings;
mod show;
mod verify;
mod workspace;

use std::{fs, path::Path};

use anyhow::Context as _;
use clap::Subcommand;

/// What a command did.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It did what was asked, and says what.
    Done(String),
    /// It found something that somebody has to act on.
    Found(String),
}

/// The command was called in a way that cannot work; the text says what to do instead.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongUse(pub(crate) String);

/// Fails with [`WrongUse`].
pub(crate) fn wrong_use<T>(text: impl Into<String>) -> anyhow::Result<T> {
    Err(WrongUse(text.into()).into())
}

/// Replaces a file in one step.
pub(crate) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    fs::write(&temporary, text)
        .and_then(|()| fs::rename(&temporary, path))
        .inspect_err(|_| drop(fs::remove_file(&temporary)))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Makes a project: a domain crate, a server, a page, a test and a TypeScript client.
    New(new::New),
    /// Writes the types, the manifest and the schemas of a domain crate into a directory.
    Generate(generate::Generate),
    /// Compares a directory with what `generate` would write; exit code 1 if it differs.
    Check(check::Check),
    /// Scaffolds an event in a domain crate: payload, action and test.
    CreateEvent(create_event::CreateEvent),
    /// Tells what in the declarations is likely to be regretted; exit code 1 if there is anything.
    Lint(lint::Lint),
    /// Lists every event: its channel, who may start it, its version and its action.
    List(list::List),
    /// Shows everything about one event.
    Show(show::Show),
    /// Writes a Markdown page of every channel and event.
    Docs(docs::Docs),
    /// Prints the JSON Schema of one event, or of all.
    Schema(schema::Schema),
    /// Holds the emitted types and schemas against what serde does; exit code 1 if they disagree.
    Verify(verify::Verify),
    /// Prints what makes a shell complete this program's words.
    Completions(completions::Completions),
}

impl Command {
    /// Runs it.
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Self::New(command) => command.run(),
            Self::Generate(command) => command.run(),
            Self::Check(command) => command.run(),
            Self::CreateEvent(command) => command.run(),
            Self::Lint(command) => command.run(),
            Self::List(command) => command.run(),
            Self::Show(command) => command.run(),
            Self::Docs(command) => command.run(),
            Self::Schema(command) => command.run(),
            Self::Verify(command) => command.run(),
            Self::Completions(command) => command.run(),
        }
    }
}
