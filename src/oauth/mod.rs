//! Requests and replies as types, without state, policy or time.
//!
//! There is a file for each kind of message. `body` is the form of a request, `parse` makes a type from a reply. Replies are read
//! leniently, because servers in use are older than the RFC or deviate from it. Each leniency is named where it is granted
//! ([`lenient`]).

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
pub mod redact;
pub mod refresh;
pub mod retry_after;
pub mod revocation;
pub mod token;
