//! Authorities, clouds and AADSTS numbers.

mod authority;
mod error_codes;
