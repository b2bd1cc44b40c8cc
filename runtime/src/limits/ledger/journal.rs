//! The file of a [`FileLedger`](super::FileLedger): lines are added at its end, under its lock, and what others did to it is noticed.

use std::io;
use std::path::{Path, PathBuf, absolute};
use std::thread;
use std::time::{Duration, Instant};

use memchr::memchr_iter;

use super::LedgerError;
use super::journal_contents::{Contents, Fault, anew};
use super::journal_file::LedgerFile;
use super::journal_head::{self as head, Head, NoHead};
use super::journal_line::Unreadable;
use super::state::{Book, Entry, fresh_id};
use super::worker::LOOKS_EVERY;

/// How many lines lie between two checks whether the file has this many times the entries that it needs. If so they are written anew.
const LINES_A_LOOK: usize = 256;
const TIMES_TOO_LONG: usize = 4;

/// How often the path may lead elsewhere before it is no use to follow.
const MOVES: u32 = 100;

/// How long everyone waits once contents were lost: by then every process that knows some has looked.
const SETTLES_IN: Duration = LOOKS_EVERY.saturating_mul(3);

#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    /// What the path led to the last time.
    file: Option<LedgerFile>,
    /// What has been read. It is kept when the file is lost, and restores it.
    known: Option<Contents>,
    /// Has all been read of the file that the path led to before?
    intact: bool,
    /// When what others know will be in the file again.
    settled: Option<Instant>,
    /// What happened and could not be written.
    facts: Vec<Entry>,
}

impl Log {
    pub(super) fn open(path: &Path) -> Result<Self, LedgerError> {
        // A process that changes its folder keeps its ledger.
        let path = absolute(path).map_err(|error| failed("find", path, error))?;
        let mut log = Self { path, file: None, known: None, intact: false, settled: None, facts: Vec::new() };
        // Whatever is wrong with the file is said now and not at the first call.
        log.locked(true, |_, _| Ok(()))?;
        Ok(log)
    }

    /// Looks at what all processes have written, and adds to it. When this answers, what it added is on the disk.
    pub(super) fn transact<T>(&mut self, change: impl FnOnce(&Book) -> (Vec<Entry>, T)) -> Result<T, LedgerError> {
        self.locked(true, |log, file| {
            let written = log.write_facts(file);
            let book = &log.contents()?.book;
            let (entries, answer) = if written.is_ok() { change(book) } else { change(&log.believed(book)) };
            if entries.is_empty() {
                if let Err(error) = written {
                    tracing::warn!("what is known is not written yet: {error}");
                }
                return Ok(answer);
            }
            written.and_then(|()| log.add(file, &entries)).map(|()| answer)
        })
    }

    /// Adds what has happened. If it cannot be written it is believed all the same, and written later.
    pub(super) fn note(&mut self, facts: Vec<Entry>) -> Result<(), LedgerError> {
        self.facts.extend(facts);
        self.locked(true, Self::write_facts)
    }

    /// What is known without the file.
    pub(super) fn remembered<T>(&self, look: impl FnOnce(&Book) -> T) -> Option<T> {
        self.known.as_ref().map(|known| look(&self.believed(&known.book)))
    }

    /// Reads what others have written, and restores what is gone, while nothing else is to be done.
    pub(super) fn look(&mut self) {
        let Some(known) = &self.known else { return };
        let is_same = |file: &LedgerFile| {
            file.length().is_ok_and(|length| length == known.end) && file.is_at(&self.path).is_ok_and(|is_there| is_there)
        };
        let is_known = known.book.is_empty() || self.file.as_ref().is_some_and(is_same);
        if !self.facts.is_empty() || !is_known {
            // What is wrong is said to the next call.
            let _ = self.locked(false, Self::write_facts);
        }
    }

    fn believed(&self, book: &Book) -> Book {
        let mut book = book.clone();
        for fact in &self.facts {
            book.apply(fact);
        }
        book
    }

    fn contents(&self) -> Result<&Contents, LedgerError> {
        self.known.as_ref().ok_or_else(|| self.wrong("was not read"))
    }

    fn locked<T>(&mut self, patient: bool, work: impl FnOnce(&mut Self, &LedgerFile) -> Result<T, LedgerError>) -> Result<T, LedgerError> {
        let mut file = self.hold(patient)?;
        let answer = work(self, &file);
        if answer.is_ok() && !file.is_at(&self.path).unwrap_or(false) {
            // What was written to a file that was moved meanwhile goes into the one in its place.
            self.intact = true;
            self.release(file, false);
            file = self.hold(patient)?;
        }
        self.release(file, true);
        answer
    }

