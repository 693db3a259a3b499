//! Who we talk to, as data: kinds of authority, clouds and their names. No requests, no state.

pub mod authority;
pub mod cloud;
