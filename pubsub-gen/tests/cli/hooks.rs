//! Git hooks that call `check` and `lint`, run by pre-commit and lefthook themselves.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command as Program, Output},
};

use crate::shop::{Shop, repository};

/// A workspace in a repository of its own, with nothing to find and everything committed.
#[track_caller]
fn shop() -> Shop {
    let shop = Shop::of(&[crate::shop::Domain {
        name: "passing-events",
        lib: include_str!("lint/passing.rs"),
        needs: &[],
    }]);
    shop.write(
        "Pubsub.toml",
        "package = \"passing-events\"\nout = \"web\"\nzod = true\n",
    );
    shop.run(&["generate"]).code(0);
    git(&shop, &["init", "--quiet"]);
    git(&shop, &["add", "--all"]);
    git(&shop, &["commit", "--quiet", "--message", "first"]);
    shop
}

/// Something that is run in the shop, with our program on `PATH` and no settings of git but these.
fn run(shop: &Shop, program: impl AsRef<Path>, arguments: &[&str]) -> Output {
    let ours = assert_cmd::cargo::cargo_bin("pubsub-gen");
    let path = env::var_os("PATH").unwrap_or_default();
    let tools = [
        ours.parent().unwrap().to_owned(),
        tool("pre-commit"),
        tool("lefthook"),
    ];
    let path = env::join_paths(tools.into_iter().chain(env::split_paths(&path))).unwrap();
    let mut program = Program::new(program.as_ref());
    shop.in_shop(program.args(arguments))
        .env("PATH", path)
        .env("PRE_COMMIT_HOME", shop.path(".pre-commit-home"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .envs([
            ("GIT_AUTHOR_NAME", "a"),
            ("GIT_AUTHOR_EMAIL", "a@localhost"),
            ("GIT_COMMITTER_NAME", "a"),
            ("GIT_COMMITTER_EMAIL", "a@localhost"),
        ])
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .output()
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The folder of an installed tool.
fn tool(name: &str) -> PathBuf {
    let folder = repository().join("tests/hooks").join(match name {
        "lefthook" => "node_modules/.bin",
        _ => ".venv/bin",
    });
    assert!(
        folder.join(name).exists(),
        "{name} is not installed; `./tests/run cli` does it"
    );
    folder
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

fn git(shop: &Shop, arguments: &[&str]) -> String {
    let output = run(shop, "git", arguments);
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        text(&output)
    );
    text(&output)
}

/// A commit goes through as long as the types are those of the events and the rules are kept, and only then.
fn guards(shop: &Shop) {
    let lib = shop.read("passing-events/src/lib.rs");
    let commit = |lib: &str| {
        shop.write("passing-events/src/lib.rs", lib);
        git(shop, &["add", "--all"]);
        run(shop, "git", &["commit", "--message", "next"])
    };
    let fine = commit(&format!("{lib}\n// A remark.\n"));
    assert!(fine.status.success(), "{}", text(&fine));

    let zod = shop.read("web/events-zod.ts");
    shop.write("web/events-zod.ts", &format!("{zod}// A remark.\n"));
    git(shop, &["add", "--all"]);
    let edited = run(shop, "git", &["commit", "--message", "next"]);
    let said = text(&edited);
    assert!(!edited.status.success(), "{said}");
    assert!(said.contains("events-zod.ts: differs"), "{said}");
    shop.write("web/events-zod.ts", &zod);

    let renamed = commit(
        &lib.replace("pub a: u32", "pub renamed: u32")
            .replace("{\"a\": 1}", "{\"renamed\": 1}"),
    );
    let said = text(&renamed);
    assert!(!renamed.status.success(), "{said}");
    assert!(said.contains("events-client.d.ts: differs"), "{said}");

    let undocumented = commit(&lib.replace("/// It has a doc comment.\n", ""));
    let said = text(&undocumented);
    assert!(!undocumented.status.success(), "{said}");
    assert!(said.contains("no-description"), "{said}");
}

#[test]
fn pre_commit_refuses_what_is_out_of_date() {
    let shop = shop();
    // The hooks as somebody else's repository, which is cloned.
    let hooks = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli-hooks");
    if hooks.exists() {
        fs::remove_dir_all(&hooks).unwrap();
    }
    fs::create_dir_all(&hooks).unwrap();
    let file = ".pre-commit-hooks.yaml";
    fs::copy(repository().join(file), hooks.join(file)).unwrap();
    let at = hooks.display().to_string();
    git(&shop, &["-C", &at, "init", "--quiet"]);
    git(&shop, &["-C", &at, "add", "--all"]);
    git(
        &shop,
        &["-C", &at, "commit", "--quiet", "--message", "hooks"],
    );
    let rev = git(&shop, &["-C", &at, "rev-parse", "HEAD"]);
    // As the documentation shows it, with our place and revision.
    let page = fs::read_to_string(repository().join("pubsub-gen/hooks/README.md")).unwrap();
    let (_, example) = page.split_once("```yaml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let config = example
        .replace("URL_OF_THIS_REPOSITORY", &at)
        .replace("v0.1.0", rev.trim());
    shop.write(".pre-commit-config.yaml", &config);
    shop.write(".gitignore", ".pre-commit-home\n");
    git(&shop, &["add", "--all"]);
    let installed = run(&shop, "pre-commit", &["install"]);
    assert!(installed.status.success(), "{}", text(&installed));
    guards(&shop);
}

#[test]
fn lefthook_refuses_what_is_out_of_date() {
    let shop = shop();
    let example = repository().join("pubsub-gen/hooks/lefthook.yml");
    fs::copy(example, shop.path("lefthook.yml")).unwrap();
    let installed = run(&shop, "lefthook", &["install"]);
    assert!(installed.status.success(), "{}", text(&installed));
    guards(&shop);
}
