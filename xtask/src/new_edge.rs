//! `cargo xtask new-edge NODE EDGE`.

mod stub;

use std::{fs, io::Write as _, path::Path};

use clap::{Args as ClapArgs, ValueEnum};
use graph_codegen::{
    ast::{NodeDecl, Spec},
    check, naming,
    parse::Sources,
};

use crate::{
    Failure, Outcome,
    nearest::did_you_mean,
    workspace::{print, spec_dir},
};

/// Start a new edge: write its file with everything that has to be filled in.
///
/// What comes from Meta's page is left empty, and `cargo xtask check` names each empty place. An existing file is never overwritten.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The node as Meta names it: `WhatsAppBusinessPhoneNumber`.
    #[arg(value_name = "NODE")]
    node: String,

    /// The edge as in the path: `message_qrdls`.
    #[arg(value_name = "EDGE")]
    edge: String,

    /// The verbs that Meta's page describes.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "VERB,VERB", default_value = "read")]
    verbs: Vec<Verb>,
}

/// What can be done on an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Verb {
    /// GET.
    Read,
    /// POST that creates something.
    Create,
    /// POST that changes something.
    Update,
    /// DELETE.
    Delete,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let dir = spec_dir(spec);
    let sources = Sources::read(&dir);
    // What the spec contains so far is enough: its problems do not matter here.
    let (read, _) = check::check(&sources);
    let node = find(&read, &args.node)?;
    edge_name(&args.edge)?;
    if node.edges.iter().any(|edge| edge.name.value == args.edge) {
        return Err(Failure(format!("{} already has the edge `{}`; edit it, or add a verb to it", node.name, args.edge)));
    }
    let folder = sources.file(node.file).path.trim_end_matches(".yaml");
    let areas: Vec<&str> = read.surface.iter().flat_map(|surface| &surface.areas).map(|area| area.name.value.as_str()).collect();
    let path = format!("{folder}/{}.yaml", naming::snake(&args.edge));
    write(&dir, &path, &stub::text(node, &areas, &args.edge, &args.verbs))?;
    let shown = spec.display();
    print(&format!(
        "wrote {shown}/{path}\n\n\
         1. Fill in what is marked TODO, with Meta's page at hand; docs/spec.md is the language, and\n   \
         `cargo xtask check` names every place that is still empty.\n\
         2. `cargo xtask gen`, read the diff, run `cargo test --workspace`, commit.\n"
    ))
}

fn find<'s>(spec: &'s Spec, name: &str) -> Result<&'s NodeDecl, Failure> {
    spec.node(name).ok_or_else(|| {
        let known: Vec<&str> = spec.nodes.iter().map(|node| node.name.value.as_str()).collect();
        let near = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| match known.as_slice() {
            [] => "the spec has none that can be read; `cargo xtask check` says why".into(),
            known => format!("the spec has {}", known.join(", ")),
        });
        Failure(format!("the spec has no node `{name}`; {near}\nA new node is a separate file, nodes/<node>.yaml: docs/spec.md"))
    })
}

/// An edge is named as its path is: lowercase words with `_`, separated by `/` where Graph separates them.
fn edge_name(name: &str) -> Outcome {
    if name.split('/').all(is_segment) {
        return Ok(());
    }
    let near = match naming::snake(name) {
        near if is_segment(&near) => format!("; did you mean `{near}`?"),
        _ => String::new(),
    };
    Err(Failure(format!("`{name}` is not the name of an edge: use what follows the identifier in the path, such as `message_qrdls`{near}")))
}

fn is_segment(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|character| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_')
}

/// Writes a file that does not exist yet.
fn write(dir: &Path, path: &str, text: &str) -> Outcome {
    let file = dir.join(path);
    let failed = |error: std::io::Error| Failure(format!("cannot write {}: {error}", file.display()));
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut new = fs::OpenOptions::new().write(true).create_new(true).open(&file).map_err(failed)?;
    new.write_all(text.as_bytes()).map_err(failed)
}
