//! The places of named things in a list.

use std::collections::BTreeMap;

/// The place of each name in a list that has one item for each, in the order in which the names came.
#[derive(Default)]
pub struct Places(BTreeMap<String, usize>);

impl Places {
    /// The place of a name. A new name comes after all others.
    pub fn of(&mut self, name: String) -> usize {
        let next = self.0.len();
        *self.0.entry(name).or_insert(next)
    }

    /// The place of a name that came before.
    #[must_use]
    pub fn known(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }
}