    /// Waits for the lock of the file that the path leads to, and reads what has been added. Restores it first, if need be.
    fn hold(&mut self, patient: bool) -> Result<LedgerFile, LedgerError> {
        for _ in 0..MOVES {
            if let Some(settled) = self.settled.take_if(|_| patient) {
                thread::sleep(settled.saturating_duration_since(Instant::now()));
            }
            let Some(file) = self.open_or_create()? else { continue };
            if let Err(error) = file.lock() {
                self.file = Some(file);
                return Err(failed("lock", &self.path, error));
            }
            match self.arrive(&file) {
                Ok(true) if patient && self.settled.is_some() => self.release(file, true),
                Ok(true) => return Ok(file),
                Ok(false) => self.release(file, false),
                Err(error) => {
                    self.release(file, true);
                    return Err(error);
                }
            }
        }
        Err(self.wrong("is moved faster than it can be followed"))
    }

    /// Gives the lock back. One that cannot be given back ends when the file is closed.
    fn release(&mut self, file: LedgerFile, stays: bool) {
        self.file = (file.unlock().is_ok() && stays).then_some(file);
    }

    /// `None` if there was none, and now there is.
    fn open_or_create(&mut self) -> Result<Option<LedgerFile>, LedgerError> {
        if self.file.is_some() {
            return Ok(self.file.take());
        }
        let opened = LedgerFile::open(&self.path).map_err(|error| failed("open", &self.path, error))?;
        if opened.is_none() {
            let bytes = self.known.as_ref().map_or_else(|| anew(&Book::default()), |known| anew(&known.book));
            LedgerFile::create(&self.path, &bytes).map_err(|error| failed("create", &self.path, error))?;
        }
        Ok(opened)
    }

    /// Reads what was added to the file, and says whether the path leads to it.
    fn arrive(&mut self, file: &LedgerFile) -> Result<bool, LedgerError> {
        if file.is_at(&self.path).map_err(|error| failed("find", &self.path, error))? {
            self.load(file)?;
            self.intact = false;
            return Ok(true);
        }
        // What others added before it was moved is nowhere else.
        self.intact = match self.head(file) {
            Ok(Ok(head)) => self.go_on(file, head).unwrap_or(false),
            _ => false,
        };
        Ok(false)
    }

    fn load(&mut self, file: &LedgerFile) -> Result<(), LedgerError> {
        let head = match self.head(file)? {
            Ok(head) => head,
            Err(NoHead::Cut) if self.known.is_some() => return self.fill(file),
            Err(why) => return Err(self.no_head(why)),
        };
        if self.go_on(file, head)? {
            return Ok(());
        }
        let found = self.read(file, head)?;
        if self.known.is_some() {
            return self.restore(file, found);
        }
        if file.length().map_err(|error| failed("read", &self.path, error))? < head.least_end {
            return Err(self.no_head(NoHead::Cut));
        }
        self.known = Some(found);
        Ok(())
    }

    /// Takes what was added, if the file goes on from what is known; else takes nothing.
    fn go_on(&mut self, file: &LedgerFile, head: Head) -> Result<bool, LedgerError> {
        let Some(known) = &mut self.known else { return Ok(false) };
        if known.head == head {
            let bytes = file.read(known.end - known.tail_length(), u64::MAX).map_err(|error| failed("read", &self.path, error))?;
            let Some(rest) = known.after_tail(&bytes) else { return Ok(false) };
            let taken = known.take(rest);
            return taken.map(|()| true).map_err(|fault| self.unreadable(file, &fault));
        }
        // Someone has written the lines anew, and had read all of them.
        let is_next = known.head.word == head.word
            && known.head.generation < head.generation
            && file.length().is_ok_and(|length| length >= head.least_end);
        if is_next {
            self.known = Some(self.read(file, head)?);
        }
        Ok(is_next)
    }

    /// All that is there.
    fn read(&self, file: &LedgerFile, head: Head) -> Result<Contents, LedgerError> {
        let mut contents = Contents::new(head);
        let bytes = file.read(head.start, u64::MAX).map_err(|error| failed("read", &self.path, error))?;
        contents.take(&bytes).map_err(|fault| self.unreadable(file, &fault))?;
        Ok(contents)
    }

