//! `Pubsub.toml`: what need not be typed each time.

use std::{
    fs, io,
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use pubsub_gen::{Level, Levels, Lint};
use serde::Deserialize;
use serde_spanned::Spanned;

use super::{FileError, domain::closest, wrong_use};
use crate::complaint::Quoted;

/// The file, at the root of the workspace.
const FILE: &str = "Pubsub.toml";

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// What `Pubsub.toml` says.
///
/// ```toml
/// package = "orders-events"
/// out = "clients/web/src/generated"
/// zod = true
///
/// [lint]
/// allow = ["no-example"]
/// warn = ["external-tag"]
/// ```
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// The domain crate.
    pub(super) package: Option<String>,
    /// The directory of the emitted files.
    pub(super) out: Option<PathBuf>,
    /// Whether `events-zod.ts` is emitted.
    pub(super) zod: bool,
    levels: Levels,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    package: Option<String>,
    out: Option<PathBuf>,
    #[serde(default)]
    zod: bool,
    #[serde(default)]
    lint: LintContents,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LintContents {
    #[serde(default)]
    allow: Vec<Spanned<String>>,
    #[serde(default)]
    warn: Vec<Spanned<String>>,
    #[serde(default)]
    deny: Vec<Spanned<String>>,
}

/// How serious the rules are, on the command line; it comes before `Pubsub.toml`.
#[derive(Debug, Args)]
pub(super) struct LevelFlags {
    /// A rule that is not applied, repeatable; `[lint] allow = […]` in `Pubsub.toml` does the same.
    #[arg(long, short = 'A', value_name = "RULE")]
    allow: Vec<String>,
    /// A rule whose findings are told and leave the exit code at 0, repeatable; as `[lint] warn = […]`.
    #[arg(long, short = 'W', value_name = "RULE")]
    warn: Vec<String>,
    /// A rule whose findings give exit code 1, as all do at first; repeatable, as `[lint] deny = […]`.
    #[arg(long, short = 'D', value_name = "RULE")]
    deny: Vec<String>,
    /// Every finding gives exit code 1.
    #[arg(long)]
    deny_warnings: bool,
}

impl Settings {
    /// Reads the file of a workspace; there need not be one.
    pub(super) fn find(root: &Path) -> anyhow::Result<Self> {
        let path = root.join(FILE);
        let text = match fs::metadata(&path) {
            Ok(metadata) if metadata.len() > MAX_BYTES => {
                return wrong_use(format!(
                    "{} is larger than {MAX_BYTES} bytes; it holds a few settings only",
                    path.display()
                ));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            _ => fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))?,
        };
        Self::parse(&path, &text).map(|settings| Self {
            out: settings.out.map(|out| root.join(out)),
            ..settings
        })
    }

    fn parse(path: &Path, text: &str) -> anyhow::Result<Self> {
        let quoted = |span| Quoted::new(path.display().to_string(), text, span);
        let contents: Contents = match toml_edit::de::from_str(text) {
            Ok(contents) => contents,
            Err(error) => {
                let (what, remedy) =
                    misspelt(error.message()).unwrap_or_else(|| (error.message().to_owned(), None));
                return Err(FileError {
                    what,
                    remedy,
                    quoted: quoted(error.span().unwrap_or(0..0)),
                }
                .into());
            }
        };
        let refuse = |(what, remedy): (String, String), span: Range<usize>| FileError {
            what,
            remedy: Some(remedy),
            quoted: quoted(span),
        };
        let mut levels = Levels::default();
        let lists = [
            (Level::Allow, &contents.lint.allow),
            (Level::Warn, &contents.lint.warn),
            (Level::Deny, &contents.lint.deny),
        ];
        let mut seen: Vec<Lint> = Vec::new();
        for (level, names) in lists {
            for name in names {
                let lint = named(name.get_ref()).map_err(|hint| refuse(hint, name.span()))?;
                if seen.contains(&lint) {
                    let what = format!("rule `{}` has a level already", lint.name());
                    let remedy = "name it once, in `allow`, `warn` or `deny`".to_owned();
                    return Err(refuse((what, remedy), name.span()).into());
                }
                seen.push(lint);
                levels.set(lint, level);
            }
        }
        Ok(Self {
            package: contents.package,
            out: contents.out,
            zod: contents.zod,
            levels,
        })
    }

    /// How serious each rule is: as the command line says, else the file, else as it is at first.
    pub(super) fn levels(&self, flags: &LevelFlags) -> anyhow::Result<Levels> {
        let mut levels = self.levels.clone();
        for (level, names) in [
            (Level::Deny, &flags.deny),
            (Level::Warn, &flags.warn),
            (Level::Allow, &flags.allow),
        ] {
            for name in names {
                match named(name) {
                    Ok(lint) => levels.set(lint, level),
                    Err((what, remedy)) => return wrong_use(format!("{what}; {remedy}")),
                }
            }
        }
        if flags.deny_warnings {
            levels.deny_warnings();
        }
        Ok(levels)
    }
}

