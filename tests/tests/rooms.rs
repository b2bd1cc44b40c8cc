//! The import graph of `runtime/src`, `codegen/src` and `mock/src`, folder by folder: no room leads back to itself.
//!
//! A room is a folder, or a file, of the folder that is looked at. Counted are `use` lines and paths that begin with `crate`, `self` or `super`,
//! in the arguments of macros too. Not counted are code for tests, and `$crate::` paths in the definition of a macro: they belong to the place
//! where the macro is used, and a use counts as an import of the room that defines the macro.

#[path = "rooms/circles.rs"]
mod circles;
#[path = "rooms/imports.rs"]
mod imports;

use std::{fs, path::Path};

use imports::Crate;

const CRATES: [&str; 3] = ["runtime/src/lib.rs", "codegen/src/lib.rs", "mock/src/lib.rs"];

/// Where a file counts as a room too. Elsewhere the files of one folder may know one another: they tell one thing in parts.
const FILE_BY_FILE: [&str; 4] = ["runtime/src", "codegen/src", "codegen/src/emit", "codegen/src/lower"];

/// Reads a crate of the workspace.
fn read(lib: &str) -> Crate {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = Crate::read(lib, &|file| fs::read_to_string(root.join(file)).ok());
    assert!(read.imports.len() > 100, "only {} imports were found below {lib}", read.imports.len());
    assert!(read.unknown.is_empty(), "these names are of no room:\n{}", read.unknown.join("\n"));
    read
}

/// The circles of a crate of the workspace: each with its title, and with what imports what.
fn circles(lib: &str) -> Vec<(String, String)> {
    let read = read(lib);
    let mut circles = Vec::new();
    for folder in read.folders() {
        let shown = [lib.strip_suffix("/lib.rs").unwrap(), &folder.join("/")].join("/");
        let shown = shown.trim_end_matches('/');
        let by_file = FILE_BY_FILE.contains(&shown) || shown.starts_with("codegen/src/emit/");
        for (rooms, text) in read.circles(folder) {
            if by_file || rooms.iter().any(|room| read.is_folder(folder, room)) {
                circles.push((format!("{shown}: {}", rooms.join(", ")), text));
            }
        }
    }
    circles
}

#[test]
fn no_room_leads_back_to_itself() {
    let found: Vec<_> = CRATES.iter().flat_map(|lib| circles(lib)).collect();
    let shown: Vec<String> = found.iter().map(|(title, text)| format!("{title}\n{text}")).collect();
    assert!(shown.is_empty(), "{}\nPut what both need into the lower room, or hand it in.", shown.join("\n"));
}

/// The rooms of a crate in the order of their table in ARCHITECTURE.md: each may import those before it.
fn order(folder: &str) -> Vec<String> {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md")).unwrap();
    let (_, table) =
        page.split_once(&format!("| room of `{folder}` |")).unwrap_or_else(|| panic!("ARCHITECTURE.md has no table of {folder}"));
    let rows = table.lines().skip(2).map_while(|row| row.strip_prefix("| `")?.split_once('`'));
    rows.map(|(room, _)| room.to_owned()).collect()
}

#[test]
fn a_room_imports_only_what_comes_before_it_in_the_architecture() {
    for lib in CRATES {
        let (read, folder) = (read(lib), lib.strip_suffix("/lib.rs").unwrap());
        let order = order(folder);
        let floor = |room: &str| {
            order.iter().position(|known| known == room).unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for `{room}` of {folder}"))
        };
        let upward: Vec<String> = read
            .imports
            .iter()
            .filter(|import| floor(&import.to[0]) > floor(&import.from[0]))
            .map(|import| format!("{}:{}: {} imports crate::{}", import.file, import.line, import.from[0], import.to.join("::")))
            .collect();
        assert!(upward.is_empty(), "these rooms come later in the table of ARCHITECTURE.md:\n{}", upward.join("\n"));
        for room in &order {
            assert!(
                read.modules.contains(std::slice::from_ref(room)),
                "ARCHITECTURE.md has a row for `{room}`, and {folder} has no such room"
            );
        }
    }
}

/// A crate of a few lines, as pairs of file and text.
fn planted(files: &[(&str, &str)]) -> Crate {
    Crate::read("src/lib.rs", &|wanted| files.iter().find(|(name, _)| *name == wanted).map(|(_, text)| (*text).to_owned()))
}

#[test]
fn a_planted_circle_is_found_with_its_lines() {
    let read = planted(&[
        ("src/lib.rs", "mod error;\nmod limits;\nmod values;\npub use error::Error;\n"),
        ("src/error.rs", "//! Errors.\nuse std::fmt;\n\nuse crate::values::Text;\npub struct Error(Text);\n"),
        ("src/limits/mod.rs", "mod ledger;\nfn a() {}\n"),
        (
            "src/limits/ledger.rs",
            "use super::super::Error as Failure;\n\nfn a() -> String {\n    format!(\"{}\", crate::values::text())\n}\n",
        ),
        ("src/values.rs", "pub struct Text;\n\npub fn text() {\n    crate::limits::a();\n}\n"),
    ]);
    assert!(read.unknown.is_empty(), "{:?}", read.unknown);
    let circles = read.circles(&[]);
    assert_eq!(circles.len(), 1, "{circles:?}");
    assert_eq!(
        circles[0].1,
        "\
error, limits, values import one another:
  error -> values
    src/error.rs:4: crate::values::Text
  limits -> error
    src/limits/ledger.rs:1: crate::error::Error
  limits -> values
    src/limits/ledger.rs:4: crate::values::text
  values -> limits
    src/values.rs:4: crate::limits::a
"
    );
}

#[test]
fn tests_quotes_and_definitions_of_macros_are_no_imports() {
    let read = planted(&[
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", "use crate::b::B;\n"),
        (
            "src/b.rs",
            "#[macro_export]\nmacro_rules! made { () => { $crate::a::A } }\n\nfn emitted() { quote!(use crate::a::A;); vec![quote!(crate::a)]; }\n\n\
             #[cfg(test)]\nmod tests {\n    use crate::a::A;\n}\n#[cfg(test)]\nmod more;\n",
        ),
    ]);
    assert!(read.circles(&[]).is_empty(), "{:?}", read.imports);
}

#[test]
fn a_macro_is_an_import_of_the_room_that_defines_it() {
    let read = planted(&[
        ("src/lib.rs", "#[macro_use]\nmod a;\nmod b;\n"),
        ("src/a.rs", "#[macro_export]\nmacro_rules! made { () => {} }\nuse crate::b::B;\n"),
        ("src/b.rs", "\nmade!();\n"),
    ]);
    let circles = read.circles(&[]);
    assert!(circles[0].1.contains("src/b.rs:2: crate::a::made"), "{circles:?}");
}

#[test]
fn files_of_nested_folders_are_rooms_of_their_folder() {
    let read = planted(&[
        ("src/lib.rs", "mod emit;\n"),
        ("src/emit/mod.rs", "mod one;\nmod two;\nuse one::A;\n"),
        ("src/emit/one.rs", "use super::two::B;\n"),
        ("src/emit/two.rs", "use crate::emit::one::A;\n"),
    ]);
    assert!(read.circles(&[]).is_empty());
    assert_eq!(read.circles(&["emit".to_owned()])[0].0, ["one", "two"]);
}

#[test]
fn a_name_of_no_room_is_said() {
    let read = planted(&[("src/lib.rs", "mod a;\nfn load() {}\n"), ("src/a.rs", "use crate::load;\n")]);
    assert_eq!(read.unknown, ["src/a.rs:1: crate::load"]);
}
