//! Reading the text of a cache into its entries: where each one stands, who owns it, and whether a property has a wrong type.
//!
//! Nothing else is read, and no entry is refused: what no MSAL can have written is kept as it is and counted
//! ([`Sections::malformed`]).

use std::borrow::Cow;

use crate::cache::entity::Section;
use crate::cache::field;
use crate::error::{Code, Error};
use crate::hash;
use crate::json::scanner::{Scanner, Span, SyntaxError, unescaped};

/// The places of everything in a text.
#[derive(Default)]
pub struct Sections {
    /// The members of the top-level object, in the order of the text.
    pub members: Vec<Member>,
    /// The entries of MSAL's sections, in the order of the text.
    pub entries: Vec<Entry>,
    /// How many entries of each section have a property of a wrong type.
    malformed: [usize; Section::ALL.len()],
}

/// A member of the top-level object.
pub struct Member {
    /// The name, without its quotation marks.
    pub name: Span,
    /// The value.
    pub value: Span,
    /// `None`: the section is not one of MSAL's.
    pub section: Option<Section>,
}

/// An entry of a section.
pub struct Entry {
    /// The section.
    pub section: Section,
    /// The key, without its quotation marks.
    pub key: Span,
    /// The value.
    pub value: Span,
    /// The [`owner_hash`] of the entry's owner.
    pub owner: u64,
    /// What has become of it since it was read.
    pub state: EntryState,
}

/// What has become of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// It is in the stored text.
    Saved,
    /// It was written since the text was last stored.
    Unsaved,
    /// It was removed.
    Removed,
}

impl Sections {
    /// Reads a text.
    ///
    /// # Errors
    /// [`Code::InvalidCache`]: the text is no JSON object, or one of MSAL's sections is no object. The message names the place.
    pub fn read(text: &str) -> Result<Self, Error> {
        let mut reader = Reader { text, scanner: Scanner::new(text), sections: Self::default(), current: None };
        match reader.read() {
            Ok(()) => Ok(reader.sections),
            Err(SyntaxError { at }) => {
                let section = reader.current.map_or("", Section::name);
                let within = if section.is_empty() { "" } else { ", in the section " };
                Err(Code::InvalidCache.error(format!(
                    "The text of the token cache is not MSAL's, which is the JSON of an object of sections: it goes wrong at byte {at}{within}{section}."
                )))
            }
        }
    }

    /// How many entries of which sections have a property of a wrong type, such as `2 in Account, 1 in IdToken`. Empty if none
    /// has.
    #[must_use]
    pub fn malformed(&self) -> String {
        let counts = Section::ALL.iter().zip(self.malformed).filter(|(_, count)| *count > 0);
        counts.map(|(section, count)| format!("{count} in {}", section.name())).collect::<Vec<_>>().join(", ")
    }
}

/// Goes through a text and collects its sections.
struct Reader<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    sections: Sections,
    /// The section that is being read.
    current: Option<Section>,
}

impl<'a> Reader<'a> {
    fn read(&mut self) -> Result<(), SyntaxError> {
        let mut members = self.scanner.open_object()?;
        while let Some(name) = self.scanner.next_member(&mut members)? {
            let section = Section::from_name(&self.string(name));
            self.current = section;
            let value = match section {
                // A section that is no object is refused: nobody knows what is in it, and writing over it would destroy that.
                Some(section) if self.scanner.peek() != Some(b'n') => self.section(section)?,
                _ => self.scanner.skip_value()?,
            };
            self.current = None;
            self.sections.members.push(Member { name, value, section });
        }
        self.scanner.end()
    }

    fn section(&mut self, section: Section) -> Result<Span, SyntaxError> {
        let mut entries = self.scanner.open_object()?;
        let start = self.scanner.position() - 1;
        while let Some(key) = self.scanner.next_member(&mut entries)? {
            let entry = self.entry(section, key)?;
            self.sections.entries.push(entry);
        }
        Ok(Span { start, end: self.scanner.position() })
    }

    fn entry(&mut self, section: Section, key: Span) -> Result<Entry, SyntaxError> {
        let mut entry = Entry { section, key, value: key, owner: owner_hash(""), state: EntryState::Saved };
        if self.scanner.peek() != Some(b'{') {
            self.sections.malformed[section as usize] += 1;
            entry.value = self.scanner.skip_value()?;
            return Ok(entry);
        }
        let mut is_well_typed = true;
        let mut properties = self.scanner.open_object()?;
        let start = self.scanner.position() - 1;
        while let Some(name) = self.scanner.next_member(&mut properties)? {
            let first = self.scanner.peek().unwrap_or_default();
            let value = self.scanner.skip_value()?;
            let name = self.string(name);
            is_well_typed &= field::is_well_typed(section, &name, first);
            if name == section.owner_field() {
                entry.owner = self.owner(value, first);
            }
        }
        entry.value = Span { start, end: self.scanner.position() };
        self.sections.malformed[section as usize] += usize::from(!is_well_typed);
        Ok(entry)
    }

    /// The hash of an owner in the text. An owner that is no text is the empty one.
    fn owner(&self, value: Span, first: u8) -> u64 {
        match first {
            b'"' => owner_hash(&self.string(Span { start: value.start + 1, end: value.end - 1 })),
            _ => owner_hash(""),
        }
    }

    /// The string whose text between the quotation marks is at this place.
    fn string(&self, span: Span) -> Cow<'a, str> {
        unescaped(self.text.get(span.start..span.end).unwrap_or_default())
    }
}

/// The hash by which the entries of an owner are found. Owners with the same hash are told apart when an entry is read.
#[must_use]
pub fn owner_hash(owner: &str) -> u64 {
    hash::fnv(hash::START, owner)
}
