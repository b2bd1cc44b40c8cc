//! The first lines of the file of a [`FileLedger`](super::FileLedger): the format, and where the lines are that count.

use super::journal_line::Seal;

const FORMAT: &str = "graph-ledger 2\n";

/// A slot, with its end.
const SLOT: usize = 61;

/// The bytes before the first line.
pub(super) const LENGTH: usize = FORMAT.len() + 2 * SLOT;

/// Where the lines are that count. It is in one of two slots, and the next generation is written to the other: whatever happens in
/// between, one of them is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Another one in each file, and in a file that was restored.
    pub(super) word: u64,
    /// How often the lines were written anew.
    pub(super) generation: u32,
    /// Where they begin.
    pub(super) start: u64,
    /// How far they were written then: a shorter file was cut.
    pub(super) least_end: u64,
}

/// Why there is no head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoHead {
    /// The file is empty, or ends within what may be one.
    Cut,
    /// It is of the format that was used before the first release.
    Earlier,
    /// It is of a later format.
    Later,
    /// It is no ledger.
    Foreign,
    /// It was a ledger.
    Damaged,
}

impl Head {
    pub(super) fn seal(&self) -> Seal {
        Seal::new(self.word, self.generation)
    }

    /// All of the head, for a file that has no other.
    pub(super) fn whole(&self) -> String {
        let blank = "-".repeat(SLOT - 1) + "\n";
        if self.generation.is_multiple_of(2) { [FORMAT, &self.slot(), &blank].concat() } else { [FORMAT, &blank, &self.slot()].concat() }
    }

    /// Its slot.
    pub(super) fn slot(&self) -> String {
        let Self { word, generation, start, least_end } = self;
        let text = format!("{word:016x} {generation:08x} {start:012x} {least_end:012x}");
        format!("{:08x} {text}\n", crc32fast::hash(text.as_bytes()))
    }

    /// Where its slot is.
    pub(super) fn offset(&self) -> u64 {
        let length = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
        length(FORMAT.len()) + u64::from(self.generation % 2) * length(SLOT)
    }

    /// Reads what may be the first [`LENGTH`] bytes of a ledger, or all of a shorter file.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NoHead> {
        let begins = bytes.len().min(FORMAT.len());
        if bytes.get(..begins) != FORMAT.as_bytes().get(..begins) {
            return Err(match bytes.strip_prefix(b"graph-ledger ") {
                Some([b'1', b' ', ..]) => NoHead::Earlier,
                Some([b'1'..=b'9', ..]) => NoHead::Later,
                _ => NoHead::Foreign,
            });
        }
        let slots = bytes.get(FORMAT.len()..LENGTH).ok_or(NoHead::Cut)?;
        let (first, second) = slots.split_at(SLOT);
        match (slot(first), slot(second)) {
            (Ok(first), Ok(second)) => first.into_iter().chain(second).max_by_key(|head| head.generation).ok_or(NoHead::Damaged),
            _ => Err(NoHead::Damaged),
        }
    }
}

fn slot(bytes: &[u8]) -> Result<Option<Head>, ()> {
    let text = bytes.strip_suffix(b"\n").and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or(())?;
    if text.bytes().all(|byte| byte == b'-') {
        return Ok(None);
    }
    let mut words = text.split(' ').skip(1).map(|word| u64::from_str_radix(word, 16));
    let mut next = || words.next().and_then(Result::ok).ok_or(());
    let (word, generation, start, least_end) = (next()?, next()?, next()?, next()?);
    let head = Head { word, generation: u32::try_from(generation).map_err(|_| ())?, start, least_end };
    if head.slot().as_bytes() == bytes { Ok(Some(head)) } else { Err(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: Head = Head { word: u64::MAX, generation: 6, start: 137, least_end: 137 };

    #[test]
    fn a_head_is_read_as_it_was_written() {
        for generation in [0, 1, 6, u32::MAX] {
            let head = Head { generation, ..HEAD };
            let text = head.whole();
            assert_eq!((text.len(), Head::read(text.as_bytes())), (LENGTH, Ok(head)));
            let at = usize::try_from(head.offset()).unwrap();
            assert_eq!(text[at..at + SLOT], head.slot());
        }
    }

    #[test]
    fn the_later_of_two_generations_counts() {
        let next = Head { generation: 7, start: 9000, ..HEAD };
        let mut text = HEAD.whole();
        let at = usize::try_from(next.offset()).unwrap();
        text.replace_range(at..at + SLOT, &next.slot());
        assert_eq!(Head::read(text.as_bytes()), Ok(next));
        let after = Head { generation: 8, ..HEAD };
        let at = usize::try_from(after.offset()).unwrap();
        text.replace_range(at..at + SLOT, &after.slot());
        assert_eq!(Head::read(text.as_bytes()), Ok(after));
    }

    #[test]
    fn what_is_no_head_says_why() {
        let text = HEAD.whole().into_bytes();
        for at in 0..LENGTH {
            assert_eq!(Head::read(&text[..at]), Err(NoHead::Cut), "cut at {at}");
            let mut other = text.clone();
            other[at] ^= 1;
            let why = Head::read(&other).unwrap_err();
            assert_eq!(why == NoHead::Damaged, at >= FORMAT.len(), "changed at {at}: {why:?}");
        }
        assert_eq!(Head::read(b"graph-ledger 1 5d0c1e6a92f4b3c7\n"), Err(NoHead::Earlier));
        assert_eq!(Head::read(b"graph-ledger 3\n"), Err(NoHead::Later));
        assert_eq!(Head::read(b"graph-ledger 10\n"), Err(NoHead::Later));
        assert_eq!(Head::read(b"my notes\n"), Err(NoHead::Foreign));
        assert_eq!(
            Head::read([FORMAT, &["-"; SLOT - 1].concat(), "\n", &["-"; SLOT - 1].concat(), "\n"].concat().as_bytes()),
            Err(NoHead::Damaged)
        );
    }
}
