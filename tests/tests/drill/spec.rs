//! Copies of the spec that differ from it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use graph_codegen::{evidence::VERSION_MARK, model::Version};

use crate::workspace::{put, read_below, scratch};

/// When the version comes out that does not exist.
const RELEASED: &str = "2099-02-01";

/// When what Meta changes on a day changes.
pub const DAY: &str = "2099-03-01";

/// The files of a spec by path.
#[derive(Clone)]
pub struct Spec(pub BTreeMap<String, String>);

impl Spec {
    pub fn read(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        read_below(folder, "", &mut files);
        files.retain(|path, _| Path::new(path).extension().is_some_and(|extension| extension == "yaml" || extension == "facts"));
        Self(files)
    }

    /// With the files of a folder in addition, in which NEWEST and NEXT are placeholders for versions, and DAY for a day after the release of the
    /// next. To a file that is there already, as the catalog of errors, the lines are added.
    pub fn with(mut self, folder: &Path, newest: Version) -> Self {
        for (path, text) in Self::read(folder).0 {
            let text = text.replace("NEWEST", &newest.to_string()).replace("NEXT", &after(newest).to_string()).replace("DAY", DAY);
            let file = self.0.entry(path).or_default();
            *file = format!("{file}{text}");
        }
        // What is made up here is in no file of Meta's.
        for (_, source) in self.0.iter_mut().filter(|(path, _)| path.starts_with("evidence/") && path.ends_with(".yaml")) {
            *source = source.replace("silences:\n", "silences:\n  - {of: 'WhatsAppBusinessAccount/drill*', why: The drill makes it up.}\n");
        }
        self
    }

    /// With the version after the newest one.
    pub fn with_version_after(mut self, newest: Version) -> Self {
        let versions = self.0.get_mut("versions.yaml").unwrap();
        let line = versions
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{newest}:")))
            .expect("versions.yaml has the newest version");
        *versions = versions.replace(line, &format!("{line}\n  {}: {{released: {RELEASED}, evidence: none published}}", after(newest)));
        // What evidence says of a version of that name is about another one.
        for (_, facts) in self.0.iter_mut().filter(|(path, _)| path.ends_with(".facts")) {
            let mut kept = true;
            let is_kept = |line: &&str| {
                let version = line.strip_prefix(VERSION_MARK).and_then(Version::parse);
                kept &= version.is_none_or(|version| version <= newest);
                kept
            };
            *facts = facts.lines().filter(is_kept).map(|line| format!("{line}\n")).collect();
        }
        self
    }

    /// Writes the files to a folder of this name, which it returns.
    pub fn write(&self, name: &str) -> PathBuf {
        let folder = scratch("drill").join(name).join("spec");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        for (path, text) in &self.0 {
            put(&folder.join(path), text);
        }
        folder
    }
}

/// The version that comes next.
fn after(newest: Version) -> Version {
    Version(newest.0 + 1, 0)
}
