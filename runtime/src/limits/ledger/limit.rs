//! A limit of an operation, for one number.

use std::time::Duration;

use crate::description::info::{LimitInfo, OperationInfo};

/// A limit of an operation, for one number: what a [`Ledger`](crate::ledger::Ledger) counts by.
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
    /// The number: the display number where it is known, else the id.
    pub number: String,
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
    pub fn of(operation: &OperationInfo, number: &str) -> Option<Self> {
        let limit = that_blocks(operation)?;
        Some(Self {
            operation: operation.id,
            number: number.to_owned(),
            max: limit.max,
            window: limit.window,
            block: limit.block.unwrap_or(limit.window),
        })
    }
}

/// The limit of the operation that must not be overrun.
pub(crate) fn that_blocks(operation: &OperationInfo) -> Option<&'static LimitInfo> {
    operation.limits.iter().find(|limit| limit.block.is_some() && limit.per != "app")
}

/// A number without what people write between its digits: `+1 631-555-1111` is `16315551111`, which is how webhooks write it.
pub(super) fn plain(number: &str) -> String {
    number.chars().filter(|c| !matches!(c, '+' | '-' | '(' | ')' | '.') && !c.is_whitespace()).collect()
}

/// The end of a number, enough to know it again: `…1111`.
pub(super) fn masked(number: &str) -> String {
    let plain = plain(number);
    let length = plain.chars().count();
    let shown = (length / 2).min(4);
    format!("…{}", plain.chars().skip(length - shown).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::info::{ErrorInfo, LimitInfo};

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        assert_eq!(plain("+1 (631) 555-1111"), plain("16315551111"));
        assert_eq!(plain("1.631.555\u{a0}1111"), "16315551111");
    }

    #[test]
    fn a_masked_number_shows_its_end_and_never_most_of_it() {
        assert_eq!(masked("+1 631-555-1234"), "…1234");
        assert_eq!(masked("12345"), "…45");
        assert_eq!(masked("1"), "…");
    }

    #[test]
    fn only_a_limit_with_a_block_is_counted() {
        static REACHED: ErrorInfo = ErrorInfo { name: "Reached", ..ErrorInfo::EMPTY };
        const HOUR: Duration = Duration::from_hours(1);
        const CALLS: LimitInfo = LimitInfo { max: 3, window: HOUR, per: "account", block: None, error: &REACHED };
        const OF_APP: LimitInfo = LimitInfo { per: "app", block: Some(HOUR), ..CALLS };
        const BLOCKS: LimitInfo = LimitInfo { max: 5, block: Some(Duration::from_hours(2)), ..CALLS };
        static OPEN: OperationInfo = OperationInfo { id: "open", limits: &[CALLS, OF_APP], ..OperationInfo::EMPTY };
        static CLOSING: OperationInfo = OperationInfo { id: "closing", limits: &[CALLS, OF_APP, BLOCKS], ..OperationInfo::EMPTY };
        assert_eq!(Limit::of(&OPEN, "1"), None);
        let expected = Limit { operation: "closing", number: "1".to_owned(), max: 5, window: HOUR, block: Duration::from_hours(2) };
        assert_eq!(Limit::of(&CLOSING, "1"), Some(expected));
    }
}
