//! What delivery costs: durable appends, reads, a storm of clients that come back, and clients that never read.
//!
//! A figure that misses its target is said; only a lost, doubled or reordered event is a failure.

mod appends;
mod storm;
mod table;
mod unread;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use tokio::{runtime, task::LocalSet};

use self::table::Table;
use crate::server::Server;

const HELP: &str = "\
Measures what delivery costs, and checks every event.

  --server PATH        the binary `delivery-server`
  --only LIST          of appends, storm, unread (default: all)
  --clients N          clients that come back at once (default 5000, at most 15000)
  --rounds N           storms of each server (default 5, at most 20)
";

/// What a run measures.
#[derive(Debug)]
struct Options {
    server: PathBuf,
    only: Vec<String>,
    clients: usize,
    rounds: usize,
}

impl Options {
    fn from_args(mut args: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let (mut server, mut only, mut clients, mut rounds) = (None, Vec::new(), 5_000, 5);
        while let Some(name) = args.next() {
            if name == "--help" {
                eprint!("{HELP}");
                return Ok(None);
            }
            let value = args
                .next()
                .with_context(|| format!("`{name}` needs a value; see --help"))?;
            match name.as_str() {
                "--server" => server = Some(value.into()),
                "--only" => only = value.split(',').map(str::to_owned).collect(),
                "--clients" => clients = crate::options::number(&name, &value, 15_000)?,
                "--rounds" => rounds = crate::options::number(&name, &value, 20)?,
                _ => bail!("unknown argument `{name}`; see --help"),
            }
        }
        Ok(Some(Self {
            server: server.context("`--server` is missing; see --help")?,
            only,
            clients,
            rounds,
        }))
    }

    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }

    fn start(&self, name: &'static str, mode: &str, file: Option<&Path>) -> Result<Server> {
        let mut command = Command::new(&self.server);
        command.arg(mode).args(file).env("RUST_LOG", "warn");
        Server::start(name, name == "ours", &mut command)
    }
}

/// Runs every part and prints the table.
pub(crate) fn run(args: impl Iterator<Item = String>) -> Result<()> {
    let Some(options) = Options::from_args(args)? else {
        return Ok(());
    };
    // Beside the binaries, so that it is the disk of the workspace and not a file system in memory.
    let folder = options.server.parent().context("the server's folder")?;
    let folder = tempfile::tempdir_in(folder)?;
    let mut table = Table::default();
    if options.wants("appends") {
        appends::measure(folder.path(), &mut table)?;
    }
    // One thread: what the generator uses is not there for the servers.
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if options.wants("storm") {
        LocalSet::new().block_on(
            &runtime,
            storm::measure(&options, folder.path(), &mut table),
        )?;
    }
    if options.wants("unread") {
        LocalSet::new().block_on(
            &runtime,
            unread::measure(&options, folder.path(), &mut table),
        )?;
    }
    table.print();
    Ok(())
}
