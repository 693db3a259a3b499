//! The text of a cache divided into its entries: where each stands, whose it is, and whether something in it is of a wrong type.
//!
//! Nothing is read that is not needed for that, and nothing is judged: what no MSAL can have written is kept as it is, and
//! counted ([`Contents::oddities`]).

use std::borrow::Cow;

use crate::cache::entity::{Section, fits};
use crate::error::{Code, Error};
use crate::json::scanner::{Scanner, Span, SyntaxError, unescaped};
use crate::text::decimal;

/// What was found.
#[derive(Default)]
pub struct Contents {
    /// The members of the text, in its order.
    pub members: Vec<Member>,
    /// The entries of MSAL's sections, in the order of the text.
    pub entries: Vec<Entry>,
    /// How many entries of each section have something in them that is of a wrong type.
    odd: [u32; Section::ALL.len()],
    /// The name of the section that is being read, should it end there.
    within: &'static str,
}

/// A section, or what else stands beside them.
pub struct Member {
    /// Without its quotation marks.
    pub name: Span,
    /// All of it.
    pub value: Span,
    /// `None`: one that is not MSAL's.
    pub section: Option<Section>,
}

/// An entry of a section.
pub struct Entry {
    /// Which section's.
    pub section: Section,
    /// Without its quotation marks.
    pub key: Span,
    /// The entry itself.
    pub value: Span,
    /// Of the owner's name.
    pub hash: u32,
    /// The one before it in its chain.
    pub before: usize,
    /// What became of it.
    pub state: State,
}

/// What became of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is where the text is kept.
    Kept,
    /// Written since the text was last handed out for good.
    Unsaved,
    /// Taken out.
    Gone,
}

impl Contents {
    /// Divides a text.
    ///
    /// # Errors
    /// [`Code::InvalidCache`]: it is not JSON, or no object, or a section of it is none. The message names the place.
    pub fn read(&mut self, text: &str) -> Result<(), Error> {
        let Err(SyntaxError { at }) = self.read_members(text) else { return Ok(()) };
        let at = decimal(at as u64);
        let within = if self.within.is_empty() { "" } else { ", in the section " };
        Err(Code::InvalidCache.because(&[
            "The text of the token cache is not MSAL's, which is the JSON of an object of sections: it goes wrong at byte ",
            &at,
            within,
            self.within,
            ".",
        ]))
    }

    fn read_members(&mut self, text: &str) -> Result<(), SyntaxError> {
        let mut scanner = Scanner::new(text);
        let mut members = scanner.open_object()?;
        while let Some(name) = scanner.next_member(&mut members)? {
            let section = Section::named(&name_at(text, name));
            self.within = section.map_or("", Section::name);
            let value = match section {
                // What another value than an object holds cannot be known, and writing over it would destroy it.
                Some(section) if scanner.peek() != Some(b'n') => self.read_section(text, &mut scanner, section)?,
                _ => scanner.skip_value()?,
            };
            self.within = "";
            self.members.push(Member { name, value, section });
        }
        scanner.end()
    }

    fn read_section(&mut self, text: &str, scanner: &mut Scanner, section: Section) -> Result<Span, SyntaxError> {
        let mut entries = scanner.open_object()?;
        let start = scanner.position() - 1;
        while let Some(key) = scanner.next_member(&mut entries)? {
            self.read_entry(text, scanner, section, key)?;
        }
        Ok(Span { start, end: scanner.position() })
    }

    fn read_entry(
        &mut self,
        text: &str,
        scanner: &mut Scanner,
        section: Section,
        key: Span,
    ) -> Result<(), SyntaxError> {
        let (mut hash, mut is_odd) = (0, scanner.peek() != Some(b'{'));
        let value = if is_odd {
            scanner.skip_value()?
        } else {
            let mut properties = scanner.open_object()?;
            let start = scanner.position() - 1;
            while let Some(name) = scanner.next_member(&mut properties)? {
                let first = scanner.peek().unwrap_or_default();
                let value = scanner.skip_value()?;
                let name = name_at(text, name);
                is_odd |= !fits(section, &name, first);
                if name == section.owner() {
                    hash = owner_hash(text, value, first);
                }
            }
            Span { start, end: scanner.position() }
        };
        if is_odd {
            self.odd[section as usize] += 1;
        }
        self.entries.push(Entry { section, key, value, hash, before: END, state: State::Kept });
        Ok(())
    }

    /// In which sections entries have something of a wrong type, and how many, in words; empty where all is well.
    #[must_use]
    pub fn malformed_entries(&self) -> String {
        let mut words = String::new();
        for section in &Section::ALL {
            let count = self.odd[*section as usize];
            if count > 0 {
                let comma = if words.is_empty() { "" } else { ", " };
                words = [&words, comma, &decimal(count), " in ", section.name()].concat();
            }
        }
        words
    }
}

fn name_at(text: &str, name: Span) -> Cow<'_, str> {
    unescaped(text.get(name.start..name.end).unwrap_or_default())
}

/// Of no entry: where a chain ends.
pub const END: usize = usize::MAX;

/// The hash of a name that stands in the text as a JSON string; of anything else that of no name.
fn owner_hash(text: &str, value: Span, first: u8) -> u32 {
    let name = text.get(value.start + 1..value.end - 1).filter(|_| first == b'"');
    hash(&unescaped(name.unwrap_or_default()))
}

/// FNV-1a. Names that collide are told apart when the entry is read.
#[must_use]
pub fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
