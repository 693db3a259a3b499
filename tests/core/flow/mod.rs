//! The state machine, a file a state.

mod discovering;
mod host_failure;
mod id_token_check;
mod log;
mod metadata_cache;
mod polling;
mod refreshing;
mod requesting;
mod revoking;
mod saved;
mod saved_edited;
mod saved_forged;
mod silent;
mod throttle;
mod waiting;
