//! The token cache.

mod bad_input;
mod document;
mod issuers;
mod lookup;
mod many;
mod properties;
mod published;
mod save;
