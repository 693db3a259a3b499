//! The token cache, in MSAL's unified cache schema: the JSON text that .NET, Java, Python, Go and Node read and write, each a
//! little differently.
//!
//! [`document`] holds the text and finds entries in it. [`sections`] divides a text into its entries. [`entity`] and `field`
//! define what an entry consists of. [`save`] stores the tokens of a sign-in: `grant` makes the entries, `twins` finds those
//! that they replace. [`lookup`] finds tokens, [`accounts`] lists people, and [`issuer`] keeps the issuers of one host apart.
//! `places` numbers what they list. Nothing here reads or writes a file: the caller stores the text.

pub mod account;
pub mod accounts;
pub mod document;
pub mod entity;
mod field;
pub mod grant;
pub mod issuer;
pub mod lookup;
mod note;
mod places;
pub mod save;
pub mod sections;
mod twins;
