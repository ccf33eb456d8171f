//! Makes a directory hold the artefacts, touching only what differs.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    time::SystemTime,
};

use pubsub_runtime::Manifest;

use crate::artefacts::{Artefact, ZOD, domains_of, is_json, was_emitted};

/// How much of an existing file is read, in bytes; ours are far smaller, and a larger one differs anyway.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// Whether to write or only to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Writes what differs, and gives what is written this date where one is given.
    Write(Option<SystemTime>),
    /// Compares only.
    Check,
}

/// One file that was not up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Its name, without the directory.
    pub file: String,
    /// What was found.
    pub found: Found,
}

/// How a file was not up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// It was not there.
    Missing,
    /// It held something else.
    Changed,
    /// It was emitted before, and no longer is.
    Stale,
}

/// Why a directory cannot hold the artefacts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// A file there was emitted for other domain crates, which would overwrite each other's.
    #[error(
        "{} was emitted for {}, this build emits {}; export to another directory, or delete the file if that crate is gone",
        .path.display(), .theirs, .ours
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// The domain packages it names.
        theirs: String,
        /// The domain packages of this build.
        ours: String,
    },
    /// A file of somebody else has the name of an artefact.
    #[error(
        "{} is no file of pubsub-gen, and would be overwritten; export to another directory, or move the file away",
        .path.display()
    )]
    Occupied {
        /// The file.
        path: PathBuf,
    },
    /// The file system said no.
    #[error("cannot {what} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

impl SyncError {
    /// Whether the place cannot be written to, as in a read-only checkout.
    pub fn is_unwritable(&self) -> bool {
        let kinds = [
            io::ErrorKind::PermissionDenied,
            io::ErrorKind::ReadOnlyFilesystem,
        ];
        matches!(self, Self::Io { source, .. } if kinds.contains(&source.kind()))
    }

    fn io(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            what,
            path: path.to_owned(),
            source,
        }
    }
}

/// Makes `directory` hold exactly these artefacts beside files that are not ours; says what was not up to date.
///
/// # Errors
///
/// A file of other domain crates or of somebody else stands there, or the file system says no.
pub fn sync(
    directory: &Path,
    manifest: &Manifest,
    artefacts: &[Artefact],
    mode: Mode,
) -> Result<Vec<Difference>, SyncError> {
    let existing = existing(directory, artefacts)?;
    let ours = &manifest.domains;
    for (file, content) in &existing {
        let artefact = artefacts.iter().find(|artefact| artefact.file == *file);
        // What is up to date is ours, which is quicker to see than to read.
        if artefact.is_some_and(|artefact| artefact.text == *content) {
            continue;
        }
        // What is empty is nobody's loss.
        if artefact.is_some() && !content.is_empty() && !was_emitted(content) {
            let path = directory.join(file);
            return Err(SyncError::Occupied { path });
        }
        let theirs = domains_of(file, content).unwrap_or_default();
        if theirs.iter().any(|domain| !ours.contains(domain)) {
            return Err(SyncError::Foreign {
                path: directory.join(file),
                theirs: theirs.join(", "),
                ours: ours.join(", "),
            });
        }
    }

    let mut differences = Vec::new();
    let mut staged = Vec::new();
    for artefact in artefacts {
        let found = match existing.get(artefact.file) {
            Some(content) if *content == artefact.text => continue,
            Some(_) => Found::Changed,
            None => Found::Missing,
        };
        if let Mode::Write(time) = mode {
            staged.push(Staged::write(directory, artefact, time)?);
        }
        differences.push(Difference {
            file: artefact.file.to_owned(),
            found,
        });
    }
    // Once all of them lie there, so that a full disk leaves the directory as it was.
    for staged in staged {
        staged.put()?;
    }
    let is_current = |file: &str| artefacts.iter().any(|artefact| artefact.file == file);
    for (file, content) in &existing {
        if is_current(file) || domains_of(file, content).is_none() {
            continue;
        }
        if let Mode::Write(_) = mode {
            let path = directory.join(file);
            fs::remove_file(&path).map_err(SyncError::io("remove", &path))?;
        }
        differences.push(Difference {
            file: file.clone(),
            found: Found::Stale,
        });
    }
    Ok(differences)
}

/// What to tell whoever asked for a check.
pub fn report(directory: &Path, differences: &[Difference]) -> String {
    let mut report = format!(
        "{} is not up to date; run `cargo build` without PUBSUB_EXPORT=check, or `pubsub-gen generate`, and commit:",
        directory.display()
    );
    for Difference { file, found } in differences {
        let found = match found {
            Found::Missing => "missing",
            Found::Changed => "differs",
            Found::Stale => "no longer emitted",
        };
        let _ = write!(report, "\n  {file}: {found}");
    }
    report
}

