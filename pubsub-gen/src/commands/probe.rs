//! Reads a domain crate's manifest by building a small program against it, for those without a build script.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context as _;
use pubsub_runtime::Manifest;
use toml_edit::{DocumentMut, InlineTable, Item, Table, value};

use super::{
    BuildError, ProblemsError,
    cargo::{cargo, run},
    progress::Progress,
    workspace::{FEATURE, Package, Workspace},
};

/// What the probe ends with if what is declared does not fit together.
const PROBLEMS: i32 = 3;

/// The manifest of a domain crate.
///
/// The probe stands in the workspace's target directory and starts from its lock file, patches and profiles, so that it
/// compiles what the workspace compiles and finds most of it compiled already.
pub(super) fn manifest(
    workspace: &Workspace,
    package: &Package,
    verbose: bool,
) -> anyhow::Result<Manifest> {
    let name = probe_name(package);
    let probe = workspace.target_directory.join("pubsub-gen").join(&name);
    write(workspace, package, &name, &probe)
        .with_context(|| format!("cannot write the probe in {}", probe.display()))?;
    let progress = Progress::start(format!("building {}…", package.about.name), verbose);
    let mut command = cargo();
    command
        .args(["run", "--manifest-path"])
        .arg(probe.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&workspace.target_directory)
        .current_dir(&workspace.root);
    let said = run(command, &progress)?;
    drop(progress);
    match said.code {
        Some(0) => serde_json::from_slice(&said.answer).with_context(|| {
            format!(
                "the manifest of `{}` was not understood; build this program and the crate with the same version of pubsub-runtime",
                package.about.name
            )
        }),
        Some(PROBLEMS) => Err(ProblemsError {
            problems: String::from_utf8_lossy(&said.answer)
                .split_terminator('\0')
                .map(str::to_owned)
                .collect(),
        }
        .into()),
        _ => Err(BuildError {
            what: format!("`{}` does not compile with feature `{FEATURE}`", package.about.name),
            output: said.errors,
        }
        .into()),
    }
}

/// The word that makes a probe answer what serde says of values, instead of printing the manifest.
const ANSWER: &str = "answer";

/// A probe that has been built.
#[derive(Debug)]
pub(super) struct Probe {
    /// Where it stands, with room for other files of ours.
    pub(super) directory: PathBuf,
    target_directory: PathBuf,
    root: PathBuf,
}

impl Probe {
    pub(super) fn of(workspace: &Workspace, package: &Package) -> Self {
        let name = probe_name(package);
        Self {
            directory: workspace.target_directory.join("pubsub-gen").join(name),
            target_directory: workspace.target_directory.clone(),
            root: workspace.root.clone(),
        }
    }

    /// What runs it so that it answers what serde says of values.
    pub(super) fn answering(&self) -> Command {
        let mut command = cargo();
        command
            .args(["run", "--quiet", "--manifest-path"])
            .arg(self.directory.join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&self.target_directory)
            .args(["--", ANSWER])
            .current_dir(&self.root);
        command
    }
}

/// The name of a domain crate's probe; workspaces may share a target directory and have domain crates of one name.
fn probe_name(package: &Package) -> String {
    let mut hasher = DefaultHasher::new();
    package.directory().hash(&mut hasher);
    format!("pubsub-gen-{}-{:016x}", package.about.name, hasher.finish())
}

fn write(workspace: &Workspace, package: &Package, name: &str, probe: &Path) -> anyhow::Result<()> {
    let source = probe.join("src");
    fs::create_dir_all(&source)?;
    let root = workspace.root.join("Cargo.toml");
    let root: DocumentMut = fs::read_to_string(&root)?
        .parse()
        .with_context(|| format!("{} is no TOML", root.display()))?;
    let cargo_toml = cargo_toml(&root, workspace, package, name)?;
    write_if_changed(&probe.join("Cargo.toml"), &cargo_toml)?;
    let library = package.library().unwrap_or_default();
    write_if_changed(&source.join("main.rs"), &main(&library))?;
    let lock = workspace.root.join("Cargo.lock");
    match fs::copy(lock, probe.join("Cargo.lock")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

fn main(library: &str) -> String {
    format!(
        r#"fn main() {{
    if std::env::args().nth(1).as_deref() == Some("{ANSWER}") {{
        let (questions, answers) = (std::io::stdin().lock(), std::io::stdout().lock());
        if let Err(error) = {library}::registry().answer_questions(questions, answers) {{
            eprintln!("{{error}}");
            std::process::exit(1);
        }}
        return;
    }}
    let manifest = match {library}::registry().manifest() {{
        Ok(manifest) => manifest,
        Err(error) => {{
            for problem in error.problems() {{
                print!("{{problem}}\0");
            }}
            std::process::exit({PROBLEMS});
        }}
    }};
    match manifest.to_json() {{
        Ok(json) => println!("{{json}}"),
        Err(error) => {{
            eprintln!("{{error}}");
            std::process::exit(1);
        }}
    }}
}}
"#
    )
}

fn cargo_toml(
    root: &DocumentMut,
    workspace: &Workspace,
    package: &Package,
    name: &str,
) -> anyhow::Result<String> {
    let mut document = DocumentMut::new();
    document["package"] = Item::Table(Table::new());
    document["package"]["name"] = value(name);
    document["package"]["version"] = value("0.0.0");
    document["package"]["edition"] = value("2024");
    document["package"]["publish"] = value(false);
    // It is in the directory of another workspace and must not be taken for a member of it.
    document["workspace"] = Item::Table(Table::new());
    document["workspace"]["resolver"] = value("3");
    let mut dependency = InlineTable::new();
    let path = package.directory();
    let path = path
        .to_str()
        .context("the path of the domain crate is not UTF-8")?;
    dependency.insert("path", path.into());
    dependency.insert("default-features", false.into());
    dependency.insert(
        "features",
        [FEATURE].into_iter().collect::<toml_edit::Array>().into(),
    );
    document["dependencies"] = Item::Table(Table::new());
    document["dependencies"][&package.about.name] = value(dependency);
    if let Some(profiles) = root.get("profile") {
        document["profile"] = profiles.clone();
    }
    if let Some(patches) = root.get("patch") {
        document["patch"] = patches.clone();
        absolute_paths(&mut document["patch"], &workspace.root);
    }
    Ok(document.to_string())
}

/// Makes every `path` below absolute: the probe stands elsewhere than the file they were written for.
fn absolute_paths(item: &mut Item, base: &Path) {
    let Some(table) = item.as_table_like_mut() else {
        return;
    };
    for (key, item) in table.iter_mut() {
        match item.as_str().filter(|_| key == "path") {
            Some(path) => {
                let path: PathBuf = base.join(path);
                *item = value(path.to_string_lossy().as_ref());
            }
            None => absolute_paths(item, base),
        }
    }
}

fn write_if_changed(path: &Path, text: &str) -> io::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text)
}
