//! What a run measures, from its arguments.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, bail};

const HELP: &str = "\
Measures servers beside each other and checks every event.

  --ours PATH          the binary of this server; without it only the other one is measured
  --node FOLDER        the folder of the Node server; without it only this one is measured
  --only LIST          of sse, trpc-sse, ws, send (default: all)
  --subscribers N      open streams (default 1000, at most 20000)
  --connections N      keep-alive connections of sendEvent (default 64, at most 1000)
  --seconds N          measured time of one case in one round (default 3, at most 60)
  --rounds N           rounds; a figure is their median (default 5, at most 50)
";

/// What a run measures.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) ours: Option<PathBuf>,
    pub(crate) node: Option<PathBuf>,
    pub(crate) only: Vec<String>,
    pub(crate) subscribers: usize,
    pub(crate) connections: usize,
    pub(crate) time: Duration,
    pub(crate) rounds: usize,
}

impl Options {
    /// Reads the arguments; `None` if they asked for help, which is then printed.
    pub(crate) fn from_args(mut args: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut options = Self {
            ours: None,
            node: None,
            only: Vec::new(),
            subscribers: 1_000,
            connections: 64,
            time: Duration::from_secs(3),
            rounds: 5,
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
                "--ours" => options.ours = Some(value.into()),
                "--node" => options.node = Some(value.into()),
                "--only" => options.only = value.split(',').map(str::to_owned).collect(),
                "--subscribers" => options.subscribers = number(&name, &value, 20_000)?,
                "--connections" => options.connections = number(&name, &value, 1_000)?,
                "--seconds" => {
                    let seconds = number(&name, &value, 60)?;
                    options.time = Duration::from_secs(u64::try_from(seconds)?);
                }
                "--rounds" => options.rounds = number(&name, &value, 50)?,
                _ => bail!("unknown argument `{name}`; see --help"),
            }
        }
        if options.ours.is_none() && options.node.is_none() {
            bail!("nothing to measure: give `--ours`, `--node` or both");
        }
        Ok(Some(options))
    }
}

pub(crate) fn number(name: &str, value: &str, most: usize) -> Result<usize> {
    match value.parse() {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => bail!("`{name}` takes a number from 1 to {most}, not `{value}`"),
    }
}
