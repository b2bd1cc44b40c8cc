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

impl ErrorKind {
    /// The name of the kind, as the spec has it: `PairLimitHit`. It is `Other` for what the spec does not list.
    pub fn name(self) -> &'static str {
        self.info().map_or("Other", |info| info.name)
    }
}

/// The name; of what the spec does not list, the numbers too: `Other (999999/7)`.
impl std::fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Other { code, subcode: Some(subcode) } => f.pad(&format!("Other ({code}/{subcode})")),
            Self::Other { code, subcode: None } => f.pad(&format!("Other ({code})")),
            kind => f.pad(kind.name()),
        }
    }
}

/// As text, in the form of `Display`: a label of a metric.
impl graph_runtime::Serialize for ErrorKind {
    fn serialize<S: graph_runtime::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
