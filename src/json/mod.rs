//! JSON text (RFC 8259) ⇄ [`Value`] ⇄ typed values.
//!
//! Text is read and written by our own code ([`value`], [`scanner`]): `serde_json` would be the largest part of the module
//! (docs/adr/0002). Types are read from a value and written into one by serde's derives ([`deserializer`], [`serializer`]). The
//! [`scanner`] also finds places in a text without building values.

use serde::{Deserialize, Serialize};

pub mod deserializer;
pub mod error;
pub mod scanner;
pub mod serializer;
pub mod value;

pub use error::{Error, Problem};
pub use value::Value;

/// Reads a type from a value.
///
/// # Errors
/// What the type does not take, with its path.
pub fn from_value<'de, T: Deserialize<'de>>(value: &'de Value) -> Result<T, Error> {
    T::deserialize(value)
}

/// Reads a type from a JSON text.
///
/// # Errors
/// [`Problem::Syntax`] if the text is not JSON, and as [`from_value`].
pub fn from_str<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, Error> {
    let value = Value::parse(text).ok_or(Error::new(Problem::Syntax))?;
    T::deserialize(&value)
}

/// Writes any type into a value.
///
/// # Errors
/// [`Problem::Unsupported`] for floating point numbers and enums with several fields.
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, Error> {
    value.serialize(serializer::ValueSerializer)
}
