//! What `explain` is asked to look up.

use graph_codegen::diagnostic::Code;

/// What an argument refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// A problem of the spec.
    Problem(Code),
    /// An error of Graph by its numbers.
    Graph {
        /// The code.
        code: u32,
        /// The subcode.
        subcode: Option<u32>,
    },
    /// An error of Graph by its name.
    Name(String),
}

impl Subject {
    /// Reads `E012`, `133016`, `100/2388103`; anything else is a name.
    pub(super) fn of(text: &str) -> Self {
        let text = text.trim();
        if let Some(problem) = Code::named(text) {
            return Self::Problem(problem);
        }
        let (code, subcode) = text.split_once('/').map_or((text, None), |(code, subcode)| (code, Some(subcode)));
        match (code.parse(), subcode.map(str::parse).transpose()) {
            (Ok(code), Ok(subcode)) => Self::Graph { code, subcode },
            _ => Self::Name(text.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_distinguished_from_the_others() {
        assert_eq!(Subject::of("e012"), Subject::Problem(Code::WrongKind));
        assert_eq!(Subject::of(" 133016 "), Subject::Graph { code: 133_016, subcode: None });
        assert_eq!(Subject::of("100/33"), Subject::Graph { code: 100, subcode: Some(33) });
        assert_eq!(Subject::of("100/x"), Subject::Name("100/x".into()));
        assert_eq!(Subject::of("E999"), Subject::Name("E999".into()));
    }
}
