//! What is wrong with the requests of a batch, before anything is sent.

use super::MOST;
use super::encode::Written;
use super::item::Item;
use super::split::{Part, SplitError, split};
use crate::auth::token::Bearer;
use crate::client::Client;
use crate::client::reply::Reply;
use crate::client::transport::Attempt;
use crate::description::info::{Auth, BodyKind};
use crate::description::version::Version;
use crate::error::Error;
use crate::limits::ledger::Limit;
use crate::request::parts::Outgoing;
use crate::request::preflight::{Refusal, Refusals};
use crate::request::reference::find;
use crate::values::secret::Secret;

/// The outcome of each request so far.
pub(super) type Results = Vec<Option<Result<Reply, Error>>>;

/// What is to be sent.
pub(super) struct Plan<'a> {
    pub(super) items: &'a [Item],
    pub(super) written: Vec<Written>,
    /// The requests of each call.
    pub(super) calls: Vec<Vec<usize>>,
}

impl Client {
    /// Judges each request as if it were sent alone, then what holds among them.
    pub(super) fn plan<'a>(&self, items: &'a [Item]) -> (Plan<'a>, Results) {
        let written: Vec<_> = (0..items.len()).map(|at| Written::of(items, at)).collect();
        let mut results: Results = Vec::with_capacity(items.len());
        for (item, written) in items.iter().zip(&written) {
            let unsent = written.needs.iter().find(|need| results.get(**need).is_some_and(Option::is_some));
            let verdict = match unsent {
                Some(need) => Err(self.left_behind(item, &items[*need])),
                None => self.review(item, written),
            };
            results.push(verdict.err().map(Err));
        }
        let split = split(&self.parts(items, &written, &results), MOST);
        for (at, mismatch) in split.mismatches {
            results[at] = Some(Err(self.mismatch(&items[at], mismatch)));
        }
        (Plan { items, written, calls: split.calls }, results)
    }

    fn review(&self, item: &Item, written: &Written) -> Result<(), Error> {
        let attempt = self.unsigned(item);
        let config = |fault: &str| Err(Error::config_of(&self.call(&attempt), fault.to_owned()));
        if let Some(fault) = item.fault.as_deref().or(item.outgoing.fault()).or(unsuitable(&item.outgoing)) {
            return config(fault);
        }
        if written.unmentioned.len() > 1 {
            return config("it comes after several requests without referring to them, and Graph knows one such request only");
        }
        self.validate(&attempt)?;
        let refusal = match &written.odd {
            Some(odd) => refusal(item, "reference", odd.clone()),
            None => match uncountable(&item.outgoing) {
                Some(per) => refusal(
                    item,
                    "ledger",
                    format!(
                        "is a reference, and the operation has a limit for each {per}, whose overrun would block it; calls cannot be counted for a {per} that is not known yet"
                    ),
                ),
                None => return Ok(()),
            },
        };
        match self.refusals_of(&attempt) {
            Refusals::Refuse => Err(Error::refused(&self.call(&attempt), vec![refusal])),
            Refusals::Warn => {
                tracing::warn!("would be refused: {refusal}");
                Ok(())
            }
            Refusals::Off => Ok(()),
        }
    }

    /// What the split goes by.
    fn parts(&self, items: &[Item], written: &[Written], results: &Results) -> Vec<Part> {
        let mut kinds: Vec<(&Bearer, Version)> = Vec::new();
        let parts = items.iter().zip(written).zip(results).map(|((item, written), result)| {
            let kind = (self.bearer_of(item), self.version_of(item));
            let kind = kinds.iter().position(|known| *known == kind).unwrap_or_else(|| {
                kinds.push(kind);
                kinds.len() - 1
            });
            Part { kind, needs: written.needs.clone(), sent: result.is_none() }
        });
        parts.collect()
    }

    pub(super) fn bearer_of<'a>(&'a self, item: &'a Item) -> &'a Bearer {
        item.options.bearer().unwrap_or(&self.bearer)
    }

    pub(super) fn version_of(&self, item: &Item) -> Version {
        item.options.version().unwrap_or(self.version)
    }

    /// An attempt that has no token yet.
    pub(super) fn unsigned<'a>(&self, item: &'a Item) -> Attempt<'a> {
        Attempt::new(self, &item.outgoing, &item.options, self.version_of(item), Secret::default())
    }

    /// The error of a request that waits for one which was not sent.
    pub(super) fn left_behind(&self, item: &Item, need: &Item) -> Error {
        let fault = format!("it depends on the request `{}` of the batch, which was not sent; that one's error says why", need.name);
        Error::config_of(&self.call(&self.unsigned(item)), fault)
    }

    fn mismatch(&self, item: &Item, mismatch: SplitError) -> Error {
        let fault = match mismatch {
            SplitError::TooMany(count) => format!(
                "{count} requests of the batch depend on each other, so that they must be in one call, and Graph takes {MOST} in one"
            ),
            SplitError::Kinds => {
                "it depends on a request with another token or another version, or one on it, and a call has one of each".to_owned()
            }
        };
        Error::config_of(&self.call(&self.unsigned(item)), fault)
    }
}

fn refusal(item: &Item, rule: &'static str, reason: String) -> Refusal {
    let info = item.outgoing.info();
    Refusal { rule, operation: info.id, item: item.name.to_string(), reason, page: super::encode::BATCH.page }
}

/// Why the request cannot travel in a batch, whatever it says.
fn unsuitable(outgoing: &Outgoing) -> Option<&'static str> {
    let info = outgoing.info();
    if info.host.is_some() {
        return Some("it belongs on another host, and a batch is one call to the API's own: send it outside the batch");
    }
    if matches!(info.body, BodyKind::Multipart | BodyKind::Bytes) {
        return Some("it sends a file, which a batch does not carry: send it outside the batch");
    }
    if outgoing.has_headers() {
        return Some("it has a parameter in a header, for which a batch has no documented place: send it outside the batch");
    }
    match info.auth {
        Auth::Token => None,
        Auth::OAuth => Some("it needs an `Authorization` of another kind than the batch: send it outside the batch"),
        Auth::None => Some("it is sent without a token, and a batch always has one: send it outside the batch"),
    }
}

/// What it is counted by, if only the answer to another request will say which one that is.
fn uncountable(outgoing: &Outgoing) -> Option<&'static str> {
    let subject = outgoing.path().split('/').nth(1).unwrap_or_default();
    let limit = Limit::of(outgoing.info(), subject)?;
    find(subject).iter().any(|found| found.reference.is_some()).then_some(limit.per.name)
}
