//! `pubsub-gen completions`

use clap::Args;
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
            &mut crate::command_line(),
            "pubsub-gen",
            &mut script,
        );
        let mut script = String::from_utf8(script)?;
        if self.shell == Shell::Bash {
            // clap_complete 4.6 takes the dash in the program's name for a step into a command where it compares, and not
            // where it sets what it compares.
            script = script.replace("pubsub__subcmd__gen", "pubsub__gen");
        }
        Ok(Outcome::Done(script.trim_end().to_owned()))
    }
}
