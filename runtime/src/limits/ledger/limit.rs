//! A limit of an operation, for one of what it counts by.

use std::time::Duration;

use crate::description::bound::Day;
use crate::description::info::{LimitInfo, LimitSubject, OperationInfo};
use crate::description::version::Version;

/// A limit of an operation, for one of what it counts by, such as one account: what a [`Ledger`](crate::ledger::Ledger) counts by.
///
/// ```
/// # use graph_runtime::OperationInfo;
/// # use graph_runtime::ledger::{Ledger as _, LedgerError, Limit, MemoryLedger};
/// # async fn example(register: &'static OperationInfo) -> Result<(), LedgerError> {
/// let ledger = MemoryLedger::default();
/// if let Some(limit) = Limit::of(register, "106540352242922") {
///     let standing = ledger.inspect(&limit, std::time::SystemTime::now()).await?;
///     println!("{} calls since {:?}", standing.counted, standing.since);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The id of the operation. Each has a counter of its own.
    pub operation: &'static str,
    /// What is counted by.
    pub per: LimitSubject,
    /// Which one: by any of its names, and best by the one that lasts.
    pub subject: String,
    /// How many calls fit in a window; at least one.
    pub max: u32,
    /// How long the window is.
    pub window: Duration,
    /// How long calls are blocked once Graph has said that the limit is reached.
    pub block: Duration,
}

impl Limit {
    /// The limit of the operation that must not be overrun: the first one with a block, unless it is the app's.
    ///
    /// `None` for most operations. A limit without a block costs no more than the call that overruns it, so Graph is left to
    /// say when it is reached.
    /// Of a limit that changed it is the newest.
    pub fn of(operation: &OperationInfo, subject: &str) -> Option<Self> {
        let newest = those_that_block(operation).find(|limit| limit.availability.removed.is_none());
        Some(Self::documented(operation, newest.or_else(|| those_that_block(operation).next())?, subject))
    }

    /// The limit of the operation that must not be overrun in a version on a day: a limit that changed is another one then.
    pub fn at(operation: &OperationInfo, subject: &str, version: Version, day: Day) -> Option<Self> {
        let limit = those_that_block(operation).find(|limit| limit.availability.contains_on(version, day))?;
        Some(Self::documented(operation, limit, subject))
    }

    pub(super) fn documented(operation: &OperationInfo, limit: &LimitInfo, subject: &str) -> Self {
        Self {
            operation: operation.id,
            per: limit.per,
            subject: subject.to_owned(),
            max: limit.max,
            window: limit.window,
            block: limit.block.unwrap_or(limit.window),
        }
    }

    /// The name that a ledger has for one that people may write in several ways: two names of which this makes the same are one.
    pub fn plain(&self, name: &str) -> String {
        self.per.plain(name)
    }

    /// The end of the name, enough to know it again: `…1111`.
    pub(super) fn masked(&self) -> String {
        let plain = self.plain(&self.subject);
        let length = plain.chars().count();
        let shown = (length / 2).min(4);
        format!("…{}", plain.chars().skip(length - shown).collect::<String>())
    }
}

/// The limits of the operation that must not be overrun, in whatever version and on whatever day.
pub(crate) fn those_that_block(operation: &OperationInfo) -> impl Iterator<Item = &'static LimitInfo> {
    operation.limits.iter().filter(|limit| limit.block.is_some() && limit.per.name != "app")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::availability::Availability;
    use crate::description::bound::Bound;
    use crate::description::error_info::ErrorInfo;
    use crate::description::info::LimitInfo;

    fn of_number(subject: &str) -> Limit {
        let per = LimitSubject { name: "number", ignores: "+-()." };
        Limit { operation: "", per, subject: subject.to_owned(), max: 1, window: Duration::ZERO, block: Duration::ZERO }
    }

    #[test]
    fn a_name_is_the_same_however_it_is_written() {
        let plain = |name| of_number("").plain(name);
        assert_eq!(plain("+1 (631) 555-1111"), plain("16315551111"));
        assert_eq!(plain("1.631.555\u{a0}1111"), "16315551111");
        assert_eq!(LimitSubject::verbatim("account").plain("a-1 (b)"), "a-1 (b)");
    }

    #[test]
    fn a_masked_name_shows_its_end_and_never_most_of_it() {
        assert_eq!(of_number("+1 631-555-1234").masked(), "…1234");
        assert_eq!(of_number("12345").masked(), "…45");
        assert_eq!(of_number("1").masked(), "…");
    }

    #[test]
    fn only_a_limit_with_a_block_is_counted() {
        static REACHED: ErrorInfo = ErrorInfo { name: "Reached", ..ErrorInfo::EMPTY };
        const HOUR: Duration = Duration::from_hours(1);
        const CALLS: LimitInfo = LimitInfo {
            max: 3,
            window: HOUR,
            per: LimitSubject::verbatim("account"),
            block: None,
            error: &REACHED,
            availability: Availability::ALWAYS,
        };
        const OF_APP: LimitInfo = LimitInfo { per: LimitSubject::verbatim("app"), block: Some(HOUR), ..CALLS };
        const BLOCKS: LimitInfo = LimitInfo { max: 5, block: Some(Duration::from_hours(2)), ..CALLS };
        static OPEN: OperationInfo = OperationInfo { id: "open", limits: &[CALLS, OF_APP], ..OperationInfo::EMPTY };
        static CLOSING: OperationInfo = OperationInfo { id: "closing", limits: &[CALLS, OF_APP, BLOCKS], ..OperationInfo::EMPTY };
        assert_eq!(Limit::of(&OPEN, "1"), None);
        let expected =
            Limit { operation: "closing", per: CALLS.per, subject: "1".to_owned(), max: 5, window: HOUR, block: Duration::from_hours(2) };
        assert_eq!(Limit::of(&CLOSING, "1"), Some(expected));
    }

    #[test]
    fn of_a_limit_that_changed_the_newest_is_meant() {
        static REACHED: ErrorInfo = ErrorInfo { name: "Reached", ..ErrorInfo::EMPTY };
        const HOUR: Duration = Duration::from_hours(1);
        const CHANGE: Option<Bound> = Some(Bound::Day(Day(2026, 5, 1)));
        const BEFORE: LimitInfo = LimitInfo {
            max: 10,
            window: HOUR,
            per: LimitSubject::verbatim("account"),
            block: Some(HOUR),
            error: &REACHED,
            availability: Availability { removed: CHANGE, ..Availability::ALWAYS },
        };
        const AFTER: LimitInfo = LimitInfo { max: 5, availability: Availability { since: CHANGE, ..Availability::ALWAYS }, ..BEFORE };
        static CHANGED: OperationInfo = OperationInfo { limits: &[BEFORE, AFTER], ..OperationInfo::EMPTY };
        assert_eq!(Limit::of(&CHANGED, "1").map(|limit| limit.max), Some(5));
    }
}
