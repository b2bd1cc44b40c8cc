//! Links of pages that are read in two places: in the repository, where they lead to files, and in the book, which has only some of these.

use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
};

use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
use serde_json::Value;

use crate::{Failure, Outcome};

/// Calls `each` with every chapter of a book, those within others included.
pub(super) fn each_chapter(book: &mut Value, each: &mut impl FnMut(&mut Value) -> Outcome) -> Outcome {
    let items = if book.get("items").is_some() { "items" } else { "sub_items" };
    let Some(items) = book.get_mut(items).and_then(Value::as_array_mut) else { return Ok(()) };
    for chapter in items.iter_mut().filter_map(|item| item.get_mut("Chapter")) {
        each(chapter)?;
        each_chapter(chapter, each)?;
    }
    Ok(())
}

/// Rewrites the links of all chapters. What is in the repository and not in the book becomes text; what is in neither is an error.
pub(super) fn mend(book: &mut Value, root: &Path) -> Outcome {
    let mut chapters = BTreeSet::new();
    each_chapter(book, &mut |chapter| {
        chapters.extend(chapter["path"].as_str().map(PathBuf::from));
        Ok(())
    })?;
    let places = Places { chapters, exists: &|path| root.join(path).exists() };
    let mut broken = Vec::new();
    each_chapter(book, &mut |chapter| {
        let (Some(path), Some(content)) = (chapter["path"].as_str(), chapter["content"].as_str()) else { return Ok(()) };
        match places.mended(Path::new(path), content) {
            Ok(content) => chapter["content"] = content.into(),
            Err(links) => broken.extend(links.into_iter().map(|link| format!("  docs/{path}: {link}"))),
        }
        Ok(())
    })?;
    if broken.is_empty() {
        return Ok(());
    }
    Err(Failure(format!("links that lead nowhere, neither from their page nor from the root of the repository:\n{}", broken.join("\n"))))
}

/// What can be linked to.
struct Places<'p> {
    /// The pages of the book, by their paths below docs/.
    chapters: BTreeSet<PathBuf>,
    /// Whether a path below the root of the repository is there.
    exists: &'p dyn Fn(&Path) -> bool,
}

/// Where a link leads.
enum Leads {
    /// To this page of the book, by its path below docs/.
    Page(PathBuf),
    /// To a file that the book does not have.
    File,
    Nowhere,
}

impl Places<'_> {
    /// The text of a page with links for the book, or the links that lead nowhere.
    fn mended(&self, page: &Path, text: &str) -> Result<String, Vec<String>> {
        let (mut edits, mut broken) = (Vec::new(), Vec::new());
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            let Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, .. }) = event else { continue };
            let (path, anchor) = dest_url.split_once('#').map_or((&*dest_url, ""), |(path, anchor)| (path, anchor));
            if path.is_empty() || path.contains(':') {
                continue;
            }
            let link = &text[range.clone()];
            let Some(words) = link.rfind("](").map(|end| &link[1..end]) else { continue };
            match self.leads(page, path) {
                Leads::Page(to) => {
                    let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
                    edits.push((range, format!("[{words}]({}{anchor})", relative(page, &to))));
                }
                Leads::File => edits.push((range, words.to_owned())),
                Leads::Nowhere => broken.push(dest_url.to_string()),
            }
        }
        if !broken.is_empty() {
            return Err(broken);
        }
        let mut mended = text.to_owned();
        for (range, edit) in edits.into_iter().rev() {
            mended.replace_range(range, &edit);
        }
        Ok(mended)
    }

    /// From the folder of the page, or, as in pages that are included from elsewhere, from the root or from a folder in it.
    fn leads(&self, page: &Path, path: &str) -> Leads {
        let from_page = Path::new("docs").join(page.parent().unwrap_or(Path::new(""))).join(path);
        let from_folder = path.strip_prefix("../").unwrap_or(path);
        let places: Vec<PathBuf> = [from_page.as_path(), Path::new(path), Path::new(from_folder)].into_iter().filter_map(normal).collect();
        let pages = places.iter().filter_map(|place| place.strip_prefix("docs").ok());
        if let Some(page) = pages.flat_map(|page| [page.to_owned(), page.join("README.md")]).find(|page| self.chapters.contains(page)) {
            return Leads::Page(page);
        }
        if places.iter().any(|place| (self.exists)(place)) { Leads::File } else { Leads::Nowhere }
    }
}

/// A path without `.` and `..`, unless it leaves the root.
fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => normal.pop().then_some(())?,
            Component::Normal(name) => normal.push(name),
            _ => {}
        }
    }
    Some(normal)
}

/// The way from one page to another, as a URL has it.
fn relative(from: &Path, to: &Path) -> String {
    let up = "../".repeat(from.components().count().saturating_sub(1));
    let parts: Vec<_> = to.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    // mdBook makes the index of a folder of its README.
    format!("{up}{}", parts.join("/")).replace("README.md", "index.md")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails should panic")]

    use std::path::{Path, PathBuf};

    use serde_json::json;

    use super::{Places, each_chapter};

    fn mended(page: &str, text: &str) -> Result<String, Vec<String>> {
        let chapters = ["mock.md", "book/send.md", "decisions/README.md"].map(PathBuf::from).into();
        let exists = |path: &Path| ["docs/mock.md", "spec", "tests/drill.rs"].iter().any(|there| path == Path::new(there));
        Places { chapters, exists: &exists }.mended(Path::new(page), text)
    }

    #[test]
    fn links_lead_from_the_page_or_from_the_root() {
        let text = "[a](../mock.md#in-a-test) [b](docs/mock.md) [`c`](../decisions) [d](https://a.b/c.md) [e](#here) [f](../docs/mock.md)";
        let expected =
            "[a](../mock.md#in-a-test) [b](../mock.md) [`c`](../decisions/index.md) [d](https://a.b/c.md) [e](#here) [f](../mock.md)";
        assert_eq!(mended("book/send.md", text).unwrap(), expected);
        assert_eq!(mended("mock.md", "[f](book/send.md)").unwrap(), "[f](book/send.md)");
    }

    #[test]
    fn what_the_book_does_not_have_is_text() {
        assert_eq!(mended("mock.md", "See [the `spec`](../spec), [it](tests/drill.rs).").unwrap(), "See the `spec`, it.");
    }

    #[test]
    fn code_is_no_link() {
        let text = "`[a](none.md)`\n\n```text\n[b](none.md)\n```\n";
        assert_eq!(mended("mock.md", text).unwrap(), text);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_named() {
        assert_eq!(mended("mock.md", "| a |\n| --- |\n| [b](none.md) |\n\n[c](../../up.md)").unwrap_err(), ["none.md", "../../up.md"]);
    }

    #[test]
    fn chapters_within_others_are_chapters() {
        let chapter = |path: &str, within: serde_json::Value| json!({"Chapter": {"path": path, "sub_items": within}});
        let mut book = json!({"items": [chapter("a", json!([chapter("b", json!([]))])), "Separator", {"PartTitle": "c"}]});
        let mut seen = Vec::new();
        let outcome = each_chapter(&mut book, &mut |chapter| {
            seen.push(chapter["path"].as_str().unwrap().to_owned());
            Ok(())
        });
        assert!(outcome.is_ok());
        assert_eq!(seen, ["a", "b"]);
    }
}
