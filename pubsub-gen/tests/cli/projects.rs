//! `new`.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command as Program, Stdio},
};

use assert_cmd::Command;

use crate::shop::{json, said, target};

fn new(folder: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    Command::from_std(Program::new(assert_cmd::cargo::cargo_bin("pubsub-gen")))
        .arg("new")
        .args(arguments)
        .current_dir(folder)
        .assert()
}

#[test]
fn names_that_are_none_are_refused_with_one_that_is() {
    let folder = tempfile::tempdir().unwrap();
    for (name, remedy) in [
        ("../out", "is a path"),
        ("/tmp/out", "is a path"),
        ("a b", "did you mean `a-b`?"),
        ("MyShop", "did you mean `my-shop`?"),
        ("tokio", "such as `tokio-app`"),
        ("fn", "such as `fn-app`"),
        ("", "beginning with a letter"),
        ("9lives", "beginning with a letter"),
    ] {
        let text = said(&new(folder.path(), &["--", name]).code(2));
        assert!(text.contains(remedy), "{name}: {text}");
    }
    fs::create_dir(folder.path().join("shop")).unwrap();
    let text = said(&new(folder.path(), &["shop"]).code(2));
    assert!(text.contains("exists already"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_project_can_take_the_libraries_from_the_registry() {
    let folder = tempfile::tempdir().unwrap();
    let made = json(&new(folder.path(), &["shop", "--registry", "--format", "json"]).code(0));
    assert!(made["files"].as_array().unwrap().len() > 10, "{made}");
    let toml = fs::read_to_string(folder.path().join("shop/Cargo.toml")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        toml.contains(&format!("pubsub-gen = {{ version = \"{version}\" }}")),
        "{toml}"
    );
    assert!(!toml.contains("path = \"/"), "{toml}");
}

/// A server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_new_project_works_as_printed_wherever_it_stands() {
    // Outside of every workspace.
    let folder = tempfile::tempdir().unwrap();
    let printed = said(&new(folder.path(), &["todo-list"]).code(0));
    assert!(
        printed.contains("cd todo-list\n  cargo test\n  cargo run"),
        "{printed}"
    );
    let project = folder.path().join("todo-list");
    let cargo = |arguments: &[&str]| {
        let mut cargo = Program::new("cargo");
        cargo
            .args(arguments)
            .current_dir(&project)
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("RUSTFLAGS");
        cargo
    };
    let tests = cargo(&["test", "--quiet", "--workspace"]).output().unwrap();
    let errors = String::from_utf8_lossy(&tests.stderr);
    assert!(tests.status.success(), "{errors}");
    let types = project.join("clients/web/src/generated/trpc-v11.d.ts");
    assert!(types.exists(), "the build writes the types");

    // Any free port, as others may use the one that it takes by itself.
    let mut server = Server(
        cargo(&["run", "--quiet", "--", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line
        .trim()
        .strip_prefix("open http://")
        .unwrap()
        .trim_end_matches('/');
    let mut page = TcpStream::connect(address).unwrap();
    page.write_all(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut text = String::new();
    page.read_to_string(&mut text).unwrap();
    assert!(text.contains("<title>todo-list</title>"), "{text}");
    drop(server);

    // The commands of its README.
    let readme = fs::read_to_string(project.join("README.md")).unwrap();
    for arguments in [
        &[
            "create-event",
            "--dir",
            "events",
            "--channel",
            "tasks",
            "--name",
            "renamed",
            "--fields",
            "title:String",
            "--action",
        ][..],
        &["list"],
        &["show", "tasks:added"],
        &["lint", "--allow", "no-description", "--allow", "no-example"],
        &["check"],
    ] {
        if arguments.len() < 3 || arguments[0] != "lint" {
            assert!(
                arguments[0] == "check" || readme.contains(&arguments.join(" ")),
                "{arguments:?}"
            );
        }
        let mut command = Program::new(assert_cmd::cargo::cargo_bin("pubsub-gen"));
        command
            .args(arguments)
            .current_dir(&project)
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("RUSTFLAGS");
        let code = i32::from(arguments[0] == "check");
        let told = said(&Command::from_std(command).assert().code(code));
        assert!(
            arguments[0] != "list" || told.contains("tasks:renamed"),
            "{told}"
        );
    }
}
