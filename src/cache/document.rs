//! The cache document: the text of a cache, the places of its entries, and what has been written since it was read.
//!
//! The text of ten thousand accounts has forty megabytes, and a lookup needs four of its entries. So an entry is only parsed
//! when it is needed: until then it is a place in the text, found by its owner. What did not change is written as it was read,
//! unknown properties and sections included. [`crate::cache::lookup`] and [`crate::cache::save`] define what is looked up and
//! stored.

use std::fmt;

use crate::cache::entity::{Entity, Section};
use crate::cache::field;
use crate::cache::sections::{Entry, EntryState, Member, Sections, owner_hash};
use crate::error::Error;
use crate::hash;
use crate::json::Value;
use crate::json::scanner::{Scanner, Span, unescaped};

/// A token cache.
#[derive(Default)]
pub struct CacheDocument {
    /// The text that was read.
    text: String,
    /// The keys and entries that were written since, one after the other. A [`Span`] behind the end of `text` is in here.
    appended: String,
    /// The entries that were read, in the order of the text, then those that were written since.
    sections: Sections,
    /// The hash of each entry's owner with the entry's place, sorted.
    by_owner: Vec<(u64, Id)>,
    /// The entries are no longer those of `text`.
    differs_from_text: bool,
    /// There is something that [`CacheDocument::mark_saved`] has not been told of.
    has_changed: bool,
    /// How many bytes `appended` may have before [`CacheDocument::compact`] removes unused ones.
    compact_above: usize,
}

/// The place of an entry in the document. It is valid until the next [`CacheDocument::compact`].
pub type Id = usize;

impl CacheDocument {
    /// Reads a text. An empty one is an empty cache.
    ///
    /// # Errors
    /// [`Code::InvalidCache`](crate::error::Code::InvalidCache): the text is no JSON object, or one of MSAL's sections is no
    /// object.
    pub fn parse(text: String) -> Result<Self, Error> {
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        if text.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let sections = Sections::read(&text)?;
        let mut document = Self { text, sections, ..Self::default() };
        document.index_owners();
        Ok(document)
    }

    /// How many entries of which sections had a property of a wrong type when they were read, in words. Empty if none had.
    #[must_use]
    pub fn malformed_entries(&self) -> String {
        self.sections.malformed()
    }

    /// The whole cache as JSON text. If nothing has changed, this is the text that was read.
    #[must_use]
    pub fn serialize(&self) -> String {
        if !self.differs_from_text && !self.text.is_empty() {
            return self.text.clone();
        }
        let mut out = String::with_capacity(self.text.len() + self.appended.len());
        out.push('{');
        let mut written = Vec::new();
        for Member { name, value, section } in &self.sections.members {
            match section {
                // The text may have a section twice. All its entries are written where it comes first.
                Some(section) if written.contains(section) => {}
                Some(section) => {
                    self.write_section(*section, &mut out);
                    written.push(*section);
                }
                None => write_member(self.part(*name), self.part(*value), &mut out),
            }
        }
        for section in Section::ALL.into_iter().filter(|section| !written.contains(section)) {
            self.write_section(section, &mut out);
        }
        out.push('}');
        out
    }

    fn write_section(&self, section: Section, out: &mut String) {
        write_member(section.name(), "{", out);
        let entries = self.sections.entries.iter();
        for entry in entries.filter(|entry| entry.section == section && entry.state != EntryState::Removed) {
            write_member(self.part(entry.key), self.part(entry.value), out);
        }
        out.push('}');
    }

