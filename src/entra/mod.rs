//! Authorization servers as data: kinds of authority, their endpoints, clouds and their names, and the meaning of Entra's error
//! numbers. No requests, no state.

pub mod authority;
pub mod cloud;
pub mod endpoints;
pub mod error_codes;
pub mod trust;
