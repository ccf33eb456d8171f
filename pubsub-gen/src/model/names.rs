//! The names clients see: the Rust name where it is free, with its module before it where it is not.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;

/// What makes two definitions the same type: its base name and its module.
///
/// schemars numbers types of one name by encounter (`Item`, `Item2`), so that the key alone would change with an
/// unrelated edit; with the path in the schema, the number is dropped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Identity {
    base: String,
    /// The modules, the crate first.
    modules: Vec<String>,
    /// The path of the type is not known, or names several (the instances of a generic type).
    key: Option<String>,
}

impl Identity {
    /// The identity of a definition, from its key and the path in its schema; `is_key` tells other keys.
    pub(super) fn new(key: &str, path: Option<&str>, is_key: &dyn Fn(&str) -> bool) -> Self {
        let Some(path) = path else {
            return Self {
                base: key.to_owned(),
                modules: Vec::new(),
                key: Some(key.to_owned()),
            };
        };
        if path.contains('<') {
            return Self::generic(key, path, is_key);
        }
        let mut modules: Vec<String> = path.split("::").map(str::to_owned).collect();
        let last = modules
            .pop_if(|last| last.starts_with(|first: char| first.is_uppercase()))
            .filter(|last| {
                key.strip_prefix(last.as_str())
                    .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
            });
        match last {
            Some(base) => Self {
                base,
                modules,
                key: None,
            },
            None => Self {
                base: key.to_owned(),
                modules,
                key: Some(key.to_owned()),
            },
        }
    }

    /// The instance of a generic type, whose path names those of its arguments: `shop::Page<shop::a::Item>`.
    fn generic(key: &str, path: &str, is_key: &dyn Fn(&str) -> bool) -> Self {
        let modules = path
            .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
            .flat_map(|path| {
                let mut modules: Vec<&str> = path.split("::").filter(|it| !it.is_empty()).collect();
                modules.pop();
                modules
            })
            .map(str::to_owned)
            .collect();
        let unnumbered = key.trim_end_matches(|last: char| last.is_ascii_digit());
        let base = if unnumbered != key && is_key(unnumbered) {
            unnumbered
        } else {
            key
        };
        Self {
            base: base.to_owned(),
            modules,
            key: Some(path.to_owned()),
        }
    }

    fn qualified(&self, depth: usize) -> String {
        let skipped = self.modules.len().saturating_sub(depth);
        let mut name: String = self
            .modules
            .iter()
            .skip(skipped)
            .map(|module| module.to_upper_camel_case())
            .collect();
        name.push_str(&identifier(&self.base));
        name
    }
}

/// Hands out names, each once.
pub(super) struct Namer<'r> {
    reserved: &'r dyn Fn(&str) -> bool,
    taken: BTreeSet<String>,
}

impl<'r> Namer<'r> {
    /// Chooses a name for every identity; the names come in the order of the identities, which decides nothing else.
    pub(super) fn new<'a>(
        identities: impl ExactSizeIterator<Item = &'a Identity>,
        reserved: &'r dyn Fn(&str) -> bool,
    ) -> (Self, Vec<String>) {
        let mut chosen = vec![String::new(); identities.len()];
        let mut by_base: BTreeMap<String, Vec<(usize, &Identity)>> = BTreeMap::new();
        for (index, identity) in identities.enumerate() {
            by_base
                .entry(identifier(&identity.base))
                .or_default()
                .push((index, identity));
        }
        let mut namer = Self {
            reserved,
            taken: BTreeSet::new(),
        };
        // Names without a collision come first, so that a collision elsewhere cannot change them.
        let mut shared = Vec::new();
        for (base, group) in by_base {
            match group.as_slice() {
                [(index, _)] if !reserved(&base) => chosen[*index] = namer.take(base),
                _ => shared.push(group),
            }
        }
        for group in shared {
            let modules = group.iter().map(|(_, identity)| identity.modules.len());
            let deepest = modules.max();
            let depth = (1..=deepest.unwrap_or(0))
                .find(|depth| {
                    let distinct: BTreeSet<_> = group
                        .iter()
                        .map(|(_, identity)| identity.qualified(*depth))
                        .collect();
                    distinct.len() == group.len()
                })
                .or(deepest)
                .unwrap_or(0);
            for (index, identity) in group {
                chosen[index] = namer.take(identity.qualified(depth));
            }
        }
        (namer, chosen)
    }

    /// A further name beside `name`.
    pub(super) fn variant(&mut self, name: &str, suffix: &str) -> String {
        self.take(format!("{name}{suffix}"))
    }

    fn take(&mut self, wanted: String) -> String {
        let mut name = wanted;
        while (self.reserved)(&name) || self.taken.contains(&name) {
            name.push('_');
        }
        self.taken.insert(name.clone());
        name
    }
}

/// The name with only the characters of an identifier.
fn identifier(name: &str) -> String {
    if is_identifier(name.as_bytes()) {
        return name.to_owned();
    }
    let mut identifier: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '_' || c == '$' {
                c
            } else {
                '_'
            }
        })
        .collect();
    if !identifier.starts_with(|first: char| first.is_alphabetic() || first == '_' || first == '$')
    {
        identifier.insert(0, '_');
    }
    identifier
}

/// Whether it is an identifier of ASCII, as nearly all names are. It counts, as an iterator's calls are not inlined where
/// nothing is optimised.
fn is_identifier(name: &[u8]) -> bool {
    let mut index = 0;
    while index < name.len() {
        match name[index] {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => {}
            b'0'..=b'9' if index > 0 => {}
            _ => return false,
        }
        index += 1;
    }
    index > 0
}
