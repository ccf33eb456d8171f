//! What is allowed in a declaration, and likely to be regretted by those who use it.

mod rules;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, fmt};

use pubsub_runtime::Manifest;
use serde::Serialize;

/// A rule, by its name in kebab case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Lint {
    /// A channel that clients may send to or read says nothing of who may.
    NoScope,
    /// A channel or an event has no doc comment.
    NoDescription,
    /// An event has no example.
    NoExample,
    /// A 64-bit integer that JavaScript cannot hold exactly beyond 2⁵³ − 1.
    UnsafeInteger,
    /// What clients send is read by `serde(untagged)`, whose errors say nothing.
    UntaggedInput,
    /// An enum with data whose variants are told apart by the name of their only member.
    ExternalTag,
    /// A deprecation that does not say what to use instead.
    DeprecatedWithoutSuccessor,
    /// Two types of one name, of which clients see at least one under a longer one.
    CollidingTypeNames,
}

impl Lint {
    /// Every rule, in the order of their findings.
    pub const ALL: [Self; 8] = [
        Self::NoScope,
        Self::NoDescription,
        Self::NoExample,
        Self::UnsafeInteger,
        Self::UntaggedInput,
        Self::ExternalTag,
        Self::DeprecatedWithoutSuccessor,
        Self::CollidingTypeNames,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoScope => "no-scope",
            Self::NoDescription => "no-description",
            Self::NoExample => "no-example",
            Self::UnsafeInteger => "unsafe-integer",
            Self::UntaggedInput => "untagged-input",
            Self::ExternalTag => "external-tag",
            Self::DeprecatedWithoutSuccessor => "deprecated-without-successor",
            Self::CollidingTypeNames => "colliding-type-names",
        }
    }

    /// The rule with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lint| lint.name() == name)
    }
}

/// How serious a rule is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// It is not applied.
    Allow,
    /// What it finds is told.
    Warn,
    /// What it finds has to be mended; so is every rule until it is given another level.
    #[default]
    Deny,
}

/// How serious each rule is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    levels: BTreeMap<Lint, Level>,
}

impl Levels {
    /// How serious a rule is.
    pub fn of(&self, lint: Lint) -> Level {
        self.levels.get(&lint).copied().unwrap_or_default()
    }

    /// Says how serious a rule is.
    pub fn set(&mut self, lint: Lint, level: Level) {
        self.levels.insert(lint, level);
    }

    /// Makes every rule that is applied a serious one.
    pub fn deny_warnings(&mut self) {
        self.levels.retain(|_, level| *level == Level::Allow);
    }
}

/// One place where a rule does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The rule.
    pub lint: Lint,
    /// How serious it is.
    pub level: Level,
    /// Where: a channel, an event, or a member inside its types, such as ``orders:created › total``.
    pub place: String,
    /// What is there.
    pub what: String,
    /// What to write.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            lint,
            level: _,
            place,
            what,
            remedy,
        } = self;
        write!(f, "{place}: {what}; {remedy} [{}]", lint.name())
    }
}

/// What the rules find in a manifest, by rule, then by place; nothing of rules at [`Level::Allow`].
pub fn lint(manifest: &Manifest, levels: &Levels) -> Vec<Finding> {
    let mut findings = rules::all(manifest);
    for finding in &mut findings {
        finding.level = levels.of(finding.lint);
    }
    findings.retain(|finding| finding.level != Level::Allow);
    findings.sort();
    findings.dedup();
    findings
}
