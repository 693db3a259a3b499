//! Requests and replies as types, without state, policy or time.
//!
//! One file per thing on the wire. `parse` makes a type from a reply, `request` makes an [`http::HttpRequest`].
//! Replies are read leniently (the servers in use are older than the RFC, or think little of it); each leniency is
//! named where it is granted.

pub mod address;
pub mod claims;
pub mod client_info;
pub mod device;
pub mod error;
pub mod form;
pub mod http;
pub mod id_token;
pub mod lenient;
pub mod metadata;
pub mod refresh;
pub mod retry_after;
pub mod revocation;
pub mod token;
