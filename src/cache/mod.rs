//! What is known of signed-in people, in MSAL's unified cache schema: the text that .NET, Java, Python, Go and Node read and
//! write, each a little differently.
//!
//! [`sections`] divides the text, [`document`] holds it and finds entries in it, [`entity`] says what they mean. [`save`] merges a sign-in in,
//! [`lookup`] finds tokens, [`accounts`] people; `order` is how they do it among many. No file is read or written here: who keeps the text is the caller's affair.

pub mod account;
pub mod accounts;
pub mod document;
pub mod entity;
pub mod lookup;
mod order;
pub mod save;
pub mod sections;
