//! `cargo xtask bench`.

mod against;
mod command;
mod features;
mod figure;
mod growth;
mod webhooks;

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args as ClapArgs;

use crate::{
    Failure, Outcome, generate,
    workspace::{load, print, root, target},
};
use command::{Run, run_once, run_watched, series};
use figure::{Figure, table};

/// Measure the generator and the crate that it gives.
///
/// Runs whole processes on this machine, on which nothing else should run, and prints a table in Markdown.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Three runs of each command instead of eleven, and one cold build instead of three.
    #[arg(long)]
    quick: bool,

    /// Instead compare the crate, generated of that commit's spec, with the one that the commit's generator makes: compile times, sizes, rates.
    #[arg(long, value_name = "COMMIT", conflicts_with = "write")]
    against: Option<String>,

    /// Instead measure what the generator takes for the spec, and for specs of 2, 4 and 8 times its size.
    #[arg(long, conflicts_with = "against")]
    growth: bool,

    /// Instead measure what it takes to receive webhooks: the payloads of the spec beside `serde_json::Value`, a large body, and the feature alone.
    #[arg(long, conflicts_with_all = ["against", "growth", "write"])]
    webhooks: bool,

    /// Instead measure what each feature costs a program that is built for the first time, beside raw `reqwest`; `--write` puts it into docs/features.md.
    #[arg(long, conflicts_with_all = ["against", "growth", "webhooks"])]
    features: bool,

    /// Put the table into docs/benchmarks.md, between its markers.
    #[arg(long)]
    write: bool,
}

/// The comments around the table of figures, and around that of growth.
const FIGURES: [&str; 2] = ["<!-- cargo xtask bench --write: begin -->", "<!-- cargo xtask bench --write: end -->"];
const GROWTH: [&str; 2] = ["<!-- cargo xtask bench --growth --write: begin -->", "<!-- cargo xtask bench --growth --write: end -->"];

/// The comments around the tables of what features cost, in docs/features.md.
const FEATURES: [&str; 2] = ["<!-- cargo xtask bench --features --write: begin -->", "<!-- cargo xtask bench --features --write: end -->"];

pub(crate) fn run(spec: &Path, args: &Args) -> Outcome {
    let (runs, builds) = if args.quick { (3, 1) } else { (11, 3) };
    if args.growth {
        let text = growth::table(&generator_itself()?, spec, runs)?;
        print(&text)?;
        return if args.write { write(&root().join("docs/benchmarks.md"), GROWTH, &format!("\n{text}")) } else { Ok(()) };
    }
    if args.features {
        let text = features::tables(builds)?;
        print(&text)?;
        return if args.write { write(&root().join("docs/features.md"), FEATURES, &format!("\n{text}")) } else { Ok(()) };
    }
    let figures = match &args.against {
        Some(commit) => against::against(commit, builds)?,
        None if args.webhooks => webhooks::figures(spec, runs)?,
        None => {
            let mut figures = generator(runs)?;
            figures.extend(compiler(builds)?);
            figures.extend(one_version(spec, builds)?);
            figures.extend(sizes(spec)?);
            figures.extend(request(args.quick)?);
            figures
        }
    };
    let rustc = run_once("rustc", &["--version"])?.output;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let text = format!(
        "Measured with {}, {processors} processors, whole processes, {} {}.\n\n{}",
        rustc.trim(),
        std::env::consts::OS,
        std::env::consts::ARCH,
        table(&figures)
    );
    print(&text)?;
    if args.write { write(&root().join("docs/benchmarks.md"), FIGURES, &text) } else { Ok(()) }
}

/// The program that is measured, built as `cargo xtask` builds it.
fn generator_itself() -> Result<String, Failure> {
    run_once("cargo", &["build", "--profile", "xtask", "--quiet", "-p", "xtask"])?;
    Ok(target().join("xtask/xtask").display().to_string())
}

