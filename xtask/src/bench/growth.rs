//! What the generator takes for specs of several sizes: the spec, and multiples of it.

mod multiple;

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    command::{Run, run_watched, series},
    scratch,
};
use crate::{
    Failure,
    workspace::{load, spec_dir},
};

/// How often the spec is in each of the specs that are measured.
const SIZES: [usize; 4] = [1, 2, 4, 8];

/// A table in Markdown: a line for each size, medians of several runs, and the largest memory of any. What an operation takes is processor time.
pub(super) fn table(xtask: &str, spec: &Path, runs: usize) -> Result<String, Failure> {
    let mut text = String::from(
        "| the spec, times | operations | files | `check` | processor | `gen` into an empty folder | processor | an operation | again | processor | \
         an operation | memory of `gen` |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for size in SIZES {
        let folder = scratch(&format!("bench-growth-{size}"))?;
        emptied(&folder)?;
        let many = folder.join("spec");
        multiple::write(&spec_dir(spec), &load(spec)?, size, &many)?;
        let operations = load(&many)?.operations().count();
        let (many, out) = (many.display().to_string(), folder.join("out"));
        let (check, gen_all) = (["check", "--spec", &many], ["gen", "--spec", &many, "--out", &out.display().to_string()]);
        let checked = series(runs, || run_watched(xtask, &check))?;
        let all = series(runs, || {
            emptied(&out)?;
            run_watched(xtask, &gen_all)
        })?;
        let again = series(runs, || run_watched(xtask, &gen_all))?;
        let [check_cpu, all_cpu, again_cpu] = [&checked, &all, &again].map(|runs| Run::median_processor_millis(runs));
        let per_operation = |millis: f64| millis / f64::from(u32::try_from(operations.max(1)).unwrap_or(u32::MAX));
        text.push_str(&format!(
            "| {size} | {operations} | {} | {:.0} ms | {check_cpu:.0} ms | {:.0} ms | {all_cpu:.0} ms | {:.2} ms | {:.0} ms | {again_cpu:.0} ms | {:.2} ms \
             | {} |\n",
            files(&out)?,
            Run::median_millis(&checked),
            Run::median_millis(&all),
            per_operation(all_cpu),
            Run::median_millis(&again),
            per_operation(again_cpu),
            Run::most_memory(all.iter().chain(&again)),
        ));
        fs::remove_dir_all(&folder)?;
    }
    Ok(text)
}

/// Makes sure that a folder is there and empty.
fn emptied(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

fn files(folder: &Path) -> Result<usize, Failure> {
    let (mut count, mut folders): (usize, Vec<PathBuf>) = (0, vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { count += 1 }
        }
    }
    Ok(count)
}
