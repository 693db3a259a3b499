//! What goes over the wire: requests and replies.

mod address;
mod claims;
mod form;
mod http_date;
mod id_token;
mod lenient;
mod metadata;
