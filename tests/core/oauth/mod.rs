//! What goes over the wire: requests and replies.

mod address;
mod claims;
mod form;
mod id_token;
mod lenient;
mod metadata;
mod redact;
mod retry_after;
