//! What each state of the machine says of itself, so that nothing outside of its file has to know what is in it.

use crate::flow::log::Level;
use crate::flow::saved::SavedText;
use crate::flow::session::Session;

/// One state.
pub trait State {
    /// The code and its polling, once there is a code.
    fn session(&self) -> Option<&Session> {
        None
    }

    /// The secrets that its requests contain. No log and no message may repeat them.
    fn secrets(&self) -> Vec<&str> {
        Vec::new()
    }

    /// What the log says when the request of this state is sent.
    fn announcement(&self) -> Option<(Level, String)> {
        None
    }

    /// The state as a text. `None`: it is not one that can be resumed.
    fn save(&self) -> Option<SavedText> {
        None
    }
}
