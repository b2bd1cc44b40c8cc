//! The words with which the ledger has a call refused.

use std::time::Duration;

use super::{LedgerError, Limit, LimitStatus, RetryBasis};
use crate::description::info::OperationInfo;
use crate::encoding::date::iso;
use crate::request::preflight::Refusal;

/// There is no room for the call.
pub(super) fn closed(operation: &'static OperationInfo, limit: &Limit, standing: &LimitStatus) -> Refusal {
    let way_round = "if that is wrong, `clear` of the ledger forgets it";
    refusal(operation, limit, "limit", format!("{}; {way_round}", reason(limit, standing)))
}

/// It is unknown whether there is room.
pub(super) fn uncounted(operation: &'static OperationInfo, limit: &Limit, error: &LedgerError) -> Refusal {
    let reason = format!(
        "has a limit of {} calls in {} and the call cannot be counted, because the ledger failed: {error}; \
         `on_ledger_error(OnLedgerError::FailOpen)` on the client sends such calls uncounted",
        limit.max,
        hours(limit.window),
    );
    refusal(operation, limit, "ledger", reason)
}

fn refusal(operation: &'static OperationInfo, limit: &Limit, rule: &'static str, reason: String) -> Refusal {
    Refusal { rule, operation: operation.id, item: limit.masked(), reason, page: operation.page }
}

/// How many calls are counted, what that means, and until when.
pub(super) fn reason(limit: &Limit, standing: &LimitStatus) -> String {
    let calls = match (standing.counted, standing.since) {
        (0, _) | (_, None) => "no call is counted".to_owned(),
        (1, Some(since)) => format!("1 call is counted, of {}", iso(since)),
        (count, Some(since)) => format!("{count} calls are counted since {}", iso(since)),
    };
    let limit_text = format!("{} calls in {}", limit.max, hours(limit.window));
    let opens = |at| format!("it opens again at {}", iso(at));
    match standing.retry_at {
        Some(retry) if retry.basis == RetryBasis::Observed => format!(
            "is blocked, because Graph answered that the limit of {limit_text} is reached ({calls}); {}, which is {} after that \
             answer (observed)",
            opens(retry.at),
            hours(limit.block),
        ),
        Some(retry) => format!(
            "has had its {limit_text}: {calls}, and one more would block it for {}; {} (estimated from what was counted here)",
            hours(limit.block),
            opens(retry.at),
        ),
        None => calls,
    }
}

/// `72 h`, or seconds where the hours are not whole.
fn hours(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 3600 && seconds.is_multiple_of(3600) { format!("{} h", seconds / 3600) } else { format!("{seconds} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_said_where_they_are_whole() {
        let said = |seconds| hours(Duration::from_secs(seconds));
        assert_eq!([0, 60, 3600, 5400, 259_200].map(said), ["0 s", "60 s", "1 h", "5400 s", "72 h"]);
    }
}
