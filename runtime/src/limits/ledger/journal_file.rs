//! The file itself: opened so that it stays what the path leads to, made so that it is there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::state::fresh_id;

/// How many links are followed to a file that is not there.
const LINKS: usize = 40;

/// The open file. Its lock is on itself: whoever has it open, by whatever name, waits for the same one.
#[derive(Debug)]
pub(super) struct LedgerFile {
    file: File,
    identity: Identity,
}

/// What tells a file from every other, for as long as it is open: device and inode.
#[cfg(unix)]
type Identity = (u64, u64);

/// Here a file that is open keeps its name.
#[cfg(not(unix))]
type Identity = ();

/// Enough for the head, or for what others have usually written since.
const FIRST_READ: usize = 512;

impl LedgerFile {
    /// The file at this path; `None` if there is none.
    pub(super) fn open(path: &Path) -> io::Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        hold_the_name(&mut options);
        match options.open(path) {
            Ok(file) => {
                let about = file.metadata()?;
                if !about.is_file() {
                    return Err(io::Error::new(ErrorKind::InvalidInput, "it is no file"));
                }
                Ok(Some(Self { file, identity: identity(&about) }))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes a file with these bytes, if there is none. It has its name when it is whole, so that an empty file was never a ledger.
    pub(super) fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
        let path = &target(path);
        let write = |path: &Path| -> io::Result<()> {
            let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        let draft = beside(path, &format!(".new.{:016x}", fresh_id()));
        let made = write(&draft).and_then(|()| match fs::hard_link(&draft, path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => write(path), // Not every file system has links.
            linked => linked,
        });
        // What is left of it is in no one's way.
        let _ = fs::remove_file(&draft);
        match made {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            made => made.and_then(|()| sync_folder(path)),
        }
    }

    /// Waits until no one else has the lock.
    pub(super) fn lock(&self) -> io::Result<()> {
        loop {
            match self.file.lock() {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                locked => return locked,
            }
        }
    }

    pub(super) fn unlock(&self) -> io::Result<()> {
        self.file.unlock()
    }

    /// Does the path lead to this file?
    pub(super) fn is_at(&self, path: &Path) -> io::Result<bool> {
        match fs::metadata(path) {
            Ok(there) => Ok(identity(&there) == self.identity),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) fn length(&self) -> io::Result<u64> {
        self.file.metadata().map(|about| about.len())
    }

    /// The bytes from there on, this many at most.
    pub(super) fn read(&self, from: u64, most: u64) -> io::Result<Vec<u8>> {
        let mut file = &self.file;
        // Without room to begin with, the first read is of 32 bytes.
        let mut bytes = Vec::with_capacity(usize::try_from(most).unwrap_or(FIRST_READ).min(FIRST_READ));
        file.seek(SeekFrom::Start(from))?;
        file.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes these bytes there, and has them on the disk.
    pub(super) fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(bytes)?;
        file.sync_data()
    }

    pub(super) fn cut(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }
}

#[cfg(unix)]
fn identity(about: &fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (about.dev(), about.ino())
}

#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> Identity {}

/// While the file is open no one gives its name to another.
#[cfg(windows)]
fn hold_the_name(options: &mut OpenOptions) {
    use std::os::windows::fs::OpenOptionsExt as _;
    const FILE_SHARE_READ: u32 = 1;
    const FILE_SHARE_WRITE: u32 = 2;
    options.share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE);
}

/// Whoever may write to the folder may rename it: [`LedgerFile::is_at`] notices.
#[cfg(not(windows))]
fn hold_the_name(_: &mut OpenOptions) {}

/// Where a file would be made: where the links lead to.
fn target(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        let Ok(to) = fs::read_link(&path) else { break };
        path = path.parent().map_or(to.clone(), |folder| folder.join(&to));
    }
    path
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

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use tempfile::tempdir;

    use super::*;

    #[test]
    fn a_file_that_someone_else_made_first_is_left_as_it_is() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("ledger");
        LedgerFile::create(&path, b"one").unwrap();
        LedgerFile::create(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_cannot_be_followed_is_no_path_to_elsewhere() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("ledger");
        LedgerFile::create(&path, b"one").unwrap();
        let file = LedgerFile::open(&path).unwrap().unwrap();
        assert!(file.is_at(&path).unwrap() && !file.is_at(&folder.path().join("other")).unwrap());
        file.is_at(&path.join("below a file")).unwrap_err();
    }
}
