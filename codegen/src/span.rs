//! Places in the files of a spec.

/// A file of the spec, by its index in [`Sources`](crate::parse::Sources).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) u32);

/// A range of a file: byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// An empty span at the top of a file.
    pub fn top(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }
}
