//! The command line; `pubsub-gen help` lists its commands.
//!
//! Exit codes: 0 nothing found, 1 something found or not done, 2 wrong use.

mod commands;
mod complaint;
mod screen;

use std::{env, ffi::OsString, process::ExitCode};

use clap::{ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, error::ErrorKind};

use commands::{Command, Format, Outcome};
use complaint::{Complaint, Kind};

/// Emits what clients need of declared events, and scaffolds new ones.
#[derive(Debug, Parser)]
#[command(name = "pubsub-gen", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to use colours; `auto` means on terminals, unless `NO_COLOR` is set.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: ColorChoice,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done, and nothing was found
  1  something was found, or it could not be done
  2  wrong use
With `--format json`, standard output holds exactly one JSON value: the answer, or `{\"errors\": [...]}`.";

/// The whole command line, as the shells' completions and the help know it.
fn command_line() -> clap::Command {
    Arguments::command()
        .after_help(EXIT_CODES)
        .mut_subcommands(|command| command.after_help(EXIT_CODES))
}

fn main() -> ExitCode {
    let words: Vec<OsString> = env::args_os().collect();
    let color = early_color(&words);
    screen::use_color(color);
    let parsed = command_line().color(color).try_get_matches_from(&words);
    let format = match &parsed {
        Ok(matches) => matches
            .subcommand()
            .and_then(|(_, matches)| matches.try_get_one("format").ok().flatten())
            .copied()
            .unwrap_or_default(),
        Err(_) if wants_json(&words) => Format::Json,
        Err(_) => Format::Text,
    };
    let arguments = match parsed.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error, format),
    };
    match arguments.command.run() {
        Ok(Outcome::Done(said)) => {
            screen::say(&said);
            ExitCode::SUCCESS
        }
        Ok(Outcome::Found(said)) => {
            screen::say(&said);
            ExitCode::from(1)
        }
        Err(error) => {
            let complaints = Complaint::all_of(&error);
            let is_wrong_use = complaints
                .iter()
                .any(|complaint| complaint.kind == Kind::Usage);
            complain(&complaints, format);
            ExitCode::from(if is_wrong_use { 2 } else { 1 })
        }
    }
}

/// What cannot be understood; or the help, which is printed the same way.
fn refuse(error: &clap::Error, format: Format) -> ExitCode {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if format == Format::Json && !is_help {
        complain(&[Complaint::of_usage(error)], format);
    } else {
        // A closed pipe is the reader's choice and no failure.
        drop(error.print());
    }
    ExitCode::from(if is_help { 0 } else { 2 })
}

fn complain(complaints: &[Complaint], format: Format) {
    match format {
        Format::Json => screen::say(&complaint::to_json(complaints)),
        Format::Text => screen::complain(&complaint::to_text(
            complaints,
            screen::error_width(),
            screen::has_unicode(),
        )),
    }
}

/// When to use colours, also for words that are not understood.
fn early_color(words: &[OsString]) -> ColorChoice {
    match value_of(words, "--color").as_deref() {
        Some("always") => ColorChoice::Always,
        Some("never") => ColorChoice::Never,
        _ => ColorChoice::Auto,
    }
}

/// Whether JSON was asked for, also by words that are not understood.
fn wants_json(words: &[OsString]) -> bool {
    value_of(words, "--format").as_deref() == Some("json")
}

fn value_of(words: &[OsString], flag: &str) -> Option<String> {
    let mut words = words.iter().map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        match word.strip_prefix(flag) {
            Some("") => return words.next().map(Into::into),
            Some(rest) if rest.starts_with('=') => return rest.get(1..).map(str::to_owned),
            _ => {}
        }
    }
    None
}
