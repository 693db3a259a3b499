//! Reads the members of a JSON object one after the other and remembers the first that is not what it must be: so a reader
//! is one expression, and the check is one line after it.

use core::cell::RefCell;

use crate::error::{Code, Error};
use crate::json::Value;

/// An object that is being read.
pub struct Fields<'a> {
    object: &'a Value,
    wrong: RefCell<Option<Error>>,
}

impl<'a> Fields<'a> {
    /// Nothing read yet.
    #[must_use]
    pub fn new(object: &'a Value) -> Self {
        Self { object, wrong: RefCell::new(None) }
    }

    /// The last line of a reader.
    ///
    /// # Errors
    /// What was wrong first.
    pub fn all_right(self) -> Result<(), Error> {
        self.wrong.into_inner().map_or(Ok(()), Err)
    }

    /// Remembers what is wrong, unless something was before.
    pub fn refuse(&self, failure: Error) {
        self.wrong.borrow_mut().get_or_insert(failure);
    }

    /// Remembers that the member at `place`, as the caller wrote it (`request.locale`), must be `what`.
    pub fn must_be(&self, place: &[&str], what: &str) {
        self.refuse(Code::InvalidArgument.because(&["# must be #.", &place.concat(), what]));
    }

    /// The member that `place` names, after its dot if it has one; `null` is as good as none.
    #[must_use]
    pub fn get(&self, place: &str) -> Option<&'a Value> {
        let name = place.split_once('.').map_or(place, |(_, name)| name);
        self.object.get(name).filter(|value| !matches!(value, Value::Null))
    }

    /// A text that may be missing.
    #[must_use]
    pub fn optional_text(&self, place: &str) -> Option<String> {
        let value = self.get(place)?;
        if value.as_str().is_none() {
            self.must_be(&[place], "a string");
        }
        value.as_str().map(Into::into)
    }

    /// A text.
    #[must_use]
    pub fn text(&self, place: &str) -> String {
        self.optional_text(place).unwrap_or_else(|| {
            self.must_be(&[place], "a string");
            String::new()
        })
    }

    /// A whole number that may be missing.
    #[must_use]
    pub fn optional_number(&self, place: &str) -> Option<u64> {
        let value = self.get(place)?;
        let number = match value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            self.must_be(&[place], "a number");
        }
        number
    }

    /// A whole number.
    #[must_use]
    pub fn number(&self, place: &str) -> u64 {
        self.optional_number(place).unwrap_or_else(|| {
            self.must_be(&[place], "a number");
            0
        })
    }

    /// A yes or no.
    #[must_use]
    pub fn flag(&self, place: &str) -> bool {
        let Some(Value::Bool(flag)) = self.get(place) else {
            self.must_be(&[place], "true or false");
            return false;
        };
        *flag
    }

    /// The same that may be missing, which means no.
    #[must_use]
    pub fn optional_flag(&self, place: &str) -> bool {
        self.get(place).is_some() && self.flag(place)
    }

    /// A list of texts; none where it is missing.
    #[must_use]
    pub fn texts(&self, place: &str) -> Vec<String> {
        let Some(value) = self.get(place) else { return Vec::new() };
        let texts = value.strings();
        if !matches!(value, Value::Array(items) if items.len() == texts.len()) {
            self.must_be(&[place], "an array of strings");
        }
        texts
    }

    /// An object of texts; none where it is missing. A member that is `null` is as good as none.
    #[must_use]
    pub fn pairs(&self, place: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        match self.get(place) {
            None => {}
            Some(Value::Object(members)) => {
                for (name, value) in members {
                    match value.as_str() {
                        Some(text) => pairs.push((name.clone(), text.into())),
                        None if matches!(value, Value::Null) => {}
                        None => self.must_be(&[place, ".", name], "a string"),
                    }
                }
            }
            Some(_) => self.must_be(&[place], "an object of strings"),
        }
        pairs
    }
}
