//! Notes of this library in an entry: properties that MSAL's schema does not have.
//!
//! Other libraries leave properties that they do not know as they are, also when they write a new secret into the entry. So each note
//! begins with a hash of the secret that it is about, and does not count once the secret is another one. An FNV hash is enough: whoever
//! can write the text can write any token into it.

use crate::cache::entity::{Entity, Section};
use crate::cache::field;
use crate::hash;
use crate::time::UnixMillis;

impl Entity {
    /// The note in the property of this name. `None` where there is none, and where it is about an earlier secret.
    pub(super) fn noted(&self, section: Section, name: &str) -> Option<&str> {
        let (checked, note) = self.text(name).split_once(' ')?;
        (checked == self.note_check(section)).then_some(note)
    }

    /// Sets the property of this name to a note about the secret that the entry has now.
    pub(super) fn note(&mut self, section: Section, name: &str, note: &str) {
        let text = format!("{} {note}", self.note_check(section));
        self.set_text(name, &text);
    }

    /// When the person signed in, where that is noted.
    #[must_use]
    pub(super) fn signed_in(&self, section: Section) -> Option<UnixMillis> {
        self.noted(section, field::SIGNED_IN)?.parse().ok().map(UnixMillis)
    }

    /// A hash of what another library changes when it writes the entry anew.
    fn note_check(&self, section: Section) -> String {
        let changed = if section == Section::Account { field::USERNAME } else { field::SECRET };
        hash::hexadecimal(hash::of_all([self.text(changed)]))
    }
}
