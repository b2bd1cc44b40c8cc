//! Which documented error an answer is.

use crate::description::error_catalog::{ErrorCatalog, MatchedBy};
use crate::description::error_info::ErrorInfo;
use crate::response::graph_error::GraphError;

/// The documented error that an answer is, and what decided it: one of the cases of its numbers, else what the numbers mean.
pub(super) fn recognize(catalog: &ErrorCatalog, error: &GraphError) -> Option<(&'static ErrorInfo, MatchedBy)> {
    let (numbers, evidence) = catalog.by_numbers(error.code?, error.subcode)?;
    Some(case(catalog, numbers, error).unwrap_or((numbers, evidence)))
}

/// The case that the answer names, in the surest of its texts that names one; of several in one text, the one with the longest title.
fn case(catalog: &ErrorCatalog, numbers: &ErrorInfo, error: &GraphError) -> Option<(&'static ErrorInfo, MatchedBy)> {
    let texts = [
        (&error.user_title, MatchedBy::UserTitle),
        (&error.message, MatchedBy::Message),
        (&error.details, MatchedBy::Details),
        (&error.user_message, MatchedBy::UserMessage),
    ];
    texts.into_iter().find_map(|(text, evidence)| Some((catalog.case(numbers, text.as_deref()?)?, evidence)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::error_catalog::tests::ERROR_CATALOG;

    fn recognized(error: &GraphError) -> Option<(&'static str, MatchedBy)> {
        let (info, evidence) = recognize(&ERROR_CATALOG, error)?;
        Some((info.name, evidence))
    }

    #[test]
    fn a_case_is_named_by_the_surest_text() {
        let answer = |subcode| GraphError { code: Some(100), subcode, ..GraphError::default() };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(recognized(&answer(Some(33))), Some(("Pair", MatchedBy::Pair)));
        let titled = GraphError { user_title: text("CANNOT migrate phone number"), ..answer(Some(33)) };
        assert_eq!(recognized(&titled), Some(("Case", MatchedBy::UserTitle)));
        let contradicted =
            GraphError { user_title: text("Cannot migrate."), message: text("Cannot migrate phone number"), ..answer(Some(33)) };
        assert_eq!(recognized(&contradicted), Some(("Shorter", MatchedBy::UserTitle)));
        let said = GraphError { user_title: text("Error"), message: text("(#100) Cannot migrate phone number. Sorry"), ..answer(Some(33)) };
        assert_eq!(recognized(&said), Some(("Case", MatchedBy::Message)));
        let details = GraphError { details: text("We cannot migrate this"), ..answer(Some(33)) };
        assert_eq!(recognized(&details), Some(("Shorter", MatchedBy::Details)));
        let users = GraphError { user_message: text("It has a nonexisting field"), ..answer(Some(7)) };
        assert_eq!(recognized(&users), Some(("CaseOfBare", MatchedBy::UserMessage)));
        let other = GraphError { message: text("nonexisting field"), ..answer(Some(33)) };
        assert_eq!(recognized(&other), Some(("Pair", MatchedBy::Pair)), "a case of the code alone is none of the pair");
        let inside = GraphError { code: Some(299), ..GraphError::default() };
        assert_eq!(recognized(&inside), Some(("Range", MatchedBy::Range)));
        assert_eq!(recognized(&GraphError::default()), None);
    }
}
