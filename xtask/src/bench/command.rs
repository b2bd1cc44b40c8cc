//! A command, run as a whole process and measured.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::figure::Figure;
use crate::{Failure, workspace::root};

/// One run of a command.
pub(super) struct Run {
    wall: Duration,
    /// User and system time of the process and those that it waited for.
    cpu: Option<Duration>,
    /// The largest resident set, in KiB.
    peak: Option<u64>,
    /// What it printed.
    pub(super) output: String,
}

impl Run {
    /// The figures of a series: time, processor time and memory, as far as the system reports them.
    pub(super) fn figures(what: &str, runs: &[Self], command: &str) -> Vec<Figure> {
        let mut figures = vec![Figure::of(what, runs.iter().map(|run| millis(run.wall)).collect(), "ms", command)];
        if let Some(cpu) = runs.iter().map(|run| run.cpu.map(millis)).collect::<Option<Vec<_>>>() {
            figures.push(Figure::of(&format!("{what}: processor"), cpu, "ms", command));
        }
        if let Some(peak) = runs.iter().map(|run| run.peak.map(|kib| kib / 1024)).collect::<Option<Vec<_>>>() {
            figures.push(Figure::of(&format!("{what}: memory"), peak, "MiB", command));
        }
        figures
    }
}

impl Run {
    /// The median of the times of a series.
    pub(super) fn median_millis(runs: &[Self]) -> f64 {
        let mut walls: Vec<Duration> = runs.iter().map(|run| run.wall).collect();
        walls.sort_unstable();
        walls.get(walls.len() / 2).map_or(0.0, |wall| wall.as_secs_f64() * 1000.0)
    }

    /// The median of the processor times of a series.
    pub(super) fn median_processor_millis(runs: &[Self]) -> f64 {
        let mut seconds: Vec<f64> = runs.iter().map(Self::processor_seconds).collect();
        seconds.sort_by(f64::total_cmp);
        seconds.get(seconds.len() / 2).map_or(0.0, |seconds| seconds * 1000.0)
    }

    /// The most memory that any of some runs took, as far as the system reports it.
    pub(super) fn most_memory<'r>(runs: impl Iterator<Item = &'r Self>) -> String {
        runs.filter_map(|run| run.peak).max().map_or_else(String::new, |kib| format!("{} MiB", kib.div_ceil(1024)))
    }

    /// Processor time, or where the system does not report it, time.
    pub(super) fn processor_seconds(&self) -> f64 {
        self.cpu.unwrap_or(self.wall).as_secs_f64()
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Runs something several times.
pub(super) fn series(runs: usize, mut run: impl FnMut() -> Result<Run, Failure>) -> Result<Vec<Run>, Failure> {
    (0..runs).map(|_| run()).collect()
}

/// Runs a command in the workspace; its failure is this one's.
pub(super) fn run_once(program: &str, args: &[&str]) -> Result<Run, Failure> {
    measure(program, args, false)
}

/// The same, and watches its memory during the run.
pub(super) fn run_watched(program: &str, args: &[&str]) -> Result<Run, Failure> {
    measure(program, args, true)
}

/// Runs a command in another folder.
pub(super) fn run_in(folder: &Path, program: &str, args: &[&str]) -> Result<Run, Failure> {
    measure_in(folder, program, args, false)
}

fn measure(program: &str, args: &[&str], watch: bool) -> Result<Run, Failure> {
    measure_in(&root(), program, args, watch)
}

fn measure_in(folder: &Path, program: &str, args: &[&str], watch: bool) -> Result<Run, Failure> {
    let before = children_cpu();
    let start = Instant::now();
    let mut child = Command::new(program).args(args).current_dir(folder).stdout(Stdio::piped()).spawn()?;
    let peak = if watch { peak(&mut child)? } else { None };
    let output = child.wait_with_output()?;
    let wall = start.elapsed();
    if !output.status.success() {
        return Err(Failure(format!("`{program} {}` failed", args.join(" "))));
    }
    let cpu = before.zip(children_cpu()).map(|(before, after)| after.saturating_sub(before));
    Ok(Run { wall, cpu, peak, output: String::from_utf8_lossy(&output.stdout).into_owned() })
}

/// The largest resident set that Linux noted while the process ran, seen last within a millisecond of its end. Its output must fit into a
/// pipe's buffer.
fn peak(child: &mut Child) -> Result<Option<u64>, Failure> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait()?.is_none() {
        let seen = fs::read_to_string(&status).ok().and_then(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.split_whitespace().next()?.parse().ok()
        });
        peak = peak.max(seen);
        thread::sleep(Duration::from_millis(1));
    }
    Ok(peak)
}

/// Processor time of all children so far; only Linux reports it, in hundredths of a second.
fn children_cpu() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program comes before, in parentheses, and may contain anything. cutime and cstime are the 16th and 17th of all
    // fields.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(13);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}
