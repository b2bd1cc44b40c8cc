//! Runs tests: once without a mutant, to see which switches each comes by, and then for each mutant those that come by its own.

use std::collections::{BTreeSet, HashMap};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::build::Executable;
use crate::list::{Fate, Mutant};

/// One test, how long it takes, and the numbers of the switches that it comes by.
pub struct Test<'a> {
    executable: &'a Executable,
    name: String,
    takes: Duration,
    seen: BTreeSet<usize>,
}

/// How many programs run at once.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs every test alone, without a mutant. One that fails is of no use.
pub fn rehearse<'a>(executables: &'a [Executable], work: &Path) -> Vec<Test<'a>> {
    let all: Vec<(&Executable, String)> =
        executables.iter().flat_map(|executable| names(executable).into_iter().map(move |name| (executable, name))).collect();
    let seen = std::path::absolute(work.join("seen")).unwrap();
    let _ = std::fs::remove_dir_all(&seen);
    std::fs::create_dir_all(&seen).unwrap();
    let mut tests = each(&all, |index, (executable, name)| {
        let path = seen.join(index.to_string());
        let began = Instant::now();
        let mut command = command(executable, &[name.as_str()]);
        command.env("MUTANTS_SEEN", &path);
        if run(command, Duration::from_mins(5)) != Ran::Passed {
            eprintln!("{}::{name} fails without a mutant, and is left out", executable.name);
            return None;
        }
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let seen = text.lines().map(|line| line.parse().unwrap()).collect();
        Some(Test { executable, name: name.clone(), takes: began.elapsed(), seen })
    });
    tests.sort_by_key(|test| test.takes);
    eprintln!("{} tests", tests.len());
    tests
}

fn names(executable: &Executable) -> Vec<String> {
    let output = Command::new(&executable.path).args(["--list", "--format", "terse"]).current_dir(&executable.folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}

/// Judges every mutant that is open.
pub fn all(mutants: &mut [Mutant], tests: &[Test]) {
    let open: Vec<usize> = (0..mutants.len()).filter(|index| mutants[*index].fate == Fate::Open).collect();
    let done = AtomicUsize::new(0);
    let fates = each(&open, |_, index| {
        let fate = judge(index + 1, tests);
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(100) {
            eprintln!("{done} of {}", open.len());
        }
        if fate == Fate::Survived {
            eprintln!("survived: {}", mutants[*index].name);
        }
        Some((*index, fate))
    });
    for (index, fate) in fates {
        mutants[index].fate = fate;
    }
}

fn judge(number: usize, tests: &[Test]) -> Fate {
    let mut near: Vec<&Test> = tests.iter().filter(|test| test.seen.contains(&number)).collect();
    // A few quick ones find most.
    for size in [4, 40, 200, usize::MAX] {
        let later = near.split_off(size.min(near.len()));
        let mut by_program: HashMap<&Path, Vec<&Test>> = HashMap::new();
        for test in near {
            by_program.entry(&test.executable.path).or_default().push(test);
        }
        for tests in by_program.values() {
            let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
            let mut command = command(tests[0].executable, &names);
            command.env("MUTANT", number.to_string());
            let usual: Duration = tests.iter().map(|test| test.takes).sum();
            match run(command, Duration::from_secs(20) + 4 * usual) {
                Ran::Passed => {}
                Ran::Failed => return Fate::Caught(tests[0].executable.name.clone()),
                Ran::Endless => return Fate::Caught("no end".to_owned()),
            }
        }
        near = later;
    }
    Fate::Survived
}

#[derive(PartialEq)]
enum Ran {
    Passed,
    Failed,
    Endless,
}

/// Tests of a program, by their whole names. Many of them wait, so that more run at once than there are processors. A mutant may ask for memory
/// without end.
fn command(executable: &Executable, names: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v 8000000; exec \"$@\"", "sh"]).arg(&executable.path).args(["--exact", "--test-threads", "4"]).args(names);
    command.current_dir(&executable.folder).env("CARGO_MANIFEST_DIR", &executable.folder).env("RUST_BACKTRACE", "0");
    command
}

fn run(mut command: Command, limit: Duration) -> Ran {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut child = command.spawn().unwrap();
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return if status.success() { Ran::Passed } else { Ran::Failed };
        }
        if began.elapsed() > limit {
            let _ = Command::new("kill").args(["-9", "--", &format!("-{}", child.id())]).status();
            let _ = child.wait();
            return Ran::Endless;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// Does something with each of a list, several at once. The results come in any order.
fn each<T: Sync, R: Send>(list: &[T], work: impl Fn(usize, &T) -> Option<R> + Sync) -> Vec<R> {
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..workers() {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = list.get(index) else { break };
                    if let Some(result) = work(index, item) {
                        results.lock().unwrap().push(result);
                    }
                }
            });
        }
    });
    results.into_inner().unwrap()
}
