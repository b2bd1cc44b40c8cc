//! "Did you mean": the names most similar to a misspelled one.

use graph_codegen::diagnostic::similar;

/// ``did you mean `a` or `b`?``, or nothing if no name is near.
pub(crate) fn did_you_mean<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let names: Vec<_> = similar(wrong, names).into_iter().take(3).map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("did you mean {}?", names.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn the_nearest_comes_first_and_strangers_do_not_come() {
        assert_eq!(did_you_mean("PinMissmatch", ["PinMismatch", "PhoneNumber"]), Some("did you mean `PinMismatch`?".into()));
        assert_eq!(did_you_mean("nothing_like_it", ["PinMismatch"]), None);
        assert_eq!(did_you_mean("ab", ["abc", "abd"]), Some("did you mean `abc` or `abd`?".into()));
    }
}
