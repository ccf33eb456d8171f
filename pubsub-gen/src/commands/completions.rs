//! `pubsub-gen completions`

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::Outcome;

/// Prints what makes a shell complete this program's words.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let mut script = Vec::new();
        clap_complete::generate(
            self.shell,
            &mut crate::Arguments::command(),
            "pubsub-gen",
            &mut script,
        );
        Ok(Outcome::Done(
            String::from_utf8(script)?.trim_end().to_owned(),
        ))
    }
}
