//! The generator on a large domain, and the TypeScript compilers on what it writes.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    cargo::{self, Cargo},
    items::Domain,
    options::Options,
    project::{GENERATION, Project},
    table::{Table, Target},
    usage,
};

/// How many events the larger and the smaller domain have; the smaller is half the channels of the larger.
const MANY: usize = 1_000;
const HALF: usize = MANY / 2;

/// What one run of the generator took.
#[derive(Debug)]
struct Generation {
    passed: Duration,
    /// Processor time, of every thread.
    spent: Duration,
    /// Seconds that passed, by the part of the work.
    parts: BTreeMap<String, f64>,
}

/// How the generator is compiled: as a build script is by itself, and as the README says for large domains.
const BUILDS: [(&str, &[&str]); 2] = [
    ("unoptimised", &[]),
    (
        "with `opt-level = 2` for pubsub-gen",
        &["--config", "profile.dev.package.pubsub-gen.opt-level=2"],
    ),
];

/// Generates both domains, and adds what that took.
pub(crate) fn generate(
    project: &Project,
    cargo: &Cargo,
    options: &Options,
    table: &mut Table,
) -> Result<()> {
    let domain = Domain::new(MANY);
    project.write_generation(&domain)?;
    let channels: Vec<_> = domain
        .channels
        .iter()
        .map(|channel| channel.name.as_str())
        .collect();
    let half = channels.get(..channels.len() / 2).unwrap_or_default();
    for (how, settings) in BUILDS {
        // The types are the same, however the generator is compiled.
        if !settings.is_empty() && !options.asks_for("generation") {
            break;
        }
        eprintln!("building the generator with {MANY} events, {how}");
        let build = [
            "build",
            "--quiet",
            "-p",
            GENERATION,
            "--features",
            "codegen",
        ];
        cargo.run(build.iter().chain(settings).copied())?;
        let program = cargo.program(GENERATION);
        let mut best: Option<Generation> = None;
        for _ in 0..options.rounds {
            let found = generation(&program, &folder(project, MANY), &[])?;
            if best.as_ref().is_none_or(|best| found.passed < best.passed) {
                best = Some(found);
            }
        }
        generation(&program, &folder(project, HALF), half)?;
        if let Some(best) = best
            && options.asks_for("generation")
        {
            let part = |name: &str| best.parts.get(name).copied().unwrap_or_default();
            let beside = format!(
                "registry and manifest {:.2} s, artefacts {:.2} s, files {:.2} s; processor time {:.2} s",
                part("manifest"),
                part("artefacts"),
                part("files"),
                best.spent.as_secs_f64()
            );
            table.alone(
                &format!("all artefacts of {MANY} events, {how}"),
                best.passed,
                &beside,
                Target::AtMost(1.0),
            );
        }
    }
    Ok(())
}

/// The folder of a domain's artefacts.
fn folder(project: &Project, events: usize) -> PathBuf {
    project.folder().join("types").join(events.to_string())
}

/// Runs the generator once from nothing.
fn generation(program: &Path, folder: &Path, channels: &[&str]) -> Result<Generation> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    let start = Instant::now();
    let (spent, printed) = cargo::run(Command::new(program).arg(folder).args(channels))?;
    let passed = start.elapsed();
    let parts = printed
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)))
        .collect();
    Ok(Generation {
        passed,
        spent,
        parts,
    })
}

/// The TypeScript compilers, with the most seconds each may take.
const COMPILERS: [(&str, &str, Option<f64>); 2] = [
    ("typescript", "5.9", None),
    ("typescript-7", "7.0", Some(1.5)),
];

/// Whether what [`compile`] needs is installed; asked before anything is measured.
///
/// # Errors
///
/// A package is missing: the message says what installs it.
pub(crate) fn installed(root: &Path) -> Result<()> {
    let packages = COMPILERS.map(|(compiler, ..)| compiler_in(root, compiler));
    for path in packages.into_iter().chain([trpc(root)]) {
        if !path.exists() {
            bail!(
                "{} is not installed; run `npm ci` in tests/types, or ask for `--only check,generation`",
                path.display()
            );
        }
    }
    Ok(())
}

fn compiler_in(root: &Path, package: &str) -> PathBuf {
    root.join("tests/types/node_modules")
        .join(package)
        .join("bin/tsc")
}

/// The clients that the generated types are for.
fn trpc(root: &Path) -> PathBuf {
    root.join("tests/types/v11/node_modules/@trpc")
}

/// Compiles clients of both domains with both compilers, and adds the rows.
pub(crate) fn compile(
    project: &Project,
    root: &Path,
    options: &Options,
    table: &mut Table,
) -> Result<()> {
    let domain = Domain::new(MANY);
    for events in [HALF, MANY] {
        let used = if events == MANY {
            domain.channels.len()
        } else {
            domain.channels.len() / 2
        };
        let name = |file: &str| format!("types/{events}/{file}");
        project.file(
            &name("usage.ts"),
            &usage::text(domain.channels.get(..used).unwrap_or_default()),
        )?;
        project.file(&name("tsconfig.json"), TSCONFIG)?;
        project.file(&name("package.json"), "{ \"type\": \"module\" }\n")?;
        link(
            &trpc(root),
            &folder(project, events).join("node_modules/@trpc"),
        )?;
    }
    for (compiler, version, most) in COMPILERS {
        let script = compiler_in(root, compiler);
        let mut rounds = [Vec::new(), Vec::new()];
        for _ in 0..options.rounds {
            for (times, events) in rounds.iter_mut().zip([HALF, MANY]) {
                let start = Instant::now();
                cargo::run(
                    Command::new("node")
                        .arg(&script)
                        .arg("--project")
                        .arg(folder(project, events)),
                )?;
                times.push(start.elapsed());
            }
        }
        let [half, all] = &rounds;
        let best = |times: &[Duration]| times.iter().min().copied().unwrap_or_default();
        let what = format!("`tsc` {version} of a client of");
        table.alone(
            &format!("{what} {HALF} events"),
            best(half),
            "",
            Target::None,
        );
        table.compared(
            &format!("{what} {MANY} events"),
            all,
            Some((half, "500 events")),
            Target::AtMost(2.0),
        );
        if let Some(most) = most {
            table.alone(
                &format!("{what} {MANY} events"),
                best(all),
                "",
                Target::AtMost(most),
            );
        }
    }
    Ok(())
}

/// As strict as it gets: the declarations are checked too, and not only what is used of them; TypeScript's own library is not.
const TSCONFIG: &str = r#"{
  "compilerOptions": {
    "strict": true,
    "skipLibCheck": false,
    "skipDefaultLibCheck": true,
    "noEmit": true,
    "target": "ES2022",
    "lib": ["ES2022", "DOM", "DOM.Iterable", "ESNext.Disposable", "DOM.AsyncIterable"],
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "noUncheckedIndexedAccess": true,
    "types": []
  },
  "include": ["usage.ts", "events-client.d.ts"]
}
"#;

fn link(target: &Path, path: &Path) -> Result<()> {
    let folder = path.parent().context("the link has no folder")?;
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    std::os::unix::fs::symlink(target, path)
        .with_context(|| format!("{} cannot be made", path.display()))
}
