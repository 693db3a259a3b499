//! What the caller configures and asks for, checked once.

pub mod arguments;
pub mod request;
