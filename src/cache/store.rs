//! The cache as the text it is: where each entry stands, whose it is, and what has been written since.
//!
//! A text of ten thousand accounts is forty megabytes, of which a lookup needs four entries. So nothing is read before it is
//! asked for: entries are places in the text, chained by the hash of their owner, and what did not change is written as
//! it was read, unknown properties and sections included. What is asked for and what is written: [`crate::cache::lookup`],
//! [`crate::cache::save`].

use core::fmt;

use crate::cache::schema::{Entity, Section};
use crate::failure::{Code, Failure};
use crate::wire::json::Json;
use crate::wire::outline::{Outline, Span};

/// A cache.
#[derive(Default)]
pub struct Store {
    /// As it was read.
    text: String,
    /// Keys and entries that were written since, one after the other. A [`Span`] behind the end of the text is one in here.
    fresh: String,
    /// The members of the text, in its order.
    members: Vec<Member>,
    /// In the order of the text, then as they were written.
    entries: Vec<Entry>,
    /// The last entry of each chain. Empty, or a power of two of them.
    chains: Vec<Option<u32>>,
    touched: bool,
    changed: bool,
}

struct Member {
    name: Span,
    value: Span,
    /// `None`: one that is not MSAL's.
    section: Option<Section>,
}

struct Entry {
    section: Section,
    /// Without its quotation marks.
    key: Span,
    value: Span,
    /// Of the owner's name.
    hash: u32,
    /// The one before it in its chain.
    before: Option<u32>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Kept,
    /// Written since the text was last handed out for good.
    Unsaved,
    Gone,
}

/// Where an entry is. Good until the next [`Store::tidy`].
pub type Id = usize;

impl Store {
    /// Takes up a text. An empty one is an empty cache.
    ///
    /// # Errors
    /// [`Code::InvalidCache`]: it is not JSON, or no object, or a section of it is none. The text is not touched.
    pub fn parse(text: String) -> Result<Self, Failure> {
        let mut store = Self { text, ..Self::default() };
        if store.text.starts_with('\u{feff}') {
            store.text.drain(..'\u{feff}'.len_utf8());
        }
        if store.text.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        if store.divide().is_none() {
            return Err(Code::InvalidCache
                .because(&["The text of the token cache is not MSAL's: not the JSON of an object of sections."]));
        }
        store.chain();
        Ok(store)
    }

    fn divide(&mut self) -> Option<()> {
        let mut outline = Outline::new(&self.text);
        let mut more = outline.begins()?;
        while more {
            let name = outline.name()?;
            let mut section = Section::named(self.text.get(name.start..name.end)?);
            let start = outline.position()?;
            if let Some(section) = section.filter(|_| outline.is_object()) {
                divide_section(&self.text, &mut outline, section, &mut self.entries)?;
            } else {
                let value = outline.value()?;
                match self.text.get(value.start..value.end)? {
                    "null" => {}
                    // What it holds cannot be known, and writing over it would destroy it.
                    _ if section.is_some() => return None,
                    _ => section = None,
                }
            }
            self.members.push(Member { name, value: Span { start, end: outline.passed() }, section });
            more = outline.goes_on()?;
        }
        outline.is_over().then_some(())
    }

    /// The whole cache as a text. One that nothing was written to is the text that it was read from.
    #[must_use]
    pub fn write(&self) -> String {
        if !self.touched && !self.text.is_empty() {
            return self.text.clone();
        }
        let mut out = String::with_capacity(self.text.len() + self.fresh.len() + 128);
        out.push('{');
        let mut written = Vec::new();
        for member in &self.members {
            match member.section {
                // Twice the same name: its entries stand together where it comes first.
                Some(section) if written.contains(&section) => {}
                Some(section) => {
                    self.write_section(section, &mut out);
                    written.push(section);
                }
                None => {
                    separate(&mut out);
                    for part in ["\"", self.part(member.name), "\":", self.part(member.value)] {
                        out.push_str(part);
                    }
                }
            }
        }
        for section in Section::ALL {
            if !written.contains(&section) {
                self.write_section(section, &mut out);
            }
        }
        out.push('}');
        out
    }

    fn write_section(&self, section: Section, out: &mut String) {
        separate(out);
        for part in ["\"", section.name(), "\":{"] {
            out.push_str(part);
        }
        for entry in self.entries.iter().filter(|entry| entry.section == section && entry.state != State::Gone) {
            separate(out);
            for part in ["\"", self.part(entry.key), "\":", self.part(entry.value)] {
                out.push_str(part);
            }
        }
        out.push('}');
    }

