//! Runs cargo, and keeps of what it says what somebody has to read.

use std::{
    env,
    ffi::OsString,
    io::{BufRead as _, BufReader, Read},
    process::{Command, Stdio},
    thread,
};

use anstream::adapter::strip_str;
use anyhow::Context as _;

use super::progress::Progress;
use crate::screen;

/// The longest answer that is read, in bytes.
const MAX_ANSWER: u64 = 256 << 20;
/// How much of what the compiler says is kept, in bytes; the first mistakes matter most.
const MAX_SAID: usize = 1 << 20;
/// Cargo writes what it does in front of this column.
const STATUS_COLUMN: usize = 12;

/// The cargo that runs this, or the one on `PATH`.
pub(super) fn cargo() -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    let color = if screen::has_color() {
        "always"
    } else {
        "never"
    };
    command.args(["--color", color]);
    command
}

/// What a command said.
#[derive(Debug)]
pub(super) struct Said {
    /// Its exit code; `None` if a signal ended it.
    pub(super) code: Option<i32>,
    /// Its standard output.
    pub(super) answer: Vec<u8>,
    /// Its standard error, without what cargo does and without warnings.
    pub(super) errors: String,
}

/// Runs a command to its end, and tells what cargo does meanwhile.
pub(super) fn run(mut command: Command, progress: &Progress) -> anyhow::Result<Said> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("cargo cannot be started; is it on PATH?")?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let mut answer = Vec::new();
    let (read, said) = thread::scope(|scope| {
        let said = scope.spawn(|| {
            stderr
                .map(|stderr| listen(stderr, progress))
                .unwrap_or_default()
        });
        let read = stdout.map_or(Ok(0), |stdout| {
            stdout.take(MAX_ANSWER).read_to_end(&mut answer)
        });
        (read, said.join().unwrap_or_default())
    });
    let status = child.wait().context("cargo was lost")?;
    read.context("cargo's answer cannot be read")?;
    Ok(Said {
        code: status.code(),
        answer,
        errors: errors(&said),
    })
}

/// Reads to the end; what cargo does is told, everything else is kept.
fn listen(stderr: impl Read, progress: &Progress) -> String {
    let mut said = String::new();
    let mut lines = BufReader::new(stderr);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = Read::by_ref(&mut lines)
            .take(MAX_SAID as u64)
            .read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return said;
        }
        let text = String::from_utf8_lossy(&line);
        match status(&strip_str(&text).to_string()) {
            Some(status) => progress.step(status),
            None if said.len() + text.len() <= MAX_SAID => said.push_str(&text),
            None => {}
        }
    }
}

/// What cargo says it does, such as `Compiling serde v1.0.0`.
fn status(line: &str) -> Option<&str> {
    let (verb, rest) = line.split_at_checked(STATUS_COLUMN)?;
    let verb = verb.trim_start();
    let is_verb = verb.len() > 2
        && verb.starts_with(|first: char| first.is_ascii_uppercase())
        && verb.chars().all(|letter| letter.is_ascii_alphabetic());
    (is_verb && rest.starts_with(' ')).then(|| line.trim())
}

/// What is said without the paragraphs that are warnings only; all of it if nothing else is said.
fn errors(said: &str) -> String {
    let is_warning = |paragraph: &&str| strip_str(paragraph).to_string().starts_with("warning");
    let kept: Vec<_> = said
        .trim()
        .split("\n\n")
        .filter(|paragraph| !is_warning(paragraph))
        .collect();
    if kept.is_empty() {
        said.trim().to_owned()
    } else {
        kept.join("\n\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_does_is_told_apart_from_what_the_compiler_says() {
        assert_eq!(
            status("   Compiling serde v1.0.0"),
            Some("Compiling serde v1.0.0")
        );
        assert_eq!(
            status("    Finished `dev` profile"),
            Some("Finished `dev` profile")
        );
        for line in [
            "error: x",
            "  --> src/lib.rs:1:1",
            "   |",
            "12 | fn main() {",
            "note: something",
            "",
        ] {
            assert_eq!(status(line), None, "{line}");
        }
    }

    #[test]
    fn warnings_are_left_out_where_there_is_an_error() {
        let said = "warning: unused import\n --> a.rs\n\nerror[E0425]: not found\n --> b.rs\n\nerror: could not compile\n";
        assert_eq!(
            errors(said),
            "error[E0425]: not found\n --> b.rs\n\nerror: could not compile"
        );
        assert_eq!(errors("warning: only this\n"), "warning: only this");
    }
}
