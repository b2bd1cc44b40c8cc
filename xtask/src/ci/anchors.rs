//! Links within the built documentation: each page and each anchor exists.
//!
//! rustdoc looks at links to items, and not at those that name a page and an anchor as HTML does, such as the one from a parameter to its setter.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

use crate::{Failure, Outcome};

/// Follows the links from the front pages of these crates through all of their pages. Pages of earlier builds, to which nothing leads, are not read.
pub(super) fn check(folder: &Path, libraries: &[String]) -> Outcome {
    let fronts = libraries.iter().flat_map(|library| ["index.html", "all.html"].map(|page| Path::new(library).join(page))).collect();
    let is_ours = |page: &PathBuf| libraries.iter().any(|library| page.starts_with(library));
    follow(
        folder,
        fronts,
        is_ours,
        "A link that the generator writes is made in codegen/src/emit/client/page.rs; one in a `doc:` of spec/ or in a \
         comment is written by hand: link the item by its path, or take the anchor that its page has.",
    )
}

/// Follows the links of the pages of a site that is in one folder, and has an index.
pub(crate) fn check_pages(folder: &Path, repair: &str) -> Outcome {
    follow(folder, vec![PathBuf::from("index.html"), PathBuf::from("toc.html")], |_| true, repair)
}

fn follow(folder: &Path, fronts: Vec<PathBuf>, is_ours: impl Fn(&PathBuf) -> bool, repair: &str) -> Outcome {
    let mut site = Site { folder, pages: BTreeMap::new() };
    let mut open = fronts;
    for front in &open {
        if site.page(front).is_none() {
            return Err(Failure(format!("{} is missing", folder.join(front).display())));
        }
    }
    let (mut seen, mut broken) = (BTreeSet::new(), Vec::new());
    while let Some(path) = open.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let Some(page) = site.page(&path) else { continue };
        open.extend(page.signatures.iter().filter_map(|link| target(&path, link)).map(|(target, _)| target).filter(&is_ours));
        for link in page.links.clone() {
            let Some((target, anchor)) = target(&path, &link) else { continue };
            let target = site.moved(target);
            match site.page(&target) {
                None => broken.push(format!("{}: {link}\n  there is no page {}", shown(&path), shown(&target))),
                Some(page) if !page.has(&anchor) => {
                    broken.push(format!("{}: {link}\n  {} has no anchor {anchor}", shown(&path), shown(&target)));
                }
                Some(_) => {}
            }
            open.extend(Some(target).filter(&is_ours));
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    broken.sort();
    broken.dedup();
    Err(Failure(format!("broken links: {}, in {}\n{}\n{repair}", broken.len(), folder.display(), broken.join("\n"))))
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}

/// The documentation, each page read once.
struct Site<'f> {
    folder: &'f Path,
    pages: BTreeMap<PathBuf, Option<Page>>,
}

impl Site<'_> {
    /// The page where a browser ends that is sent to this one.
    fn moved(&mut self, mut path: PathBuf) -> PathBuf {
        for _ in 0..8 {
            let next = self.page(&path).and_then(|page| target(&path, page.moved.as_deref()?));
            let Some((next, _)) = next else { break };
            path = next;
        }
        path
    }

    fn page(&mut self, path: &Path) -> Option<&Page> {
        let folder = self.folder;
        self.pages
            .entry(path.to_path_buf())
            .or_insert_with(|| fs::read_to_string(folder.join(path)).ok().map(|html| Page::of(&html)))
            .as_ref()
    }
}

/// What a page has to do with links.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page {
    anchors: BTreeSet<String>,
    /// The links of the text.
    links: BTreeSet<String>,
    /// The links that rustdoc puts into signatures and lists, which have a class. Those to hidden items lead nowhere.
    signatures: BTreeSet<String>,
    /// Where the browser is sent on, anchor included: the page of an item that is shown elsewhere.
    moved: Option<String>,
}

impl Page {
    fn of(html: &str) -> Self {
        let mut page = Self::default();
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            rest = &rest[at + 1..];
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let is_script = rest.starts_with("script");
            let (mut link, mut has_class) = (None, false);
            rest = attributes(rest, |name, value| match name {
                "id" => drop(page.anchors.insert(unescaped(value))),
                "href" => link = Some(unescaped(value)),
                "class" => has_class = true,
                "content" => page.moved = page.moved.take().or_else(|| value.split_once(";URL=").map(|(_, to)| unescaped(to))),
                _ => {}
            });
            let links = if has_class { &mut page.signatures } else { &mut page.links };
            links.extend(link);
            if is_script {
                rest = rest.split_once("</script").map_or("", |(_, after)| after);
            }
        }
        page
    }

    /// A browser looks for the anchor as it is written, then without percent signs; an empty one and `#top` are the page's beginning.
    fn has(&self, anchor: &str) -> bool {
        matches!(anchor, "" | "top") || self.anchors.contains(anchor) || self.anchors.contains(&decoded(anchor))
    }
}

