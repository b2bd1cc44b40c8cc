//! The manifest of the crate: its name, and a feature for each area.

use crate::{
    model::{Api, Area},
    naming::reserved::WEBHOOKS,
    write::Output,
};

/// `Cargo.toml`.
pub(super) fn manifest(api: &Api) -> Output {
    let surface = &api.surface;
    let names = surface.areas.iter().map(|area| area.name.as_str());
    // Those of a spec without areas.
    let default: Vec<&str> = ["client"].into_iter().chain(names).chain(["rustls"]).collect();
    let area = |area: &Area| format!("# {}\n{} = {}\n", one_line(&area.doc), area.name, list(needed(&area.name).into_iter()));
    let areas: String = surface.areas.iter().map(area).collect();
    let text = include_str!("templates/Cargo.toml")
        .replace("{{package}}", &surface.package)
        .replace("{{title}}", &surface.title)
        .replace("{{keywords}}", &list(surface.keywords.iter().map(String::as_str)))
        .replace("{{default}}", &list(default.into_iter()))
        .replace("{{areas}}", &areas);
    Output { path: "generated/Cargo.toml".into(), text }
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
