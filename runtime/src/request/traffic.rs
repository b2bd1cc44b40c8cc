//! What holds calls back though nothing is wrong with them: a switch of its own, beside that of refusals.

/// What to do about calls that the client's [`Governor`](crate::Governor), [`Pace`](crate::Pace) or [`Ledger`](crate::ledger::Ledger) holds back. It is not about
/// what the documentation says will fail, which is for [`Refusals`](crate::Refusals).
///
/// To do without the pace alone, give the client none, or the number another one with [`set_pace`](crate::Client::set_pace): the ledger protects
/// from limits that block for days, and this turns it off too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Traffic {
    /// Wait; and if that would take too long, or a limit that blocks is reached, answer with an error that says until when, and send nothing.
    #[default]
    Hold,
    /// Wait, as long as that does not take too long; else send the call at once, and log a warning.
    Warn,
    /// Send it at once. Governor and pace do not know of it; the ledger counts it.
    Off,
}
