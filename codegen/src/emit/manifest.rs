//! The manifest of the crate: its name, and a feature for each area.

use crate::{
    model::{Api, Area, CrateExample},
    naming::reserved::WEBHOOKS,
    write::Output,
};

/// What examples that receive webhooks are made of.
const RECEIVING: &str = "axum = { workspace = true, features = [\"http1\", \"tokio\"] }
http-body-util.workspace = true
hyper.workspace = true
hyper-util.workspace = true
";

/// `Cargo.toml`.
pub(super) fn manifest(api: &Api) -> Output {
    let surface = &api.surface;
    let names = surface.areas.iter().map(|area| area.name.as_str());
    // Those of a spec without areas.
    let default: Vec<&str> = ["client"].into_iter().chain(names).chain(["rustls"]).collect();
    let area = |area: &Area| format!("# {}\n{} = {}\n", one_line(&area.doc), area.name, list(needed(&area.name).into_iter()));
    let mut areas: String = surface.areas.iter().map(area).collect();
    let receives = surface.areas.iter().any(|area| area.name == WEBHOOKS);
    if receives {
        areas.push_str("# A route of axum that receives webhooks.\naxum = [\"webhooks\", \"graph-runtime/axum\"]\n");
    }
    let text = include_str!("templates/Cargo.toml")
        .replace("{{package}}", &surface.package)
        .replace("{{title}}", &surface.title)
        .replace("{{keywords}}", &list(surface.keywords.iter().map(String::as_str)))
        .replace("{{default}}", &list(default.into_iter()))
        .replace("{{areas}}", &areas)
        .replace("{{dev}}", if receives { RECEIVING } else { "" })
        .replace("{{examples}}", &examples(api));
    Output { path: "generated/Cargo.toml".into(), text }
}

/// The examples that need a feature which is not on by default.
fn examples(api: &Api) -> String {
    let example = |example: &CrateExample| {
        let features = list(example.features.iter().map(String::as_str));
        format!("[[example]]\nname = {:?}\nrequired-features = {features}\n\n", example.name)
    };
    api.surface.examples.iter().map(example).collect()
}

/// What an area needs: a client, if it has calls.
fn needed(area: &str) -> [&'static str; 1] {
    if area == WEBHOOKS { ["graph-runtime/webhooks"] } else { ["client"] }
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", "))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
