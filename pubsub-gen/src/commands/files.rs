//! Files, written whole or not at all.

use std::{
    fs::{self, Permissions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use tempfile::{Builder, NamedTempFile};

use super::wrong_use;

/// Replaces a file in one step, or makes it; a link is replaced, not followed.
pub(crate) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let old = fs::metadata(path).ok();
    beside(path, text, old.map(|old| old.permissions()))
        .and_then(|file| file.persist(path).map_err(|error| error.error))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

/// Makes a file that is not there, also if it appeared a moment ago.
pub(crate) fn create(path: &Path, text: &str) -> anyhow::Result<()> {
    beside(path, text, None)
        .and_then(|file| file.persist_noclobber(path).map_err(|error| error.error))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

/// The text in a file of another name, which goes away unless it is put in its place.
fn beside(path: &Path, text: &str, permissions: Option<Permissions>) -> io::Result<NamedTempFile> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".pubsub-gen-").suffix(".tmp");
    // As any new file: what the user's mask leaves of it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    Ok(file)
}

/// A directory that may be made, or a file in it, given by the user with `flag`.
pub(crate) fn check_path(flag: &str, path: &Path) -> anyhow::Result<()> {
    let shown = path.display();
    let text = path.to_string_lossy();
    if text.chars().any(char::is_control) {
        return wrong_use(format!(
            "`{flag} {shown}` holds a control character; write a path without"
        ));
    }
    // The nearest thing that is there decides whether the rest can be made.
    let nearest = path.ancestors().skip(1).find_map(|above| {
        let above = if above == Path::new("") {
            Path::new(".")
        } else {
            above
        };
        fs::metadata(above)
            .ok()
            .map(|metadata| (above.to_owned(), metadata))
    });
    match nearest {
        Some((above, metadata)) if !metadata.is_dir() => wrong_use(format!(
            "`{flag} {shown}` leads through {}, which is a file; write another path",
            above.display()
        )),
        _ => Ok(()),
    }
}

/// Checks a directory that files are written into.
pub(crate) fn check_directory(flag: &str, path: &Path) -> anyhow::Result<()> {
    check_path(flag, path)?;
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => wrong_use(format!(
            "`{flag} {}` is a file; write the path of a directory",
            path.display()
        )),
        _ => Ok(()),
    }
}

/// Checks a file that is written: one that is there already is replaced only if `is_ours` says so of its text.
pub(crate) fn check_file(
    flag: &str,
    path: &Path,
    is_ours: impl Fn(&str) -> bool,
) -> anyhow::Result<PathBuf> {
    check_path(flag, path)?;
    let shown = path.display();
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return Ok(path.to_owned());
    };
    if metadata.is_dir() || path.is_dir() {
        return wrong_use(format!(
            "`{flag} {shown}` is a directory; write the path of a file, such as {}",
            path.join("events.md").display()
        ));
    }
    let old = fs::read(path).unwrap_or_default();
    if !old.is_empty() && !is_ours(&String::from_utf8_lossy(&old)) {
        return wrong_use(format!(
            "{shown} exists, and this command did not write it; choose another path, or remove it first"
        ));
    }
    Ok(path.to_owned())
}
