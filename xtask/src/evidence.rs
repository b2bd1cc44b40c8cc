//! `cargo xtask evidence`.

use std::{collections::BTreeMap, path::Path, path::PathBuf};

use clap::Args as ClapArgs;
use graph_codegen::{
    ast::{EvidenceDecl, Spec},
    check,
    evidence::{self, Facts, Record},
    model::Version,
    parse::{FACTS, Sources},
    write::{self, Output},
};

use crate::{
    Failure, Outcome, window,
    workspace::{print, spec_dir},
};

/// Record what Meta's machine-readable files say of a version: spec/evidence/*.facts.
///
/// Everything about the operations that the spec has, and the names of those that it lacks. `check` then holds the spec against it. Nothing is fetched:
/// the files are named on the command line.
#[derive(ClapArgs)]
pub(crate) struct Args {
    #[command(flatten)]
    published: Published,

    /// The version that the files are about, as v25.0.
    #[arg(long, value_name = "VERSION")]
    version: String,
}

/// Files that Meta publishes.
#[derive(ClapArgs)]
#[group(required = true, multiple = false)]
pub(crate) struct Published {
    /// The root of facebook-business-sdk-codegen at a commit of that version, or its `api_specs/specs`.
    #[arg(long, value_name = "DIR")]
    sdk: Option<PathBuf>,

    /// A specification in the format of `OpenAPI`, as YAML or JSON.
    #[arg(long, value_name = "FILE")]
    openapi: Option<PathBuf>,
}

impl Published {
    /// The name of the source, and what its files say.
    pub(crate) fn read(&self, version: Version) -> Result<(&'static str, Facts), Failure> {
        match (&self.sdk, &self.openapi) {
            (Some(dir), _) => {
                is_about(dir, version)?;
                Ok(("sdk", evidence::sdk(dir).map_err(Failure)?))
            }
            (None, Some(file)) => {
                let text = std::fs::read_to_string(file).map_err(|error| Failure(format!("{} cannot be read: {error}", file.display())))?;
                Ok(("openapi", evidence::openapi(&file.display().to_string(), &text).map_err(Failure)?))
            }
            (None, None) => Err(Failure("name what Meta published with --sdk or --openapi".into())),
        }
    }
}

/// The repository says itself which version it is about; a copy of its files alone may not.
fn is_about(dir: &Path, version: Version) -> Outcome {
    let files = [dir.join("api_specs/specs/version.txt"), dir.join("version.txt")];
    let Some((file, text)) = files.iter().find_map(|file| Some((file, std::fs::read_to_string(file).ok()?))) else { return Ok(()) };
    let said = text.trim();
    match Version::parse(&format!("v{}", said.trim_start_matches('v'))) {
        Some(other) if other != version => Err(Failure(format!(
            "{} says {said}, and --version {version}: check out the commit of Meta's repository that is about {version}, or name the version that it is about",
            file.display()
        ))),
        _ => Ok(()),
    }
}

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let version = window::parse(&args.version)?;
    let (name, facts) = args.published.read(version)?;
    let sources = Sources::read(&spec_dir(spec));
    let (read, _) = check::check(&sources);
    let said = record(spec, &sources, &read, name, version, &facts)?;
    print(&format!("{said}\n`cargo xtask check` holds the spec against it.\n"))
}

/// Writes what concerns the spec into the file of the source, and says how much it is.
pub(crate) fn record(spec: &Path, sources: &Sources, read: &Spec, name: &str, version: Version, facts: &Facts) -> Result<String, Failure> {
    let source = source(spec, read, name)?;
    let path = format!("evidence/{name}{FACTS}");
    let mut versions = BTreeMap::new();
    let mut comment = format!("{}, as far as it concerns the spec: `cargo xtask evidence` writes it.\n{}", source.title, source.page);
    if let Some((file, text)) = sources.iter().find(|(_, source)| source.path == path) {
        let (before, misfits) = Record::parse(file, &text.text);
        if let Some(misfit) = misfits.first() {
            let (line, _) = text.position(misfit.span.start);
            return Err(Failure(format!("{}/{path}:{line}: {}; {}", spec.display(), misfit.why, misfit.remedy)));
        }
        versions.extend(before.versions().filter_map(|version| Some((version, before.at(version)?))));
        let lines = text.text.lines().take_while(|line| line.starts_with("# ")).map(|line| line.trim_start_matches("# "));
        let kept: Vec<&str> = lines.collect();
        if !kept.is_empty() {
            comment = kept.join("\n");
        }
    }
    let recorded = evidence::recorded(facts, read, source);
    let named = recorded.values().filter(|says| *says == "named").count();
    let said =
        format!("{}/{path}: {version}: {} facts, {named} of them names of operations that the spec lacks", spec.display(), recorded.len());
    versions.insert(version, recorded);
    write::write(&spec_dir(spec), &[Output { path, text: evidence::shows(&comment, &versions) }])?;
    Ok(said)
}

/// What the spec knows of the source.
pub(crate) fn source<'s>(spec: &Path, read: &'s Spec, name: &str) -> Result<&'s EvidenceDecl, Failure> {
    read.evidence.iter().find(|source| source.name == name).ok_or_else(|| {
        Failure(format!(
            "{0}/evidence/{name}.yaml is missing or cannot be read: it gives `title` and `page` of the source. `cargo xtask check` says more if it exists",
            spec.display()
        ))
    })
}
