//! "Did you mean": the names most similar to a misspelled one.

/// Up to three of the names that are similar to `wrong`, the nearest first.
pub(crate) fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let wrong = wrong.to_lowercase();
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 2.max(name.len() / 3))
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(3).map(|(_, name)| name).collect()
}

/// ``did you mean `a` or `b`?``, or nothing if no name is near.
pub(crate) fn did_you_mean<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let names: Vec<_> = nearest(wrong, names).into_iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("did you mean {}?", names.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, nearest};

    #[test]
    fn the_nearest_comes_first_and_strangers_do_not_come() {
        assert_eq!(nearest("PinMissmatch", ["PinMismatch", "PhoneNumber"]), ["PinMismatch"]);
        assert_eq!(did_you_mean("nothing_like_it", ["PinMismatch"]), None);
        assert_eq!(did_you_mean("ab", ["abc", "abd"]), Some("did you mean `abc` or `abd`?".into()));
    }
}
