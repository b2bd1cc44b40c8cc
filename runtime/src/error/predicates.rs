//! What kind of failure an [`Error`] is, by questions with a yes or a no.

use crate::description::error_info::{ErrorCategory, RetryClass};
use crate::error::{Error, Kind};
use crate::response::graph_error::GraphError;

impl Error {
    /// Was the call refused before anything was sent?
    ///
    /// # Troubleshooting
    /// [`refusals`](Self::refusals) names each rule and the page it comes from. Most often a required parameter was left
    /// out, or an identifier is not digits. If the page is wrong, send the request `.with_refusals(Refusals::Off)`.
    pub fn is_refusal(&self) -> bool {
        matches!(self.0.kind, Kind::Refused(_))
    }

    /// Was the call not sent because the client's [`Governor`](crate::Governor) or [`Pace`](crate::Pace) held it back for longer than it may
    /// wait? Nothing is wrong with it.
    ///
    /// # Troubleshooting
    /// [`turn_in`](Self::turn_in) and [`retry_at`](Self::retry_at) say when its turn would come: send it then. More calls are waiting than their pace lets
    /// through within a call's time: make fewer at once, as [`Client::send_each`](crate::Client::send_each) does.
    pub fn is_held_back(&self) -> bool {
        matches!(self.0.kind, Kind::Held(_))
    }

    /// Did Graph answer with an error?
    ///
    /// # Troubleshooting
    /// [`code`](Self::code) and [`details`](Self::details) say which; [`info`](Self::info) and [`doc`](Self::doc) say what to do. If
    /// `info` is `None`, the code is not documented: look it up with the trace id of [`fbtrace_id`](Self::fbtrace_id).
    pub fn is_graph(&self) -> bool {
        matches!(self.0.kind, Kind::Graph(_))
    }

    /// Is the token the problem?
    ///
    /// # Troubleshooting
    /// Most often it has expired or was revoked, since the tokens of people live for hours: make a system user's
    /// token. A wrong app secret shows here too, as a proof that does not fit the token. So does a token provider that has no token:
    /// [`provider_error`](Self::provider_error) is its own error then.
    pub fn is_auth(&self) -> bool {
        if matches!(self.0.kind, Kind::NoToken(_)) {
            return true;
        }
        match (self.graph_error(), self.info()) {
            (Some(_), Some(info)) => info.category == ErrorCategory::AUTH || info.retry == RetryClass::Reauth,
            (Some(graph), None) => matches!(graph.code, Some(102 | 104 | 190)),
            _ => self.status() == Some(401),
        }
    }

    /// May the token not do this?
    ///
    /// # Troubleshooting
    /// Compare the operation's permissions with the token's (`debug_token` lists them). If they are there, the
    /// system user often has not been assigned to the account, or the app has no advanced access yet.
    pub fn is_permission(&self) -> bool {
        match (self.graph_error(), self.info()) {
            (Some(_), Some(info)) => info.category == ErrorCategory::PERMISSION,
            (Some(graph), None) => matches!(graph.code, Some(3 | 10 | 200..=299)),
            _ => self.status() == Some(403),
        }
    }

    /// Were there too many calls, by Graph's count or by the client's: its [`Ledger`](crate::ledger::Ledger), its
    /// [`Governor`](crate::Governor), its [`Pace`](crate::Pace)?
    ///
    /// # Troubleshooting
    /// Wait until [`retry_at`](Self::retry_at), or with exponential backoff where it is `None`. Calls made meanwhile are
    /// counted too and make the wait longer.
    pub fn is_rate_limited(&self) -> bool {
        if self.is_refusal() || self.is_held_back() {
            return self.retry_at().is_some();
        }
        match (self.graph_error(), self.info()) {
            (Some(_), Some(info)) => info.category == ErrorCategory::THROTTLE || info.retry == RetryClass::AfterWindow,
            (Some(graph), None) => matches!(graph.code, Some(4 | 17 | 32 | 341 | 613 | 80_000..=80_099)) || self.status() == Some(429),
            _ => self.status() == Some(429),
        }
    }

    /// May the same request be sent again later, without the risk of doing a thing twice?
    ///
    /// Yes for what was not sent and may be sent later: no connection was made, its time was over before, the token provider had no
    /// token, or it was held back for a while by its limit, the governor or its pace. Yes for errors that pass and prove that nothing was
    /// done; if the operation is idempotent, also for every other error that passes and for calls whose answer was lost. Otherwise no, and
    /// never for a request that held a stream, which is used up.
    ///
    /// # Troubleshooting
    /// Wait until [`retry_at`](Self::retry_at), or with exponential backoff where it is `None`. After a `no`,
    /// [`outcome`](Self::outcome) says whether the operation may have been carried out.
    pub fn is_retryable(&self) -> bool {
        let safe = self.is_idempotent() || self.outcome().is_harmless();
        match &self.0.kind {
            Kind::NoToken(_) | Kind::TooLate(_) | Kind::Held(_) => return safe,
            // What opens again; other refusals last.
            Kind::Refused(_) => return safe && self.retry_at().is_some(),
            _ if !self.is_repeatable() => return false,
            _ => {}
        }
        let server = self.status().is_some_and(|status| status >= 500);
        safe && match &self.0.kind {
            Kind::Graph(graph) => self.may_pass(graph),
            Kind::Transport(fault) => !fault.is_lasting(),
            Kind::Unanswered(_) => true,
            Kind::Download(fault) => fault.is_passing() || server || self.is_rate_limited(),
            Kind::OtherJson | Kind::NotJson => server || self.is_rate_limited(),
            _ => false,
        }
    }

