//! Why a JSON value is not what a type asks for.

use core::fmt::{self, Display};
use core::ops::Deref;

use serde::de::{Expected, Unexpected};

/// What is wrong, and where.
///
/// The methods of serde that would print the value itself are overridden. What was sent may be a secret, and the code that prints
/// floating point numbers is 15 KB long.
///
/// A box, because it passes through every `?` of derived code: one pointer instead of seven at each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Details>);

/// What an [`Error`] is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// Where, from the outside in: `scopes[2]`, `azureCloudOptions.tenant`. Empty for the whole value.
    pub path: String,
    /// What stands there.
    pub problem: Problem,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The text is not JSON.
    Syntax,
    /// It is not there.
    Missing,
    /// It is of another type, or has another value, than this: `a string`.
    Expected(String),
    /// It is something that JSON values of this crate do not have: floating point numbers, enums with fields.
    Unsupported,
    /// What else a type says of it.
    Other(String),
}

impl Error {
    /// An error of the whole value.
    #[must_use]
    pub fn new(problem: Problem) -> Self {
        Self(Box::new(Details { path: String::new(), problem }))
    }

    /// The error as seen from the object that has the value as its member `name`.
    #[must_use]
    pub fn in_member(mut self, name: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.0.path = format!("{name}{dot}{}", self.path);
        self
    }

    /// The error as seen from the array that has the value at `index`.
    #[must_use]
    pub fn in_item(self, index: usize) -> Self {
        self.in_member(&format!("[{index}]"))
    }
}

impl Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{} ", self.path)?;
        }
        match &self.problem {
            Problem::Syntax => f.write_str("is not JSON"),
            Problem::Missing => f.write_str("is missing"),
            Problem::Expected(what) => write!(f, "must be {what}"),
            Problem::Unsupported => f.write_str("cannot be a JSON value"),
            Problem::Other(message) => f.write_str(message),
        }
    }
}

impl core::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(Problem::Other(message.to_string()))
    }

    fn invalid_type(_: Unexpected, expected: &dyn Expected) -> Self {
        Self::new(Problem::Expected(expected.to_string()))
    }

    fn invalid_value(_: Unexpected, expected: &dyn Expected) -> Self {
        Self::new(Problem::Expected(expected.to_string()))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::new(Problem::Expected(format!("one of {}", expected.join(", "))))
    }

    /// A field of a struct is missing. The deserializer knows which one.
    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::new(Problem::Missing)
    }
}

impl serde::ser::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        serde::de::Error::custom(message)
    }
}
