//! What it takes to receive webhooks, by programs that have the feature `webhooks` and no other: the payloads of the spec, written as Meta sends them.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use super::{
    command::run_in,
    figure::{Figure, ratio},
    scratch,
};
use crate::{
    Failure,
    workspace::{load, root},
};

/// The programs: their text, and what they need.
const PROGRAMS: [(&str, &str, &str); 3] = [
    ("receiving", include_str!("programs/receiving.rs.txt"), "whatsapp-graph.workspace = true\nbytes = \"1\"\nserde_json = \"1\"\n"),
    ("updates", include_str!("programs/updates.rs.txt"), "whatsapp-graph.workspace = true\nbytes = \"1\"\npeak_alloc = \"0.3\"\n"),
    ("value", include_str!("programs/value.rs.txt"), "serde_json = \"1\"\n"),
];

/// How many updates the bodies have.
const UPDATES: [&str; 4] = ["250", "500", "1000", "2000"];

/// Rates, the large body, and what the feature takes to check.
pub(super) fn figures(spec: &Path, rounds: usize) -> Result<Vec<Figure>, Failure> {
    let folder = scratch("bench-webhooks")?;
    let file = folder.join("payloads.txt");
    fs::write(&file, payloads(spec)?)?;
    let workspaces = PROGRAMS.iter().map(|program| built(&folder, program)).collect::<Result<Vec<_>, _>>()?;
    let [receiving, updates, value] = workspaces.as_slice() else { return Err(Failure("a program is missing".into())) };
    let mut figures = rates(receiving, value, &file, rounds)?;
    figures.extend(large(updates)?);
    figures.extend(checks(receiving, rounds.div_ceil(2))?);
    Ok(figures)
}

/// The payloads of the spec, one a line, as Meta writes them: no white space, slashes and what is not ASCII escaped.
fn payloads(spec: &Path) -> Result<String, Failure> {
    let fields = load(spec)?.webhooks.ok_or_else(|| Failure("the spec has no webhooks".into()))?.fields;
    let mut text = String::new();
    for payload in fields.iter().flat_map(|field| &field.payloads) {
        for unit in payload.json.to_string().encode_utf16() {
            match u8::try_from(unit) {
                Ok(b'/') => text.push_str("\\/"),
                Ok(ascii) if ascii.is_ascii() => text.push(char::from(ascii)),
                _ => write!(text, "\\u{unit:04x}").map_err(|error| Failure(error.to_string()))?,
            }
        }
        text.push('\n');
    }
    Ok(text)
}

/// Writes a program into a workspace of its own, so that its crates have no features but those that it asks for, and builds it.
fn built(folder: &Path, (name, text, needs): &(&str, &str, &str)) -> Result<PathBuf, Failure> {
    let workspace = folder.join(name);
    fs::create_dir_all(workspace.join("src"))?;
    fs::write(workspace.join("src/main.rs"), text)?;
    let client = root().join("generated").display().to_string();
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n[features]\nwebhooks = []\n\n\
         [dependencies]\n{needs}\n[workspace]\n\n[workspace.dependencies]\n\
         whatsapp-graph = {{ path = \"{client}\", default-features = false, features = [\"webhooks\"] }}\n"
    );
    fs::write(workspace.join("Cargo.toml"), manifest)?;
    fs::copy(root().join("Cargo.lock"), workspace.join("Cargo.lock"))?;
    run_in(&workspace, "cargo", &["build", "--quiet", "--release", "--target-dir", "target"])?;
    Ok(workspace)
}

/// What a program prints, as lines of tabs.
fn printed(workspace: &Path, argument: &str) -> Result<Vec<Vec<String>>, Failure> {
    let name = workspace.file_name().unwrap_or_default();
    let program = workspace.join("target/release").join(name).display().to_string();
    let output = run_in(workspace, &program, &[argument])?.output;
    Ok(output.lines().map(|line| line.split('\t').map(Into::into).collect()).collect())
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// Payloads a second, and ratios to `Value`, the two programs in turn.
fn rates(receiving: &Path, value: &Path, file: &Path, rounds: usize) -> Result<Vec<Figure>, Failure> {
    let file = file.display().to_string();
    let mut rows: Vec<(String, Vec<f64>)> = Vec::new();
    for round in 0..rounds {
        let mut lines = Vec::new();
        let order = if round % 2 == 0 { [receiving, value] } else { [value, receiving] };
        for program in order {
            lines.extend(printed(program, &file)?);
        }
        for line in lines {
            let [name, nanoseconds] = line.as_slice() else { continue };
            let rate = 1e9 / number(nanoseconds);
            match rows.iter_mut().find(|(known, _)| known == name) {
                Some((_, rates)) => rates.push(rate),
                None => rows.push((name.clone(), vec![rate])),
            }
        }
    }
    let of = |wanted: &str| rows.iter().find(|(name, _)| name == wanted).map_or(&[][..], |(_, rates)| rates);
    let mut figures: Vec<Figure> = rows
        .iter()
        .map(|(name, rates)| {
            Figure::of(&format!("{name}, payloads a second"), rates.iter().map(|rate| whole(*rate)).collect(), "", "the program of the row")
        })
        .collect();
    for base in ["value as configured", "value by default"] {
        for ours in ["typed", "typed and verified"] {
            let pairs = of(ours).iter().zip(of(base)).map(|(ours, base)| ours / base).collect();
            figures.push(ratio(&format!("{ours}, to {base}"), pairs, "rates of one round"));
        }
    }
    Ok(figures)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is positive and far below the limit")]
fn whole(rate: f64) -> u64 {
    rate as u64
}

/// Bodies of more and more updates.
fn large(updates: &Path) -> Result<Vec<Figure>, Failure> {
    let mut figures = Vec::new();
    for count in UPDATES {
        for line in printed(updates, count)? {
            let [size, each, held, peak] = line.as_slice() else { continue };
            let times = |bytes: &str| format!("{:.2}", number(bytes) / number(size));
            figures.push(Figure::text(
                &format!("{count} updates in one body of {size} bytes"),
                &format!("{each} ns an update; {} times the body held, {} at the most", times(held), times(peak)),
                "the program updates",
            ));
        }
    }
    Ok(figures)
}

/// What the compiler takes to check the crate with the feature alone, and with those that it has by default.
fn checks(receiving: &Path, rounds: usize) -> Result<Vec<Figure>, Failure> {
    let target = receiving.join("checked").display().to_string();
    let alone = receiving.join("Cargo.toml").display().to_string();
    let all = root().join("Cargo.toml").display().to_string();
    let check = |manifest: &str, clean: bool| {
        let command: &[&str] = if clean { &["clean"] } else { &["check"] };
        let rest = ["--quiet", "--target-dir", &target, "-p", "whatsapp-graph", "--manifest-path", manifest];
        run_in(receiving, "cargo", &[command, &rest].concat())
    };
    let mut pairs = Vec::new();
    for manifest in [&alone, &all] {
        check(manifest, false)?;
    }
    for _ in 0..rounds {
        let mut times = [0.0; 2];
        for (time, manifest) in times.iter_mut().zip([&alone, &all]) {
            check(manifest, true)?;
            *time = check(manifest, false)?.processor_seconds();
        }
        pairs.push(times[0] / times[1]);
    }
    Ok(vec![ratio("check of the crate, feature webhooks alone to all defaults", pairs, "cargo check -p whatsapp-graph, processor time")])
}
