//! The file of a [`FileLedger`](super::FileLedger): lines are added at its end, under a lock that other processes see.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::LedgerError;
use super::journal_line::{self as line, Unreadable};
use super::state::{Book, Entry, fresh_id};

/// The first line: this, and a word that is another one in each file that is written anew.
const HEAD: &str = "graph-ledger 1 ";

/// How many lines lie between two checks whether the file has this many times the lines that it needs. If so it is rewritten.
const LINES_A_LOOK: usize = 256;
const TIMES_TOO_LONG: usize = 4;

#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    /// A file of its own, since the ledger's file is replaced by another.
    lock: File,
    /// What has been read; nothing after a failure, so that the file is asked again.
    read: Option<Contents>,
}

/// The contents of the file, up to `end`.
#[derive(Debug)]
struct Contents {
    head: String,
    end: u64,
    lines: usize,
    book: Book,
}

impl Log {
    pub(super) fn open(path: &Path) -> Result<Self, LedgerError> {
        let lock_path = beside(path, ".lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&lock_path);
        let lock = lock.map_err(|error| failed("open", &lock_path, error))?;
        let mut log = Self { path: path.to_owned(), lock, read: None };
        // Whatever is wrong with the file is said now and not at the first call.
        log.transact(|_| (Vec::new(), ()))?;
        Ok(log)
    }

    /// Looks at what all processes have written, and adds to it. When this answers, what it added is on the disk.
    pub(super) fn transact<T>(&mut self, change: impl FnOnce(&Book) -> (Vec<Entry>, T)) -> Result<T, LedgerError> {
        self.lock.lock().map_err(|error| failed("lock", &self.path, error))?;
        let answer = self.locked(change);
        // A lock that cannot be given back ends with the process at the latest.
        let unlocked = self.lock.unlock().map_err(|error| failed("unlock", &self.path, error));
        answer.and_then(|answer| unlocked.map(|()| answer))
    }

    fn locked<T>(&mut self, change: impl FnOnce(&Book) -> (Vec<Entry>, T)) -> Result<T, LedgerError> {
        let mut contents = self.load()?;
        let (entries, answer) = change(&contents.book);
        if !entries.is_empty() {
            self.append(&mut contents, &entries).map_err(|error| failed("write", &self.path, error))?;
            if contents.lines.is_multiple_of(LINES_A_LOOK) && contents.lines / TIMES_TOO_LONG > contents.book.entries().count() {
                match self.replace(contents.book.clone()) {
                    Ok(fresh) => contents = fresh,
                    // Nothing is lost, the file is only longer than it need be.
                    Err(error) => tracing::warn!("{}", failed("shorten", &self.path, error)),
                }
            }
        }
        self.read = Some(contents);
        Ok(answer)
    }

    /// Reads what has been added since the last time, or all of it if the file is another one.
    fn load(&mut self) -> Result<Contents, LedgerError> {
        let cannot_read = |error| failed("read", &self.path, error);
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return self.create(),
            Err(error) => return Err(cannot_read(error)),
        };
        let length = file.metadata().map_err(cannot_read)?.len();
        if length == 0 {
            return self.create();
        }
        let known = self.read.take();
        let mut head = vec![0; known.as_ref().map_or(0, |known| known.head.len())];
        let same = known.is_some() && file.read_exact(&mut head).is_ok();
        let mut contents = match known {
            Some(known) if same && head == known.head.as_bytes() && length >= known.end => known,
            _ => Contents { head: String::new(), end: 0, lines: 0, book: Book::default() },
        };
        let mut rest = Vec::new();
        file.seek(SeekFrom::Start(contents.end)).and_then(|_| file.read_to_end(&mut rest)).map_err(cannot_read)?;
        self.take(&mut contents, &rest)?;
        Ok(contents)
    }

    /// Takes the lines that follow on what is known. A last line that is damaged was never finished, so nothing relied on it.
    fn take(&self, contents: &mut Contents, mut rest: &[u8]) -> Result<(), LedgerError> {
        let wrong = |what: &str| LedgerError::new(format!("{}: {what}", self.path.display()));
        if contents.head.is_empty() {
            let (head, after) = split_line(rest).filter(|(head, _)| head.starts_with(HEAD.as_bytes())).ok_or_else(|| {
                wrong("is no ledger that this version can read; nothing was changed in it. Give the ledger a file of its own")
            })?;
            contents.head = format!("{}\n", String::from_utf8_lossy(head));
            contents.end = length(contents.head.as_bytes());
            rest = after;
        }
        while let Some((line, after)) = split_line(rest) {
            match line::read(line) {
                Ok(entries) => entries.iter().for_each(|entry| contents.book.apply(entry)),
                Err(Unreadable::Unknown) => {
                    return Err(wrong(&format!("line {} was written by a later version", contents.lines + 2)));
                }
                Err(Unreadable::Damaged) if is_end(after) => break,
                Err(Unreadable::Damaged) => {
                    return Err(wrong(&format!("line {} is damaged. If its calls do not matter, delete that line", contents.lines + 2)));
                }
            }
            contents.end += length(line) + 1;
            contents.lines += 1;
            rest = after;
        }
        Ok(())
    }

    fn append(&self, contents: &mut Contents, entries: &[Entry]) -> io::Result<()> {
        let line = line::write(entries) + "\n";
        let mut file = OpenOptions::new().write(true).open(&self.path)?;
        // What a process that died has left of its last line.
        file.set_len(contents.end)?;
        file.seek(SeekFrom::Start(contents.end))?;
        file.write_all(line.as_bytes())?;
        file.sync_data()?;
        contents.end += length(line.as_bytes());
        contents.lines += 1;
        for entry in entries {
            contents.book.apply(entry);
        }
        Ok(())
    }

    fn create(&self) -> Result<Contents, LedgerError> {
        self.replace(Book::default()).map_err(|error| failed("create", &self.path, error))
    }

    /// Writes a file with this book and puts it in the place of the old one, which is there until the new one is whole.
    fn replace(&self, book: Book) -> io::Result<Contents> {
        let head = format!("{HEAD}{:016x}\n", fresh_id());
        let mut text = head.clone();
        let mut lines = 0;
        for entries in book.entries() {
            text.push_str(&line::write(&entries));
            text.push('\n');
            lines += 1;
        }
        let fresh = beside(&self.path, ".new");
        let mut file = File::create(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&fresh, &self.path)?;
        sync_folder(&self.path)?;
        Ok(Contents { head, end: length(text.as_bytes()), lines, book })
    }
}

/// A new name is on the disk when its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Folders cannot be opened as files here; renaming writes through.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The first line without its end, and what follows; `None` if the line has no end.
fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

/// Is there no whole line left?
fn is_end(mut rest: &[u8]) -> bool {
    while let Some((line, after)) = split_line(rest) {
        if line::read(line) != Err(Unreadable::Damaged) {
            return false;
        }
        rest = after;
    }
    true
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn failed(what: &str, path: &Path, error: io::Error) -> LedgerError {
    LedgerError::new(format!("cannot {what} the ledger {}", path.display())).because(error)
}
