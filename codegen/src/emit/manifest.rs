//! The manifest of the crate: its name, and a feature for each area.

use crate::{model::Api, write::Output};

/// `Cargo.toml`.
pub(super) fn manifest(api: &Api) -> Output {
    let surface = &api.surface;
    let names = surface.areas.iter().map(|area| area.name.as_str());
    let default = list(names.chain(["rustls"]));
    let areas: String = surface.areas.iter().map(|area| format!("# {}\n{} = []\n", one_line(&area.doc), area.name)).collect();
    let text = include_str!("templates/Cargo.toml")
        .replace("{{package}}", &surface.package)
        .replace("{{title}}", &surface.title)
        .replace("{{keywords}}", &list(surface.keywords.iter().map(String::as_str)))
        .replace("{{default}}", &default)
        .replace("{{areas}}", &areas);
    Output { path: "generated/Cargo.toml".into(), text }
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(|text| format!("{text:?}")).collect::<Vec<_>>().join(", "))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
