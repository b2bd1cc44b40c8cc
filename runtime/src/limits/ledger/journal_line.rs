//! A line of the file of a [`FileLedger`](super::FileLedger): a checksum, and the entries that take effect together.

use std::borrow::Cow;
use std::fmt::Write as _;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};

use super::state::{Call, Change, Millis};

/// What would end a name too early.
const ODD: &AsciiSet = &CONTROLS.add(b' ').add(b';').add(b'%');

/// Why a line cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is not what was written: torn off, damaged, or of another generation.
    Damaged,
    /// It is what was written, by a later version of this crate or behind a line that is gone.
    Unknown,
}

/// What a line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    /// From here on this number is short for this operation, name and window.
    Key { number: usize, window: Millis, operation: Cow<'a, str>, subject: Cow<'a, str> },
    /// A counter changes.
    Count { key: usize, change: Change },
    /// Two names of one subject.
    Alias { old: Cow<'a, str>, new: Cow<'a, str> },
}

/// What makes the checksums of one generation of a file differ from those of every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seal(u32);

impl Seal {
    pub(super) fn new(word: u64, generation: u32) -> Self {
        let mut seed = [0; 12];
        seed[..8].copy_from_slice(&word.to_be_bytes());
        seed[8..].copy_from_slice(&generation.to_be_bytes());
        Self(crc32fast::hash(&seed))
    }

    fn of(self, text: &[u8]) -> u32 {
        let mut sum = crc32fast::Hasher::new_with_initial(self.0);
        sum.update(text);
        sum.finalize()
    }
}

/// Adds a line, with its end. It may be read again whole or not at all.
pub(super) fn write<'a>(seal: Seal, items: impl IntoIterator<Item = Item<'a>>, to: &mut String) {
    let mut text = String::new();
    for item in items {
        if !text.is_empty() {
            text.push(';');
        }
        // Writing to a string cannot fail.
        let _ = match item {
            Item::Key { number, window, operation, subject } => {
                write!(text, "k {number} {window} {} {}", utf8_percent_encode(&operation, ODD), utf8_percent_encode(&subject, ODD))
            }
            Item::Count { key, change } => match change {
                Change::Call(Call { id, at, answered }) => write!(text, "{} {key} {id:016x} {at}", if answered { 'a' } else { 'c' }),
                Change::Release(id) => write!(text, "r {key} {id:016x}"),
                Change::Block(until) => write!(text, "b {key} {until}"),
                Change::Clear => write!(text, "x {key}"),
            },
            Item::Alias { old, new } => write!(text, "n {} {}", utf8_percent_encode(&old, ODD), utf8_percent_encode(&new, ODD)),
        };
    }
    let _ = writeln!(to, "{:08x} {text}", seal.of(text.as_bytes()));
}

/// Reads a line without its end.
pub(super) fn read<'a>(seal: Seal, line: &'a [u8], items: &mut Vec<Item<'a>>) -> Result<(), Unreadable> {
    items.clear();
    let (sum, text) = line.split_at_checked(9).ok_or(Unreadable::Damaged)?;
    let sum = sum.strip_suffix(b" ").and_then(number::<16>);
    if sum != Some(u64::from(seal.of(text))) {
        return Err(Unreadable::Damaged);
    }
    for text in text.split(|byte| *byte == b';') {
        items.push(item(text).ok_or(Unreadable::Unknown)?);
    }
    Ok(())
}

/// Is it the whole line of some generation?
pub(super) fn is_whole(seal: Seal, line: &[u8]) -> bool {
    read(seal, line, &mut Vec::new()) != Err(Unreadable::Damaged)
}

fn item(text: &[u8]) -> Option<Item<'_>> {
    let mut words = text.split(|byte| *byte == b' ');
    let kind = words.next()?;
    let mut next = || words.next();
    let item = match kind {
        b"c" | b"a" => {
            let key = index(next()?)?;
            let call = Call { id: number::<16>(next()?)?, at: number::<10>(next()?)?, answered: kind == b"a" };
            Item::Count { key, change: Change::Call(call) }
        }
        b"r" => Item::Count { key: index(next()?)?, change: Change::Release(number::<16>(next()?)?) },
        b"b" => Item::Count { key: index(next()?)?, change: Change::Block(number::<10>(next()?)?) },
        b"x" => Item::Count { key: index(next()?)?, change: Change::Clear },
        b"k" => {
            let (number, window) = (index(next()?)?, number::<10>(next()?)?);
            Item::Key { number, window, operation: name(next()?)?, subject: name(next()?)? }
        }
        b"n" => Item::Alias { old: name(next()?)?, new: name(next()?)? },
        _ => return None,
    };
    words.next().is_none().then_some(item)
}

