//! `pubsub-gen package`

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use pubsub_gen::{ExistingPackage, PackageAbout, PackageFile, package};

use super::{Outcome, domain::Domain, files::check_path, workspace, wrong_use};

/// Lays out the npm package of a domain crate: types for clients, data for servers.
#[derive(Debug, Args)]
pub(crate) struct Package {
    #[command(flatten)]
    domain: Domain,
    /// The npm name; by default that of the domain crate, which is made to end in `-events`.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The version; by default that of the domain crate.
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// The folder of the package; by default its name, in the working directory.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// The longest npm name, in characters.
const MAX_NAME: usize = 214;
/// The largest `package.json` that is read, in bytes.
const MAX_JSON_BYTES: u64 = 1 << 20;
/// How many files of an existing folder are looked at before it is refused.
const MAX_FILES: usize = 1_000;

impl Package {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        // What is written wrongly is said before anything is compiled.
        self.name.as_deref().map_or(Ok(()), check_name)?;
        self.version.as_deref().map_or(Ok(()), check_version)?;
        self.out.as_deref().map_or(Ok(()), check_folder)?;
        let chosen = self.domain.choose()?;
        let about = self.about(chosen.about()?);
        check_name(&about.name)?;
        check_version(&about.version)?;
        let folder = match self.out {
            Some(out) => out,
            None => PathBuf::from(about.name.rsplit('/').next().unwrap_or_default()),
        };
        check_folder(&folder)?;
        let declared = chosen.read()?;
        let files = package(&declared.manifest, &about)?;
        let said = format!("{} {}", about.name, about.version);
        let folder_said = folder.display();
        if !place(&folder, &declared.manifest.domains, &files)? {
            return Ok(Outcome::Done(format!(
                "{folder_said} is up to date: {said}"
            )));
        }
        Ok(Outcome::Done(format!(
            "made {said} in {folder_said}: {} files\n\n  npm publish {folder_said}",
            files.len()
        )))
    }

    fn about(&self, domain: &workspace::About) -> PackageAbout {
        let name = self.name.clone().unwrap_or_else(|| {
            let name = domain.name.to_ascii_lowercase().replace('_', "-");
            if name.ends_with("-events") {
                name
            } else {
                format!("{name}-events")
            }
        });
        PackageAbout {
            name,
            version: self
                .version
                .clone()
                .unwrap_or_else(|| domain.version.clone()),
            description: domain.description.clone(),
            // Cargo took `/` for `OR` once, and npm never did.
            license: domain
                .license
                .as_ref()
                .map(|license| license.replace('/', " OR ")),
            repository: domain.repository.clone(),
        }
    }
}

fn check_name(name: &str) -> anyhow::Result<()> {
    let fits = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '_', '-'])
            && part.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte)
            })
    };
    let parts = match name.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/'),
        None => Some(("scope", name)),
    };
    let fine = parts.is_some_and(|(scope, name)| fits(scope) && fits(name));
    if !fine || name.len() > MAX_NAME || ["node_modules", "favicon.ico"].contains(&name) {
        return wrong_use(format!(
            "`{name}` cannot be the name of an npm package; write a-z, 0-9, `-`, `.` and `_`, perhaps after a scope: `--name @acme/orders-events`"
        ));
    }
    Ok(())
}

fn check_version(version: &str) -> anyhow::Result<()> {
    if let Err(error) = semver::Version::parse(version) {
        return wrong_use(format!(
            "`{version}` is not a version: {error}; write for example `--version 1.2.0`"
        ));
    }
    Ok(())
}

/// Refuses a folder that cannot be the package, whatever is declared.
fn check_folder(folder: &Path) -> anyhow::Result<()> {
    check_path("--out", folder)?;
    if exists(folder)? {
        check_existing(folder, None)?;
    }
    name_of(folder)?;
    Ok(())
}

/// The name of a folder.
fn name_of(folder: &Path) -> anyhow::Result<String> {
    match folder.file_name() {
        Some(name) => Ok(name.to_string_lossy().into_owned()),
        None => wrong_use(format!(
            "`{}` is no name of a folder; write for example `--out dist/orders-events`",
            folder.display()
        )),
    }
}

