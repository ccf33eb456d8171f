//! `pubsub-gen verify`: serde, TypeScript and JSON Schema about the same values.
//!
//! serde is right by definition: what it takes may be sent, what it writes is received. The emitted types and schemas have
//! to say the same; where they cannot, [`tolerance`] says why, and nowhere else.

mod both;
mod changes;
mod compiler;
mod dice;
mod hints;
mod nodes;
mod oracle;
mod place;
mod report;
mod schemas;
mod subject;
mod tolerance;
mod trial;
mod values;

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::PathBuf,
};

use anyhow::Context as _;
use clap::Args;
use pubsub_gen::artefacts;
use pubsub_runtime::Part;

use super::{
    Outcome,
    domain::{self, Domain},
    format::{Format, json},
    progress::Progress,
    wrong_use,
};
use both::Both;
use compiler::{Compiler, Errors, Program};
use oracle::Oracle;
use place::Place;
use report::{Against, Disagreement, Report};
use schemas::{Refusal, Schemas};
use subject::{Heard, Said, Subject};
use tolerance::Tolerance;
use trial::{Expected, Side, Trial, Witness};

/// Holds the emitted types and schemas against what serde does; exit code 1 if they disagree.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    domain: Domain,
    /// Only this event.
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// A TypeScript compiler, repeatable; without it, `node_modules/.bin/tsc` here or above.
    #[arg(long, value_name = "PATH")]
    tsc: Vec<PathBuf>,
    /// A folder of emitted files to verify, instead of what would be emitted now.
    #[arg(long, value_name = "DIR")]
    types: Option<PathBuf>,
    /// Chooses other values, where there are more than are tried.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,
    /// How the report is written.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What one subject has to show.
struct Tried<'m> {
    subject: Subject<'m>,
    trials: Vec<Trial>,
    /// Why the schema refuses each value; in the order of the trials.
    schema: Vec<Option<Refusal>>,
    /// The line of each value in the program of the compilers.
    lines: Vec<Option<usize>>,
}

impl Verify {
    pub(super) fn run(self) -> anyhow::Result<Outcome> {
        let chosen = self.domain.choose()?;
        let here = env::current_dir().context("the working directory is gone")?;
        let folders: Vec<_> = [Some(here), chosen.settings.out.clone(), self.types.clone()]
            .into_iter()
            .flatten()
            .collect();
        let compilers = Compiler::find(&self.tsc, &folders)?;
        let verbose = chosen.verbose;
        let declared = chosen.read()?;
        let manifest = &declared.manifest;
        if let Some(name) = &self.event {
            domain::event(manifest, name)?;
        }
        let (types, schemas) = self.emitted(manifest)?;
        let schemas = Schemas::parse(&schemas)?;
        let progress = Progress::start("verifying…".to_owned(), verbose);
        let (mut oracle, examples) = Oracle::start(declared.probe.answering())?;
        let mut all = Vec::new();
        let mut program = Program::default();
        let mut notes = Vec::new();
        let both = Both::of(manifest)?;
        for subject in Subject::all(manifest, &both, self.event.as_deref()) {
            progress.step(&subject.title());
            let found = self.trials(subject, &mut oracle, &schemas, &mut program, &mut notes)?;
            all.push(found);
        }
        drop(oracle);
        let mut errors = Vec::new();
        if !program.is_empty() {
            // A folder of its own: the same domain may be verified by another process at the same time.
            let within = &declared.probe.directory;
            let folder = tempfile::Builder::new()
                .prefix("verify-")
                .tempdir_in(within)
                .with_context(|| format!("cannot write below {}", within.display()))?;
            for compiler in &compilers {
                progress.step(&format!("TypeScript {}", compiler.version));
                errors.push(compiler.check(folder.path(), &types, &program)?);
            }
        }
        drop(progress);
        let wanted = |example: &String| {
            let name = self.event.as_ref();
            name.is_none_or(|name| example.contains(&format!("`{name}`")))
        };
        let mut report = Report {
            events: 0,
            agree: 0,
            values: all.iter().map(|found| found.trials.len()).sum(),
            type_script: compilers.iter().map(|one| one.version.clone()).collect(),
            disagreements: Vec::new(),
            examples: examples.into_iter().filter(wanted).collect(),
            notes,
            tolerated: BTreeMap::new(),
        };
        for found in &all {
            found.judge(&compilers, &errors, &mut report);
        }
        count(&all, &mut report);
        let text = match self.format {
            Format::Json => json(&report)?,
            Format::Text => report.text(),
        };
        Ok(if report.is_clean() {
            Outcome::Done(text)
        } else {
            Outcome::Found(text)
        })
    }

