//! One spelling and plain words in all prose: American spelling, and standard terms instead of phrases of our own.
//!
//! Prose is the Markdown pages, the texts and comments of the spec, and the comments of Rust code, written or generated. What is quoted as code is not
//! prose: fences, code spans and string literals. Titles in the spec are Meta's words and keep their spelling, and words in capitals are names.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Stems of British spellings, and the American ones.
const SPELLINGS: &[(&str, &str)] = &[
    ("anonymis", "anonymiz"),
    ("artefact", "artifact"),
    ("behaviour", "behavior"),
    ("cancelled", "canceled"),
    ("catalogue", "catalog"),
    ("colour", "color"),
    ("favour", "favor"),
    ("honour", "honor"),
    ("initialis", "initializ"),
    ("judgement", "judgment"),
    ("licence", "license"),
    ("misspelt", "misspelled"),
    ("neighbour", "neighbor"),
    ("normalis", "normaliz"),
    ("optimis", "optimiz"),
    ("organisation", "organization"),
    ("recognis", "recogniz"),
    ("serialis", "serializ"),
    ("signalling", "signaling"),
    ("synchronis", "synchroniz"),
];

/// Phrases that are never right here, and what to write.
const PHRASES: &[(&str, &str)] = &[
    ("as it came", "unchanged, or verbatim"),
    ("as they came", "unchanged, or verbatim"),
    ("at the most", "at most"),
    ("growing pauses", "exponential backoff"),
    ("in vain", "what happens instead"),
    ("small letters", "lowercase"),
    ("unless said otherwise", "by default"),
    ("what became of", "the outcome of"),
    ("what becomes of", "the outcome of"),
];

/// Folders without prose of ours.
const SKIPPED: &[&str] = &["target", "corpus", "artifacts", "node_modules"];

/// Its tables are compared byte for byte with what the faults show.
const FIXED: &[&str] = &["docs/reliability.md", "tests/tests/words.rs"];

#[test]
fn prose_has_one_spelling_and_plain_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 300, "only {} files were found", files.len());
    let mut found = Vec::new();
    for file in &files {
        let name = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        if !FIXED.contains(&name.as_str()) {
            found.extend(findings(&name, &fs::read_to_string(file).unwrap()));
        }
    }
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}

#[test]
fn a_planted_word_is_found_with_its_place() {
    let planted = "//! A catalogue.\nfn catalogue() {}\n/// Kept as it\n/// came, not `colour`.\n";
    assert_eq!(findings("a.rs", planted), ["a.rs:1: `catalogue`, say `catalog`", "a.rs:3: `as it came`, say `unchanged, or verbatim`"]);
    let page = "# Licence\n\n`growing pauses`\n\n```\nfavour\n```\nAt the\nmost.\n";
    assert_eq!(findings("a.md", page), ["a.md:1: `licence`, say `license`", "a.md:8: `at the most`, say `at most`"]);
    let spec = "title: Only one catalogue\nCANCELLED: {doc: In small letters.}  # A neighbour.\n";
    assert_eq!(findings("a.yaml", spec), ["a.yaml:2: `neighbour`, say `neighbor`", "a.yaml:2: `small letters`, say `lowercase`"]);
}

/// The Markdown, YAML and Rust files below a folder, in a fixed order.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() {
            if !name.starts_with('.') && !SKIPPED.contains(&&*name) {
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|kind| kind == "md" || kind == "yaml" || kind == "rs") {
            files.push(path);
        }
    }
}

/// What is wrong in a file, a line each: place, word, and what to write.
fn findings(name: &str, text: &str) -> Vec<String> {
    let (words, lines) = prose(name, text);
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate() {
        for (british, american) in SPELLINGS {
            if word.contains(british) {
                found.push(format!("{name}:{}: `{word}`, say `{}`", lines[index], word.replace(british, american)));
            }
        }
    }
    for (phrase, instead) in PHRASES {
        let phrase_words: Vec<_> = phrase.split(' ').collect();
        for (index, window) in words.windows(phrase_words.len()).enumerate() {
            if window == phrase_words {
                found.push(format!("{name}:{}: `{phrase}`, say `{instead}`", lines[index]));
            }
        }
    }
    found
}

/// The words of the prose of a file, in lowercase, each with its line; names are empty.
fn prose(name: &str, text: &str) -> (Vec<String>, Vec<usize>) {
    let (mut words, mut lines) = (Vec::new(), Vec::new());
    let (mut fenced, mut quoted) = (false, false);
    for (index, line) in text.lines().enumerate() {
        let Some(line) = written(name, line) else { continue };
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        // A code span may end on the next line; an empty line ends what was not closed.
        quoted &= !line.trim().is_empty();
        for (part, piece) in line.split('`').enumerate() {
            if part > 0 {
                quoted = !quoted;
            }
            if !quoted {
                for word in piece.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()) {
                    words.push(if word.chars().all(char::is_uppercase) { String::new() } else { word.to_lowercase() });
                    lines.push(index + 1);
                }
            } else {
                words.push(String::new());
                lines.push(index + 1);
            }
        }
    }
    (words, lines)
}

/// The prose of a line: in Rust the comment, in the spec everything but titles, in Markdown all of it.
fn written<'a>(name: &str, line: &'a str) -> Option<&'a str> {
    if name.ends_with(".rs") {
        let comment = line.trim_start().strip_prefix("//")?;
        return Some(comment.trim_start_matches(['/', '!']));
    }
    let is_title = name.ends_with(".yaml") && line.trim_start().trim_start_matches("- ").starts_with("title:");
    (!is_title).then_some(line)
}