    /// May Graph answer otherwise the next time?
    fn may_pass(&self, graph: &GraphError) -> bool {
        graph.is_transient
            || match self.info() {
                Some(info) => {
                    matches!(info.retry, RetryClass::Backoff | RetryClass::AfterWindow)
                        || (info.retry == RetryClass::Reauth && self.0.refreshed)
                }
                // Graph's own unknown and temporary faults, and its code of an invalid token, in every API.
                None => self.is_rate_limited() || matches!(graph.code, Some(1 | 2)) || (graph.code == Some(190) && self.0.refreshed),
            }
    }

    /// Was a batch answered, and not this request of it? It is unknown then whether it was carried out.
    ///
    /// # Troubleshooting
    /// Graph answers `null` for what it did not get to within its time: put fewer requests into a batch, and look first whether the
    /// operation has been carried out. Where the answer cannot be divided among the requests, [`body`](Self::body) has all of it.
    pub fn is_unanswered(&self) -> bool {
        matches!(self.0.kind, Kind::Unanswered(_))
    }

    /// Did another version answer than the one that was asked for, and does the client take that for an error?
    ///
    /// # Troubleshooting
    /// The operation has been carried out, and [`body`](Self::body) has the answer. Graph serves an expired version by a
    /// later one: ask for [`served_version`](Self::served_version), after reading what changed up to it.
    pub fn is_version_mismatch(&self) -> bool {
        matches!(self.0.kind, Kind::VersionMismatch(_))
    }

    /// Did the call take longer than it may?
    ///
    /// # Troubleshooting
    /// Raise `timeout` on the client or the request. [`outcome`](Self::outcome) says whether it was sent before its time was over; if so,
    /// the server may have carried it out all the same.
    pub fn is_timeout(&self) -> bool {
        match &self.0.kind {
            Kind::Transport(fault) => fault.is_timeout(),
            Kind::Download(fault) => fault.is_timeout(),
            Kind::TooLate(_) => true,
            _ => false,
        }
    }

    /// Was no connection made? Then nothing was sent.
    ///
    /// # Troubleshooting
    /// Most often the machine has no way out: a proxy (give the client one with `http`), a firewall, no DNS. The
    /// source chain says which.
    pub fn is_connect(&self) -> bool {
        match &self.0.kind {
            Kind::Transport(fault) => fault.is_connect(),
            Kind::Download(fault) => fault.is_connect(),
            _ => false,
        }
    }

    /// Was the answer JSON, but not what the operation answers?
    ///
    /// # Troubleshooting
    /// The message names the place. The operation has been carried out. Send it as a
    /// [`RawRequest`](crate::RawRequest) meanwhile, and report the answer: [`body`](Self::body) has it.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode { .. })
    }

    /// Was the answer not JSON, or JSON that breaks off?
    ///
    /// # Troubleshooting
    /// Something on the way has answered in Graph's place: a proxy, a gateway, a page of HTML. [`body`](Self::body) and
    /// [`content_type`](Self::content_type) have what came.
    pub fn is_not_json(&self) -> bool {
        matches!(self.0.kind, Kind::NotJson)
    }

    /// Was the answer JSON with a status of failure, but without Graph's error object?
    ///
    /// # Troubleshooting
    /// As with [`is_not_json`](Self::is_not_json), most often Graph did not write it.
    pub fn is_other_json(&self) -> bool {
        matches!(self.0.kind, Kind::OtherJson)
    }

    /// Did Graph answer `{"success": false}` and no reason?
    ///
    /// # Troubleshooting
    /// It is not documented what was done then: look first, and send it again if nothing was.
    pub fn is_unsuccessful(&self) -> bool {
        matches!(self.0.kind, Kind::NotSuccessful)
    }

    /// Was the answer longer than the client allows?
    ///
    /// # Troubleshooting
    /// Raise `max_response_bytes`, or ask for fewer fields or a smaller page. The operation was very likely carried out.
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, Kind::TooLarge { .. })
    }

    /// Did a list come back to a page that it has been at?
    ///
    /// # Troubleshooting
    /// The items so far are good. Graph's cursors for this list do not advance: read it with another `limit`, or resume at a cursor of
    /// your own.
    pub fn is_paging_loop(&self) -> bool {
        matches!(self.0.kind, Kind::PagingLoop)
    }

    /// Does a list go on, and Graph does not say where?
    ///
    /// # Troubleshooting
    /// The items so far are good. [`Items::resume`](crate::Items::resume) with the list's `continuation()` reads its last page again: with a larger
    /// `limit`, that page holds the rest.
    pub fn is_paging_stuck(&self) -> bool {
        matches!(self.0.kind, Kind::PagingStuck)
    }

    /// Is something wrong with how the client or the request is set up? Then nothing was sent, and no repetition helps.
    ///
    /// # Troubleshooting
    /// The message says what to change, and the source chain where it comes from.
    pub fn is_config(&self) -> bool {
        matches!(self.0.kind, Kind::Config(_))
    }
}
