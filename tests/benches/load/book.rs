//! What the server saw of each call.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The requests of one call.
#[derive(Clone, Copy, Default)]
pub struct Sighting {
    /// How many were read.
    pub seen: u32,
    /// How many of them the server answered, or failed in a way that leaves open whether it carried them out.
    pub executed: u32,
    /// How many came when one before may have been carried out.
    pub again: u32,
}

/// The requests of all calls.
#[derive(Default)]
pub struct Book {
    calls: BTreeMap<usize, Sighting>,
    failed: u32,
    unread: u32,
}

impl Book {
    /// Notes a request, and what the server is about to do.
    pub fn note(&mut self, call: usize, failed: bool, executed: bool) {
        let sighting = self.calls.entry(call).or_default();
        sighting.seen += 1;
        sighting.again += u32::from(sighting.executed > 0);
        sighting.executed += u32::from(executed);
        self.failed += u32::from(failed);
    }

    /// Notes a request that is not going to be read.
    pub fn note_unread(&mut self) {
        self.unread += 1;
        self.failed += 1;
    }

    /// How often a call was seen before.
    pub fn seen(&self, call: usize) -> u32 {
        self.calls.get(&call).map_or(0, |sighting| sighting.seen)
    }

    pub fn failed(&self) -> u32 {
        self.failed
    }

    pub fn unread(&self) -> u32 {
        self.unread
    }

    pub fn requests(&self) -> u32 {
        self.unread + self.calls.values().map(|sighting| sighting.seen).sum::<u32>()
    }

    pub fn executed(&self, call: usize) -> u32 {
        self.calls.get(&call).map_or(0, |sighting| sighting.executed)
    }

    /// The calls that were sent again when they may have been carried out.
    pub fn sent_again(&self, calls: impl Iterator<Item = usize>) -> Vec<usize> {
        calls.filter(|call| self.calls.get(call).is_some_and(|sighting| sighting.again > 0 || sighting.executed > 1)).collect()
    }

    /// `never 4, once 3210, twice 40`: how many calls were seen how often.
    pub fn sightings(&self, calls: impl Iterator<Item = usize>) -> String {
        let mut often = BTreeMap::new();
        for call in calls {
            *often.entry(self.seen(call)).or_insert(0) += 1;
        }
        let often = often.iter().map(|(seen, calls)| match seen {
            0 => format!("never {calls}"),
            1 => format!("once {calls}"),
            2 => format!("twice {calls}"),
            more => format!("{more} times {calls}"),
        });
        format!("seen by the server {}", often.collect::<Vec<_>>().join(", "))
    }

    pub fn text(&self) -> String {
        let mut text = format!("{} {}\n", self.failed, self.unread);
        for (call, Sighting { seen, executed, again }) in &self.calls {
            writeln!(text, "{call} {seen} {executed} {again}").unwrap();
        }
        text
    }

    pub fn parse(text: &str) -> Self {
        let numbers = |line: &str| line.split(' ').map(|number| number.parse().unwrap()).collect::<Vec<u32>>();
        let mut lines = text.lines();
        let head = numbers(lines.next().expect("the server wrote its book"));
        let calls = lines.map(numbers).map(|line| (line[0] as usize, Sighting { seen: line[1], executed: line[2], again: line[3] }));
        Self { calls: calls.collect(), failed: head[0], unread: head[1] }
    }
}