    /// Adds what is known to a file that lacks it, or may lack it.
    fn restore(&mut self, file: &LedgerFile, mut found: Contents) -> Result<(), LedgerError> {
        let known = self.contents()?;
        let missing = known.book.missing_from(&found.book);
        let restored = if found.head.word == known.head.word {
            // Who knows what was here before must notice that it is gone.
            let mut book = found.book.clone();
            for entry in &missing {
                book.apply(entry);
            }
            found.renew(file, &book, fresh_id())
        } else {
            found.append(file, &missing).map(|()| found)
        };
        self.restored(restored)
    }

    /// Writes what is known to a file that holds nothing.
    fn fill(&mut self, file: &LedgerFile) -> Result<(), LedgerError> {
        let bytes = anew(&self.contents()?.book);
        let filled = file.write(0, &bytes).and_then(|()| Head::read(&bytes).map_err(|_| io::Error::other("it has no head")));
        let restored = filled.and_then(|head| Contents::of(head, &bytes));
        self.restored(restored)
    }

    fn restored(&mut self, restored: io::Result<Contents>) -> Result<(), LedgerError> {
        self.known = Some(restored.map_err(|error| failed("restore", &self.path, error))?);
        tracing::warn!("the ledger {} was moved, replaced or damaged, and is restored", self.path.display());
        if !self.intact {
            self.settled = Some(Instant::now() + SETTLES_IN);
        }
        Ok(())
    }

    fn write_facts(&mut self, file: &LedgerFile) -> Result<(), LedgerError> {
        let facts = std::mem::take(&mut self.facts);
        let written = self.add(file, &facts);
        if written.is_err() {
            self.facts = facts;
        }
        written
    }

    fn add(&mut self, file: &LedgerFile, entries: &[Entry]) -> Result<(), LedgerError> {
        let Some(known) = &mut self.known else { return Err(self.wrong("was not read")) };
        known.append(file, entries).map_err(|error| failed("write", &self.path, error))?;
        if !entries.is_empty() && known.lines.is_multiple_of(LINES_A_LOOK) && known.entries / TIMES_TOO_LONG > known.book.size() {
            match known.renew(file, &known.book, known.head.word) {
                Ok(fresh) => self.known = Some(fresh),
                // Nothing is lost, the file is only longer than it need be.
                Err(error) => tracing::warn!("{}", failed("shorten", &self.path, error)),
            }
        }
        Ok(())
    }

    fn head(&self, file: &LedgerFile) -> Result<Result<Head, NoHead>, LedgerError> {
        let bytes = file.read(0, length(head::LENGTH)).map_err(|error| failed("read", &self.path, error))?;
        Ok(Head::read(&bytes))
    }

    fn no_head(&self, why: NoHead) -> LedgerError {
        let anew = "move it away, and tell the new ledger with `record` what may have been counted";
        self.wrong(&match why {
            NoHead::Cut => format!("was emptied or cut, so that what it counted is lost. If it was never a ledger delete it; else {anew}"),
            NoHead::Earlier => {
                format!("has the format that ledgers had before the first release. Stop every process that uses it, {anew}")
            }
            NoHead::Later => "was written by a later version of this crate, which has to read it".to_owned(),
            NoHead::Damaged => format!("has a damaged second or third line, which say what counts; {anew}"),
            NoHead::Foreign => {
                "is no ledger that this version can read; nothing was changed in it. Give the ledger a file of its own".to_owned()
            }
        })
    }

    fn unreadable(&self, file: &LedgerFile, fault: &Fault) -> LedgerError {
        let before = file.read(0, fault.at).unwrap_or_default();
        let line = memchr_iter(b'\n', &before).count() + 1;
        self.wrong(&match fault.why {
            Unreadable::Damaged => format!("line {line} is damaged. If its calls do not matter, delete that line"),
            Unreadable::Unknown => {
                format!(
                    "line {line} was written by a later version, or names by number what a line says that was deleted: then delete it too"
                )
            }
        })
    }

