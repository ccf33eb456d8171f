//! The generated project: one package a contender, in a workspace of its own, as its users would have it.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use crate::{
    items::Domain,
    source::{self, Style},
};

/// What is measured beside each other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Contender {
    /// What the table calls it.
    pub(crate) title: &'static str,
    pub(crate) package: &'static str,
    pub(crate) features: &'static str,
    style: Style,
    has_actions: bool,
}

impl Contender {
    /// What it declares.
    pub(crate) fn domain(&self, events: usize) -> Domain {
        let domain = Domain::new(events);
        if self.has_actions {
            domain
        } else {
            domain.without_actions()
        }
    }
}

/// serde's derives alone are the first: the others are compared with it.
pub(crate) const CONTENDERS: [Contender; 7] = [
    contender("serde", "with-serde", "", Style::Serde),
    contender(
        "this project, client build",
        "with-ours",
        "client",
        Style::Ours,
    ),
    contender(
        "this project, server build",
        "with-ours",
        "server",
        Style::Ours,
    ),
    contender(
        "this project, codegen build",
        "with-ours",
        "codegen",
        Style::Ours,
    ),
    Contender {
        has_actions: true,
        ..contender(
            "this project, server build with an action for every fifth event",
            "with-actions",
            "server",
            Style::Ours,
        )
    },
    contender("serde, schemars", "with-schemars", "", Style::Schemars),
    contender("serde, schemars, ts-rs", "with-ts-rs", "", Style::TsRs),
];

const fn contender(
    title: &'static str,
    package: &'static str,
    features: &'static str,
    style: Style,
) -> Contender {
    Contender {
        title,
        package,
        features,
        style,
        has_actions: false,
    }
}

/// The package whose program writes the artefacts of a large domain.
pub(crate) const GENERATION: &str = "generation";

/// A workspace of generated packages.
#[derive(Debug)]
pub(crate) struct Project {
    folder: PathBuf,
}

impl Project {
    /// Writes the workspace into `folder`; `root` is the checkout it depends on.
    pub(crate) fn write(folder: PathBuf, root: &Path) -> Result<Self> {
        let project = Self { folder };
        let members: String = CONTENDERS.iter().map(|contender| contender.package).fold(
            String::new(),
            |mut list, package| {
                if !list.contains(package) {
                    let _ = write!(list, "\"{package}\", ");
                }
                list
            },
        );
        project.file(
            "Cargo.toml",
            &format!("[workspace]\nresolver = \"3\"\nmembers = [{members}\"{GENERATION}\"]\n"),
        )?;
        // The versions that the checkout is tested with.
        let lock = root.join("Cargo.lock");
        let lock = fs::read_to_string(&lock)
            .with_context(|| format!("{} cannot be read", lock.display()))?;
        project.file("Cargo.lock", &lock)?;
        for contender in CONTENDERS {
            let manifest = manifest(contender.package, contender.style, root);
            project.file(&format!("{}/Cargo.toml", contender.package), &manifest)?;
            // Cargo wants every package of a workspace whole.
            project.write_items(&contender, &contender.domain(1), false)?;
        }
        let manifest = manifest(GENERATION, Style::Ours, root);
        let manifest = format!(
            "{manifest}pubsub-gen = {{ path = {:?} }}\n",
            root.join("pubsub-gen").display().to_string()
        );
        project.file(&format!("{GENERATION}/Cargo.toml"), &manifest)?;
        project.file(
            &format!("{GENERATION}/src/main.rs"),
            include_str!("generation.rs.txt"),
        )?;
        project.write_generation(&Domain::new(1))?;
        Ok(project)
    }

    /// Writes the items of a contender; `edited` changes the type of one field.
    pub(crate) fn write_items(
        &self,
        contender: &Contender,
        domain: &Domain,
        edited: bool,
    ) -> Result<()> {
        self.items(contender.package, contender.style, domain, edited)
    }

    /// Writes the items whose artefacts are generated.
    pub(crate) fn write_generation(&self, domain: &Domain) -> Result<()> {
        self.items(GENERATION, Style::Ours, domain, false)
    }

    fn items(&self, package: &str, style: Style, domain: &Domain, edited: bool) -> Result<()> {
        for file in source::files(domain, style, edited) {
            self.file(&format!("{package}/src/{}", file.name), &file.text)?;
        }
        Ok(())
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file, unless it holds the text already: cargo judges by dates.
    pub(crate) fn file(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder.join(name);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
    }
}

fn manifest(package: &str, style: Style, root: &Path) -> String {
    let mut text = format!(
        "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n"
    );
    if style == Style::Ours {
        let runtime = root.join("pubsub-runtime").display().to_string();
        let _ = write!(
            text,
            "[features]
default = []
client = [\"pubsub-runtime/client\"]
codegen = [\"client\", \"pubsub-runtime/registry\"]
server = [\"pubsub-runtime/server\"]

[dependencies]
pubsub-runtime = {{ path = {runtime:?} }}
thiserror = \"2\"
"
        );
        return text;
    }
    text.push_str("[dependencies]\nserde = { version = \"1\", features = [\"derive\"] }\n");
    if style != Style::Serde {
        text.push_str("schemars = { version = \"1\", features = [\"derive\"] }\n");
    }
    if style == Style::TsRs {
        text.push_str("ts-rs = \"12\"\n");
    }
    text
}
