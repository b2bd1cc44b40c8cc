//! The outcome of a call, from the error that it ended in.

use crate::error::{Error, Kind};
use crate::response::graph_error::GraphError;
use crate::retry::outcome::Outcome;

impl Error {
    /// The outcome of the call, over all attempts at it: was it not sent, rejected, perhaps carried out, or certainly?
    ///
    /// # Troubleshooting
    /// Where it is [`Outcome::Unknown`], do not send a message or a create again before you have looked: the status webhook repeats
    /// an id of your own, an edge lists what was created. docs/reliability.md says where to look for each kind of call.
    pub fn outcome(&self) -> Outcome {
        self.outcome_of_last().max(self.0.earlier)
    }

    /// The outcome of the last attempt alone.
    pub(crate) fn outcome_of_last(&self) -> Outcome {
        match &self.0.kind {
            Kind::Refused(_) | Kind::Held(_) | Kind::Config(_) | Kind::NoToken(_) | Kind::TooLate(_) => Outcome::NotSent,
            Kind::Transport(fault) if !fault.sent => Outcome::NotSent,
            Kind::Graph(graph) => self.outcome_of(graph),
            // What throttles does so before it carries anything out.
            Kind::OtherJson | Kind::NotJson if self.status() == Some(429) => Outcome::Rejected,
            Kind::Download(fault) => fault.outcome(self.status()),
            // A success, which only this side could not use.
            Kind::Decode { .. } | Kind::VersionMismatch(_) | Kind::PagingLoop | Kind::PagingStuck => Outcome::Executed,
            Kind::Transport(_)
            | Kind::NotSuccessful
            | Kind::OtherJson
            | Kind::NotJson
            | Kind::TooLarge { .. }
            | Kind::Unanswered(_)
            | Kind::Redirected(_)
            | Kind::Misplaced(_) => Outcome::Unknown,
        }
    }

    /// Was nothing tried, so that there is no attempt to speak of?
    pub(crate) fn was_never_tried(&self) -> bool {
        matches!(self.0.kind, Kind::Refused(_) | Kind::Held(_) | Kind::Config(_) | Kind::NoToken(_) | Kind::TooLate(_))
    }

    fn outcome_of(&self, graph: &GraphError) -> Outcome {
        // With a status of a fault of its own, Graph's error proves nothing.
        let server = self.status().is_some_and(|status| status >= 500);
        match self.info().map(|info| info.executed) {
            Some(Some(true)) => Outcome::Executed,
            Some(Some(false)) if !server => Outcome::Rejected,
            // Graph reads the token and counts a call before it carries it out.
            None if !server && (graph.code == Some(190) || self.is_rate_limited()) => Outcome::Rejected,
            _ => Outcome::Unknown,
        }
    }
}
