//! The window of versions: whether one follows the other.

use crate::{
    ast::{Spec, Version, VersionDecl},
    diagnostic::{Code, Diagnostic},
};

/// Looks for versions that are missing between two others, and for retired ones in the window.
pub(super) fn check(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut window: Vec<&VersionDecl> = spec.versions.iter().filter(|decl| !decl.retired).collect();
    window.sort_by_key(|decl| decl.version.value);
    let Some(oldest) = window.first() else { return };
    let retired = || spec.versions.iter().filter(|decl| decl.retired);
    for decl in retired().filter(|decl| decl.version.value > oldest.version.value) {
        problems.push(
            Diagnostic::new(
                Code::VersionGap,
                decl.version.span,
                format!("{} is retired, and {}, which is older, is not", decl.version, oldest.version),
            )
            .label("Meta retires the oldest version first")
            .related(oldest.version.span, "older, and in the window")
            .help(format!("move {} to `versions`, or retire {} as well", decl.version, oldest.version)),
        );
    }
    released(spec, problems);
    let before = retired().filter(|decl| decl.version.value < oldest.version.value).max_by_key(|decl| decl.version.value);
    let all: Vec<&VersionDecl> = before.into_iter().chain(window).collect();
    for pair in all.windows(2) {
        let [first, second] = pair else { continue };
        let lacking = between(first.version.value, second.version.value);
        // A retired version was reported above.
        let lacking: Vec<String> = lacking
            .into_iter()
            .filter(|version| spec.versions.iter().all(|decl| decl.version.value != *version))
            .map(|version| version.to_string())
            .collect();
        let Some(missing) = lacking.first() else { continue };
        problems.push(
            Diagnostic::new(
                Code::VersionGap,
                second.version.span,
                format!("{} missing between {} and {}", shown(&lacking), first.version, second.version),
            )
            .label("does not follow the version before it")
            .related(first.version.span, "the version before it")
            .help(format!("`cargo xtask new-version {missing} --released YYYY-MM-DD` adds it, with the day of Meta's table of versions"))
            // A key that names no version may be any.
            .absence_of(std::iter::empty::<String>()),
        );
    }
}

/// Whether each version was released after the one before it.
fn released(spec: &Spec, problems: &mut Vec<Diagnostic>) {
    let mut all: Vec<&VersionDecl> = spec.versions.iter().collect();
    all.sort_by_key(|decl| decl.version.value);
    for pair in all.windows(2) {
        let [first, second] = pair else { continue };
        // One that expires before its release has the two mixed up, which is reported.
        let is_mixed = |decl: &VersionDecl| decl.expires.as_ref().is_some_and(|expires| expires.value <= decl.released.value);
        if second.released.value > first.released.value || is_mixed(first) || is_mixed(second) {
            continue;
        }
        // Of three, the one that is out of order with both is wrong.
        let after = all.iter().find(|decl| decl.version.value > second.version.value);
        let (wrong, other) = match after {
            Some(after) if after.released.value <= first.released.value => (first, second),
            _ => (second, first),
        };
        problems.push(
            Diagnostic::new(
                Code::BadRange,
                wrong.released.span,
                format!("{} is released on {}, and {} on {}", first.version, first.released, second.version, second.released),
            )
            .label("out of order")
            .related(
                other.released.span,
                format!("{}, which is {}", other.version, if other.version.value < wrong.version.value { "older" } else { "newer" }),
            )
            .help("versions are released in their order: take both dates from Meta's table of versions"),
        );
    }
}

/// The versions that Graph must have had between two: every `N.0`, and what leads up to a minor version.
fn between(first: Version, second: Version) -> Vec<Version> {
    let (majors, from) = if first.0 == second.0 { (first.0..first.0, first.1 + 1) } else { (first.0 + 1..second.0, 0) };
    majors.map(|major| Version(major, 0)).chain((from..second.1).map(|minor| Version(second.0, minor))).collect()
}

/// "v3.0 is", "v3.0 and v4.0 are", "v3.0 to v19.0 are".
fn shown(versions: &[String]) -> String {
    match versions {
        [first, second] => format!("{first} and {second} are"),
        [first, .., last] => format!("{first} to {last} are"),
        _ => format!("{} is", versions.join("")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Version, between};

    #[test]
    fn versions_follow_each_other_by_major_and_by_minor_number() {
        assert_eq!(between(Version(21, 0), Version(22, 0)), []);
        assert_eq!(between(Version(21, 0), Version(24, 0)), [Version(22, 0), Version(23, 0)]);
        assert_eq!(between(Version(2, 9), Version(2, 12)), [Version(2, 10), Version(2, 11)]);
        assert_eq!(between(Version(2, 12), Version(3, 0)), []);
        assert_eq!(between(Version(26, 0), Version(27, 1)), [Version(27, 0)]);
    }
}
