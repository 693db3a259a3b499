//! Who we talk to, as data: kinds of authority, their endpoints, clouds and their names, and what Entra's error numbers
//! mean. No requests, no state.

pub mod authority;
pub mod cloud;
pub mod endpoints;
pub mod error_codes;
pub mod trust;