/// The rule of this name, or what is wrong with the name, and the remedy.
fn named(name: &str) -> Result<Lint, (String, String)> {
    let names = || Lint::ALL.into_iter().map(Lint::name);
    Lint::named(name).ok_or_else(|| {
        let remedy = match closest(name, names()) {
            Some(closest) => format!("did you mean `{closest}`?"),
            None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
        };
        (format!("no rule `{name}`"), remedy)
    })
}

/// What serde says of a word it does not know, with the word that is likely to be meant.
fn misspelt(message: &str) -> Option<(String, Option<String>)> {
    let (_, rest) = message.split_once("unknown field `")?;
    let (word, rest) = rest.split_once('`')?;
    let known: Vec<_> = rest.split('`').skip(1).step_by(2).collect();
    let remedy = match closest(word, known.iter().copied()) {
        Some(closest) => format!("did you mean `{closest}`?"),
        None => format!("known are `{}`", known.join("`, `")),
    };
    Some((format!("unknown key `{word}`"), Some(remedy)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (String, usize, usize, &str) {
        let error = Settings::parse(Path::new(FILE), text).unwrap_err();
        let error = error.downcast::<FileError>().unwrap();
        let remedy = error.remedy.unwrap_or_default();
        let quoted = &text[error.quoted.start..error.quoted.start + error.quoted.length];
        (
            format!("{}; {remedy}", error.what),
            error.quoted.line,
            error.quoted.column,
            quoted,
        )
    }

    #[test]
    fn what_is_not_understood_is_pointed_at() {
        for (text, said, line, column, quoted) in [
            (
                "packge = \"a\"\n",
                "unknown key `packge`; did you mean `package`?",
                1,
                1,
                "packge",
            ),
            (
                "\n[lint]\nalow = []\n",
                "unknown key `alow`; did you mean `allow`?",
                3,
                1,
                "alow",
            ),
            (
                "[zebra]\n",
                "unknown key `zebra`; known are `package`, `out`, `zod`, `lint`",
                1,
                2,
                "zebra",
            ),
            (
                "[lint]\nallow = [\n  \"no-example\",\n  \"no-exampel\",\n]\n",
                "no rule `no-exampel`; did you mean `no-example`?",
                4,
                3,
                "\"no-exampel\"",
            ),
            (
                "[lint]\nallow = [\"no-example\"]\ndeny = [\"no-example\"]\n",
                "rule `no-example` has a level already; name it once, in `allow`, `warn` or `deny`",
                3,
                9,
                "\"no-example\"",
            ),
        ] {
            assert_eq!(
                refused(text),
                (said.to_owned(), line, column, quoted),
                "{text}"
            );
        }
        let (said, line, ..) = refused("package = 1\n");
        assert!(said.contains("expected a string"), "{said}");
        assert_eq!(line, 1);
        let (_, line, ..) = refused("package = \"a\"\nout = \n");
        assert_eq!(line, 2);
    }

    #[test]
    fn every_rule_can_be_given_a_level() {
        let text = "[lint]\nallow = [\"no-example\"]\nwarn = [\"no-scope\"]\n";
        let settings = Settings::parse(Path::new(FILE), text).unwrap();
        let mut flags = LevelFlags {
            allow: Vec::new(),
            warn: Vec::new(),
            deny: vec!["no-example".to_owned()],
            deny_warnings: false,
        };
        let levels = settings.levels(&flags).unwrap();
        assert_eq!(levels.of(Lint::NoExample), Level::Deny);
        assert_eq!(levels.of(Lint::NoScope), Level::Warn);
        assert_eq!(levels.of(Lint::ExternalTag), Level::Deny);
        flags.deny_warnings = true;
        assert_eq!(
            settings.levels(&flags).unwrap().of(Lint::NoScope),
            Level::Deny
        );
        flags.warn = vec!["nothing".to_owned()];
        assert!(settings.levels(&flags).is_err());
    }
}
