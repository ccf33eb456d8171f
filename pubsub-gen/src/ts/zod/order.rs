//! Which schema has to stand before which, and which ones name each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Graph;

/// The names in an order in which each stands after those it uses, other than those that use it in turn.
#[derive(Debug)]
pub(super) struct Order {
    names: Vec<String>,
    /// What each name reaches, over any number of others.
    reached: BTreeMap<String, BTreeSet<String>>,
}

impl Order {
    pub(super) fn of(graph: &Graph) -> Self {
        let needed = graph.needed();
        let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (name, (direction, definition)) in &needed {
            let mut used = BTreeSet::new();
            definition.shape.visit_names(&mut |key| {
                used.insert(graph.name(*direction, key));
            });
            users.insert(name, used);
        }
        let mut order = Self {
            names: Vec::new(),
            reached: users
                .keys()
                .map(|name| ((*name).to_owned(), reach(&users, name)))
                .collect(),
        };
        let mut placed = BTreeSet::new();
        for start in users.keys() {
            // Depth first without recursion: a name is placed once everything it uses is.
            let mut pending = vec![(*start, false)];
            while let Some((name, done)) = pending.pop() {
                if done {
                    order.names.push(name.to_owned());
                } else if placed.insert(name) {
                    pending.push((name, true));
                    let used = users.get(name).into_iter().flatten();
                    pending.extend(
                        used.filter(|used| !placed.contains(**used))
                            .map(|used| (*used, false)),
                    );
                }
            }
        }
        order
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Whether `name` uses `within` in turn, so that it may not be there yet.
    pub(super) fn is_recursive(&self, within: &str, name: &str) -> bool {
        self.reached
            .get(name)
            .is_some_and(|reached| reached.contains(within))
    }
}

fn reach(uses: &BTreeMap<&str, BTreeSet<&str>>, start: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut pending = vec![start];
    while let Some(name) = pending.pop() {
        for used in uses.get(name).into_iter().flatten() {
            if reached.insert((*used).to_owned()) {
                pending.push(used);
            }
        }
    }
    reached
}