/// Reads a tag after its `<`: calls `each` with its attributes, and returns what follows the tag.
fn attributes(tag: &str, mut each: impl FnMut(&str, &str)) -> &str {
    let mut rest = tag.trim_start_matches(|c: char| c == '/' || c.is_ascii_alphanumeric());
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end = rest.find(|c: char| c == '=' || c == '>' || c == '<' || c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let Some(value) = after.strip_prefix('=').filter(|_| !name.is_empty()) else {
            match after.chars().next() {
                Some('>') => return &after[1..],
                Some(c) if c.is_ascii_whitespace() || (c == '=' && name.is_empty()) => rest = &after[1..],
                // No tag after all, or the end of the page.
                _ => return after,
            }
            continue;
        };
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(value.find(|c: char| c == '>' || c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        each(name, value);
        rest = after;
    }
}

/// The page and the anchor that a link leads to; nothing for one that leads out of the documentation, or to lines of source, whose anchors a script makes.
fn target(from: &Path, link: &str) -> Option<(PathBuf, String)> {
    let has_scheme = link.split(['/', '#', '?']).next().is_some_and(|first| first.contains(':'));
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split('?').next().unwrap_or_default();
    let is_page = path.is_empty() || path.ends_with('/') || Path::new(path).extension().is_some_and(|kind| kind == "html");
    if has_scheme || link.starts_with("//") || !is_page {
        return None;
    }
    let mut to = from.to_path_buf();
    if !path.is_empty() {
        to.pop();
        for part in Path::new(&decoded(path)).components() {
            match part {
                Component::ParentDir => drop(to.pop()),
                Component::Normal(name) => to.push(name),
                _ => {}
            }
        }
    }
    if path.ends_with('/') {
        to.push("index.html");
    }
    (!to.starts_with("src")).then(|| (to, anchor.to_owned()))
}

/// The text of an attribute.
fn unescaped(value: &str) -> String {
    let text = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#34;", "\"");
    text.replace("&#39;", "'").replace("&#x27;", "'").replace("&amp;", "&")
}

/// Text without its percent signs; what is no text stays as it is.
fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails should panic")]

    use std::fs;

    use super::{Page, check};

    /// Documentation of these pages, and what is said of it.
    fn said(pages: &[(&str, &str)]) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        for (path, html) in pages {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, html).unwrap();
        }
        check(folder.path(), &["page".to_owned()]).map_err(|failure| failure.0)
    }

    const ALL: (&str, &str) = ("page/all.html", "<a href=\"index.html\">front</a>");

    #[test]
    fn links_that_lead_somewhere_are_right() {
        let pages = [
            ALL,
            (
                "page/index.html",
                "<a href=\"number/struct.Register.html#fields\">1</a> <a href='#here' id=here>2</a> <a href=\"https://a.b/c.html#d\">3</a> \
                 <a href=\"../src/page/lib.rs.html#1-9\">4</a> \
                 <a class=\"fn\" href=\"struct.Call.html#tymethod.hidden\">5</a> <a href=\"old/struct.Call.html#impl-Call%3CRegister%3E\">6</a> <script>if (1 < 2) { say('<a href=\"none.html#none\">') }</script>",
            ),
            (
                "page/number/struct.Register.html",
                "<h2 id=\"fields\">x</h2> <a href=\"../struct.Call.html#impl-Call%3CRegister%3E\">pin</a> <!-- <a href=\"none.html\"> -->",
            ),
            ("page/struct.Call.html", "<section id=\"impl-Call%3CRegister%3E\"></section> <a href=\"#impl-Call%3CRegister%3E\">§</a>"),
            ("page/old/struct.Call.html", "<meta http-equiv=\"refresh\" content=\"0;URL=../struct.Call.html\">"),
            ("page/stale.html", "<a href=\"#none\">to which nothing leads</a>"),
        ];
        assert_eq!(said(&pages), Ok(()));
    }

    #[test]
    fn a_link_to_an_anchor_that_its_page_lacks_is_named_with_its_page() {
        let pages = [
            ALL,
            ("page/index.html", "<a href=\"number/struct.Register.html\">1</a> <a href=\"none.html#x\">2</a>"),
            ("page/number/struct.Register.html", "<a href=\"../struct.Call.html#impl-Call%3CRegistered%3E\">pin</a>"),
            ("page/struct.Call.html", "<section id=\"impl-Call%3CRegister%3E\"></section>"),
        ];
        let said = said(&pages).unwrap_err();
        assert!(
            said.contains(
                "page/number/struct.Register.html: ../struct.Call.html#impl-Call%3CRegistered%3E\n  page/struct.Call.html has no anchor \
                 impl-Call%3CRegistered%3E\n"
            ),
            "{said}"
        );
        assert!(said.contains("page/index.html: none.html#x\n  there is no page page/none.html\n"), "{said}");
        assert!(said.starts_with("broken links: 2, in ") && said.contains("link the item by its path"), "{said}");
    }

    #[test]
    fn documentation_that_was_not_built_is_said() {
        assert!(said(&[]).unwrap_err().ends_with("index.html is missing"));
    }

    #[test]
    fn attributes_are_read_however_they_are_written() {
        let page = Page::of("<a  class=x href = \"no\"><A href=a.html id='b c' hidden/>1 < 2 <p\nid=\"&lt;d&gt;\" >");
        assert_eq!(page.links.iter().collect::<Vec<_>>(), ["a.html"]);
        assert_eq!(page.anchors.iter().collect::<Vec<_>>(), ["<d>", "b c"]);
    }
}
