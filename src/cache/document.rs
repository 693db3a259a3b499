//! The cache as the text it is: where each entry stands, whose it is, and what has been written since.
//!
//! A text of ten thousand accounts is forty megabytes, of which a lookup needs four entries. So nothing is read before it is
//! asked for: entries are places in the text, chained by the hash of their owner, and what did not change is written as
//! it was read, unknown properties and sections included. What is asked for and what is written: [`crate::cache::lookup`],
//! [`crate::cache::save`].

use core::{fmt, mem};

use crate::cache::entity::{Entity, Section};
use crate::cache::sections::{Contents, END, Entry, State, hash};
use crate::error::Error;
use crate::json::Value;
use crate::json::scanner::{Span, unescaped};
use crate::json::splice::Splice;

/// A cache.
#[derive(Default)]
pub struct CacheDocument {
    /// As it was read.
    text: String,
    /// Keys and entries that were written since, one after the other. A [`Span`] behind the end of the text is one in here.
    fresh: String,
    /// What of the text is where. Entries stand in its order, then as they were written.
    contents: Contents,
    /// The last entry of each chain. Empty, or a power of two of them.
    chains: Vec<Id>,
    touched: bool,
    changed: bool,
    /// How much may be written before it is tidied.
    room: usize,
}

/// Where an entry is. Good until the next [`CacheDocument::compact`].
pub type Id = usize;

impl CacheDocument {
    /// Takes up a text. An empty one is an empty cache.
    ///
    /// # Errors
    /// [`Code::InvalidCache`](crate::error::Code::InvalidCache): it is not JSON, or no object, or a section of it is none.
    pub fn parse(mut text: String) -> Result<Self, Error> {
        if let Some(rest) = text.strip_prefix('\u{feff}') {
            text = rest.into();
        }
        let mut store = Self::default();
        if !text.trim_ascii().is_empty() {
            store.text = text;
            store.contents.read(&store.text)?;
            store.chain();
        }
        Ok(store)
    }

    /// Which entries of the text have something in them that is of a wrong type, counted in words; empty where all is well.
    #[must_use]
    pub fn malformed_entries(&self) -> String {
        self.contents.malformed_entries()
    }

    /// The whole cache as a text. One that nothing was written to is the text that it was read from.
    #[must_use]
    pub fn write(&self) -> String {
        self.spliced().text(None)
    }

    /// The same for somebody who has the text that was read, of so many `units`: see [`Splice::text`].
    #[must_use]
    pub fn write_for(&self, units: usize) -> String {
        self.spliced().text(Some(units))
    }

