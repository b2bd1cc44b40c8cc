//! Whether a call that failed is sent again, and when: a value that the retry loop asks. It has no clock and does no I/O.

use std::time::Duration;

use crate::retry::policy::{Effect, Ending, Failure, RetryPolicy, decide, pause};

/// Where a call is between its attempts.
pub(crate) struct Schedule {
    policy: RetryPolicy,
    /// The worst that a repetition would do.
    effect: Effect,
    began: Duration,
    /// How long the call may take, from when it began.
    limit: Duration,
    refreshed: bool,
    /// How often it was sent again after a pause.
    repeats: u32,
    /// How often it was sent.
    sent: u32,
    last: Option<Verdict>,
}

/// What an attempt that failed says about another one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    pub(crate) ending: Ending,
    /// Has Graph rejected the token, and is it safe to send another?
    pub(crate) rejects_token: bool,
    /// How long Graph asks to wait.
    pub(crate) asked: Option<Duration>,
    /// The seconds that Graph wants to the power of the number of repetitions, where it asks for exponential backoff.
    pub(crate) backoff_base: Option<u32>,
}

/// What comes before an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// Sending, which may take this long.
    Send(Duration),
    /// Nothing: what is left of the time is too little.
    Stop,
}

/// What follows an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// Another attempt with another token, if there is one: else ask [`Schedule::without_token`].
    Refresh,
    /// Nothing, but another token is to be had for what follows.
    RefreshOnly,
    /// Another attempt after this pause.
    Wait(Duration),
    /// Nothing.
    Stop,
}

/// What is kept for the sending: a tenth of the call's time limit, and no more than this.
const MOST_FOR_SENDING: Duration = Duration::from_secs(1);

impl Schedule {
    pub(crate) fn new(policy: RetryPolicy, effect: Effect, limit: Duration, now: Duration) -> Self {
        Self { policy, effect, began: now, limit, refreshed: false, repeats: 0, sent: 0, last: None }
    }

    pub(crate) fn before(&self, now: Duration) -> Before {
        if self.time_to_wait(now).is_zero() { Before::Stop } else { Before::Send(self.left(now)) }
    }

    /// How long the call may wait before it is sent: what is left after that is for the sending. Without it, a call would leave with no
    /// time for an answer, and its outcome be unknown for nothing.
    pub(crate) fn time_to_wait(&self, now: Duration) -> Duration {
        self.left(now).saturating_sub((self.limit / 10).min(MOST_FOR_SENDING))
    }

    pub(crate) fn after(&mut self, now: Duration, verdict: Verdict, roll: u32) -> After {
        self.sent += 1;
        self.last = Some(verdict);
        if verdict.rejects_token && !self.refreshed {
            self.refreshed = true;
            return if self.effect == Effect::Never { After::RefreshOnly } else { After::Refresh };
        }
        self.pause(now, verdict, roll)
    }

    /// What follows the last attempt where there is no other token.
    pub(crate) fn without_token(&mut self, now: Duration, roll: u32) -> After {
        self.refreshed = false;
        self.last.map_or(After::Stop, |verdict| self.pause(now, verdict, roll))
    }

    /// How much time the call has left.
    pub(crate) fn left(&self, now: Duration) -> Duration {
        self.limit.saturating_sub(self.passed(now))
    }

    /// How often it was sent.
    pub(crate) fn sent(&self) -> u32 {
        self.sent
    }

    fn passed(&self, now: Duration) -> Duration {
        now.saturating_sub(self.began)
    }

    fn pause(&mut self, now: Duration, verdict: Verdict, roll: u32) -> After {
        if self.sent >= self.policy.attempts {
            return After::Stop;
        }
        let Some(wait) = decide(Failure { effect: self.effect, ending: verdict.ending }, &self.policy) else { return After::Stop };
        let least = verdict.backoff_base.map(|base| Duration::from_secs(u64::from(base).saturating_pow(self.repeats)));
        let left = self.time_to_wait(now).min(self.policy.elapsed.saturating_sub(self.passed(now)));
        match pause(&self.policy, wait, verdict.asked.max(least), self.repeats, roll) {
            // One that would lead beyond the end is not begun.
            Some(pause) if pause < left => {
                self.repeats += 1;
                After::Wait(pause)
            }
            _ => After::Stop,
        }
    }
}
