//! How the program ends, as a number for scripts.

use std::process::ExitCode;

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked for is done.
    Done,
    /// Graph answered that it did not do it.
    Rejected,
    /// The command line, the environment or the request is wrong; nothing was sent.
    Usage,
    /// It may have been carried out.
    Unknown,
    /// Nothing was sent, for a reason that may pass.
    NotSent,
    /// A check found what it looks for, or a search nothing.
    Found,
}

impl Exit {
    /// Each end with its number and what it means.
    pub(crate) const ALL: [(Self, u8, &'static str); 6] = [
        (Self::Done, 0, "done"),
        (Self::Rejected, 1, "Graph answered with an error and did nothing"),
        (Self::Usage, 2, "wrong command line, environment or request; nothing was sent"),
        (Self::Unknown, 3, "unknown: it may have been carried out; look before you repeat it"),
        (Self::NotSent, 4, "not sent, for a reason that may pass: no connection, a limit"),
        (Self::Found, 5, "a check found a problem, or a search found nothing"),
    ];

    pub(crate) fn number(self) -> u8 {
        Self::ALL.iter().find(|(exit, ..)| *exit == self).map_or(2, |(_, number, _)| *number)
    }

    /// Its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Rejected => "rejected",
            Self::Usage => "usage",
            Self::Unknown => "unknown",
            Self::NotSent => "not_sent",
            Self::Found => "found",
        }
    }

    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(self.number())
    }

    /// The lines of `--help`.
    pub(crate) fn help() -> String {
        let lines = Self::ALL.iter().map(|(_, number, meaning)| format!("  {number}  {meaning}\n"));
        format!("Exit codes:\n{}", lines.collect::<String>())
    }
}
