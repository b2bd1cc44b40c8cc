//! `args.lock`: what constructors take, as it was when the release began. It is in the folder of the spec, beside the `args` that it
//! guards.

use std::collections::BTreeMap;

/// The file's name in the folder of the spec.
pub const FILE: &str = "args.lock";

const HEAD: &str = "\
# What constructors take, since the last breaking release. `cargo xtask gen` adds what is new, and leaves a line unchanged when `args`
# changes: `cargo xtask check` warns of it.
";

/// Constructors as `Type::new`, each with the names of its arguments, in one breaking release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArgsLock {
    /// Such as `0.1` or `2`: what a breaking change raises.
    pub release: String,
    /// The arguments of each constructor.
    pub args: BTreeMap<String, Vec<String>>,
}

impl ArgsLock {
    /// Reads the file; an empty text locks nothing.
    pub fn parse(text: &str) -> Self {
        let mut lock = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            match (words.next(), words.next()) {
                (Some("release"), Some(release)) => release.clone_into(&mut lock.release),
                (Some(constructor), first) => {
                    let args = first.into_iter().chain(words).map(str::to_owned).collect();
                    lock.args.insert(constructor.to_owned(), args);
                }
                (None, _) => {}
            }
        }
        lock
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = format!("{HEAD}release {}\n", self.release);
        for (constructor, args) in &self.args {
            text.push_str(&[std::slice::from_ref(constructor), args.as_slice()].concat().join(" "));
            text.push('\n');
        }
        text
    }

    /// What `gen` writes in place of this lock: in another breaking release all is as the spec says, else what was locked stays.
    #[must_use]
    pub fn updated(&self, now: Self) -> Self {
        let mut updated = now;
        if self.release == updated.release {
            for (constructor, args) in &mut updated.args {
                if let Some(locked) = self.args.get(constructor) {
                    args.clone_from(locked);
                }
            }
        }
        updated
    }
}

/// The part of a version that a breaking change raises: `0.1` of `0.1.7`, `2` of `2.1.7`.
pub fn breaking_part(version: &str) -> String {
    let parts = if version.starts_with("0.") { 2 } else { 1 };
    version.split('.').take(parts).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::{ArgsLock, breaking_part};

    const TEXT: &str = "release 0.1\nListNumbers::new\nMedia::from_id id\nRegister::new pin tier\n";

    #[test]
    fn the_text_is_read_as_it_was_written() {
        let lock = ArgsLock::parse(TEXT);
        assert_eq!(lock.args["Register::new"], ["pin", "tier"]);
        assert!(lock.args["ListNumbers::new"].is_empty());
        assert!(lock.text().ends_with(TEXT));
        assert_eq!(ArgsLock::parse(&lock.text()), lock);
    }

    #[test]
    fn what_is_locked_stays_until_the_next_breaking_release() {
        let lock = ArgsLock::parse(TEXT);
        let spec = |release: &str| ArgsLock::parse(&format!("release {release}\nNew::new a\nMedia::from_id id\nRegister::new pin\n"));
        let same = lock.updated(spec("0.1"));
        assert_eq!(same, ArgsLock::parse("release 0.1\nNew::new a\nMedia::from_id id\nRegister::new pin tier\n"));
        assert_eq!(lock.updated(spec("0.2")), spec("0.2"));
    }

    #[test]
    fn before_one_the_minor_number_is_for_breaking_changes() {
        assert_eq!(breaking_part("0.1.7"), "0.1");
        assert_eq!(breaking_part("2.1.7"), "2");
    }
}
