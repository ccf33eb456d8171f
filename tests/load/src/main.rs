//! Load generator: measures this server and a Node server beside each other, in one run, and checks every event on the way.
//!
//! Two servers run at once, one is loaded at a time, in rounds whose order alternates; a figure is the median of its rounds.
//! Everything stays on the loopback interface, and every loop has an end.

mod delivery;
mod http;
mod ledger;
mod measure;
mod options;
mod report;
mod server;
mod sse;
mod subscriber;
mod ws;

use std::process::ExitCode;

use anyhow::Result;
use tokio::{runtime, signal, task::LocalSet};

use crate::{
    measure::{Case, measure},
    options::Options,
    report::Report,
    server::Server,
};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let mut args = std::env::args().skip(1).peekable();
    if args.next_if(|name| name == "delivery").is_some() {
        delivery::run(args)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(options) = Options::from_args(args)? else {
        return Ok(ExitCode::SUCCESS);
    };
    // One thread: what the generator uses is not there for the servers.
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, async {
        tokio::select! {
            result = compare(&options) => result,
            _ = signal::ctrl_c() => Ok(ExitCode::from(130)),
        }
    })
}

/// Runs all cases in all rounds and prints the table.
async fn compare(options: &Options) -> Result<ExitCode> {
    let servers = Server::start_all(options)?;
    let mut cases = Case::all(&servers, options);
    let mut report = Report::default();
    for round in 1..=options.rounds {
        for case in &cases {
            let figure = measure(case, &servers[case.server], options).await?;
            eprintln!(
                "round {round}/{}: {:<26} {figure}",
                options.rounds,
                case.to_string()
            );
            report.add(case, figure);
        }
        cases.reverse();
    }
    print(&report.table(options));
    Ok(if report.all_reached() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn print(table: &str) {
    println!("\n{table}");
}
