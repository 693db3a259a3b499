//! The boundary to JavaScript, and nothing else: texts and numbers in, texts out. WebAssembly only.
//!
//! It can be read without the RFC: it hands over what the machine in [`crate::flow`] asks for and decides nothing. The module
//! imports nothing from its host, so all it can do is answer; who sends, waits and reads the clock is js/driver.js.
//!
//! [`boundary`] is an application and its flows, [`token_cache`] is where sign-ins are kept, and [`view`] puts both into
//! words of JSON.

mod boundary;
mod token_cache;
mod view;

pub use boundary::{Application, Flow};
pub use token_cache::TokenCache;
