//! What a ledger's file says, up to where it is known, and how it grows.

use std::collections::HashMap;
use std::io;

use memchr::memchr;

use super::journal_file::LedgerFile;
use super::journal_head::{self as head, Head};
use super::journal_line::{self as line, Item, Seal, Unreadable};
use super::state::{Book, Entry, Key, Millis, Place, fresh_id};

/// How many bytes at the end of what is known must be there again.
const TAIL: usize = 64;

/// How far a number may be beyond those that are known: lines in between may have been deleted.
const GAP: usize = 1 << 20;

/// The contents of the file, up to `end`.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) head: Head,
    pub(super) end: u64,
    pub(super) lines: usize,
    pub(super) entries: usize,
    pub(super) book: Book,
    /// The last bytes before the end.
    tail: Vec<u8>,
    /// Are there bytes behind it that no one relies on?
    torn: bool,
    /// What the numbers in lines stand for.
    keys: Vec<Option<(Place, Millis)>>,
    numbers: HashMap<(Place, Millis), usize>,
}

/// A line that cannot be read.
pub(super) struct Fault {
    /// Where it begins.
    pub(super) at: u64,
    pub(super) why: Unreadable,
}

impl Contents {
    pub(super) fn new(head: Head) -> Self {
        Self {
            head,
            end: head.start,
            lines: 0,
            entries: 0,
            book: Book::default(),
            tail: Vec::new(),
            torn: false,
            keys: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// The contents of a file with these bytes.
    pub(super) fn of(head: Head, bytes: &[u8]) -> io::Result<Self> {
        let mut contents = Self::new(head);
        let start = usize::try_from(head.start).unwrap_or(usize::MAX);
        contents.take(bytes.get(start..).unwrap_or_default()).map_err(|_| io::Error::other("what was written cannot be read"))?;
        Ok(contents)
    }

    pub(super) fn tail_length(&self) -> u64 {
        length(self.tail.len())
    }

    /// What follows on the last bytes that are known, if these are there.
    pub(super) fn after_tail<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        bytes.strip_prefix(self.tail.as_slice())
    }

    /// Takes the lines that follow on what is known. A last line that is damaged was never finished, so nothing relied on it.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let before = self.end;
        let taken = self.take_lines(bytes);
        let length = usize::try_from(self.end - before).unwrap_or(usize::MAX);
        self.torn = length < bytes.len();
        self.tail.extend(bytes.get(length.saturating_sub(TAIL)..length).unwrap_or_default());
        self.tail.drain(..self.tail.len().saturating_sub(TAIL));
        taken
    }

    fn take_lines(&mut self, mut rest: &[u8]) -> Result<(), Fault> {
        let seal = self.head.seal();
        let mut items = Vec::new();
        while let Some((line, after)) = split_line(rest) {
            let read = line::read(seal, line, &mut items);
            match read.and_then(|()| items.drain(..).try_for_each(|item| self.apply(&item).ok_or(Unreadable::Unknown))) {
                Ok(()) => {}
                Err(Unreadable::Damaged) if is_end(seal, after) => break,
                Err(why) => return Err(Fault { at: self.end, why }),
            }
            self.end += length(line.len()) + 1;
            self.lines += 1;
            rest = after;
        }
        Ok(())
    }

    fn apply(&mut self, item: &Item<'_>) -> Option<()> {
        match item {
            Item::Key { number, window, operation, subject } => {
                let key = (self.book.place(operation, subject), *window);
                if *number >= self.keys.len() {
                    (*number - self.keys.len() < GAP).then(|| self.keys.resize(number + 1, None))?;
                }
                *self.keys.get_mut(*number)? = Some(key);
                self.numbers.insert(key, *number);
            }
            Item::Count { key, change } => {
                let (place, window) = (*self.keys.get(*key)?)?;
                self.book.change(place, window, *change);
            }
            Item::Alias { old, new } => self.book.join(old, new),
        }
        self.entries += 1;
        Some(())
    }