    /// The texts of `events-client.d.ts` and `events-schemas.json`.
    fn emitted(&self, manifest: &pubsub_runtime::Manifest) -> anyhow::Result<(String, String)> {
        const FILES: [&str; 2] = ["events-client.d.ts", "events-schemas.json"];
        let [types, schemas] = if let Some(folder) = &self.types {
            FILES.map(|file| {
                let path = folder.join(file);
                fs::read_to_string(&path).or_else(|error| {
                    wrong_use(format!(
                        "{}: {error}; write `--types` with a folder that `pubsub-gen generate` wrote",
                        path.display()
                    ))
                })
            })
        } else {
            let emitted = artefacts(manifest)?;
            FILES.map(|file| {
                let text = emitted.iter().find(|artefact| artefact.file == file);
                text.map(|artefact| artefact.text.clone())
                    .with_context(|| format!("{file} is not emitted"))
            })
        };
        Ok((types?, schemas?))
    }

    fn trials<'m>(
        &self,
        subject: Subject<'m>,
        oracle: &mut Oracle,
        schemas: &Schemas,
        program: &mut Program,
        notes: &mut Vec<String>,
    ) -> anyhow::Result<Tried<'m>> {
        let mut heard = Heard::default();
        let mut trials = subject.trials(oracle, self.seed, &mut heard)?;
        for (panic, value) in heard.panics.iter().take(1) {
            notes.push(format!(
                "reading `{}` panics, so that its sender is told of an internal error: {panic}; value {value}",
                subject.title()
            ));
        }
        if !trials
            .iter()
            .any(|trial| matches!(trial.said, Said::Written(_)))
        {
            let remedy = match subject.part {
                Part::Payload => "write one that it takes as `example = r#\"…\"#`",
                _ => "describe with its schema what it takes",
            };
            notes.push(format!(
                "`{}` is not judged, as serde takes none of the values made for it; {remedy}",
                subject.title()
            ));
        }
        let validators = schemas.of(&subject)?;
        let schema: Vec<_> = trials
            .iter()
            .map(|trial| validators.refusal(trial.side, &trial.value))
            .collect();
        // Where serde cannot say, the type is held against the schema; what the schema takes says nothing of the type.
        let mut refusals = schema.iter();
        let mut kept = Vec::new();
        trials.retain(|trial| {
            let refusal = refusals.next();
            let keeps =
                trial.expected != Expected::AsTheSchema || refusal.is_some_and(Option::is_some);
            kept.push(keeps);
            keeps
        });
        let mut kept = kept.into_iter();
        let mut schema = schema;
        schema.retain(|_| kept.next().unwrap_or(false));
        // Numbers and texts that no type tells apart are assigned once.
        let mut seen = BTreeSet::new();
        let lines = trials
            .iter()
            .map(|trial| {
                let skeleton = subject::skeleton(&trial.value, &subject.input, &subject.output);
                let is_new = seen.insert((trial.side, trial.expected, skeleton));
                is_new.then(|| program.assign(&subject, trial.side, &trial.value))
            })
            .collect();
        Ok(Tried {
            subject,
            trials,
            schema,
            lines,
        })
    }
}

