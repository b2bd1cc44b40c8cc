//! `cargo xtask book`.

mod links;

use std::{fs, io::Read as _, path::Path};

use clap::Args as ClapArgs;
use serde_json::Value;
use xshell::{Shell, cmd};

use crate::{
    Failure, Outcome,
    workspace::{print, root, target},
};

/// The mdBook that builds the book. A newer one may have other pages: look at them before you raise it.
const MDBOOK: &str = "0.5.4";

/// Build the book of docs/ into target/book, and check its links.
///
/// Installs the mdBook that it needs into target/tools, once.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Be the preprocessor of mdBook, which book.toml names: take the book from standard input, and give it back with links that lead somewhere.
    #[arg(long, hide = true)]
    preprocess: bool,

    /// What mdBook asks a preprocessor: whether it is for a renderer.
    #[arg(hide = true)]
    question: Vec<String>,
}

pub(crate) fn run(args: &Args) -> Outcome {
    if args.preprocess {
        return if args.question.is_empty() { preprocess() } else { Ok(()) };
    }
    build(&Shell::new()?)
}

/// Builds the book, and follows the links of its pages.
pub(crate) fn build(shell: &Shell) -> Outcome {
    let _in_root = shell.push_dir(root());
    let mdbook = installed(shell)?;
    let out = target().join("book");
    cmd!(shell, "{mdbook} build docs/book --dest-dir {out}").run().map_err(|error| Failure(format!("command: {error}")))?;
    crate::ci::anchors::check_pages(&out, "mend the link in docs/, or the heading that it names")
}

/// The program, installed if it is not there in this version.
fn installed(shell: &Shell) -> Result<std::path::PathBuf, Failure> {
    let tools = target().join("tools");
    let mdbook = tools.join("bin/mdbook").with_extension(std::env::consts::EXE_EXTENSION);
    let said = cmd!(shell, "{mdbook} --version").quiet().ignore_stderr().read().unwrap_or_default();
    if said.trim_start_matches("mdbook ").trim_start_matches('v') != MDBOOK {
        let install =
            cmd!(shell, "cargo install mdbook --version {MDBOOK} --locked --debug --no-default-features --features search --root {tools}");
        install.run().map_err(|error| Failure(format!("command: {error}")))?;
    }
    Ok(mdbook)
}

/// Takes the book as mdBook gives it, and gives it back as it is to be rendered.
fn preprocess() -> Outcome {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let mut given: Value = serde_json::from_str(&text).map_err(|error| Failure(format!("mdBook gave no JSON: {error}")))?;
    let mut book = given.get_mut(1).map(Value::take).ok_or_else(|| Failure("mdBook gave no book".into()))?;
    add_decisions(&mut book, &root().join("docs/decisions"))?;
    links::mend(&mut book, &root())?;
    print(&book.to_string())
}

/// Puts the pages of decisions below the chapter that lists them, so that a new one needs no line in SUMMARY.md.
fn add_decisions(book: &mut Value, folder: &Path) -> Outcome {
    let mut names: Vec<String> = fs::read_dir(folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| {
        Path::new(name).extension().is_some_and(|ending| ending == "md") && name.starts_with(|first: char| first.is_ascii_digit())
    });
    names.sort();
    let mut pages = Vec::new();
    for name in names {
        let content = fs::read_to_string(folder.join(&name))?;
        let title = content.lines().next().unwrap_or_default().trim_start_matches("# ").replace('`', "");
        let path = format!("decisions/{name}");
        pages.push(serde_json::json!({"Chapter": {
            "name": title, "content": content, "number": null, "sub_items": [], "path": path, "source_path": path, "parent_names": ["Decisions"],
        }}));
    }
    links::each_chapter(book, &mut |chapter| {
        if chapter["path"] == "decisions/README.md" {
            chapter["sub_items"] = Value::Array(pages.clone());
        }
        Ok(())
    })
}
