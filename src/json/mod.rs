//! JSON text (RFC 8259) and values, read and written by our own code.
//!
//! [`value`] is a JSON value, [`scanner`] goes through a text without building one, [`fields`] reads the members of an object and
//! remembers the first one that is wrong, [`splice`] writes a text that is mostly runs of another one.

pub mod fields;
pub mod scanner;
pub mod splice;
pub mod value;

pub use value::{Members, Value};
