//! serde, as the witness: a program built against the domain crate reads and writes values.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    thread,
    time::Duration,
};

use anyhow::{Context as _, bail};
use pubsub_runtime::{Answer, Part, Question};
use serde_json::{Value, value::to_raw_value};

/// How long the program may think about the values of one type.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running program that answers what serde says.
#[derive(Debug)]
pub(super) struct Oracle {
    child: Child,
    questions: Option<ChildStdin>,
    answers: Receiver<Vec<Answer>>,
}

impl Oracle {
    /// Starts the program; gives also the examples that serde refuses.
    pub(super) fn start(mut command: Command) -> anyhow::Result<(Self, Vec<String>)> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("the program that reads values with serde cannot be started")?;
        let questions = child.stdin.take();
        let output = child.stdout.take().context("it has no output")?;
        let (sender, answers) = sync_channel(1);
        // It ends with the program, whose output ends then.
        thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                let answer = line.ok().as_deref().and_then(Answer::parse);
                if let Some(Ok(answer)) = answer
                    && sender.send(answer).is_err()
                {
                    return;
                }
            }
        });
        let oracle = Self {
            child,
            questions,
            answers,
        };
        let examples = oracle.answers.recv_timeout(PATIENCE).context(
            "the program that reads values with serde says nothing; is it built with another version of pubsub-runtime than this program?",
        )?;
        let refused = examples.into_iter().filter_map(|answer| match answer {
            Answer::Refused(example) => Some(example),
            Answer::Written(_) | Answer::Panicked(_) => None,
        });
        Ok((oracle, refused.collect()))
    }

    /// What serde says of each value, as a value of this type.
    ///
    /// # Errors
    ///
    /// The program ended, or takes too long.
    pub(super) fn ask(
        &mut self,
        name: &str,
        part: Part,
        values: &[&Value],
    ) -> anyhow::Result<Vec<Answer>> {
        if values.is_empty() {
            return Ok(Vec::new());
        }
        let question = Question {
            name: name.to_owned(),
            part,
            values: values.iter().map(to_raw_value).collect::<Result<_, _>>()?,
        };
        let line = serde_json::to_string(&question)?;
        let sent = self
            .questions
            .as_mut()
            .map(|questions| writeln!(questions, "{line}").and_then(|()| questions.flush()));
        let answers = match (sent, self.answers.recv_timeout(PATIENCE)) {
            (Some(Ok(())), Ok(answers)) => answers,
            (_, Err(RecvTimeoutError::Timeout)) => bail!(
                "reading values of `{name}` does not end; its `Deserialize` or `Serialize` was stopped after {} s",
                PATIENCE.as_secs()
            ),
            _ => bail!(
                "the program ended while it read values of `{name}`; its `Deserialize` or `Serialize` ends the process, or panics in a profile that aborts"
            ),
        };
        if answers.len() != values.len() {
            bail!("`{name}` was answered by another version of pubsub-runtime");
        }
        Ok(answers)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.questions.take());
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
