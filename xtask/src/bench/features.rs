//! `cargo xtask bench --features`: what each feature of the crate costs a program that is built for the first time, beside raw `reqwest`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    command::{Run, run_in},
    scratch,
};
use crate::{Failure, workspace::root};

/// A program that is built into an empty folder.
struct First {
    shown: &'static str,
    text: fn() -> String,
    /// Its dependencies; `{}` is the folder of the crate.
    needs: &'static str,
    /// The row that it is compared with.
    against: Option<usize>,
}

const RAW: &str = include_str!("programs/raw.rs.txt");
const FIRST: &str = include_str!("programs/first.rs.txt");
const TOKIO: &str = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n";
const HAND: &str = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";

/// Raw `reqwest` first, then what is compared with it.
const FIRSTS: [First; 5] = [
    First {
        shown: "raw `reqwest` with `ring`, as a program by hand has it",
        text: raw_on_ring,
        needs: "reqwest = { version = \"0.13\", default-features = false, features = [\"charset\", \"http2\", \"json\", \"rustls-no-provider\", \"system-proxy\"] }\n\
                rustls = { version = \"0.23\", default-features = false, features = [\"ring\", \"std\", \"tls12\", \"logging\"] }\n",
        against: None,
    },
    First {
        shown: "`messages,rustls-ring`",
        text: || FIRST.into(),
        needs: "whatsapp-graph = { path = \"{}\", default-features = false, features = [\"messages\", \"rustls-ring\"] }\n",
        against: Some(0),
    },
    First {
        shown: "raw `reqwest` with its default TLS",
        text: raw,
        needs: "reqwest = { version = \"0.13\", features = [\"json\"] }\n",
        against: None,
    },
    First {
        shown: "the default: all areas, `rustls`",
        text: || FIRST.into(),
        needs: "whatsapp-graph = { path = \"{}\" }\n",
        against: Some(2),
    },
    First {
        shown: "`webhooks`, in a program that does nothing",
        text: || "fn main() {}\n".into(),
        needs: "whatsapp-graph = { path = \"{}\", default-features = false, features = [\"webhooks\"] }\n",
        against: Some(0),
    },
];

/// What is added to `messages,rustls-ring`, one at a time.
const MORE: [&str; 9] = ["templates", "management", "onboarding", "analytics", "flows", "groups", "calls", "webhooks", "axum"];

fn raw() -> String {
    RAW.replace("(flavor = \"current_thread\")", "")
}

fn raw_on_ring() -> String {
    raw().replacen("    let client", "    let _ = rustls::crypto::ring::default_provider().install_default();\n    let client", 1)
}

/// Two tables in Markdown: first builds, in rounds in turn, and what each further area adds.
pub(super) fn tables(rounds: usize) -> Result<String, Failure> {
    let folder = scratch("bench-features")?;
    let programs = FIRSTS.iter().enumerate().map(|(at, first)| program(&folder, at, first)).collect::<Result<Vec<_>, _>>()?;
    let mut runs: Vec<Vec<Run>> = FIRSTS.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (at, runs) in programs.iter().zip(&mut runs) {
            let target = at.join("target");
            if target.exists() {
                fs::remove_dir_all(&target)?;
            }
            runs.push(build(at)?);
        }
    }
    let mut text = String::from(
        "| features | crates of others | first release build, processor seconds | against raw `reqwest` | stripped program |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    for ((at, first), of) in programs.iter().zip(&FIRSTS).zip(&runs) {
        let against = first.against.and_then(|raw| Some((runs.get(raw)?, programs.get(raw)?)));
        let ratio = against.map_or_else(String::new, |(raw, _)| {
            let pairs: Vec<f64> = of.iter().zip(raw).map(|(ours, raw)| ours.processor_seconds() / raw.processor_seconds()).collect();
            format!("{:.2}", middle(&pairs))
        });
        let above = against.map_or_else(|| Ok(String::new()), |(_, raw)| Ok::<_, Failure>(above(size(at)?, size(raw)?)))?;
        let seconds: Vec<f64> = of.iter().map(Run::processor_seconds).collect();
        text.push_str(&format!(
            "| {} | {} | {:.0} | {ratio} | {}{above} |\n",
            first.shown,
            crates(at)?,
            middle(&seconds),
            shown(size(at)?)
        ));
    }
    text.push_str(&areas(&folder, rounds)?);
    Ok(text)
}