fn index(text: &[u8]) -> Option<usize> {
    number::<10>(text)?.try_into().ok()
}

/// By hand, because a file may have hundreds of thousands: what the standard library reads has to be known to be text first.
fn number<const BASE: u8>(text: &[u8]) -> Option<u64> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10).filter(|digit| *digit < BASE),
        _ => None,
    };
    let add = |sum: u64, byte: &u8| sum.checked_mul(u64::from(BASE))?.checked_add(u64::from(digit(*byte)?));
    if text.is_empty() { None } else { text.iter().try_fold(0, add) }
}

fn name(text: &[u8]) -> Option<Cow<'_, str>> {
    percent_decode(text).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEAL: Seal = Seal(7);

    fn every_kind() -> Vec<Item<'static>> {
        let count = |change| Item::Count { key: 12, change };
        vec![
            Item::Key { number: 12, window: u64::MAX, operation: "Node.edge.create".into(), subject: "16\n\"5; %20é".into() },
            count(Change::Call(Call { id: u64::MAX, at: u64::MAX, answered: true })),
            count(Change::Call(Call { id: 0, at: 0, answered: false })),
            count(Change::Release(7)),
            count(Change::Block(9)),
            count(Change::Clear),
            Item::Key { number: 0, window: 0, operation: "".into(), subject: "".into() },
            Item::Alias { old: "".into(), new: "1631".into() },
            Item::Alias { old: "106".into(), new: "".into() },
        ]
    }

    fn line(items: Vec<Item<'_>>) -> Vec<u8> {
        let mut line = String::new();
        write(SEAL, items, &mut line);
        assert_eq!(line.pop(), Some('\n'));
        assert!(!line.contains('\n'), "{line}");
        line.into_bytes()
    }

    fn read(line: &[u8]) -> Result<Vec<Item<'_>>, Unreadable> {
        let mut items = vec![Item::Alias { old: "left".into(), new: "over".into() }];
        super::read(SEAL, line, &mut items).map(|()| items)
    }

    #[test]
    fn a_line_is_read_as_it_was_written() {
        assert_eq!(read(&line(every_kind())), Ok(every_kind()));
        for (at, one) in every_kind().into_iter().enumerate() {
            assert_eq!(read(&line(vec![one])).unwrap(), &every_kind()[at..=at]);
        }
    }

    #[test]
    fn a_line_that_is_not_what_was_written_is_never_believed() {
        let line = line(every_kind());
        for at in 0..line.len() {
            assert_eq!(read(&line[..at]), Err(Unreadable::Damaged), "cut at {at}");
            for bit in 0..8 {
                let mut other = line.clone();
                other[at] ^= 1 << bit;
                assert_eq!(read(&other), Err(Unreadable::Damaged), "changed at {at}");
            }
        }
        assert!(is_whole(SEAL, &line) && !is_whole(Seal(8), &line), "of another generation");
        assert_ne!(Seal::new(1, 2), Seal::new(1, 3));
        assert_ne!(Seal::new(1, 2), Seal::new(2, 2));
    }

    #[test]
    fn what_a_later_version_wrote_is_not_taken_for_damage() {
        for text in [
            "",
            "z 1",
            "r 1 x",
            "r x 1",
            "c 1 1",
            "b 1 2 3",
            "x 1;z",
            "n 1",
            "k 1 1 a",
            "n %ff a",
            "c 1 1 -1",
            "c 1 1 a",
            "c 1 G 1",
            "c 1  1",
            "c 1 1 18446744073709551616",
        ] {
            let line = format!("{:08x} {text}", SEAL.of(text.as_bytes()));
            assert_eq!(read(line.as_bytes()), Err(Unreadable::Unknown), "{text}");
            assert!(is_whole(SEAL, line.as_bytes()));
        }
        let not_text = [format!("{:08x} ", SEAL.of(b"\xff")).as_bytes(), b"\xff"].concat();
        assert_eq!(read(&not_text), Err(Unreadable::Unknown));
    }
}