impl Tried<'_> {
    fn judge(&self, compilers: &[Compiler], errors: &[Errors], report: &mut Report) {
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for ((trial, refusal), line) in self.trials.iter().zip(&self.schema).zip(&self.lines) {
            let mut against = Vec::new();
            // Of a value that was not changed, whoever refuses it says where.
            let mut place = trial.place.clone();
            let mut hold = |witness: Witness, name: String, refusal: Option<(&str, Place)>| {
                let agrees = match trial.expected {
                    Expected::Taken => refusal.is_none(),
                    Expected::Refused | Expected::AsTheSchema => refusal.is_some(),
                };
                if agrees {
                    return;
                }
                if let Some(tolerance) = Tolerance::of(&self.subject, trial, witness) {
                    *report.tolerated.entry(tolerance.name()).or_default() += 1;
                    return;
                }
                let says = match refusal {
                    Some((why, at)) => {
                        if place.is_root() {
                            place = at;
                        }
                        format!("refuses it: {why}")
                    }
                    None => "takes it".to_owned(),
                };
                against.push(Against {
                    witness: name,
                    says,
                });
            };
            let refusal = refusal.as_ref();
            hold(
                Witness::JsonSchema,
                "JSON Schema".to_owned(),
                refusal.map(|refusal| (refusal.text.as_str(), refusal.place.clone())),
            );
            if let Some(line) = line {
                for (compiler, errors) in compilers.iter().zip(errors) {
                    let name = format!("TypeScript {}", compiler.version);
                    let told = errors.get(line).map(|told| {
                        let at = told.offset.map(|at| Place::at_offset(&trial.value, at));
                        (told.text.as_str(), at.unwrap_or_default())
                    });
                    hold(Witness::TypeScript, name, told);
                }
            }
            if against.is_empty() {
                continue;
            }
            let place = place.to_string();
            let names: Vec<_> = against.iter().map(|one| one.witness.as_str()).collect();
            let key = format!("{:?} {:?} {place} {names:?}", trial.side, trial.expected);
            if let Some(first) = told.get(&key) {
                report.disagreements[*first].more += 1;
                continue;
            }
            told.insert(key, report.disagreements.len());
            report.disagreements.push(Disagreement {
                event: self.subject.title(),
                place,
                about: about(trial),
                value: trial.value.clone(),
                serde: serde_says(trial),
                against,
                more: 0,
            });
        }
    }
}

fn about(trial: &Trial) -> &'static str {
    match (trial.side, trial.expected) {
        (Side::Sent, Expected::Taken) => "it may be sent, and is refused",
        (Side::Sent, _) => "it may not be sent, and is taken",
        (Side::Received, Expected::Taken) => "it is received, and is refused",
        (Side::Received, _) => "it is never received, and is taken",
    }
}

fn serde_says(trial: &Trial) -> String {
    match (&trial.said, trial.side) {
        (Said::Written(_), Side::Sent) => "takes it".to_owned(),
        (Said::Written(written), Side::Received) if *written == trial.value => {
            "writes it".to_owned()
        }
        (Said::Written(written), Side::Received) => format!("writes {written} instead"),
        (Said::Refused(why), _) if trial.expected == Expected::AsTheSchema => {
            format!(
                "does not read what it writes, and refuses it: {why}; the schema refuses it too"
            )
        }
        (Said::Refused(why), _) => format!("refuses it: {why}"),
    }
}

/// Counts the events, and those that agree and were judged.
fn count(all: &[Tried<'_>], report: &mut Report) {
    let mut events: BTreeMap<(bool, &str), bool> = BTreeMap::new();
    for found in all {
        let subject = &found.subject;
        let agrees = events
            .entry((subject.part == Part::Snapshot, subject.name))
            .or_insert(true);
        let title = subject.title();
        let is_judged = found
            .trials
            .iter()
            .any(|trial| matches!(trial.said, Said::Written(_)));
        let is_told = |one: &Disagreement| one.event == title;
        let is_refused = report
            .examples
            .iter()
            .any(|example| example.contains(&format!("`{}`", subject.name)));
        *agrees &= is_judged && !is_refused && !report.disagreements.iter().any(is_told);
    }
    report.events = events.len();
    report.agree = events.values().filter(|agrees| **agrees).count();
}