    fn wrong(&self, what: &str) -> LedgerError {
        LedgerError::new(format!("{} {what}", self.path.display()))
    }
}

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn failed(what: &str, path: &Path, error: io::Error) -> LedgerError {
    LedgerError::new(format!("cannot {what} the ledger {}", path.display())).because(error)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{SystemTime, UNIX_EPOCH};

    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::description::info::LimitSubject;
    use crate::limits::ledger::{Limit, Observation};

    const HOUR: Duration = Duration::from_secs(3600);

    fn limit(number: &str) -> Limit {
        let per = LimitSubject::verbatim("number");
        Limit { operation: "Number.register.create", per, subject: number.to_owned(), max: 10, window: HOUR, block: HOUR }
    }

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_790_000_000)
    }

    fn folder() -> (TempDir, PathBuf) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("ledger");
        (folder, path)
    }

    /// Has a call count.
    fn count(log: &mut Log, number: &str) {
        drop(log.transact(|_| Book::reserve_anyway(&limit(number), now())).unwrap());
    }

    fn counted(log: &mut Log, number: &str) -> u32 {
        log.transact(|book| (Vec::new(), book.standing(&limit(number), now()).counted)).unwrap()
    }

    /// Writes what counts anew, as is done with a file that has become too long.
    fn renew(log: &mut Log) {
        let renewing = |log: &mut Log, file: &LedgerFile| {
            let known = log.contents()?;
            log.known = Some(known.renew(file, &known.book, known.head.word).unwrap());
            Ok(())
        };
        log.locked(true, renewing).unwrap();
    }

    fn generation(log: &Log) -> u32 {
        log.contents().unwrap().head.generation
    }

    #[cfg(unix)]
    #[test]
    fn what_is_written_while_the_file_is_moved_is_in_the_one_in_its_place() {
        let (_folder, path) = folder();
        let mut log = Log::open(&path).unwrap();
        let moving = |_: &Book| {
            fs::rename(&path, path.with_extension("old")).unwrap();
            Book::reserve_anyway(&limit("106"), now())
        };
        drop(log.transact(moving).unwrap());
        assert_eq!(counted(&mut Log::open(&path).unwrap(), "106"), 1);
    }

    #[cfg(unix)]
    #[test]
    fn what_another_added_before_the_file_was_moved_is_read() {
        let (_folder, path) = folder();
        let (mut one, mut two) = (Log::open(&path).unwrap(), Log::open(&path).unwrap());
        count(&mut one, "106");
        count(&mut two, "106");
        drop(two);
        fs::rename(&path, path.with_extension("old")).unwrap();
        assert_eq!(counted(&mut one, "106"), 2);
        assert_eq!(counted(&mut Log::open(&path).unwrap(), "106"), 2);
    }

    #[test]
    fn what_another_has_written_anew_is_taken_as_it_is() {
        let (_folder, path) = folder();
        let (mut one, mut two) = (Log::open(&path).unwrap(), Log::open(&path).unwrap());
        count(&mut one, "106");
        renew(&mut two);
        let written = fs::read(&path).unwrap();
        assert_eq!((counted(&mut one, "106"), generation(&one)), (1, 1));
        assert_eq!(fs::read(&path).unwrap(), written, "nothing was missing");
    }

    #[test]
    fn what_another_has_written_anew_and_was_cut_is_restored() {
        let (_folder, path) = folder();
        let (mut one, mut two) = (Log::open(&path).unwrap(), Log::open(&path).unwrap());
        for number in ["106", "107", "108"] {
            count(&mut one, number);
        }
        renew(&mut two);
        let end = two.contents().unwrap().head.least_end;
        drop(two);
        fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(end - 1).unwrap();
        assert_eq!(["106", "107", "108"].map(|number| counted(&mut one, number)), [1; 3]);
        let mut later = Log::open(&path).unwrap();
        assert_eq!(["106", "107", "108"].map(|number| counted(&mut later, number)), [1; 3]);
    }

    #[cfg(unix)]
    #[test]
    fn a_copy_that_was_written_anew_as_often_is_not_taken_for_what_comes_next() {
        let (_folder, path) = folder();
        let mut one = Log::open(&path).unwrap();
        let copy = path.with_extension("copy");
        fs::copy(&path, &copy).unwrap();
        for _ in 0..3 {
            count(&mut one, "106");
        }
        renew(&mut one);
        fs::rename(&copy, &path).unwrap();
        let mut two = Log::open(&path).unwrap();
        count(&mut two, "107");
        renew(&mut two);
        assert_eq!(generation(&one), generation(&two));
        for log in [&mut one, &mut two] {
            assert_eq!((counted(log, "106"), counted(log, "107")), (3, 1));
        }
    }

    #[test]
    fn what_could_not_be_written_is_written_when_the_file_is_whole_again() {
        let (_folder, path) = folder();
        let mut log = Log::open(&path).unwrap();
        count(&mut log, "106");
        let whole = fs::read(&path).unwrap();
        fs::write(&path, "my notes\n").unwrap();
        log.note(Book::record(&limit("106"), Observation::LimitReached { at: now() })).unwrap_err();
        fs::write(&path, whole).unwrap();
        log.look();
        let standing = Log::open(&path).unwrap().transact(|book| (Vec::new(), book.standing(&limit("106"), now()))).unwrap();
        assert!(!standing.is_open(), "{standing:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_deleted_file_is_made_anew_by_itself_only_if_there_is_something_to_restore() {
        let (_folder, path) = folder();
        let mut log = Log::open(&path).unwrap();
        for (number, is_there) in [(None, false), (Some("106"), true)] {
            if let Some(number) = number {
                count(&mut log, number);
            }
            let _ = fs::remove_file(&path);
            log.look();
            assert_eq!(path.exists(), is_there);
        }
    }

    #[cfg(unix)]
    #[test]
    fn several_counts_are_restored_into_the_ledger_of_another() {
        let (_folder, path) = folder();
        let mut one = Log::open(&path).unwrap();
        for number in ["106", "107", "108"] {
            count(&mut one, number);
        }
        let another = path.with_extension("another");
        drop(Log::open(&another).unwrap());
        fs::rename(another, &path).unwrap();
        assert_eq!(counted(&mut one, "106"), 1);
        count(&mut one, "107");
        let mut later = Log::open(&path).unwrap();
        assert_eq!(["106", "107", "108"].map(|number| counted(&mut later, number)), [1, 2, 1]);
    }

    #[test]
    fn numbers_mean_the_same_after_lines_were_written_anew() {
        let (_folder, path) = folder();
        let mut log = Log::open(&path).unwrap();
        for number in ["106", "107"] {
            count(&mut log, number);
        }
        renew(&mut log);
        for number in ["106", "107", "106"] {
            count(&mut log, number);
        }
        let mut later = Log::open(&path).unwrap();
        assert_eq!(["106", "107"].map(|number| counted(&mut later, number)), [3, 2]);
    }

    #[test]
    fn what_is_written_anew_overwrites_nothing_that_counts_and_uses_the_room_that_is_there() {
        let (_folder, path) = folder();
        let mut log = Log::open(&path).unwrap();
        let front = length(head::LENGTH);
        let mut in_front = Vec::new();
        for calls in [3, 0, 30, 0] {
            (0..calls).for_each(|number| count(&mut log, &number.to_string()));
            let (start, end) = (log.contents().unwrap().head.start, log.contents().unwrap().end);
            renew(&mut log);
            let fresh = log.contents().unwrap().head;
            assert!(fresh.start >= end || fresh.least_end <= start, "{fresh:?} {start} {end}");
            in_front.push(fresh.start == front);
        }
        assert_eq!(in_front, [false, true, false, true]);
    }

    #[test]
    fn a_book_is_as_large_as_what_is_written_of_it() {
        let (_folder, path) = folder();
        let mut log = Log::open(&path).unwrap();
        (0..2).for_each(|_| count(&mut log, "106"));
        log.note(Book::record(&limit("107"), Observation::LimitReached { at: now() })).unwrap();
        log.note(Book::alias(&limit("106"), "200")).unwrap();
        let unused = log.transact(|_| Book::reserve_anyway(&limit("108"), now())).unwrap();
        log.note(Book::release(&unused)).unwrap();
        renew(&mut log);
        let known = log.contents().unwrap();
        assert_eq!((known.entries, known.book.size()), (6, 6), "a name, a number and two calls, and a number and a block");
    }

    #[test]
    fn lines_are_written_anew_seldom_and_only_if_few_of_them_count() {
        let (_folder, path) = folder();
        let mut log = Log::open(&path).unwrap();
        let release = |log: &mut Log| {
            let unused = log.transact(|_| Book::reserve_anyway(&limit("106"), now())).unwrap();
            log.note(Book::release(&unused)).unwrap();
        };
        // Two lines each.
        (0..100).for_each(|_| release(&mut log));
        assert_eq!(generation(&log), 0, "it was not looked yet");
        (0..28).for_each(|_| release(&mut log));
        assert_eq!((log.contents().unwrap().book.size(), generation(&log)), (0, 1));

        let (_folder, path) = folder();
        let mut log = Log::open(&path).unwrap();
        (0..LINES_A_LOOK).for_each(|_| count(&mut log, "106"));
        assert_eq!((counted(&mut log, "106"), generation(&log)), (256, 0), "all of them count");
    }
}
