//! `pubsub-gen new`

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use heck::{ToKebabCase as _, ToSnakeCase as _};
use minijinja::{Environment, UndefinedBehavior, Value, context};
use serde_json::json;

use super::{Format, Outcome, format::json, wrong_use};

/// Makes a project: a domain crate, a server, a page, a test and a TypeScript client.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The name of the project, and of the directory it is made in.
    name: String,
    /// Take the libraries from the registry instead of the checkout that built this program.
    #[arg(long)]
    registry: bool,
    /// How the answer is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Every file: where it goes, and its template.
const FILES: &[(&str, &str)] = &[
    (
        "Cargo.toml",
        include_str!("../../templates/new/Cargo.toml.jinja"),
    ),
    (
        "build.rs",
        include_str!("../../templates/new/build.rs.jinja"),
    ),
    (
        "Pubsub.toml",
        include_str!("../../templates/new/Pubsub.toml.jinja"),
    ),
    (
        "README.md",
        include_str!("../../templates/new/README.md.jinja"),
    ),
    (
        ".gitignore",
        include_str!("../../templates/new/gitignore.jinja"),
    ),
    (
        "page.html",
        include_str!("../../templates/new/page.html.jinja"),
    ),
    (
        "src/lib.rs",
        include_str!("../../templates/new/src/lib.rs.jinja"),
    ),
    (
        "src/main.rs",
        include_str!("../../templates/new/src/main.rs.jinja"),
    ),
    (
        "tests/flow.rs",
        include_str!("../../templates/new/tests/flow.rs.jinja"),
    ),
    (
        "events/Cargo.toml",
        include_str!("../../templates/new/events/Cargo.toml.jinja"),
    ),
    (
        "events/src/lib.rs",
        include_str!("../../templates/new/events/src/lib.rs.jinja"),
    ),
    (
        "events/src/store.rs",
        include_str!("../../templates/new/events/src/store.rs.jinja"),
    ),
    (
        "events/src/tasks.rs",
        include_str!("../../templates/new/events/src/tasks.rs.jinja"),
    ),
    (
        "clients/web/package.json",
        include_str!("../../templates/new/clients/web/package.json.jinja"),
    ),
    (
        "clients/web/tsconfig.json",
        include_str!("../../templates/new/clients/web/tsconfig.json.jinja"),
    ),
    (
        "clients/web/src/main.ts",
        include_str!("../../templates/new/clients/web/src/main.ts.jinja"),
    ),
];

/// Names that cargo, or the generated crates themselves, already use.
const TAKEN: &[&str] = &[
    "anyhow",
    "axum",
    "build",
    "core",
    "deps",
    "events",
    "examples",
    "incremental",
    "pubsub-gen",
    "pubsub-runtime",
    "std",
    "test",
    "thiserror",
    "tokio",
    "tracing-subscriber",
];
const MAX_NAME: usize = 50;

impl New {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let name = self.name.as_str();
        check(name)?;
        let target = env::current_dir()?.join(name);
        if fs::symlink_metadata(&target).is_ok() {
            return wrong_use(format!(
                "`{name}` exists already in this folder; choose another name, or remove it first"
            ));
        }
        let checkout = if self.registry {
            None
        } else {
            Some(checkout()?)
        };
        // Made beside its place and moved there, so that a project is whole or not there at all.
        let temporary = target.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let made = write_all(&temporary, name, checkout.as_deref())
            .and_then(|()| fs::rename(&temporary, &target).map_err(Into::into));
        if let Err(error) = made {
            drop(fs::remove_dir_all(&temporary));
            return Err(error).with_context(|| format!("cannot make {}", target.display()));
        }
        let text = match self.format {
            Format::Json => {
                let files: Vec<_> = FILES.iter().map(|(file, _)| file).collect();
                json(&json!({ "project": target, "files": files }))?
            }
            Format::Text => format!("made {name}\n\n  cd {name}\n  cargo test\n  cargo run"),
        };
        Ok(Outcome::Done(text))
    }
}

fn check(name: &str) -> anyhow::Result<()> {
    if name.contains(['/', '\\']) {
        return wrong_use(format!(
            "`{name}` is a path, and a project is made in the working directory; go to its folder first and write the name only"
        ));
    }
    if !is_name(name) {
        let rule =
            format!("write a-z, 0-9 and `-`, beginning with a letter, at most {MAX_NAME} of them");
        let alike = name.to_kebab_case();
        let remedy = if is_name(&alike) && !is_taken(&alike) {
            format!("did you mean `{alike}`?")
        } else {
            rule
        };
        return wrong_use(format!("`{name}` cannot be the name of a crate; {remedy}"));
    }
    if is_taken(name) {
        return wrong_use(format!(
            "the name `{name}` is taken by Rust or by a library of the project; choose another one, such as `{name}-app`"
        ));
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    let fits = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-' || letter == '_'
    };
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.len() <= MAX_NAME
        && name.chars().all(fits)
        && !name.ends_with(['-', '_'])
}

fn is_taken(name: &str) -> bool {
    TAKEN.contains(&name) || syn::parse_str::<syn::Ident>(&name.to_snake_case()).is_err()
}

/// The checkout that this program was built in.
fn checkout() -> anyhow::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match here.canonicalize() {
        Ok(checkout) if checkout.join("pubsub-runtime/Cargo.toml").is_file() => Ok(checkout),
        _ => wrong_use(
            "the checkout that built this program is not there any more; write `--registry` to take the libraries from the registry",
        ),
    }
}

fn write_all(root: &Path, name: &str, checkout: Option<&Path>) -> anyhow::Result<()> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // Nothing is escaped: a name has letters, digits and dashes only, a path is quoted for TOML where it stands.
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    let events = format!("{name}-events");
    let values = context! {
        name => name,
        crate => name.replace('-', "_"),
        events => &events,
        library => events.replace('-', "_"),
        runtime => dependency(checkout, "pubsub-runtime")?,
        gen => dependency(checkout, "pubsub-gen")?,
    };
    for (file, template) in FILES {
        let path = root.join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, render(&environment, file, template, &values)?)?;
    }
    // The versions that the checkout was tested with; cargo drops what is not needed.
    let lock =
        checkout.map(|checkout| fs::copy(checkout.join("Cargo.lock"), root.join("Cargo.lock")));
    match lock {
        Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn render(
    environment: &Environment<'_>,
    file: &str,
    template: &str,
    values: &Value,
) -> anyhow::Result<String> {
    let rendered = environment.render_named_str(file, template, values)?;
    // The engine drops the newline at the end of a template.
    Ok(format!("{}\n", rendered.trim_end()))
}

/// A dependency of the project, as the right-hand side of a TOML key.
fn dependency(checkout: Option<&Path>, package: &str) -> anyhow::Result<String> {
    let Some(checkout) = checkout else {
        let version = env!("CARGO_PKG_VERSION");
        return Ok(format!("{{ version = \"{version}\" }}"));
    };
    let path = checkout.join(package);
    let path = path
        .to_str()
        .context("the path of the checkout is not UTF-8")?;
    Ok(format!("{{ path = {} }}", toml_edit::Value::from(path)))
}
