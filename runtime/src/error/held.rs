//! A call that is held back, though nothing is wrong with it.

use std::fmt;
use std::time::Duration;

/// What holds a call back for longer than it may wait.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// `governor` or `pace`.
    pub(crate) rule: &'static str,
    /// Why, in words.
    pub(crate) reason: String,
    /// How long it would take.
    pub(crate) wait: Duration,
    /// How long it may take.
    pub(crate) longest: Duration,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, reason, wait, longest } = self;
        write!(
            f,
            "{reason}: its turn would come in {}, and it may wait for {} (`{rule}`). Send it then, give it more time with `timeout` or \
             `max_wait`, or send it at once: `.with_traffic(Traffic::Off)`",
            seconds(*wait),
            seconds(*longest),
        )
    }
}

/// With a digit below ten seconds, rounded up: who comes back then is not too early.
fn seconds(time: Duration) -> String {
    let tenths = time.as_millis().div_ceil(100);
    if tenths < 100 { format!("{}.{} s", tenths / 10, tenths % 10) } else { format!("{} s", time.as_millis().div_ceil(1000)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_up() {
        let shown = |millis| seconds(Duration::from_millis(millis));
        assert_eq!([0, 1, 101, 9900, 9901, 12_001].map(shown), ["0.0 s", "0.1 s", "0.2 s", "9.9 s", "10 s", "13 s"]);
    }
}