/// Time and memory of the generator, as `cargo xtask` builds it.
fn generator(runs: usize) -> Result<Vec<Figure>, Failure> {
    let xtask = generator_itself()?;
    let xtask = xtask.as_str();
    let checked = series(runs, || run_watched(xtask, &["check"]))?;
    let mut figures = Run::figures("check the spec", &checked, "cargo xtask check");
    let out = scratch("bench-gen")?;
    let shown = out.display().to_string();
    let all = series(runs, || {
        fs::remove_dir_all(&out).or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
        run_watched(xtask, &["gen", "--out", &shown])
    })?;
    figures.extend(Run::figures("generate everything into an empty folder", &all, "cargo xtask gen --out DIR"));
    let again = series(runs, || run_watched(xtask, &["gen", "--out", &shown]))?;
    figures.extend(Run::figures("generate again, nothing to write", &again, "cargo xtask gen --out DIR"));
    let wrote_nothing = again.iter().all(|run| run.output.contains(" 0 files added, 0 changed, 0 removed"));
    figures.push(Figure::text("files that generating again writes", if wrote_nothing { "0" } else { "some" }, "cargo xtask gen --out DIR"));
    fs::remove_dir_all(&out)?;
    Ok(figures)
}

/// Time of the compiler for the generated crate alone, its dependencies built.
fn compiler(builds: usize) -> Result<Vec<Figure>, Failure> {
    let check = ["check", "--quiet", "-p", "whatsapp-graph"];
    run_once("cargo", &check)?;
    let cold = series(builds, || {
        run_once("cargo", &["clean", "--quiet", "-p", "whatsapp-graph"])?;
        run_once("cargo", &check)
    })?;
    let warm = series(builds, || {
        let lib = fs::File::options().append(true).open(root().join("generated/src/lib.rs"))?;
        lib.set_modified(std::time::SystemTime::now())?;
        run_once("cargo", &check)
    })?;
    let mut figures = Run::figures("check the crate, cold", &cold, "cargo clean -p whatsapp-graph && cargo check -p whatsapp-graph");
    figures.extend(Run::figures("check the crate after a touch", &warm, "touch generated/src/lib.rs && cargo check -p whatsapp-graph"));
    Ok(figures)
}

/// Time of the compiler for the whole window and for its newest version alone, in turn, each in a separate workspace with the same
/// dependencies.
fn one_version(spec: &Path, builds: usize) -> Result<Vec<Figure>, Failure> {
    let newest = load(spec)?.newest().to_string();
    let (whole, one) = (alone("bench-whole", None)?, alone("bench-one", Some(&newest))?);
    let shared = target().join("bench-target").display().to_string();
    let build = |manifest: &str| {
        let at = ["--manifest-path", manifest, "--target-dir", &shared];
        run_once("cargo", &[&["check", "--quiet", "-p", "whatsapp-graph"], at.as_slice()].concat())?;
        run_once("cargo", &[&["clean", "--quiet", "-p", "whatsapp-graph"], at.as_slice()].concat())?;
        run_once("cargo", &[&["check", "--quiet", "-p", "whatsapp-graph"], at.as_slice()].concat())
    };
    let (mut wholes, mut ones) = (Vec::new(), Vec::new());
    for _ in 0..builds {
        wholes.push(build(&whole)?);
        ones.push(build(&one)?);
    }
    let command = "cargo xtask gen --out DIR; cargo check -p whatsapp-graph";
    let mut figures = Run::figures("check the crate of the whole window", &wholes, command);
    let command = format!("cargo xtask gen --only {newest} --out DIR; cargo check -p whatsapp-graph");
    figures.extend(Run::figures(&format!("check the crate of {newest} alone"), &ones, &command));
    Ok(figures)
}

