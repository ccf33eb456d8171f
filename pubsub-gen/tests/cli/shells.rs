//! `completions`, in the shells themselves.

use std::{fs, path::Path, process::Command as Program};

use assert_cmd::Command;

use crate::shop::said;

fn script(shell: &str) -> String {
    let program = Program::new(assert_cmd::cargo::cargo_bin("pubsub-gen"));
    said(
        &Command::from_std(program)
            .args(["completions", shell])
            .assert()
            .code(0),
    )
}

/// What a shell says of a script of ours that it has loaded.
fn answer(shell: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Program::new(shell)
        .args(arguments)
        .current_dir(folder)
        .env("HOME", folder)
        .output()
        .unwrap_or_else(|error| {
            panic!("{shell} cannot be started ({error}); `./tests/run cli` installs it")
        });
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && errors.is_empty(),
        "{shell}: {errors}"
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn bash_completes_commands_and_flags() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("script"), script("bash")).unwrap();
    let ask = "source ./script
        words=($(complete -p pubsub-gen))
        function=${words[@]:(-2):1}
        COMP_WORDS=(pubsub-gen cr) COMP_CWORD=1 COMPREPLY=()
        \"$function\" pubsub-gen cr pubsub-gen
        echo \"${COMPREPLY[@]}\"
        COMP_WORDS=(pubsub-gen lint --form) COMP_CWORD=2 COMPREPLY=()
        \"$function\" pubsub-gen --form lint
        echo \"${COMPREPLY[@]}\"";
    let said = answer("bash", &["--noprofile", "--norc", "-c", ask], folder.path());
    assert_eq!(said, "create-event\n--format\n");
}

#[test]
fn zsh_loads_what_it_completes_with() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("_pubsub-gen"), script("zsh")).unwrap();
    let ask = "fpath=($PWD $fpath)
        autoload -U compinit && compinit -u -d $PWD/dump
        echo $_comps[pubsub-gen]
        autoload +X _pubsub-gen && echo loaded";
    let said = answer("zsh", &["-f", "-c", ask], folder.path());
    assert_eq!(said, "_pubsub-gen\nloaded\n");
}

#[test]
fn fish_completes_commands_and_flags() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("script"), script("fish")).unwrap();
    let ask = "source ./script; complete -C 'pubsub-gen cr'; complete -C 'pubsub-gen lint --form'";
    let said = answer("fish", &["--no-config", "-c", ask], folder.path());
    let words: Vec<_> = said
        .lines()
        .filter_map(|line| line.split('\t').next())
        .collect();
    assert_eq!(words, ["create-event", "--format"]);
}
