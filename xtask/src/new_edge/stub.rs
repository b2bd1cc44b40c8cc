//! The file of a new edge, to be filled in.

use graph_codegen::{ast::NodeDecl, naming};

use super::Verb;

/// The text of the file. What comes from Meta's page is left empty, so that the check reports it.
pub(super) fn text(node: &NodeDecl, areas: &[&str], edge: &str, verbs: &[Verb]) -> String {
    let mut text = format!(
        "\
# yaml-language-server: $schema=../../schema/edge.json
edge: {edge}
node: {}
doc:  # TODO what the edge is, in a sentence of our own
page:  # TODO the https:// address of Meta's page
",
        node.name
    );
    if !areas.is_empty() {
        text.push_str(&format!("area:  # TODO {}{}\n", areas.join(", "), inherited(node)));
    }
    for verb in [Verb::Read, Verb::Create, Verb::Update, Verb::Delete] {
        let name = word(verb);
        if verbs.contains(&verb) {
            text.push_str(&operation(node, edge, verb));
        } else {
            text.push_str(&format!("\n# {name}: unsupported  # TODO remove the first # if Meta's page says so, or delete the line\n"));
        }
    }
    text
}

/// What an edge without areas belongs to.
fn inherited(node: &NodeDecl) -> String {
    let areas: Vec<&str> = node.areas.iter().map(|area| area.value.as_str()).collect();
    if areas.is_empty() { String::new() } else { format!("; delete the line if it is as for the node: {}", areas.join(", ")) }
}

fn word(verb: Verb) -> &'static str {
    match verb {
        Verb::Read => "read",
        Verb::Create => "create",
        Verb::Update => "update",
        Verb::Delete => "delete",
    }
}

fn operation(node: &NodeDecl, edge: &str, verb: Verb) -> String {
    let noun = naming::upper_camel(edge);
    let (names, http) = match verb {
        Verb::Read => (format!("List{noun} or Read{noun}"), "GET"),
        Verb::Create => (format!("Create{noun}, or what it does"), "POST"),
        Verb::Update => (format!("Update{noun}, or what it does"), "POST"),
        Verb::Delete => (format!("Delete{noun}, or what it does"), "DELETE"),
    };
    let mut text = format!(
        "
{}:
  request:  # TODO the Rust name of the request, a verb and a noun: {names}
  doc:  # TODO what the operation does
  permissions:  # TODO {{all: [...]}} or {{any: [...]}}; delete the line if Meta's page names none
",
        word(verb)
    );
    if matches!(verb, Verb::Create | Verb::Update) {
        text.push_str("  body:  # TODO json, form or multipart\n");
    }
    if verb != Verb::Read {
        text.push_str("  idempotent:  # TODO true if a repeated call has no further effect\n");
    }
    let returns =
        if verb == Verb::Read { "a node's or a type's name, page<T> for a list that can be paged" } else { "Success, or a separate type" };
    let identifier = if node.root { "" } else { "TODO/" };
    text.push_str(&format!(
        "  params:  # TODO {{name: {{type: ..., required: true, doc: ...}}}}; delete the line if there is none
  returns:  # TODO {returns}
  errors:  # TODO the names that spec/errors.yaml has for the codes on Meta's page
  examples:
    - title:  # TODO what it shows
      call:  # TODO {{name: value}}; delete the line if the call takes nothing
      request: |
        {http} /{{version}}/{identifier}{edge}
      response:  # TODO {{body: ...}}: Meta's sample
",
    ));
    text
}
