//! `cargo xtask new-webhook FIELD`.

use std::{fs, io::Write as _, path::Path};

use clap::Args as ClapArgs;
use graph_codegen::{ast::Spec, check, naming, parse::Sources};

use crate::{
    Failure, Outcome,
    workspace::{print, spec_dir},
};

/// Start a new field of webhooks: write its file with everything that has to be filled in.
///
/// What comes from Meta's page is left empty, and `cargo xtask check` names each empty place. An existing file is never overwritten.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The field as it is subscribed: `account_alerts`.
    #[arg(value_name = "FIELD")]
    field: String,
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let dir = spec_dir(spec);
    // What the spec contains so far is enough: its problems do not matter here.
    let (read, _) = check::check(&Sources::read(&dir));
    let field = &args.field;
    if !naming::is_snake(field) {
        return Err(Failure(format!("`{field}` is not the name of a field: use the name that is subscribed, such as `account_alerts`")));
    }
    if read.webhook_fields.iter().any(|known| known.field.value == *field) {
        return Err(Failure(format!("the spec already has the webhook `{field}`; edit webhooks/{field}.yaml")));
    }
    let path = format!("webhooks/{field}.yaml");
    let file = dir.join(&path);
    let failed = |error: std::io::Error| Failure(format!("cannot write {}: {error}", file.display()));
    fs::create_dir_all(dir.join("webhooks")).map_err(failed)?;
    let mut new = fs::OpenOptions::new().write(true).create_new(true).open(&file).map_err(failed)?;
    new.write_all(text(field, &read).as_bytes()).map_err(failed)?;
    let shown = spec.display();
    print(&format!(
        "wrote {shown}/{path}\n\n\
         1. Fill in what is marked TODO, with Meta's page at hand; docs/spec.md is the language, and\n   \
         `cargo xtask check` names every place that is still empty.\n\
         2. `cargo xtask gen`, read the diff, run `cargo test --workspace`, commit.\n"
    ))
}

/// The text of the file. What comes from Meta's page is left empty, so that the check reports it.
fn text(field: &str, spec: &Spec) -> String {
    let name = naming::upper_camel(field);
    let object = spec.webhooks.as_ref().map_or("TODO", |webhooks| webhooks.object.as_str());
    let events: Vec<&str> = spec.webhooks.iter().flat_map(|webhooks| &webhooks.events).map(|event| event.name.as_str()).collect();
    format!(
        "\
# yaml-language-server: $schema=../schema/webhook.json
field: {field}
doc:  # TODO what it tells of, in a sentence of our own
page:  # TODO the https:// address of Meta's page
permission:  # TODO the permission that the app needs; delete the line if Meta's page names none
override:  # TODO true if the callback of an account or a number takes it from the app's
entry_id:  # TODO account, business or none: what `id` of the entry names
value: {name}Value  # delete this and all below if no page shows the value: it is free JSON then
event:  # TODO the kind of event that the whole is, of webhooks.yaml, or `events: {{list: Kind}}` for lists within it: {events}

types:
  {name}Value:
    doc:  # TODO what a change has
    object:  # TODO {{name: {{type: ..., doc: ...}}}}

examples:
  - title:  # TODO what it shows
    payload: {{\"object\": \"{object}\", \"entry\": [{{\"id\": \"1\", \"changes\": [{{\"field\": \"{field}\", \"value\": {{}}}}]}}]}}  # TODO Meta's sample
    sees:  # TODO the events that Rust sees: [Message text]
",
        events = events.join(", ")
    )
}