/// Makes `folder` the package; whether anything was to be done.
///
/// The package is made beside its place and moved there, so that it is whole or not there at all.
fn place(folder: &Path, domains: &[String], files: &[PackageFile]) -> anyhow::Result<bool> {
    let exists = exists(folder)?;
    if exists {
        let old = check_existing(folder, Some(domains))?;
        let same = |file: &PackageFile| {
            fs::read(folder.join(&file.path)).is_ok_and(|text| text == file.text.as_bytes())
        };
        if old.is_some_and(|old| old == paths(files)) && files.iter().all(same) {
            return Ok(false);
        }
    }
    let name = name_of(folder)?;
    let beside =
        |word: &str| folder.with_file_name(format!(".{name}.{}.{word}", std::process::id()));
    let (new, old) = (beside("new"), beside("old"));
    let made = write_all(&new, files).and_then(|()| swap(folder, &new, &old, exists));
    if made.is_err() {
        drop(fs::remove_dir_all(&new));
    }
    made.with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(true)
}

/// Whether there is a folder; anything else of its name is refused.
fn exists(folder: &Path) -> anyhow::Result<bool> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => Ok(true),
        Ok(_) => wrong_use(format!(
            "{} is not a folder; choose another one with `--out`",
            folder.display()
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", folder.display())),
    }
}

fn paths(files: &[PackageFile]) -> BTreeSet<String> {
    files.iter().map(|file| file.path.clone()).collect()
}

/// Refuses a folder that holds anything but a package that was made for these domains, if they are known; what is in it, if
/// there is one.
fn check_existing(
    folder: &Path,
    domains: Option<&[String]>,
) -> anyhow::Result<Option<BTreeSet<String>>> {
    let found = found_in(folder)?;
    if found.is_empty() {
        return Ok(None);
    }
    let json = folder.join("package.json");
    let small = fs::metadata(&json).is_ok_and(|found| found.len() <= MAX_JSON_BYTES);
    let text = if small {
        fs::read_to_string(&json).ok()
    } else {
        None
    };
    let shown = folder.display();
    let Some(existing) = text.as_deref().and_then(ExistingPackage::read) else {
        return wrong_use(format!(
            "{shown} is no package of this program; choose another folder with `--out`, or remove it first"
        ));
    };
    if let Some(domains) = domains
        && existing.domains != domains
    {
        return wrong_use(format!(
            "{shown} was made for {}, and this is {}; choose another folder with `--out`, or remove it first",
            existing.domains.join(", "),
            domains.join(", ")
        ));
    }
    let ours: BTreeSet<String> = existing.files.into_iter().collect();
    if let Some(other) = found.iter().find(|file| !ours.contains(*file)) {
        return wrong_use(format!(
            "{shown} holds `{other}`, which is not of the package and would be lost; move it away, or choose another folder with `--out`"
        ));
    }
    Ok(Some(found))
}

/// Every file below a folder, by its path there; of a folder with more than [`MAX_FILES`], some of them.
fn found_in(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut pending = vec![String::new()];
    while let Some(inner) = pending.pop() {
        let path = folder.join(&inner);
        let read =
            |error| anyhow::Error::new(error).context(format!("cannot read {}", path.display()));
        for entry in fs::read_dir(&path).map_err(read)? {
            let entry = entry.map_err(read)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let name = if inner.is_empty() {
                name
            } else {
                format!("{inner}/{name}")
            };
            if found.len() >= MAX_FILES {
                return Ok(found);
            }
            if entry.file_type().map_err(read)?.is_dir() {
                pending.push(name);
            } else {
                found.insert(name);
            }
        }
    }
    Ok(found)
}

fn write_all(folder: &Path, files: &[PackageFile]) -> anyhow::Result<()> {
    for file in files {
        let path = folder.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, &file.text)?;
    }
    Ok(())
}

/// Puts `new` in the place of `folder`; if that fails, the old one stays.
fn swap(folder: &Path, new: &Path, old: &Path, exists: bool) -> anyhow::Result<()> {
    if exists {
        fs::rename(folder, old)?;
    }
    if let Err(error) = fs::rename(new, folder) {
        if exists {
            fs::rename(old, folder)?;
        }
        return Err(error.into());
    }
    if exists {
        fs::remove_dir_all(old)
            .with_context(|| format!("the old one could not be removed: {}", old.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_as_npm_does() {
        for name in ["orders-events", "@acme/orders-events", "a.b_c", "4u"] {
            check_name(name).unwrap();
        }
        for name in [
            "",
            "Orders",
            "@acme",
            "@/x",
            "@acme/",
            "a/b",
            "../x",
            ".x",
            "_x",
            "a b",
            "node_modules",
            "@a/b/c",
            "ä",
            &"x".repeat(215),
        ] {
            let error = check_name(name).unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{name}` cannot be")), "{error}");
        }
    }
}