    /// Writes one line with these entries at the end, and applies them.
    pub(super) fn append(&mut self, file: &LedgerFile, entries: &[Entry]) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut fresh: HashMap<&Key, usize> = HashMap::new();
        let mut items = Vec::new();
        for entry in entries {
            let (key, change) = match entry {
                Entry::Count { key, change } => (key, *change),
                Entry::Alias { old, new } => {
                    items.push(Item::Alias { old: old.into(), new: new.into() });
                    continue;
                }
            };
            let place = self.book.place(&key.operation, &key.subject);
            let number = match self.numbers.get(&(place, key.window)).or_else(|| fresh.get(key)) {
                Some(number) => *number,
                None => {
                    let number = self.keys.len() + fresh.len();
                    fresh.insert(key, number);
                    items.push(named(number, key));
                    number
                }
            };
            items.push(Item::Count { key: number, change });
        }
        let mut text = String::new();
        line::write(self.head.seal(), items, &mut text);
        if self.torn {
            // What a process that died has left of its last line.
            file.cut(self.end)?;
        }
        if let Err(error) = file.write(self.end, text.as_bytes()) {
            self.torn = file.cut(self.end).is_err();
            return Err(error);
        }
        self.take(text.as_bytes()).map_err(|_| io::Error::other("what was written cannot be read"))
    }

    /// Writes this book as the next generation: to room in the front that no longer counts, or at the end. Until the head leads there the
    /// present generation is what counts.
    pub(super) fn renew(&self, file: &LedgerFile, book: &Book, word: u64) -> io::Result<Self> {
        let generation = self.head.generation.wrapping_add(1);
        let text = lines(Seal::new(word, generation), book);
        let front = length(head::LENGTH);
        let start = if self.head.start - front >= length(text.len()) { front } else { self.end };
        let head = Head { word, generation, start, least_end: start + length(text.len()) };
        if let Err(error) = file.write(start, text.as_bytes()) {
            // What is left of it is no line of this generation.
            let _ = file.cut(self.end);
            return Err(error);
        }
        file.write(head.offset(), head.slot().as_bytes())?;
        let mut fresh = Self::new(head);
        fresh.take(text.as_bytes()).map_err(|_| io::Error::other("what was written cannot be read"))?;
        fresh.torn = file.cut(head.least_end).is_err();
        Ok(fresh)
    }
}

/// All of a file with this book.
pub(super) fn anew(book: &Book) -> Vec<u8> {
    let start = length(head::LENGTH);
    let head = Head { word: fresh_id(), generation: 0, start, least_end: start };
    let text = lines(head.seal(), book);
    let head = Head { least_end: start + length(text.len()), ..head };
    [head.whole(), text].concat().into_bytes()
}

fn lines(seal: Seal, book: &Book) -> String {
    let mut text = String::new();
    let mut number = 0;
    for entries in book.entries() {
        let mut items = Vec::with_capacity(entries.len() + 1);
        for entry in &entries {
            match entry {
                Entry::Alias { old, new } => items.push(Item::Alias { old: old.into(), new: new.into() }),
                // Entries that belong together are of one counter.
                Entry::Count { key, change } => {
                    if items.is_empty() {
                        items.push(named(number, key));
                    }
                    items.push(Item::Count { key: number, change: *change });
                }
            }
        }
        number += usize::from(items.len() > 1);
        line::write(seal, items, &mut text);
    }
    text
}

fn named(number: usize, key: &Key) -> Item<'_> {
    Item::Key { number, window: key.window, operation: key.operation.as_str().into(), subject: key.subject.as_str().into() }
}

/// The first line without its end, and what follows; `None` if the line has no end.
fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr(b'\n', bytes)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

/// Is there no whole line left?
fn is_end(seal: Seal, mut rest: &[u8]) -> bool {
    while let Some((line, after)) = split_line(rest) {
        if line::is_whole(seal, line) {
            return false;
        }
        rest = after;
    }
    true
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_be_far_beyond_those_that_are_known_and_no_further() {
        let mut contents = Contents::new(Head { word: 1, generation: 0, start: 0, least_end: 0 });
        let mut name = |number| contents.apply(&Item::Key { number, window: 1, operation: "a".into(), subject: "1".into() });
        assert_eq!(name(GAP), None);
        assert_eq!(name(GAP - 1), Some(()));
        assert_eq!(name(GAP + 5), Some(()), "it is counted from those that are known");
    }
}