/// A workspace of the client crate alone, generated for one version or for all; its manifest.
fn alone(name: &str, only: Option<&str>) -> Result<String, Failure> {
    let folder = scratch(name)?;
    let out = folder.display().to_string();
    let mut args = vec!["xtask", "gen", "--out", &out];
    args.extend(only.iter().flat_map(|version| ["--only", version]));
    run_once("cargo", &args)?;
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let runtime = format!("path = \"{}\"", root().join("runtime").display());
    let members: Vec<String> =
        manifest
            .lines()
            .map(|line| {
                if line.starts_with("members = ") {
                    "members = [\"generated\"]".into()
                } else {
                    line.replace("path = \"runtime\"", &runtime)
                }
            })
            .collect();
    fs::write(folder.join("Cargo.toml"), members.join("\n"))?;
    for file in ["Cargo.lock", "generated/Cargo.toml", "generated/README.md"] {
        fs::copy(root().join(file), folder.join(file))?;
    }
    Ok(folder.join("Cargo.toml").display().to_string())
}

/// Lines of the crate, in all and for one version.
fn sizes(spec: &Path) -> Result<Vec<Figure>, Failure> {
    let api = load(spec)?;
    let operations = api.operations().count();
    let newest = api.newest();
    let all = lines(&api);
    let mut one_api = api;
    graph_codegen::lower::only(&mut one_api, newest);
    let one = lines(&one_api);
    let command = "cargo xtask gen; lines of generated/src, neither blank nor comment";
    let per_operation = format!("{}.{}", all / operations.max(1), all % operations.max(1) * 10 / operations.max(1));
    Ok(vec![
        Figure::text("operations", &operations.to_string(), "cargo xtask catalog"),
        Figure::text("lines of code", &all.to_string(), command),
        Figure::text("lines of code for an operation", &per_operation, command),
        Figure::text(
            &format!("lines of code with {newest} alone"),
            &one.to_string(),
            &format!("cargo xtask gen --only {newest} --out DIR"),
        ),
        Figure::text("what the whole window adds to one version", &format!("{} lines", all.saturating_sub(one)), "the difference"),
    ])
}

/// What one request costs, against the same call written by hand.
fn request(quick: bool) -> Result<Vec<Figure>, Failure> {
    let rounds = if quick { "20" } else { "60" };
    let args = ["bench", "--quiet", "-p", "contract-tests", "--bench", "request_cost", "--", "--rounds", rounds];
    let command = format!("cargo {}", args.join(" ").replace("--quiet ", ""));
    let output = run_once("cargo", &args)?.output;
    let columns = output.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        Some((columns.next()?, columns.next()?, columns.next()?))
    });
    Ok(columns.map(|(what, value, spread)| Figure::printed(what, value, spread, &command)).collect())
}

fn lines(api: &graph_codegen::model::Api) -> usize {
    let code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    let sources = generate::outputs(api, "").into_iter().filter(|output| output.path.starts_with("generated/src/"));
    sources.map(|output| output.text.lines().filter(code).count()).sum()
}

fn scratch(name: &str) -> Result<PathBuf, Failure> {
    let folder = target().join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn write(file: &Path, marks: [&str; 2], table: &str) -> Outcome {
    let before = fs::read_to_string(file).unwrap_or_else(|_| "# Benchmarks\n".into());
    fs::write(file, placed(&before, marks, table))?;
    print(&format!("wrote {}\n", file.display()))
}

/// Replaces what is between the markers; without markers the table goes to the end.
fn placed(before: &str, [begin, end]: [&str; 2], table: &str) -> String {
    let section = format!("{begin}\n{table}{end}");
    match (before.split_once(begin), before.split_once(end)) {
        (Some((head, _)), Some((_, tail))) => format!("{head}{section}{tail}"),
        _ => format!("{}\n\n{section}\n", before.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::{FIGURES, placed};

    #[test]
    fn a_new_table_takes_the_place_of_the_old_one() {
        let first = placed("# Benchmarks\n", FIGURES, "| 1 |\n");
        let prose = format!("{first}\nWhat it means.\n");
        assert_eq!(placed(&prose, FIGURES, "| 2 |\n"), prose.replace("| 1 |", "| 2 |"));
        assert!(first.starts_with("# Benchmarks\n\n<!--") && first.contains("| 1 |"));
    }
}
