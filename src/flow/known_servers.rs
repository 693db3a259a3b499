//! What one application has learnt from earlier answers: its authorities ([`MetadataCache`]), and who wants to be left alone
//! ([`Throttle`]). Nothing of it is a secret, and nothing is saved with a flow.

use crate::flow::metadata_cache::MetadataCache;
use crate::flow::throttle::Throttle;
use crate::flow::{FlowState, Input, Step};
use crate::time::UnixMillis;

/// Serves all flows of one application.
#[derive(Default)]
pub struct KnownServers {
    lookups: MetadataCache,
    throttle: Throttle,
}

impl KnownServers {
    /// One step of the machine, as [`crate::flow::advance`], but for what need not, or should not, be sent.
    pub fn advance(&mut self, state: FlowState, input: Input, now: UnixMillis) -> Step {
        let Self { lookups, throttle } = self;
        throttle.advance(state, input, now, |state, input, now| lookups.advance(state, input, now))
    }
}
