//! Which version answers, by the stand-in's clock.

use graph_runtime::Version;
use whatsapp_graph::ApiVersion;

use super::Inner;
use crate::clock::{Millis, time_of};

/// From when until when a version is served.
pub(super) struct Life {
    version: Version,
    released: Millis,
    expires: Option<Millis>,
}

impl Inner {
    /// The version that answers, and whether the one that was asked for is not released yet.
    pub(crate) fn served(&self, asked: Option<Version>) -> (Version, bool) {
        let now = self.clock.now();
        let is_usable = |info: &&Life| info.released <= now && info.expires.is_none_or(|expires| now < expires);
        let oldest = self.versions.iter().find(is_usable).or(self.versions.last()).map_or(Version(0, 0), |info| info.version);
        let Some(asked) = asked else { return (oldest, false) };
        match self.versions.iter().find(|info| info.version == asked) {
            Some(info) if is_usable(&info) => (asked, false),
            Some(info) => (oldest, now < info.released),
            None => (oldest, self.versions.last().is_some_and(|newest| newest.version < asked)),
        }
    }
}

/// The first millisecond of a day.
fn millis_of(day: &str) -> Option<Millis> {
    let mut parts = day.split('-').map(str::parse::<u32>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let wanted = graph_runtime::Day(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    // Days are found by their number: the runtime counts them.
    let (mut low, mut high) = (0_i64, 80_000_i64);
    while low < high {
        let middle = i64::midpoint(low, high);
        if graph_runtime::Day::of(time_of(middle * 86_400_000)) < wanted { low = middle + 1 } else { high = middle }
    }
    Some(low * 86_400_000)
}

/// The versions are those of the client: a new one is no change of the tables.
pub(super) fn lives() -> Vec<Life> {
    let life = |version: ApiVersion| Life {
        version: version.into(),
        released: version.released().and_then(millis_of).unwrap_or(0),
        expires: version.expires().and_then(millis_of),
    };
    ApiVersion::known().map(life).collect()
}