    /// Has anything changed since the text was last handed out for good?
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.changed
    }

    /// The text was handed out for good: written to where it is kept.
    pub fn settle(&mut self) {
        self.changed = false;
        for entry in &mut self.entries {
            if entry.state == State::Unsaved {
                entry.state = State::Kept;
            }
        }
    }

    /// An entry counts as written since.
    pub(super) fn unsettle(&mut self, id: Id) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.state = State::Unsaved;
        }
    }

    /// What was written and not handed out for good yet.
    #[must_use]
    pub fn unsaved(&self) -> Vec<(Section, Entity)> {
        let unsaved = self.entries.iter().filter(|entry| entry.state == State::Unsaved);
        unsaved.filter_map(|entry| Some((entry.section, Entity::parse(self.part(entry.value))?))).collect()
    }

    /// The entries of a section that are this owner's. One that is no object is as good as none.
    #[must_use]
    pub fn entities(&self, section: Section, owner: &str) -> Vec<(Id, Entity)> {
        let hash = hash(owner);
        let mut found = Vec::new();
        let mut next = self.chains.get(self.slot(hash)).copied().flatten();
        while let Some(id) = next {
            let id = id as usize;
            let Some(entry) = self.entries.get(id) else { break };
            next = entry.before;
            if entry.hash == hash && entry.section == section {
                found.extend(
                    self.entity(id).filter(|entity| entity.text(section.owner()) == owner).map(|entity| (id, entity)),
                );
            }
        }
        found.reverse();
        found
    }

    /// All entries of a section, in their order.
    #[must_use]
    pub fn all(&self, section: Section) -> Vec<(Id, Entity)> {
        let ids =
            (0..self.entries.len()).filter(|id| self.entries.get(*id).is_some_and(|entry| entry.section == section));
        ids.filter_map(|id| Some((id, self.entity(id)?))).collect()
    }

    fn entity(&self, id: Id) -> Option<Entity> {
        let entry = self.entries.get(id).filter(|entry| entry.state != State::Gone)?;
        Entity::parse(self.part(entry.value))
    }

    /// The key of an entry, as it stands in the text.
    #[must_use]
    pub fn key(&self, id: Id) -> &str {
        self.entries.get(id).map_or("", |entry| self.part(entry.key))
    }

    /// Writes a new entry under a key of its own. Should the key be taken, by an entry whose fields do not match it, that
    /// one goes: the text must not have it twice.
    pub fn insert(&mut self, section: Section, entity: &Entity) {
        let quoted = Json::Text(entity.key(section)).write();
        let key = quoted.get(1..quoted.len() - 1).unwrap_or_default();
        let taken = self.entries.iter().position(|entry| {
            let span = entry.key;
            entry.section == section
                && entry.state != State::Gone
                && span.end - span.start == key.len()
                && self.part(span) == key
        });
        if let Some(id) = taken {
            self.remove(id);
        }
        let (key, value) = (self.append(key), self.append(&entity.write()));
        let hash = hash(entity.text(section.owner()));
        self.entries.push(Entry { section, key, value, hash, before: None, state: State::Unsaved });
        self.link(self.entries.len() - 1);
        self.changed();
    }

    /// Writes another entity in the place of an entry, under the same key and with the same owner.
    pub fn replace(&mut self, id: Id, entity: &Entity) {
        let text = entity.write();
        let value = self.append(&text);
        if let Some(entry) = self.entries.get_mut(id) {
            entry.value = value;
            entry.state = State::Unsaved;
            self.changed();
        }
    }

    /// Takes an entry out.
    pub fn remove(&mut self, id: Id) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.state = State::Gone;
            self.changed();
        }
    }

    /// Makes the text whole again when more has been written behind it than was worth keeping. Every [`Id`] is void then.
    pub fn tidy(&mut self) {
        if self.fresh.len() <= self.text.len() / 2 + SLACK {
            return;
        }
        let alive =
            |section| self.entries.iter().filter(move |entry| entry.section == section && entry.state != State::Gone);
        let states: Vec<State> = self.order().into_iter().flat_map(alive).map(|entry| entry.state).collect();
        // What was written here can be read here.
        let Ok(mut tidied) = Self::parse(self.write()) else { return };
        for (entry, state) in tidied.entries.iter_mut().zip(states) {
            entry.state = state;
        }
        tidied.changed = self.changed;
        *self = tidied;
    }

    /// The sections in the order in which they are written.
    fn order(&self) -> Vec<Section> {
        let mut order: Vec<Section> = Vec::new();
        for section in self.members.iter().filter_map(|member| member.section).chain(Section::ALL) {
            if !order.contains(&section) {
                order.push(section);
            }
        }
        order
    }

    pub(super) fn changed(&mut self) {
        (self.touched, self.changed) = (true, true);
    }

    fn append(&mut self, text: &str) -> Span {
        let start = self.text.len() + self.fresh.len();
        self.fresh.push_str(text);
        Span { start, end: start + text.len() }
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
        self.chains = vec![None; self.entries.len().next_power_of_two() * 2];
        for id in 0..self.entries.len() {
            self.link(id);
        }
    }

    fn link(&mut self, id: Id) {
        if self.chains.len() < self.entries.len() {
            return self.chain();
        }
        let Some(entry) = self.entries.get_mut(id) else { return };
        let slot = entry.hash as usize & (self.chains.len() - 1);
        if let Some(last) = self.chains.get_mut(slot) {
            entry.before = last.replace(u32::try_from(id).unwrap_or(u32::MAX));
        }
    }

    fn slot(&self, hash: u32) -> usize {
        hash as usize & self.chains.len().saturating_sub(1)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store([redacted])")
    }
}

fn divide_section(text: &str, outline: &mut Outline, section: Section, entries: &mut Vec<Entry>) -> Option<()> {
    let mut more = outline.begins()?;
    while more {
        let key = outline.name()?;
        let start = outline.position()?;
        let mut owner = 0;
        if outline.is_object() {
            let mut more = outline.begins()?;
            while more {
                let (name, value) = (outline.name()?, outline.value()?);
                if text.get(name.start..name.end) == Some(section.owner()) {
                    let named = Json::parse(text.get(value.start..value.end)?);
                    owner = hash(named.as_ref().and_then(Json::as_text).unwrap_or_default());
                }
                more = outline.goes_on()?;
            }
        } else {
            outline.value()?;
        }
        let value = Span { start, end: outline.passed() };
        entries.push(Entry { section, key, value, hash: owner, before: None, state: State::Kept });
        more = outline.goes_on()?;
    }
    Some(())
}

/// A comma, unless a bracket stands before it.
fn separate(out: &mut String) {
    if !out.ends_with('{') {
        out.push(',');
    }
}

/// FNV-1a. Names that collide are told apart when the entry is read.
fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// How much may be written behind a small text before it is made whole.
const SLACK: usize = 1 << 16;