/// What each area adds to `messages,rustls-ring` in a program that does not call it: the crate and the program are compiled anew.
fn areas(folder: &Path, rounds: usize) -> Result<String, Failure> {
    let mut text = String::from(
        "\n| added to `messages,rustls-ring` | processor seconds of the crate and the program | stripped program, which does not call it |\n\
         | --- | --- | --- |\n",
    );
    let mut alone = 0;
    for area in std::iter::once("").chain(MORE) {
        let more = if area.is_empty() { String::new() } else { format!(", \"{area}\"") };
        let needs =
            format!("whatsapp-graph = {{ path = \"{{}}\", default-features = false, features = [\"messages\", \"rustls-ring\"{more}] }}\n");
        let at = written(folder, "areas", FIRST, &needs)?;
        build(&at)?;
        let mut seconds = Vec::new();
        for _ in 0..rounds {
            run_in(&at, "cargo", &["clean", "--quiet", "--release", "--target-dir", "target", "-p", "whatsapp-graph", "-p", "program"])?;
            seconds.push(build(&at)?.processor_seconds());
        }
        let size = size(&at)?;
        let name = if area.is_empty() { "nothing".into() } else { format!("`{area}`") };
        let bytes = if area.is_empty() { shown(size) } else { above(size, alone).trim_start_matches(", ").to_owned() };
        if area.is_empty() {
            alone = size;
        }
        text.push_str(&format!("| {name} | {:.1} | {bytes} |\n", middle(&seconds)));
    }
    Ok(text)
}

fn program(folder: &Path, at: usize, first: &First) -> Result<PathBuf, Failure> {
    let by_hand = if first.needs.contains("reqwest") { HAND } else { "" };
    written(folder, &at.to_string(), &(first.text)(), &format!("{}{by_hand}", first.needs))
}

/// A program in a workspace of its own, so that its crates have no features but those that it asks for.
fn written(folder: &Path, name: &str, text: &str, needs: &str) -> Result<PathBuf, Failure> {
    let at = folder.join(name);
    fs::create_dir_all(at.join("src"))?;
    fs::write(at.join("src/main.rs"), text)?;
    let needs = needs.replace("{}", &root().join("generated").display().to_string());
    let manifest = format!(
        "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[profile.release]\nstrip = \"symbols\"\n\n\
         [workspace]\n\n[dependencies]\n{TOKIO}{needs}"
    );
    fs::write(at.join("Cargo.toml"), manifest)?;
    fs::copy(root().join("Cargo.lock"), at.join("Cargo.lock"))?;
    Ok(at)
}

fn build(at: &Path) -> Result<Run, Failure> {
    run_in(at, "cargo", &["build", "--quiet", "--release", "--target-dir", "target"])
}

/// The crates of others that it compiles.
fn crates(at: &Path) -> Result<usize, Failure> {
    let tree = run_in(at, "cargo", &["tree", "--edges", "normal,build", "--prefix", "none"])?.output;
    let mut names: Vec<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.contains(" (/")).collect();
    names.sort_unstable();
    names.dedup();
    Ok(names.len())
}

fn size(at: &Path) -> Result<u64, Failure> {
    Ok(fs::metadata(at.join("target/release/program"))?.len())
}

fn shown(bytes: u64) -> String {
    format!("{} KB", bytes / 1000)
}

fn above(bytes: u64, least: u64) -> String {
    if bytes >= least { format!(", {} KB more", (bytes - least) / 1000) } else { format!(", {} KB less", (least - bytes) / 1000) }
}

fn middle(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::{RAW, above, middle, raw_on_ring};

    #[test]
    fn the_program_by_hand_installs_ring_before_it_has_a_client() {
        let text = raw_on_ring();
        let at = |what: &str| text.find(what).unwrap_or(usize::MAX);
        assert!(at("install_default") < at("reqwest::Client::new"), "{text}");
        assert_eq!(text.matches("install_default").count(), 1);
        assert!(!RAW.contains("install_default") && !text.contains("current_thread"));
    }

    #[test]
    fn sizes_are_said_from_the_smaller_one() {
        assert_eq!((above(2_500, 1_000), above(1_000, 2_500)), (", 1 KB more".into(), ", 1 KB less".into()));
        assert!((middle(&[3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