    /// Has anything changed since the text was last stored?
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }

    /// The text of the cache has been stored.
    pub fn mark_saved(&mut self) {
        self.has_changed = false;
        for entry in &mut self.sections.entries {
            if entry.state == EntryState::Unsaved {
                entry.state = EntryState::Saved;
            }
        }
    }

    /// An entry counts as written since the text was last stored.
    pub(super) fn mark_unsaved(&mut self, id: Id) {
        if let Some(entry) = self.sections.entries.get_mut(id) {
            entry.state = EntryState::Unsaved;
        }
    }

    pub(super) fn mark_changed(&mut self) {
        self.differs_from_text = true;
        self.has_changed = true;
    }

    /// The entries of an owner in a section, in the order of the text. An entry that is no object is left out.
    #[must_use]
    pub fn entities_of(&self, section: Section, owner: &str) -> Vec<(Id, Entity)> {
        let hash = owner_hash(owner);
        let start = self.by_owner.partition_point(|(known, _)| *known < hash);
        let ids = self.by_owner.iter().skip(start).take_while(|(known, _)| *known == hash).map(|(_, id)| *id);
        ids.filter(|id| self.section(*id) == section)
            .filter_map(|id| Some((id, self.entity(id)?)))
            .filter(|(_, entity)| entity.text(section.owner_field()) == owner)
            .collect()
    }

    /// All entries of a section, in the order of the text.
    #[must_use]
    pub fn entities(&self, section: Section) -> Vec<(Id, Entity)> {
        self.entities_where(|entry| entry.section == section)
    }

    /// The entries that were written since the text was last stored.
    #[must_use]
    pub fn unsaved_entities(&self) -> Vec<(Id, Entity)> {
        self.entities_where(|entry| entry.state == EntryState::Unsaved)
    }

    pub(super) fn all_entities(&self) -> Vec<(Id, Entity)> {
        self.entities_where(|_| true)
    }

    fn entities_where(&self, matches: impl Fn(&Entry) -> bool) -> Vec<(Id, Entity)> {
        let entries = self.sections.entries.iter().enumerate();
        entries.filter(|(_, entry)| matches(entry)).filter_map(|(id, _)| Some((id, self.entity(id)?))).collect()
    }

    pub(super) fn section(&self, id: Id) -> Section {
        self.sections.entries[id].section
    }

    fn entity(&self, id: Id) -> Option<Entity> {
        let entry = self.sections.entries.get(id).filter(|entry| entry.state != EntryState::Removed)?;
        Entity::parse(self.part(entry.value))
    }

    /// The key of an entry, as it stands in the text.
    #[must_use]
    pub fn key(&self, id: Id) -> &str {
        self.part(self.sections.entries[id].key)
    }

    /// Adds an entry under a key of its own.
    pub fn insert(&mut self, section: Section, entity: &Entity) -> Id {
        let key = self.vacate_key(section, entity);
        let quoted = Value::String(key).to_json();
        let unquoted = quoted.strip_prefix('"').and_then(|key| key.strip_suffix('"'));
        let key = self.append(unquoted.unwrap_or_default());
        let value = self.append(&entity.write());
        let owner = owner_hash(entity.text(section.owner_field()));
        let id = self.sections.entries.len();
        self.sections.entries.push(Entry { section, key, value, owner, state: EntryState::Unsaved });
        let place = self.by_owner.partition_point(|known| *known < (owner, id));
        self.by_owner.insert(place, (owner, id));
        self.mark_changed();
        id
    }

    /// The key for a new entry, which no other entry has: a key must not be in the text twice. It is the key that msal-node would write.
    /// Where an entry of another account of an issuer has that key, it is a longer one. Any other entry with the key is removed, because
    /// its properties do not match the key.
    fn vacate_key(&mut self, section: Section, entity: &Entity) -> String {
        let key = entity.key(section);
        let Some(id) = self.entry_with_key(section, &key) else { return key };
        let is_issued = |entity: &Entity| entity.noted_issuer(section).is_some();
        if !is_issued(entity) && !self.entity(id).is_some_and(|other| is_issued(&other)) {
            self.remove(id);
            return key;
        }
        let issuer = entity.noted_issuer(section).unwrap_or_default();
        let owner = [issuer, entity.text(section.owner_field()), entity.text(field::CLIENT_ID)];
        let key = format!("{key}-{}", hash::hexadecimal(hash::of_all(owner)));
        if let Some(id) = self.entry_with_key(section, &key) {
            self.remove(id);
        }
        key
    }

    fn entry_with_key(&self, section: Section, key: &str) -> Option<Id> {
        self.sections.entries.iter().position(|entry| {
            let span = entry.key;
            entry.section == section
                && entry.state != EntryState::Removed
                // Escapes make a key longer, never shorter.
                && span.end - span.start >= key.len()
                && unescaped(self.part(span)) == key
        })
    }

    /// Replaces an entry by one with the same owner, under the same key. If both are equal, the entry stays as it was read.
    pub fn replace(&mut self, id: Id, entity: &Entity) {
        if self.entity(id).is_some_and(|old| old == *entity) {
            return;
        }
        let value = self.append(&entity.write());
        if let Some(entry) = self.sections.entries.get_mut(id) {
            entry.value = value;
            entry.state = EntryState::Unsaved;
            self.mark_changed();
        }
    }

    /// Removes an entry.
    pub fn remove(&mut self, id: Id) {
        if let Some(entry) = self.sections.entries.get_mut(id) {
            entry.state = EntryState::Removed;
            self.mark_changed();
        }
    }

    /// Removes entries from the sections that MSAL's schema does not have. Other programs keep tokens there: the credential of this package
    /// has a section for Continuous Access Evaluation.
    pub fn remove_from_other_sections(&mut self, is_meant: impl Fn(&Entity) -> bool) {
        let mut members = std::mem::take(&mut self.sections.members);
        for member in members.iter_mut().filter(|member| member.section.is_none()) {
            if let Some(rest) = without_entries(self.part(member.value), &is_meant) {
                member.value = self.append(&rest);
                self.mark_changed();
            }
        }
        self.sections.members = members;
    }

    /// Frees the memory of replaced and removed entries if they have become many. Every [`Id`] is invalid then.
    pub fn compact(&mut self) {
        if self.appended.len() <= self.compact_above {
            return;
        }
        let mut entries = std::mem::take(&mut self.sections.entries);
        entries.retain(|entry| entry.state != EntryState::Removed);
        let appended = std::mem::take(&mut self.appended);
        let mut members = std::mem::take(&mut self.sections.members);
        let of_members = members.iter_mut().map(|member| &mut member.value);
        for span in entries.iter_mut().flat_map(|entry| [&mut entry.key, &mut entry.value]).chain(of_members) {
            if let Some(start) = span.start.checked_sub(self.text.len()) {
                let length = span.end - span.start;
                *span = self.append(appended.get(start..start + length).unwrap_or_default());
            }
        }
        self.sections.entries = entries;
        self.sections.members = members;
        self.compact_above = self.appended.len() * 2 + COMPACT_MINIMUM;
        self.index_owners();
    }

    fn append(&mut self, text: &str) -> Span {
        let start = self.text.len() + self.appended.len();
        self.appended.push_str(text);
        Span { start, end: start + text.len() }
    }

    fn part(&self, span: Span) -> &str {
        let length = self.text.len();
        let part = match span.start.checked_sub(length) {
            None => self.text.get(span.start..span.end),
            Some(start) => self.appended.get(start..span.end - length),
        };
        part.unwrap_or_default()
    }

    fn index_owners(&mut self) {
        self.by_owner = self.sections.entries.iter().enumerate().map(|(id, entry)| (entry.owner, id)).collect();
        self.by_owner.sort_unstable();
    }
}

/// A debug print shows nothing of a cache, because all of it is secret.
impl fmt::Debug for CacheDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CacheDocument([redacted])")
    }
}

/// Writes a member of an object whose text so far is `out`.
fn write_member(name: &str, value: &str, out: &mut String) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.extend(["\"", name, "\":", value]);
}

/// The text of a section without the entries that are meant; `None` if it has none of them.
fn without_entries(section: &str, is_meant: &impl Fn(&Entity) -> bool) -> Option<String> {
    let mut scanner = Scanner::new(section);
    let mut entries = scanner.open_object().ok()?;
    let mut rest = String::from("{");
    let mut has_removed = false;
    while let Some(key) = scanner.next_member(&mut entries).ok()? {
        let value = scanner.skip_value().ok()?;
        let (key, value) = (section.get(key.start..key.end)?, section.get(value.start..value.end)?);
        if Entity::parse(value).is_some_and(|entity| is_meant(&entity)) {
            has_removed = true;
        } else {
            write_member(key, value, &mut rest);
        }
    }
    rest.push('}');
    has_removed.then_some(rest)
}

/// So many bytes may be written in any case before unused ones are freed.
const COMPACT_MINIMUM: usize = 1 << 16;
