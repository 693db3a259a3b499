//! The JavaScript host: requests, timers, the clock, aborts, and what JavaScript calls. WebAssembly only.
//!
//! It knows no OAuth and can be read without the RFC: it carries out what the state machine in [`crate::flow`] asks for.
//!
//! * [`application`] has the verbs. A sign-in reads from top to bottom in [`Application::acquire_token_by_device_code`].
//! * [`flow`] is one sign-in or refresh under way, [`token_cache`] is where tokens are kept.
//! * [`driver`] sends and waits for one flow, with [`fetch`], [`timer`], [`abort`] and [`saver`].
//! * [`host`] is what the JavaScript facade lends to a flow, [`views`] is what goes outward.

mod abort;
mod application;
mod driver;
mod fetch;
mod flow;
mod host;
mod promise;
mod race;
mod saver;
mod timer;
mod token_cache;
mod views;

pub use application::Application;
pub use flow::Flow;
pub use host::Host;
pub use token_cache::TokenCache;
