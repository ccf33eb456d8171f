//! What a run measures, from its arguments.

use anyhow::{Context as _, Result, bail};

use crate::items;

const HELP: &str = "\
Measures what declarations cost: the compiler's time, the generator's and the TypeScript compiler's.

  --only LIST          of check, generation, types (default: all)
  --contenders WORD    only those whose title holds the word, such as client
  --events N           events of `cargo check`, with as many enums (default 200, at most 1000)
  --rounds N           rounds; a figure is the best of them (default 7, at most 50)
";

/// What a run measures.
#[derive(Debug)]
pub(crate) struct Options {
    only: Vec<String>,
    contenders: Option<String>,
    pub(crate) events: usize,
    pub(crate) rounds: usize,
}

impl Options {
    /// Reads the arguments; `None` if they asked for help, which is then printed.
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut options = Self {
            only: Vec::new(),
            contenders: None,
            events: 200,
            rounds: 7,
        };
        while let Some(name) = args.next() {
            if name == "--help" {
                eprint!("{HELP}");
                return Ok(None);
            }
            let value = args
                .next()
                .with_context(|| format!("`{name}` needs a value; see --help"))?;
            match name.as_str() {
                "--only" => options.only = only(&value)?,
                "--contenders" => options.contenders = Some(value),
                "--events" => options.events = number(&name, &value, items::MOST)?,
                "--rounds" => options.rounds = number(&name, &value, 50)?,
                _ => bail!("unknown argument `{name}`; see --help"),
            }
        }
        Ok(Some(options))
    }

    /// Whether this part is asked for.
    pub(crate) fn asks_for(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }

    /// Whether this contender is asked for.
    pub(crate) fn measures(&self, title: &str) -> bool {
        self.contenders
            .as_ref()
            .is_none_or(|word| title.contains(word.as_str()))
    }
}

fn only(value: &str) -> Result<Vec<String>> {
    let parts: Vec<_> = value.split(',').map(str::to_owned).collect();
    for part in &parts {
        if !["check", "generation", "types"].contains(&part.as_str()) {
            bail!("`--only` takes check, generation and types, not `{part}`");
        }
    }
    Ok(parts)
}

fn number(name: &str, value: &str, most: usize) -> Result<usize> {
    match value.parse() {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => bail!("`{name}` takes a number from 1 to {most}, not `{value}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &str) -> Result<Option<Options>> {
        Options::from_args(arguments.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn what_is_not_asked_for_is_not_measured() {
        let options = read("--only check,types --contenders client --rounds 3")
            .unwrap()
            .unwrap();
        assert!(options.asks_for("types") && !options.asks_for("generation"));
        assert!(options.measures("this project, client build") && !options.measures("serde"));
        assert_eq!((options.rounds, options.events), (3, 200));
    }

    #[test]
    fn a_wrong_argument_is_refused_with_what_is_right() {
        for (arguments, expected) in [
            ("--rounds 0", "takes a number from 1 to 50"),
            ("--events 1001", "takes a number from 1 to 1000"),
            ("--only cheque", "takes check, generation and types"),
            ("--rounds", "needs a value"),
            ("--round 3", "unknown argument"),
        ] {
            let told = read(arguments).unwrap_err().to_string();
            assert!(told.contains(expected), "{told}");
        }
    }
}
