//! One spelling and plain words in all prose: American spelling, and standard terms instead of phrases of our own.
//!
//! Prose is the Markdown pages, the texts and comments of the spec, the comments of Rust code, written or generated, and the names of its functions, of
//! which those of tests are sentences. In the runtime and the generator it is also what string literals say. What is quoted as code is not prose: fences, code
//! spans, and string literals elsewhere. Titles in the spec are Meta's words and keep their spelling, and words in capitals are names.

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
    ("nobody", "no one, or what happens instead"),
    ("small letters", "lowercase"),
    ("stands", "is"),
    ("told", "said, reported, or distinguished"),
    ("unless said otherwise", "by default"),
    ("what became of", "the outcome of"),
    ("what becomes of", "the outcome of"),
];

/// Folders without prose of ours.
const SKIPPED: &[&str] = &["target", "corpus", "artifacts", "node_modules"];

/// Where string literals are read by people too: errors, reports, diagnostics, documentation.
const SPEAKING: &[&str] = &["runtime/src/", "codegen/src/"];

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
    let planted = "//! A catalogue.\nfn catalog() {}\n/// Kept as it\n/// came, not `colour`.\npub async fn is_honoured() {}\n";
    assert_eq!(
        findings("a.rs", planted),
        ["a.rs:1: `catalogue`, say `catalog`", "a.rs:3: `as it came`, say `unchanged, or verbatim`", "a.rs:5: `honoured`, say `honored`"]
    );
    let page = "# Licence\n\n`growing pauses`\n\n```\nfavour\n```\nAt the\nmost.\n";
    assert_eq!(findings("a.md", page), ["a.md:1: `licence`, say `license`", "a.md:8: `at the most`, say `at most`"]);
    let spec = "title: Only one catalogue\nCANCELLED: {doc: In small letters.}  # A neighbour.\n";
    assert_eq!(findings("a.yaml", spec), ["a.yaml:2: `neighbour`, say `neighbor`", "a.yaml:2: `small letters`, say `lowercase`"]);
}

#[test]
fn what_the_runtime_and_the_generator_say_is_prose() {
    let planted = "fn f<'a>(x: &'a str) -> char {\n    // A \" is no string.\n    say(\"a \\\"colour\\\" of `behaviour`\");\n    say(r#\"in \"vain\"\n  at the\n  most\"#);\n                       g('\"', '\\'', '\\u{1}', \"at {the} most\", \"as it\", \"came\");\n    say(\"line\\nneighbour \\\n      as it \\\n      came\");\n    '\\\\'\n}\n";
    let found = [
        "3: `colour`, say `color`",
        "8: `neighbour`, say `neighbor`",
        "4: `in vain`, say `what happens instead`",
        "5: `at the most`, say `at most`",
        "9: `as it came`, say `unchanged, or verbatim`",
    ];
    let mut said = findings("runtime/src/a.rs", planted);
    said.sort();
    let mut expected = found.map(|found| format!("runtime/src/a.rs:{found}"));
    expected.sort();
    assert_eq!(said, expected);
    assert_eq!(findings("tests/tests/a.rs", planted), Vec::<String>::new(), "elsewhere strings are values");
}

/// The generator and the runtime serve any surface: what they know of this one they have from the spec. A comment may name a page.
#[test]
fn the_runtime_and_the_generator_name_no_platform() {
    let names_it =
        |line: &&str| line.to_lowercase().contains("whatsapp") && !(line.trim_start().starts_with("//") && line.contains("https://"));
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut files = Vec::new();
    collect(&root.join("runtime/src"), &mut files);
    collect(&root.join("codegen/src"), &mut files);
    assert!(files.len() > 200, "{} files", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let text = fs::read_to_string(file).unwrap();
            text.lines().filter(names_it).map(|line| format!("{}: {line}", file.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(found.is_empty(), "these belong in spec/:\n{}", found.join("\n"));
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
    let mut found = wrong(name, prose(name, text));
    if name.ends_with(".rs") {
        found.extend(wrong(name, function_names(text)));
    }
    if SPEAKING.iter().any(|folder| name.starts_with(folder)) {
        found.extend(wrong(name, said(text)));
    }
    found
}

fn wrong(name: &str, (words, lines): (Vec<String>, Vec<usize>)) -> Vec<String> {
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

/// The words of the names of functions, with an empty one after each: in a name they are no phrases.
fn function_names(source: &str) -> (Vec<String>, Vec<usize>) {
    let mut found = Vec::new();
    for (index, line) in source.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        let Some((before, after)) = code.split_once("fn ") else { continue };
        if before.is_empty() || before.ends_with(' ') {
            let name = after.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
            found.extend(name.split('_').flat_map(|word| [word, ""]).map(|word| (word.to_owned(), index + 1)));
        }
    }
    found.into_iter().unzip()
}

/// The words of string literals without code spans and placeholders, with an empty one after each literal. A token is a comment, a character, a lifetime, a
/// string, or a single character of anything else.
fn said(source: &str) -> (Vec<String>, Vec<usize>) {
    let mut found: Vec<(String, usize)> = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let raw = rest.strip_prefix('r').map(|after| after.len() - after.trim_start_matches('#').len());
        let raw = raw.filter(|fences| rest[1 + fences..].starts_with('"'));
        let mut token = first.len_utf8();
        if rest.starts_with("//") {
            token = rest.find('\n').unwrap_or(rest.len());
        } else if let Some(fences) = raw {
            let (open, close) = (fences + 2, format!("\"{}", "#".repeat(fences)));
            let text = rest[open..].split(close.as_str()).next().unwrap_or_default();
            found.extend(plain(text, line));
            token = open + text.len() + close.len();
        } else if first == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|letter| {
                let ends = letter == '"' && !escaped;
                escaped = letter == '\\' && !escaped;
                ends
            });
            let text = &rest[1..end.map_or(rest.len(), |end| end + 1)];
            // An escape is no letter: `\n` parts words as the end of a line does.
            found.extend(plain(&text.replace("\\n", "  ").replace("\\t", "  "), line));
            token = text.len() + 2;
        } else if first == '\'' {
            let mut letters = rest[1..].chars();
            token = match (letters.next(), letters.next()) {
                (Some('\\'), _) => 3 + rest[3..].find('\'').map_or(0, |end| end + 1),
                (Some(letter), Some('\'')) => 2 + letter.len_utf8(),
                _ => 1,
            };
        }
        let token = &rest[..token.min(rest.len())];
        line += token.matches('\n').count();
        rest = &rest[token.len()..];
    }
    found.into_iter().unzip()
}

/// The words of a text, each with its line.
fn plain(text: &str, first: usize) -> Vec<(String, usize)> {
    let (mut words, mut quoted, mut held) = (Vec::new(), false, 0_usize);
    let (mut word, mut line) = (String::new(), first);
    for letter in text.chars().chain([' ']) {
        if letter.is_alphabetic() && !quoted && held == 0 {
            word.push(letter);
            continue;
        }
        if !word.is_empty() {
            let is_name = word.chars().all(char::is_uppercase);
            words.push((if is_name { String::new() } else { word.to_lowercase() }, line));
            word.clear();
        }
        match letter {
            '`' => quoted = !quoted,
            '{' => held += 1,
            '}' => held = held.saturating_sub(1),
            '\n' => line += 1,
            _ => continue,
        }
        if letter != '\n' {
            words.push((String::new(), line));
        }
    }
    words.push((String::new(), line));
    words
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
