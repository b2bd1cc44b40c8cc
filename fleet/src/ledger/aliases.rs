//! Two names of one subject. They are in two places, between which a cluster can do nothing at once.
//!
//! The calls of one name are written to the other, and then the first is made to lead there, unless it has changed since it was read. A call that is read
//! twice has one id, so it counts once. A process that dies in between has lost nothing: both names count what they did, and the
//! next who joins them begins anew. Names lead from the larger to the smaller, so never in a circle.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use graph_runtime::ledger::Limit;

use super::{RedisLedger, STEPS};
use crate::link::Fault;

/// How long a name is taken to lead where it did. Then it is looked up, which also keeps it from being forgotten.
const KNOWN: Duration = Duration::from_secs(600);

/// More names than these are looked up each time.
const ROOM: usize = 10_000;

/// Where names lead, as far as this process knows.
#[derive(Clone, Default)]
pub(super) struct Aliases(Arc<Mutex<HashMap<String, (String, Instant)>>>);

impl Aliases {
    /// The name by which is counted, or the name itself.
    pub(super) fn root(&self, tag: String) -> String {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(&tag) {
            Some((root, at)) if at.elapsed() < KNOWN => root.clone(),
            Some(_) => {
                known.remove(&tag);
                tag
            }
            None => tag,
        }
    }

    pub(super) fn remember(&self, tag: String, root: String) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= ROOM {
            known.retain(|_, (_, at)| at.elapsed() < KNOWN);
        }
        if known.len() < ROOM {
            known.insert(tag, (root, Instant::now()));
        }
    }
}

impl RedisLedger {
    /// Makes two names one.
    pub(super) async fn join(&self, limit: &Limit, one: String, other: String) -> Result<(), Fault> {
        for _ in 0..STEPS {
            let (first, second) = (self.end(limit, one.clone()).await?, self.end(limit, other.clone()).await?);
            let (root, name) = match first.0.cmp(&second.0) {
                Ordering::Equal => return Ok(()),
                Ordering::Less => (first.0, second),
                Ordering::Greater => (second.0, first),
            };
            let (name, [_, version, until, calls @ ..]) = (name.0, name.1.as_slice()) else {
                return Err(Fault::unreadable("all there is of a subject"));
            };
            if !calls.is_empty() {
                let more: Vec<String> = std::iter::once(until).chain(calls).cloned().collect();
                // It goes on to where the root may lead by now.
                self.ask(root.clone(), "merge", limit, &more).await?;
            }
            if self.step(&name, "point", limit, &[version.clone(), root.clone()]).await? == ["done"] {
                self.aliases.remember(name, root);
                return Ok(());
            }
        }
        Err(Fault::unreadable("names that never stay the same"))
    }

    /// The name to which a name leads, and all there is of it.
    async fn end(&self, limit: &Limit, mut tag: String) -> Result<(String, Vec<String>), Fault> {
        for _ in 0..STEPS {
            let answer = self.step(&tag, "read", limit, &[]).await?;
            match answer.as_slice() {
                [word, root] if word == "root" => tag.clone_from(root),
                _ => return Ok((tag, answer)),
            }
        }
        Err(Fault::unreadable("names that lead in a circle"))
    }
}
