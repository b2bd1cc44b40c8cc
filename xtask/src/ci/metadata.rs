//! What `cargo metadata` says.

use std::collections::BTreeMap;

use serde_json::Value;
use xshell::{Shell, cmd};

use crate::Failure;

/// The published crates, each after what it depends on.
pub(crate) const PUBLISHED: [&str; 7] =
    [RUNTIME, CLIENT, "whatsapp-templates", "whatsapp-flows-endpoint", "graph-fleet", "graph-mock", "whatsapp-graph-cli"];

/// Those that have features to choose from, and whose interface docs/public-api/ lists.
pub(crate) const PROMISED: [&str; 3] = [RUNTIME, CLIENT, "graph-fleet"];

pub(crate) const RUNTIME: &str = "graph-runtime";
pub(crate) const CLIENT: &str = "whatsapp-graph";

/// The published ones that are programs and no libraries.
const PROGRAMS: [&str; 1] = ["whatsapp-graph-cli"];

/// The published ones that programs depend on.
pub(crate) fn libraries() -> impl Iterator<Item = &'static str> {
    PUBLISHED.into_iter().filter(|package| !PROGRAMS.contains(package))
}

/// The features that are TLS and nothing else.
pub(crate) const TLS: [&str; 3] = ["rustls", "rustls-ring", "native-tls"];

/// The packages of the workspace and of its dependencies, with all features.
pub(crate) struct Metadata(Value);

impl Metadata {
    pub(crate) fn read(shell: &Shell) -> Result<Self, Failure> {
        let text = cmd!(shell, "cargo metadata --format-version 1 --all-features").quiet().ignore_stderr().read()?;
        Ok(Self(serde_json::from_str(&text)?))
    }

    #[cfg(test)]
    pub(crate) fn of(value: Value) -> Self {
        Self(value)
    }

    /// The features of a package of the workspace that are no list of others.
    pub(crate) fn features(&self, package: &str) -> Result<Vec<String>, Failure> {
        let found = self.packages().find(|known| known["name"] == package && known["source"].is_null());
        let features = found.and_then(|package| package["features"].as_object());
        let features = features.ok_or_else(|| Failure(format!("cargo metadata knows no package {package}")))?;
        Ok(features.keys().filter(|name| *name != "default").cloned().collect())
    }

    /// What users of the published crates compile: each package with the Rust that it states.
    pub(crate) fn needed_by_users(&self) -> Vec<Needed<'_>> {
        let packages: BTreeMap<&str, &Value> = self.packages().filter_map(|package| Some((package["id"].as_str()?, package))).collect();
        let nodes: BTreeMap<&str, &Value> =
            list(&self.0["resolve"]["nodes"]).filter_map(|node| Some((node["id"].as_str()?, node))).collect();
        let mut open: Vec<&str> = packages
            .iter()
            .filter(|(_, package)| PUBLISHED.iter().any(|name| package["name"] == *name) && package["source"].is_null())
            .map(|(id, _)| *id)
            .collect();
        let mut needed: BTreeMap<&str, Needed<'_>> = BTreeMap::new();
        while let Some(id) = open.pop() {
            let Some(package) = packages.get(id).filter(|_| !needed.contains_key(id)) else { continue };
            let said = |key: &str| package[key].as_str();
            needed.insert(
                id,
                Needed { name: said("name").unwrap_or_default(), version: said("version").unwrap_or_default(), rust: said("rust_version") },
            );
            let dependencies = nodes.get(id).into_iter().flat_map(|node| list(&node["deps"]));
            // A dependency for tests has the kind `dev`; one of a build script is compiled by users too.
            let compiled = dependencies.filter(|dependency| list(&dependency["dep_kinds"]).any(|kind| kind["kind"] != "dev"));
            open.extend(compiled.filter_map(|dependency| dependency["pkg"].as_str()));
        }
        needed.into_values().collect()
    }

    fn packages(&self) -> impl Iterator<Item = &Value> {
        list(&self.0["packages"])
    }
}

/// A package that users compile.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Needed<'m> {
    pub(crate) name: &'m str,
    pub(crate) version: &'m str,
    pub(crate) rust: Option<&'m str>,
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
