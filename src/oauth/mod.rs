//! Bytes ⇄ types. No state, no policy, no time: what a request looks like, and what a reply says.
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
pub mod http_date;
pub mod id_token;
pub mod lenient;
pub mod metadata;
pub mod refresh;
pub mod revocation;
pub mod token;
