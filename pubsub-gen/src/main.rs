//! The command line; `pubsub-gen help` lists its commands.
//!
//! Exit codes: 0 done, 1 found something, 2 wrong use.

mod commands;

use std::{io::Write as _, process::ExitCode};

use clap::Parser;

use commands::{Command, Outcome, WrongUse};

/// Emits what clients need of declared events, and scaffolds new ones.
#[derive(Debug, Parser)]
#[command(name = "pubsub-gen", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    match command.run() {
        Ok(Outcome::Done(said)) => say(&said, ExitCode::SUCCESS),
        Ok(Outcome::Found(said)) => say(&said, ExitCode::from(1)),
        Err(error) => {
            complain(&format!("error: {error:#}"));
            ExitCode::from(if error.is::<WrongUse>() { 2 } else { 1 })
        }
    }
}

fn say(text: &str, code: ExitCode) -> ExitCode {
    // Colours go to terminals only. A closed pipe is the reader's choice and no failure.
    drop(writeln!(anstream::stdout(), "{text}"));
    code
}

fn complain(text: &str) {
    drop(writeln!(anstream::stderr(), "{text}"));
}
