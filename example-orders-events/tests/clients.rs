//! The real server, and every client beside it: each sends, receives and says so.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/clients");

struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_example-orders-events"))
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let url = first.strip_prefix("listening on ").unwrap().to_owned();
        // What follows is for people; it is read so that the server never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Self { process, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}: {stdout}\n{stderr}");
    stdout
}

fn node(line: &str, server: &Server) -> String {
    let folder = Path::new(CLIENTS).join("node").join(line);
    assert!(
        folder.join("node_modules").exists(),
        "run `npm ci` in {}",
        folder.display()
    );
    let npm = |arguments: &[&str]| run(Command::new("npm").args(arguments).current_dir(&folder));
    npm(&["run", "--silent", "typecheck"]);
    npm(&["start", "--silent", "--", &server.url])
}

#[test]
fn the_unmodified_client_11_receives_over_sse_and_websocket() {
    let output = node("v11", &Server::start());
    for said in [
        "orders.created answers ok = true",
        "sendEvent answers ok",
        "sse: orders:created node-v11-a",
        "websocket: orders:created node-v11-a",
        "received everything over SSE and WebSocket",
    ] {
        assert!(output.contains(said), "{said:?} is missing in\n{output}");
    }
}

#[test]
fn the_unmodified_client_10_receives_over_websocket() {
    let output = node("v10", &Server::start());
    for said in [
        "orders.created answers ok = true",
        "sendEvent answers ok",
        "websocket: orders:ingested node-v10-b",
        "received everything over WebSocket",
    ] {
        assert!(output.contains(said), "{said:?} is missing in\n{output}");
    }
}

#[test]
fn the_rust_client_sends_receives_and_resumes() {
    let server = Server::start();
    let manifest = Path::new(CLIENTS).join("rust/Cargo.toml");
    let output = run(Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "--manifest-path"])
        .arg(manifest)
        .args(["--", &server.url]));
    for said in [
        "orders.created answers ok = true",
        " orders:created {\"orderId\":\"rust-",
        " orders:ingested {\"orderId\":\"rust-",
        "replayed: order rust-",
    ] {
        assert!(output.contains(said), "{said:?} is missing in\n{output}");
    }
}

#[test]
fn the_page_is_served_and_refers_to_nothing_outside() {
    let server = Server::start();
    let page = run(Command::new("curl").args(["-sS", "--fail", &server.url]));
    assert!(page.starts_with("<!doctype html>"));
    for outside in ["src=\"http", "href=\"http", "url(http", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
}
