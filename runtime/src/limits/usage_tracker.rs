//! What a client has seen of usage: the latest for its app and for each business object.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::response::usage::{AppUsage, Usage, UseCaseUsage};

/// How far back Graph counts.
pub(crate) const WINDOW: Duration = Duration::from_secs(60 * 60);

/// The latest usage, shared by a client, its clones and its views.
#[derive(Default)]
pub(crate) struct UsageTracker(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    app: Option<(Duration, AppUsage)>,
    objects: HashMap<String, (Duration, Vec<UseCaseUsage>)>,
    /// Which business objects calls about another object count for: Graph names them in its answers.
    counted_for: HashMap<String, (Duration, Vec<String>)>,
    /// How large the maps may become before what is too old is removed.
    room: usize,
}

/// A usage that a call counts for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level<'a> {
    /// The business object and the kind of call; nothing for the app.
    pub(crate) object: Option<(&'a str, &'a str)>,
    pub(crate) percent: u32,
    pub(crate) regain_access: Option<Duration>,
    /// How long ago Graph said so.
    pub(crate) age: Duration,
}

impl UsageTracker {
    /// Remembers what an answer to a call about these objects said.
    pub(crate) fn note<'a>(&self, ids: impl Iterator<Item = &'a str>, usage: &Usage, now: impl FnOnce() -> Duration) {
        if usage.app.is_none() && usage.business.is_empty() {
            return;
        }
        let now = now();
        let mut seen = self.lock();
        // What was reported to another machine may be older than what this one knows.
        if let Some(app) = usage.app
            && seen.app.is_none_or(|(known, _)| known <= now)
        {
            seen.app = Some((now, app));
        }
        for (id, cases) in &usage.business {
            if seen.objects.get(id).is_none_or(|(known, _)| *known <= now) {
                seen.objects.insert(id.clone(), (now, cases.clone()));
            }
        }
        for id in ids.filter(|id| !usage.business.is_empty() && !usage.business.contains_key(*id)) {
            seen.counted_for.insert(id.to_owned(), (now, usage.business.keys().cloned().collect()));
        }
        seen.tidy(now);
    }

    /// The latest of everything.
    pub(crate) fn latest(&self) -> Usage {
        let seen = self.lock();
        let business: BTreeMap<_, _> = seen.objects.iter().map(|(id, (_, cases))| (id.clone(), cases.clone())).collect();
        Usage { app: seen.app.map(|(_, app)| app), business }
    }

    /// Looks at every usage that a call about these objects counts for.
    pub(crate) fn levels<'a>(&self, ids: impl Iterator<Item = &'a str>, now: Duration, mut look: impl FnMut(Level<'_>)) {
        let seen = self.lock();
        if let Some((at, app)) = seen.app {
            look(Level { object: None, percent: app.highest(), regain_access: None, age: now.saturating_sub(at) });
        }
        for id in ids {
            let others = seen.counted_for.get(id).map_or(&[][..], |(_, others)| others);
            for object in others.iter().map(String::as_str).chain([id]) {
                let Some((at, cases)) = seen.objects.get(object) else { continue };
                for case in cases {
                    look(Level {
                        object: Some((object, &case.kind)),
                        percent: case.highest(),
                        regain_access: case.regain_access,
                        age: now.saturating_sub(*at),
                    });
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// What is older than the window says nothing any more, unless access is regained later.
    fn tidy(&mut self, now: Duration) {
        let size = self.objects.len() + self.counted_for.len();
        if size <= self.room.max(1024) {
            return;
        }
        let old = |at: Duration| now.saturating_sub(at);
        self.objects.retain(|_, (at, cases)| {
            let blocked = cases.iter().filter_map(|case| case.regain_access).max().unwrap_or_default();
            old(*at) < blocked.max(WINDOW)
        });
        self.counted_for.retain(|_, (at, _)| old(*at) < WINDOW);
        self.room = (self.objects.len() + self.counted_for.len()) * 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(id: &str) -> Usage {
        Usage { business: BTreeMap::from([(id.to_owned(), vec![UseCaseUsage::default()])]), ..Usage::default() }
    }

    #[test]
    fn what_is_too_old_is_forgotten_once_there_is_much() {
        let observed = UsageTracker::default();
        for id in 0..1000 {
            observed.note(["106"].into_iter(), &usage(&id.to_string()), || Duration::ZERO);
        }
        assert_eq!(observed.latest().business.len(), 1000);
        for id in 1000..1100 {
            observed.note(["106"].into_iter(), &usage(&id.to_string()), || WINDOW);
        }
        assert!(observed.latest().business.len() <= 101, "{}", observed.latest().business.len());
    }

    #[test]
    fn calls_of_long_ago_are_forgotten_too() {
        let observed = UsageTracker::default();
        for id in 0..1022 {
            observed.note([format!("a{id}").as_str()].into_iter(), &usage("102"), || Duration::ZERO);
        }
        observed.note(["106", "107"].into_iter(), &usage("102"), || WINDOW);
        let seen = observed.lock();
        assert_eq!((seen.counted_for.len(), seen.objects.len()), (2, 1));
        assert_eq!(seen.room, 6, "it is tidied again when there is twice as much");
    }

    #[test]
    fn objects_alone_are_forgotten_too() {
        let observed = UsageTracker::default();
        for id in 0..1024 {
            observed.note([].into_iter(), &usage(&id.to_string()), || Duration::ZERO);
        }
        observed.note([].into_iter(), &usage("b"), || WINDOW);
        assert_eq!(observed.latest().business.len(), 1);
    }

    #[test]
    fn what_is_within_the_window_is_kept() {
        let observed = UsageTracker::default();
        for id in 0..512 {
            observed.note([format!("a{id}").as_str()].into_iter(), &usage(&id.to_string()), || Duration::ZERO);
        }
        observed.note(["106"].into_iter(), &usage("512"), || WINDOW.saturating_sub(Duration::from_millis(1)));
        let seen = observed.lock();
        assert_eq!((seen.counted_for.len(), seen.objects.len()), (513, 513));
    }

    #[test]
    fn the_latest_report_counts_and_not_the_last_to_arrive() {
        let observed = UsageTracker::default();
        let reported = |percent: u32| Usage {
            app: Some(AppUsage { call_count: percent, ..AppUsage::default() }),
            business: BTreeMap::from([("102".to_owned(), vec![UseCaseUsage { call_count: percent, ..UseCaseUsage::default() }])]),
        };
        for (percent, at, known) in [(80, 10, 80), (90, 20, 90), (70, 5, 90), (60, 20, 60)] {
            observed.note([].into_iter(), &reported(percent), || Duration::from_secs(at));
            assert_eq!(observed.latest(), reported(known), "{percent} % at {at} s");
        }
    }

    #[test]
    fn what_is_old_is_kept_as_long_as_there_is_little() {
        let observed = UsageTracker::default();
        observed.note(["106"].into_iter(), &usage("102"), || Duration::ZERO);
        observed.note(["107"].into_iter(), &usage("103"), || WINDOW);
        assert_eq!(observed.latest().business.len(), 2);
    }

    #[test]
    fn an_answer_that_names_no_object_takes_nothing_from_what_was_known() {
        let observed = UsageTracker::default();
        observed.note(["106"].into_iter(), &usage("102"), || Duration::ZERO);
        observed.note(["106"].into_iter(), &Usage { app: Some(AppUsage::default()), ..Usage::default() }, || Duration::ZERO);
        let mut found = Vec::new();
        observed.levels(["106"].into_iter(), Duration::ZERO, |level| found.push(level.object.map(|(id, _)| id.to_owned())));
        assert_eq!(found, [None, Some("102".to_owned())]);
    }

    #[test]
    fn a_call_counts_for_what_graph_named_before() {
        let observed = UsageTracker::default();
        observed.note(["106"].into_iter(), &usage("102"), || Duration::ZERO);
        let found = |id: &str| {
            let mut found = Vec::new();
            observed.levels([id].into_iter(), Duration::ZERO, |level| found.push(level.object.unwrap().0.to_owned()));
            found
        };
        assert_eq!(found("106"), ["102"]);
        assert_eq!(found("102"), ["102"]);
        assert!(found("107").is_empty());
    }
}
