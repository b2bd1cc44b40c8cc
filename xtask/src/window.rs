//! The versions of the window, and days, as named on the command line.

use graph_codegen::model::{Api, Day, Version};

use crate::Failure;

/// `v21.0`, in exactly this form.
pub(crate) fn parse(text: &str) -> Result<Version, Failure> {
    Version::parse(text).filter(|version| version.to_string() == text).ok_or_else(|| {
        let digits = |part: &str| !part.is_empty() && part.len() < 4 && part.bytes().all(|byte| byte.is_ascii_digit());
        let (major, minor) = text.trim_start_matches(['v', 'V']).split_once('.').unwrap_or((text.trim_start_matches(['v', 'V']), "0"));
        let near = match (digits(major), digits(minor)) {
            (true, true) => format!("; did you mean `v{}.{}`?", number(major), number(minor)),
            _ => String::new(),
        };
        Failure(format!("`{text}` is not a version; versions are written as in the path, `v21.0`{near}"))
    })
}

fn number(digits: &str) -> &str {
    match digits.trim_start_matches('0') {
        "" => "0",
        number => number,
    }
}

/// `2026-06-15`.
pub(crate) fn day(text: &str) -> Result<Day, Failure> {
    Day::parse(text).ok_or_else(|| Failure(format!("`{text}` is not a day of the calendar; days are written as `2026-06-15`")))
}

/// A version that the spec describes: one of the window, or a retired one that `diff` still serves.
pub(crate) fn version(api: &Api, text: &str) -> Result<Version, Failure> {
    let version = parse(text)?;
    if api.described().any(|known| known == version) {
        return Ok(version);
    }
    let known: Vec<String> = api.described().map(|version| version.to_string()).collect();
    let window = known.join(", ");
    if api.versions.iter().any(|info| info.version == version) {
        return Err(Failure(format!("{version} is retired, and the spec says nothing about it; it describes {window}")));
    }
    let near = nearest(api, version).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(Failure(format!("the spec describes no version `{text}`; it describes {window}{near}")))
}

/// A version of the window; by default the newest.
pub(crate) fn served(api: &Api, text: Option<&str>) -> Result<Version, Failure> {
    let Some(text) = text else { return Ok(api.newest()) };
    Version::parse(text).filter(|version| api.window().any(|known| known == *version)).ok_or_else(|| {
        let known: Vec<_> = api.window().map(|version| version.to_string()).collect();
        Failure(format!("there is no version `{text}` in the spec's window; it has {}", known.join(", ")))
    })
}

/// The nearest by number: letters say little about versions.
fn nearest(api: &Api, wrong: Version) -> Option<Version> {
    api.described().min_by_key(|known| (known.0.abs_diff(wrong.0), known.1.abs_diff(wrong.1)))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_version_is_written_as_in_the_path() {
        assert!(parse("v21.0").is_ok());
        for (text, near) in
            [("24", "v24.0"), ("v24", "v24.0"), ("24.0", "v24.0"), ("V24.0", "v24.0"), ("v024.0", "v24.0"), ("v24.00", "v24.0")]
        {
            assert!(parse(text).is_err_and(|failure| failure.0.ends_with(&format!("did you mean `{near}`?"))), "{text}");
        }
        for text in ["", "next", "v24.0.1", "v24.x", "v-1.0"] {
            assert!(parse(text).is_err_and(|failure| !failure.0.contains("did you mean")), "{text}");
        }
    }
}
