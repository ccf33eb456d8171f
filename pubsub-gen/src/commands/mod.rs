//! The commands, one file each.

mod cargo;
mod check;
mod completions;
mod create_event;
mod docs;
mod domain;
mod domain_file;
mod errors;
mod event_draft;
mod files;
mod format;
mod generate;
mod lint;
mod list;
mod new;
mod package;
mod probe;
mod progress;
mod schema;
mod settings;
mod show;
mod verify;
mod workspace;

use clap::Subcommand;

pub(crate) use errors::{BuildError, FileError, ProblemsError, WrongUse, wrong_use};
pub(crate) use files::replace;
pub(crate) use format::Format;

/// What a command did.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It did what was asked, and says what.
    Done(String),
    /// It found something that somebody has to act on.
    Found(String),
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
    /// Lays out the npm package of a domain crate: types for clients, data for servers.
    Package(package::Package),
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
            Self::Package(command) => command.run(),
            Self::Completions(command) => command.run(),
        }
    }
}
