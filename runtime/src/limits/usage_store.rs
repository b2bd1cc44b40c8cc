//! Usage that many machines share.

use std::fmt;
use std::time::SystemTime;

use crate::clock::BoxFuture;
use crate::limits::turns::StoreError;
use crate::response::usage::Usage;

/// Shares what Graph has reported of usage between the clients of many machines: [`ClientBuilder::usage_store`](crate::ClientBuilder::usage_store).
///
/// A client puts what was reported to it, and gets what was reported to others before its [`Governor`](crate::Governor) lets a call through. What a client knows itself it
/// keeps in memory; without a governor nothing is asked for.
///
/// # Implementing it
/// Keep the latest report of the app, and the latest of each object; an hour is enough, which is how far back Graph counts. A store that fails, or does not
/// answer within the call's time, is not waited for: the governor goes by what the client knows, and a warning is logged.
pub trait UsageStore: fmt::Debug + Send + Sync + 'static {
    /// Remembers a report, which is of this moment. It is put in a task of its own, so that no call waits for it.
    fn put(&self, report: UsageReport) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The latest reports about the app and about these objects: those in whose [`objects`](UsageReport::objects) or [`usage`](UsageReport::usage) they are.
    ///
    /// `now` is the time by the client's clock. A store of many machines knows by its own how old a report is, and gives it this client's time.
    fn get<'a>(&'a self, objects: &'a [&'a str], now: SystemTime) -> BoxFuture<'a, Result<Vec<UsageReport>, StoreError>>;
}

/// What Graph said of usage when it answered a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageReport {
    /// The objects in the path of the call.
    pub objects: Vec<String>,
    /// What was said.
    pub usage: Usage,
    /// When, by the clock of the client that was answered, or that asks.
    pub at: SystemTime,
}
