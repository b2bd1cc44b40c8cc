impl ErrorKind {
    /// The kind of a code and subcode: the pair, else the code alone, else the range that the code lies in, else [`ErrorKind::Other`].
    pub fn lookup(code: u32, subcode: Option<u32>) -> Self {
        ERROR_CATALOG.lookup(code, subcode).and_then(Self::of).unwrap_or(Self::Other { code, subcode })
    }

    /// What the spec says of the kind: title, cause, remedy, category; nothing for [`ErrorKind::Other`].
    pub fn info(self) -> Option<&'static ErrorInfo> {
        KINDS.iter().position(|kind| *kind == self).and_then(|index| ERRORS.get(index)).copied()
    }

    pub(crate) fn of(info: &ErrorInfo) -> Option<Self> {
        ERRORS.iter().position(|known| known.name == info.name).and_then(|index| KINDS.get(index)).copied()
    }
}
