//! Who we talk to, as data: kinds of authority, their endpoints, clouds and their names. No requests, no state.

pub mod authority;
pub mod cloud;
pub mod endpoints;
pub mod trust;
