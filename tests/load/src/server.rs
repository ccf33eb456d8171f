//! The servers under test, as child processes.

use std::{
    fs,
    io::{self, BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use anyhow::{Context as _, Result, bail};
use tokio::time::{self, Duration};

use crate::options::Options;

/// Clock ticks in a second, as `/proc/PID/stat` counts them: fixed at 100 for programs on Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running server; it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) name: &'static str,
    pub(crate) is_ours: bool,
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Server {
    /// Starts what the options name.
    pub(crate) fn start_all(options: &Options) -> Result<Vec<Self>> {
        let mut servers = Vec::new();
        if let Some(binary) = &options.ours {
            servers.push(Self::start("ours", true, &mut Command::new(binary))?);
        }
        if let Some(folder) = &options.node {
            servers.push(Self::start("node", false, &mut node(folder))?);
        }
        Ok(servers)
    }

    /// Starts one that prints `listening on http://ADDRESS`.
    pub(crate) fn start(name: &'static str, is_ours: bool, command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        // From here on an early return kills the child.
        let mut server = Self {
            name,
            is_ours,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            child,
        };
        let mut lines = BufReader::new(stdout);
        let mut line = String::new();
        for _ in 0..100 {
            line.clear();
            if lines.read_line(&mut line)? == 0 {
                break;
            }
            if let Some((_, address)) = line.split_once("listening on http://") {
                server.address = address.trim().parse()?;
                if !server.address.ip().is_loopback() {
                    bail!("{name} listens on {}, not on loopback", server.address);
                }
                // Read on, so that a server that prints is never held up by a full pipe.
                thread::spawn(move || io::copy(&mut lines, &mut io::sink()));
                return Ok(server);
            }
        }
        bail!("{name} did not print `listening on http://…`")
    }

    /// Waits until the server is done with what went before: it used no processor time for a fifth of a second.
    pub(crate) async fn settle(&self) -> Result<()> {
        let mut before = self.cpu_seconds()?;
        for _ in 0..150 {
            time::sleep(Duration::from_millis(200)).await;
            let now = self.cpu_seconds()?;
            if now <= before {
                return Ok(());
            }
            before = now;
        }
        bail!(
            "{} is still busy half a minute after its last request",
            self.name
        )
    }

    /// The memory that the process has in use, in bytes.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .with_context(|| format!("{} has ended", self.name))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let line = line.context("no resident size")?.trim();
        let kilobytes = line.strip_suffix(" kB").context("an unknown unit")?;
        Ok(kilobytes.trim().parse::<u64>()? * 1024)
    }

    /// The processor time of the process and all its threads so far, in seconds.
    pub(crate) fn cpu_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))
            .with_context(|| format!("{} has ended", self.name))?;
        // The name of the command, in brackets, may hold spaces; field 3 follows it.
        let (_, fields) = stat.rsplit_once(')').context("an unknown form of stat")?;
        let mut fields = fields.split_whitespace().skip(11);
        let mut ticks = || -> Result<f64> { Ok(fields.next().context("no time")?.parse()?) };
        Ok((ticks()? + ticks()?) / TICKS_PER_SECOND)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn node(folder: &Path) -> Command {
    let mut command = Command::new("node");
    command
        .arg("server.js")
        .current_dir(folder)
        .env("NODE_ENV", "production");
    command
}