    fn spliced(&self) -> Splice<'_> {
        let mut out = Splice::of(&self.text);
        if !self.touched && !self.text.is_empty() {
            out.keep(Span { start: 0, end: self.text.len() });
            return out;
        }
        let mut written = [false; Section::ALL.len()];
        // What stands before the next member.
        let mut mark = "{";
        for member in &self.contents.members {
            match member.section {
                // Twice the same name: its entries stand together where it comes first.
                Some(section) if mem::replace(&mut written[section as usize], true) => continue,
                Some(section) => self.write_section(mark, section, &mut out),
                None => {
                    out.push(mark);
                    out.keep(whole(member.name, member.value));
                }
            }
            mark = ",";
        }
        for section in &Section::ALL {
            if !written[*section as usize] {
                self.write_section(mark, *section, &mut out);
                mark = ",";
            }
        }
        out.push("}");
        out
    }

    fn write_section(&self, mark: &str, section: Section, out: &mut Splice) {
        out.push(&[mark, "\"", section.name(), "\":{"].concat());
        let mut mark = "";
        for entry in &self.contents.entries {
            if entry.section != section || entry.state == State::Gone {
                continue;
            }
            if entry.value.end <= self.text.len() {
                out.push(mark);
                out.keep(whole(entry.key, entry.value));
            } else {
                out.push(&[mark, "\"", self.part(entry.key), "\":", self.part(entry.value)].concat());
            }
            mark = ",";
        }
        out.push("}");
    }

    /// Has anything changed since the text was last handed out for good?
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.changed
    }

    /// The text was handed out for good: written to where it is kept.
    pub fn mark_saved(&mut self) {
        self.changed = false;
        for entry in &mut self.contents.entries {
            if entry.state == State::Unsaved {
                entry.state = State::Kept;
            }
        }
    }

    /// An entry counts as written since.
    pub(super) fn mark_unsaved(&mut self, id: Id) {
        if let Some(entry) = self.contents.entries.get_mut(id) {
            entry.state = State::Unsaved;
        }
    }

    /// The entries of a section that are this owner's. One that is no object is as good as none.
    #[must_use]
    pub fn entities(&self, section: Section, owner: &str) -> Vec<(Id, Entity)> {
        let hash = hash(owner);
        let mut found = Vec::new();
        let mut next = self.chains.get(self.slot(hash)).copied().unwrap_or(END);
        while let Some(entry) = self.contents.entries.get(next) {
            if entry.hash == hash
                && entry.section == section
                && let Some(entity) = self.entity(next)
                && entity.text(section.owner()) == owner
            {
                found.push((next, entity));
            }
            next = entry.before;
        }
        found.reverse();
        found
    }

    /// All entries of a section, in their order.
    #[must_use]
    pub fn all(&self, section: Section) -> Vec<(Id, Entity)> {
        self.picked(&|entry| entry.section == section)
    }

    /// What was written and not handed out for good yet.
    #[must_use]
    pub fn unsaved(&self) -> Vec<(Id, Entity)> {
        self.picked(&|entry| entry.state == State::Unsaved)
    }

    pub(super) fn picked(&self, which: &dyn Fn(&Entry) -> bool) -> Vec<(Id, Entity)> {
        let mut picked = Vec::new();
        for (id, entry) in self.contents.entries.iter().enumerate() {
            if which(entry)
                && let Some(entity) = self.entity(id)
            {
                picked.push((id, entity));
            }
        }
        picked
    }

    /// The section of an entry.
    pub(super) fn section(&self, id: Id) -> Section {
        self.contents.entries.get(id).map_or(Section::AppMetadata, |entry| entry.section)
    }

    pub(super) fn entity(&self, id: Id) -> Option<Entity> {
        let entry = self.contents.entries.get(id).filter(|entry| entry.state != State::Gone)?;
        Entity::parse(self.part(entry.value))
    }

    /// The key of an entry, as it stands in the text.
    #[must_use]
    pub fn key(&self, id: Id) -> &str {
        self.contents.entries.get(id).map_or("", |entry| self.part(entry.key))
    }

    /// Writes a new entry under a key of its own. Should the key be taken, by an entry whose fields do not match it, that
    /// one goes: the text must not have it twice.
    pub fn insert(&mut self, section: Section, entity: &Entity) -> Id {
        let key = entity.key(section);
        let taken = self.contents.entries.iter().position(|entry| {
            let span = entry.key;
            entry.section == section
                && entry.state != State::Gone
                && span.end - span.start >= key.len()
                && unescaped(self.part(span)) == key
        });
        if let Some(id) = taken {
            self.remove(id);
        }
        let quoted = Value::String(key).to_json();
        let key = quoted.get(1..quoted.len() - 1).unwrap_or_default();
        let (key, value) = (self.append(key), self.append(&entity.write()));
        let hash = hash(entity.text(section.owner()));
        self.contents.entries.push(Entry { section, key, value, hash, before: END, state: State::Unsaved });
        let id = self.contents.entries.len() - 1;
        self.link(id);
        self.changed();
        id
    }

    /// Writes another entity in the place of an entry, under the same key and with the same owner. One that says the same stays
    /// as it was read.
    pub fn replace(&mut self, id: Id, entity: &Entity) {
        let text = entity.write();
        if self.entity(id).is_some_and(|known| known.write() == text) {
            return;
        }
        let value = self.append(&text);
        if let Some(entry) = self.contents.entries.get_mut(id) {
            entry.value = value;
            entry.state = State::Unsaved;
            self.changed();
        }
    }

    /// Takes an entry out.
    pub fn remove(&mut self, id: Id) {
        if let Some(entry) = self.contents.entries.get_mut(id) {
            entry.state = State::Gone;
            self.changed();
        }
    }

    /// Throws away what was written and is not needed any more, when it has become much. Every [`Id`] is void then.
    pub fn compact(&mut self) {
        if self.fresh.len() <= self.room {
            return;
        }
        let (length, fresh) = (self.text.len(), mem::take(&mut self.fresh));
        self.contents.entries.retain(|entry| entry.state != State::Gone);
        for entry in &mut self.contents.entries {
            for span in [&mut entry.key, &mut entry.value] {
                if let Some(start) = span.start.checked_sub(length) {
                    let part = fresh.get(start..span.end - length).unwrap_or_default();
                    *span = append(&mut self.fresh, length, part);
                }
            }
        }
        self.room = self.fresh.len() * 2 + SLACK;
        self.chain();
    }

    pub(super) fn changed(&mut self) {
        (self.touched, self.changed) = (true, true);
    }

    fn append(&mut self, text: &str) -> Span {
        append(&mut self.fresh, self.text.len(), text)
    }

    fn part(&self, span: Span) -> &str {
        let length = self.text.len();
        let part = match span.start.checked_sub(length) {
            None => self.text.get(span.start..span.end),
            Some(start) => self.fresh.get(start..span.end - length),
        };
        part.unwrap_or_default()
    }

    /// Chains all entries anew.
    fn chain(&mut self) {
        self.chains = vec![END; self.contents.entries.len().next_power_of_two() * 2];
        for id in 0..self.contents.entries.len() {
            self.link(id);
        }
    }

    fn link(&mut self, id: Id) {
        if self.chains.len() < self.contents.entries.len() {
            return self.chain();
        }
        let Some(entry) = self.contents.entries.get_mut(id) else { return };
        let slot = entry.hash as usize & (self.chains.len() - 1);
        if let Some(last) = self.chains.get_mut(slot) {
            entry.before = mem::replace(last, id);
        }
    }

    fn slot(&self, hash: u32) -> usize {
        hash as usize & self.chains.len().saturating_sub(1)
    }
}

impl fmt::Debug for CacheDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CacheDocument([redacted])")
    }
}

/// Behind a text of so many bytes.
fn append(fresh: &mut String, length: usize, text: &str) -> Span {
    let start = length + fresh.len();
    fresh.push_str(text);
    Span { start, end: start + text.len() }
}

/// A member with its name, quotation marks included, as it was read.
fn whole(name: Span, value: Span) -> Span {
    Span { start: name.start - 1, end: value.end }
}

/// How much may be written in any case.
const SLACK: usize = 1 << 16;
