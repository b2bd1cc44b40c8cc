//! What kind of failure an [`Error`] is, by questions with a yes or a no.

use crate::description::info::{ErrorCategory, RetryClass};
use crate::error::{Error, Kind};

impl Error {
    /// Was the call refused before anything was sent?
    ///
    /// # Troubleshooting
    /// [`refusals`](Self::refusals) names each rule and the page it comes from. Most often a required parameter was left
    /// out, or an identifier is not digits. If the page is wrong, send the request `.with_refusals(Refusals::Off)`.
    pub fn is_refusal(&self) -> bool {
        matches!(self.0.kind, Kind::Refused(_))
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
    /// token. A wrong app secret shows here too, as a proof that does not fit the token.
    pub fn is_auth(&self) -> bool {
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
        if self.is_refusal() {
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
    /// Yes for a connection that was never made and for errors that pass and prove that nothing was done; if the operation is
    /// idempotent, also for every other error that passes and for calls whose answer was lost. Yes for a call that was held back
    /// for a while: by its limit, the governor or its pace. Otherwise never for a request that held a stream, which is used up.
    ///
    /// # Troubleshooting
    /// Wait until [`retry_at`](Self::retry_at), or with exponential backoff where it is `None`. A `no` after a lost answer means: look
    /// first whether the operation has been carried out.
    pub fn is_retryable(&self) -> bool {
        if !self.is_repeatable() && !self.is_refusal() {
            return false;
        }
        let server = self.status().is_some_and(|status| status >= 500);
        match &self.0.kind {
            Kind::Graph(graph) => match self.info() {
                Some(info) => {
                    let passing = matches!(info.retry, RetryClass::Backoff | RetryClass::AfterWindow);
                    let safe = info.executed == Some(false) || self.is_idempotent();
                    (passing || graph.is_transient) && safe
                }
                // Graph counts calls before it carries them out.
                None => self.is_rate_limited() || ((graph.is_transient || matches!(graph.code, Some(1 | 2))) && self.is_idempotent()),
            },
            Kind::Transport(error) => error.is_connect() || self.is_idempotent(),
            Kind::Unanswered(_) => self.is_idempotent(),
            Kind::Download(fault) => fault.is_passing() || server || self.is_rate_limited(),
            // What opens again; other refusals last.
            Kind::Refused(_) => self.retry_at().is_some(),
            Kind::OtherJson | Kind::NotJson => self.is_rate_limited() || (server && self.is_idempotent()),
            _ => false,
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
    /// Raise `timeout` on the client or the request. The server may have carried out the operation all the same.
    pub fn is_timeout(&self) -> bool {
        match &self.0.kind {
            Kind::Transport(error) => error.is_timeout(),
            Kind::Download(fault) => fault.is_timeout(),
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
            Kind::Transport(error) => error.is_connect(),
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
}
