//! The window in files that people write: `gen` keeps it right between two comments.

use std::{fs, path::Path};

use graph_codegen::{model::Api, write::Output};

/// The files that name the window.
const FILES: [&str; 2] = ["README.md", "CHANGELOG.md"];

/// Before what `gen` writes.
pub(crate) const BEGIN: &str = "<!-- window -->";
const END: &str = "<!-- /window -->";

/// The files below `root` as they have to be. One that is missing is not written, nor does one without the comments change.
pub(crate) fn outputs(root: &Path, api: &Api) -> Vec<Output> {
    let with_window = |path: &str| {
        let text = fs::read_to_string(root.join(path)).ok()?;
        Some(Output { path: path.into(), text: replaced(&text, &api.window_text()) })
    };
    FILES.iter().filter_map(|path| with_window(path)).collect()
}

/// The text with the window between each pair of comments.
fn replaced(text: &str, window: &str) -> String {
    let mut parts = text.split(BEGIN);
    let mut new = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        new.push_str(BEGIN);
        match part.split_once(END) {
            Some((_, rest)) => new.push_str(&format!("{window}{END}{rest}")),
            None => new.push_str(part),
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_what_is_between_the_comments_changes() {
        let text = "v1.0 <!-- window -->v1.0 to v2.0<!-- /window -->, <!-- window -->?<!-- /window -->; <!-- window --> alone";
        let new = replaced(text, "v2.0 to v3.0");
        assert_eq!(
            new,
            "v1.0 <!-- window -->v2.0 to v3.0<!-- /window -->, <!-- window -->v2.0 to v3.0<!-- /window -->; <!-- window --> alone"
        );
        assert_eq!(replaced(&new, "v2.0 to v3.0"), new);
        assert_eq!(replaced("no window", "v2.0"), "no window");
    }
}