/// The files that are ours or will be, with their content; what is no file counts as empty.
fn existing(
    directory: &Path,
    artefacts: &[Artefact],
) -> Result<BTreeMap<String, String>, SyncError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(SyncError::io("read", directory)(error)),
    };
    let mut files = BTreeMap::new();
    for entry in entries {
        let entry = entry.map_err(SyncError::io("read", directory))?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let is_current = artefacts.iter().any(|artefact| artefact.file == name);
        let could_be_ours = name.ends_with(".d.ts")
            || name == "asyncapi.json"
            || name == ZOD
            || (name.starts_with("events-") && is_json(&name));
        if !is_current && !could_be_ours {
            continue;
        }
        let path = entry.path();
        let mut content = Vec::new();
        if fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            File::open(&path)
                .and_then(|file| file.take(MAX_FILE_BYTES).read_to_end(&mut content))
                .map_err(SyncError::io("read", &path))?;
        }
        // What is no text is none of ours.
        let text = String::from_utf8(content)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        files.insert(name, text);
    }
    Ok(files)
}

/// A file beside its place, under another name; it goes away unless it is put there.
struct Staged {
    temporary: PathBuf,
    path: PathBuf,
}

impl Staged {
    fn write(
        directory: &Path,
        artefact: &Artefact,
        time: Option<SystemTime>,
    ) -> Result<Self, SyncError> {
        fs::create_dir_all(directory).map_err(SyncError::io("create", directory))?;
        let staged = Self {
            temporary: directory.join(format!(".{}.{}.tmp", artefact.file, std::process::id())),
            path: directory.join(artefact.file),
        };
        File::create(&staged.temporary)
            .and_then(|mut file| {
                file.write_all(artefact.text.as_bytes())?;
                time.map_or(Ok(()), |time| file.set_modified(time))
            })
            .map_err(SyncError::io("write", &staged.path))?;
        Ok(staged)
    }

    /// Renames it, so that nobody reads half a file.
    fn put(self) -> Result<(), SyncError> {
        fs::rename(&self.temporary, &self.path).map_err(SyncError::io("write", &self.path))
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a rename nothing is left to remove.
        drop(fs::remove_file(&self.temporary));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::manifest_of;

    fn artefact() -> [Artefact; 1] {
        [Artefact {
            file: "events-client.d.ts",
            text: "export {};\n".to_owned(),
        }]
    }

    #[test]
    fn a_place_that_cannot_be_written_to_is_told_apart() {
        let manifest = manifest_of::<bool>("c:e");
        let sync = |directory: &str| {
            sync(
                Path::new(directory),
                &manifest,
                &artefact(),
                Mode::Write(None),
            )
        };
        // The kernel takes no files there, whoever asks.
        if cfg!(target_os = "linux") {
            let error = sync("/sys/pubsub-gen").unwrap_err();
            assert!(error.is_unwritable(), "{error}");
        }
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let error = sync(file).unwrap_err();
        assert!(!error.is_unwritable(), "{error}");
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_all_of_them_as_they_were() {
        let manifest = manifest_of::<bool>("c:e");
        let directory = std::env::temp_dir().join(format!("pubsub-gen-old-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let [first] = artefact();
        let old = "// Events of d; emitted by pubsub-gen from an older declaration\n";
        fs::write(directory.join(first.file), old).unwrap();
        let second = Artefact {
            file: "no-such-folder/x.d.ts",
            text: String::new(),
        };
        let error = sync(&directory, &manifest, &[first, second], Mode::Write(None)).unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        let left: Vec<_> = fs::read_dir(&directory).unwrap().collect();
        let kept = fs::read_to_string(directory.join("events-client.d.ts")).unwrap();
        fs::remove_dir_all(&directory).unwrap();
        assert_eq!((left.len(), kept.as_str()), (1, old));
    }

    #[test]
    fn a_file_of_somebody_else_is_never_overwritten() {
        let manifest = manifest_of::<bool>("c:e");
        let directory =
            std::env::temp_dir().join(format!("pubsub-gen-theirs-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let path = directory.join("events-client.d.ts");
        let sync_over = |theirs: &[u8]| {
            fs::write(&path, theirs).unwrap();
            let synced = sync(&directory, &manifest, &artefact(), Mode::Write(None));
            (
                synced.map_err(|error| error.to_string()),
                fs::read(&path).unwrap(),
            )
        };
        for theirs in [&b"export type Mine = 1;\n"[..], b"\xff\xfe"] {
            let (synced, left) = sync_over(theirs);
            assert!(
                synced
                    .unwrap_err()
                    .contains("events-client.d.ts is no file of pubsub-gen")
            );
            assert_eq!(left, theirs);
        }
        // Ours, after a merge that went wrong; and a file that is empty.
        let merged =
            b"<<<<<<< HEAD\n// Events of d; emitted by pubsub-gen from the Rust declarations\n";
        for ours in [&merged[..], b""] {
            let (synced, left) = sync_over(ours);
            assert_eq!(synced.unwrap().len(), 1);
            assert_eq!(left, b"export {};\n");
        }
        fs::remove_dir_all(&directory).unwrap();
    }

    #[test]
    fn half_a_file_is_never_left_behind() {
        let manifest = manifest_of::<bool>("c:e");
        let directory = std::env::temp_dir().join(format!("pubsub-gen-{}", std::process::id()));
        // A folder stands where the file would go, so that the last step fails.
        fs::create_dir_all(directory.join("events-client.d.ts/inner")).unwrap();
        let error = sync(&directory, &manifest, &artefact(), Mode::Write(None)).unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
        let left = fs::read_dir(&directory).unwrap().count();
        fs::remove_dir_all(&directory).unwrap();
        assert_eq!(left, 1);
    }
}
