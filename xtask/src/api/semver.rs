//! What a change of the list means for users.

use std::collections::BTreeSet;

/// The step that a version has to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Code that compiled may not compile any more, because of this line.
    Breaking(String),
    /// There is more than before.
    Addition,
}

impl Step {
    /// Compares two lists.
    pub(super) fn of(before: &str, after: &str) -> Self {
        let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.lines().collect(), after.lines().collect());
        if let Some(gone) = old.difference(&new).next() {
            return Self::Breaking(format!("removed or changed: {gone}"));
        }
        match new.difference(&old).find(|line| breaks(line, &old)) {
            Some(line) => Self::Breaking(format!("users who wrote all of it out have to add: {line}")),
            None => Self::Addition,
        }
    }

    /// In words.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Breaking(why) => format!("it needs a major version (below 1.0 a minor one)\n  {why}"),
            Self::Addition => "it needs a minor version (below 1.0 a patch)".into(),
        }
    }
}

/// Whether an added line breaks code: an item that every implementation must have, a variant of an enum that may be matched to the end, a field of a
/// struct that may be written out.
fn breaks(line: &str, old: &BTreeSet<&str>) -> bool {
    let Some((kind, item)) = line.split_once(' ') else { return false };
    let Some(path) = item.split(' ').find(|word| word.contains("::")) else { return false };
    let path = path.split(['(', '<']).next().unwrap_or(path).trim_end_matches(':');
    let Some((owner, _)) = path.rsplit_once("::") else { return false };
    let existed = |form: &str| old.iter().any(|line| closed(line, form, owner));
    match kind {
        "required" => old.iter().any(|line| declares(line, "trait", owner)),
        "variant" => existed("enum"),
        "field" => existed("struct"),
        _ => false,
    }
}

/// Whether the line declares the item and lets users write all of it out.
fn closed(line: &str, kind: &str, path: &str) -> bool {
    declares(line, kind, path) && !line.ends_with("{ .. }")
}

fn declares(line: &str, kind: &str, path: &str) -> bool {
    line.strip_prefix(kind)
        .and_then(|rest| rest.trim_start().strip_prefix(path))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '<', ':', '(']) && !rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn what_is_gone_or_changed_breaks() {
        assert!(matches!(Step::of("fn c::a()\n", ""), Step::Breaking(_)));
        assert!(matches!(Step::of("fn c::a()\n", "fn c::a(x: u8)\n"), Step::Breaking(_)));
    }

    #[test]
    fn what_is_added_does_not() {
        assert_eq!(Step::of("fn c::a()\n", "fn c::a()\nfn c::b()\n"), Step::Addition);
        assert_eq!(Step::of("enum c::E { .. }\n", "enum c::E { .. }\nvariant c::E::New\n"), Step::Addition);
        assert_eq!(Step::of("struct c::S { .. }\n", "struct c::S { .. }\nfield c::S::new: u8\n"), Step::Addition);
        assert_eq!(Step::of("trait c::T\n", "trait c::T\nprovided fn c::T::new(&self)\n"), Step::Addition);
        assert_eq!(Step::of("", "enum c::E\nvariant c::E::New\n"), Step::Addition);
    }

    #[test]
    fn what_is_added_to_a_closed_item_breaks() {
        assert!(matches!(Step::of("enum c::E\n", "enum c::E\nvariant c::E::New\n"), Step::Breaking(_)));
        assert!(matches!(Step::of("struct c::S<T>\n", "struct c::S<T>\nfield c::S::new: u8\n"), Step::Breaking(_)));
        assert!(matches!(Step::of("trait c::T: Send\n", "trait c::T: Send\nrequired fn c::T::new(&self)\n"), Step::Breaking(_)));
    }
}
