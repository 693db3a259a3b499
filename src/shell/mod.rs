//! The host's side of the core: fetch, timers, the clock, and the boundary to JavaScript. WebAssembly only.
//!
//! It can be read without the RFC: it carries out what the machine in [`crate::flow`] asks for and decides nothing.
//!
//! [`boundary`] is what JavaScript calls; it hands over to [`drive`], which turns the machine's actions into
//! [`fetch`]es and [`timer`]s and races both with the caller's [`abort`] signal. [`token_cache`] is the other thing that
//! JavaScript holds: where sign-ins are kept.

mod abort;
mod bell;
mod boundary;
mod clock;
mod drive;
mod fetch;
mod timer;
mod token_cache;
mod view;

pub use boundary::{Application, Flow};
pub use token_cache::TokenCache;
