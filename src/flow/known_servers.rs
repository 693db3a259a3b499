//! What one application knows from earlier answers: the metadata of its authorities ([`MetadataCache`]), and the refusals that are
//! not to be asked for again yet ([`Throttle`]). Nothing of it is a secret, and nothing is saved with a flow.

use crate::flow::metadata_cache::MetadataCache;
use crate::flow::throttle::Throttle;
use crate::flow::{FlowState, Input, Step};
use crate::time::UnixMillis;

/// One for all flows of an application.
#[derive(Default)]
pub struct KnownServers {
    metadata_cache: MetadataCache,
    throttle: Throttle,
}

impl KnownServers {
    /// One step of the machine, as [`crate::flow::advance`], without the requests that need not or must not be sent.
    pub fn advance(&mut self, state: FlowState, input: Input, now: UnixMillis) -> Step {
        let Self { metadata_cache, throttle } = self;
        throttle.advance(state, input, now, |state, input, now| metadata_cache.advance(state, input, now))
    }
}
