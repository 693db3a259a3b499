//! The token cache.

mod bad_input;
mod document;
mod issuers;
mod lifetimes;
mod local_accounts;
mod lookup;
mod many;
mod properties;
mod published;
mod save;
