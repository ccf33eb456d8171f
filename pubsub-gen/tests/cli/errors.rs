//! What is said when something is wrong, and where.

use std::process::Command as Program;

use crate::shop::{Shop, json, said};

#[test]
fn wrong_use_has_its_own_exit_code_and_a_remedy() {
    let shop = Shop::new();
    for (arguments, remedy) in [
        (&["generate"][..], "--out"),
        (
            &["generate", "--out", "web", "--package", "none"],
            "domain crates are `shop-events`",
        ),
        (
            &["generate", "--out", "web", "--package", "other"],
            "add `codegen = ",
        ),
        (
            &["generate", "--out", "web", "--manifest-path", "none"],
            "is not a Cargo.toml",
        ),
        (&["frobnicate"], "--help"),
        (
            &["create-event", "--dir", "events"],
            "`--channel` is missing",
        ),
        (
            &[
                "create-event",
                "--dir",
                "none",
                "--channel",
                "a",
                "--name",
                "b",
                "--fields",
                "",
                "--action",
            ],
            "is no directory",
        ),
        (
            &[
                "create-event",
                "--dir",
                ".",
                "--channel",
                "a",
                "--name",
                "b",
                "--fields",
                "",
                "--action",
            ],
            "src is missing",
        ),
        (
            &[
                "create-event",
                "--dir",
                "other",
                "--channel",
                "a",
                "--name",
                "b",
                "--fields",
                "",
                "--action",
            ],
            "has no `domain!`",
        ),
    ] {
        let refused = shop.run(arguments).code(2);
        assert!(
            said(&refused).contains(remedy),
            "{arguments:?}: {}",
            said(&refused)
        );
    }
}

#[test]
fn programs_get_one_json_value_also_if_something_is_wrong() {
    let shop = Shop::new();
    for (arguments, message) in [
        (
            &["show", "orders:creatd", "--format", "json"][..],
            "no event `orders:creatd`",
        ),
        (
            &["list", "--format=json", "--channle", "x"],
            "unexpected argument '--channle' found",
        ),
        (&["generate", "--format", "json"], "no directory is named"),
    ] {
        let assert = shop.run(arguments).code(2);
        let error = &json(&assert)["errors"][0];
        assert_eq!(error["kind"], "usage", "{error}");
        assert_eq!(error["message"], message);
        assert!(error["help"][0].is_string(), "{error}");
        assert!(assert.get_output().stderr.is_empty());
    }
}

#[test]
fn what_the_compiler_says_is_shown_without_what_cargo_does() {
    let shop = Shop::new();
    let orders = shop.read("events/src/orders.rs");
    shop.write(
        "events/src/orders.rs",
        &orders
            .replace("order_id: String", "order_id: Strin")
            .replace("use ", "use std::fs;\nuse "),
    );
    let text = said(&shop.run(&["list"]).code(1));
    assert!(text.contains("`shop-events` does not compile"), "{text}");
    assert!(
        text.contains("error[E0425]") || text.contains("error[E0412]"),
        "{text}"
    );
    assert!(text.contains("Strin"), "{text}");
    assert!(
        !text.contains("Compiling") && !text.contains("warning:"),
        "{text}"
    );
    let error = &json(&shop.run(&["list", "--format", "json"]).code(1))["errors"][0];
    assert_eq!(error["kind"], "build");
    let output = error["output"].as_str().unwrap();
    assert!(
        output.contains("Strin") && !output.contains('\u{1b}'),
        "{output}"
    );
}

#[test]
fn work_is_told_where_nobody_watches_only_if_asked() {
    let shop = Shop::new();
    let quiet = shop.run(&["list"]).code(0);
    assert!(quiet.get_output().stderr.is_empty(), "{}", said(&quiet));
    let told = shop.run(&["list", "-v"]).code(0);
    let told = String::from_utf8_lossy(&told.get_output().stderr).into_owned();
    assert_eq!(told, "building shop-events…\n");
}

#[test]
fn names_cannot_steer_a_terminal() {
    let shop = Shop::new();
    let text = said(&shop.run(&["show", "a\u{1b}[31m\u{202e}b"]).code(2));
    assert!(text.contains("a\\u{1b}[31m\\u{202e}b"), "{text:?}");
}

#[test]
fn colours_are_for_terminals_or_those_who_ask() {
    let shop = Shop::new();
    let has_color =
        |arguments: &[&str], code| said(&shop.run(arguments).code(code)).contains('\u{1b}');
    assert!(!has_color(&["list"], 0));
    assert!(has_color(&["list", "--color", "always"], 0));
    assert!(has_color(&["--color=always", "show", "none"], 2));
    assert!(has_color(&["frobnicate", "--color", "always"], 2));
    assert!(!has_color(&["frobnicate"], 2));
}

/// On a real terminal, narrow and less so.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_colours_and_lines_that_fit() {
    let shop = Shop::new();
    let orders = shop.read("events/src/orders.rs");
    let long =
        "An order was placed, and what follows is a long story that nobody needs in a table.";
    shop.write(
        "events/src/orders.rs",
        &orders.replace("An order was placed.", long),
    );
    let on_terminal = |columns: usize, arguments: &str, no_color: bool| {
        let program = assert_cmd::cargo::cargo_bin("pubsub-gen");
        let command = format!(
            "stty -F /dev/tty cols {columns} rows 20; {} {arguments}",
            program.display()
        );
        let mut script = Program::new("script");
        script
            .args(["--quiet", "--command", &command, "/dev/null"])
            .current_dir(&shop.folder)
            .env("TERM", "xterm-256color")
            .env("LANG", "C.UTF-8")
            .env_remove("NO_COLOR")
            .env_remove("CI")
            .env_remove("CARGO_TERM_COLOR");
        if no_color {
            script.env("NO_COLOR", "1");
        }
        let output = shop.in_shop(&mut script).output().unwrap();
        String::from_utf8_lossy(&output.stdout).replace('\r', "")
    };
    let colored = on_terminal(60, "list", false);
    assert!(colored.contains("\u{1b}[36morders:created"), "{colored:?}");
    // The narrow one has no room for what is said of an event, the other for the beginning of it.
    for (columns, is_cut) in [(60, false), (72, true)] {
        let plain = on_terminal(columns, "list", true);
        assert!(!plain.contains("\u{1b}[36m"), "{plain:?}");
        let row = plain
            .lines()
            .find(|line| line.contains("orders:created"))
            .unwrap();
        assert_eq!(row.ends_with('…'), is_cut, "{row:?}");
        assert!(row.chars().count() <= columns, "{row:?}");
    }
    let error = on_terminal(
        60,
        "generate --out Cargo.toml/and/then/further/down/in/folders",
        true,
    );
    assert!(error.contains("×") && error.contains("help:"), "{error}");
    for line in error.lines() {
        assert!(line.chars().count() <= 60, "{line:?}");
    }
}
