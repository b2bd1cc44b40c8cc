//! What a change of the list means for users.

use std::collections::BTreeSet;

/// The step that a version has to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Code that compiled may no longer compile, because of this line.
    Breaking(String),
    /// There is more than before.
    Addition,
}

impl Step {
    /// Compares two lists.
    pub(super) fn of(before: &str, after: &str) -> Self {
        let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.lines().collect(), after.lines().collect());
        if let Some(gone) = old.difference(&new).next() {
            return Self::Breaking(format!("gone or changed: {gone}"));
        }
        match new.difference(&old).find(|line| breaks(line, &old)) {
            Some(line) => Self::Breaking(format!("a match or an implementation that was complete may lack: {line}")),
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

/// Whether an added line breaks code: a variant of an enum that may be matched to the end, a field of a struct that may be written out, a
/// function of a trait. The list does not tell private fields and default bodies, so some of these are harmless.
fn breaks(line: &str, old: &BTreeSet<&str>) -> bool {
    let Some(item) = line.strip_prefix("pub ") else { return false };
    let is_function = item.split(' ').any(|word| word == "fn");
    let Some(path) = item.split(' ').find(|word| word.contains("::")) else { return false };
    let path = path.split(['(', '<']).next().unwrap_or(path).trim_end_matches(':');
    let Some((owner, _)) = path.rsplit_once("::") else { return false };
    let kinds = if is_function { ["trait"].as_slice() } else { &["enum", "struct"] };
    let is_plain = is_function || item.starts_with(path);
    is_plain && kinds.iter().any(|kind| old.iter().any(|line| declares(line, kind, owner)))
}

/// Whether the line declares the item, and the item is not `#[non_exhaustive]`.
fn declares(line: &str, kind: &str, path: &str) -> bool {
    let rest = line.strip_prefix("pub ").and_then(|rest| rest.strip_prefix(kind)?.strip_prefix(' ')?.strip_prefix(path));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '<', ':', '(']) && !rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn what_is_gone_or_changed_breaks() {
        assert!(matches!(Step::of("pub fn c::a()\n", ""), Step::Breaking(_)));
        assert!(matches!(Step::of("pub fn c::a()\n", "pub fn c::a(u8)\n"), Step::Breaking(_)));
    }

    #[test]
    fn what_is_added_does_not() {
        assert_eq!(Step::of("pub fn c::a()\n", "pub fn c::a()\npub fn c::b()\n"), Step::Addition);
        let open = "#[non_exhaustive] pub enum c::E\n";
        assert_eq!(Step::of(open, &format!("{open}pub c::E::New\n")), Step::Addition);
        let open = "#[non_exhaustive] pub struct c::S\n";
        assert_eq!(Step::of(open, &format!("{open}pub c::S::new: u8\n")), Step::Addition);
        assert_eq!(Step::of("", "pub enum c::E\npub c::E::New\n"), Step::Addition);
        assert_eq!(Step::of("pub struct c::S\n", "pub struct c::S\npub fn c::S::new()\n"), Step::Addition);
    }

    #[test]
    fn what_is_added_to_a_closed_item_breaks() {
        assert!(matches!(Step::of("pub enum c::E\n", "pub enum c::E\npub c::E::New(u8)\n"), Step::Breaking(_)));
        assert!(matches!(Step::of("pub struct c::S<T>\n", "pub struct c::S<T>\npub c::S::new: u8\n"), Step::Breaking(_)));
        assert!(matches!(Step::of("pub trait c::T: Send\n", "pub trait c::T: Send\npub fn c::T::new(&self)\n"), Step::Breaking(_)));
    }
}
