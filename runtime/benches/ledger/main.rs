//! What a ledger in a file costs: bytes for a call, opening, and a call beside the two flushes that it takes at least.
//!
//! `cargo bench -p graph-runtime --bench ledger [-- --rounds 20] [--folder DIR]`; the flushes are those of the disk of `DIR`. Beside an earlier
//! commit, in one run: `runtime/benches/ledger/against COMMIT`.
//!
//! Each figure is a line of two columns on standard output: what, and its value, the median of the rounds. Opening is the
//! least of five times in each round. With another program of this
//! kind each has three: this one, the other, and the ratio.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a measurement that fails should panic")]

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use graph_runtime::ledger::{FileLedger, Ledger, Limit, Reserved, Settled};
use graph_runtime::{Availability, ErrorInfo, LimitInfo, LimitSubject, OperationInfo};
use tokio::runtime::{Builder, Runtime};

static REACHED: ErrorInfo = ErrorInfo { name: "Reached", ..ErrorInfo::EMPTY };
const WINDOW: Duration = Duration::from_secs(72 * 3600);
const TEN: LimitInfo = LimitInfo {
    max: 10,
    window: WINDOW,
    per: LimitSubject { name: "number", ignores: "+-()." },
    block: Some(WINDOW),
    error: &REACHED,
    availability: Availability::ALWAYS,
};
static REGISTER: OperationInfo =
    OperationInfo { id: "WhatsAppBusinessPhoneNumber.register.create", limits: &[TEN], ..OperationInfo::EMPTY };

const NUMBERS: u64 = 10_000;
const CALLS: u64 = 10;

fn main() {
    let argument = |name: &str| std::env::args().skip_while(|arg| arg != name).nth(1);
    let folder = argument("--folder").map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    if std::env::args().any(|arg| arg == "--measure") {
        measure(&folder);
        return;
    }
    let rounds: usize = argument("--rounds").map_or(20, |rounds| rounds.parse().expect("a number"));
    let mut programs = vec![std::env::current_exe().unwrap()];
    programs.extend(argument("--against").map(PathBuf::from));
    let mut names = Vec::new();
    let mut values = vec![Vec::new(); programs.len()];
    for round in 0..rounds {
        for turn in 0..programs.len() {
            // Each begins every other round.
            let at = (round + turn) % programs.len();
            let output = Command::new(&programs[at]).args(["--measure", "--folder"]).arg(&folder).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let figures = String::from_utf8(output.stdout).unwrap();
            let (name, value): (Vec<_>, Vec<f64>) = figures
                .lines()
                .map(|line| line.split_once('\t').unwrap())
                .map(|(name, value)| (name.to_owned(), value.parse::<f64>().unwrap()))
                .unzip();
            names = name;
            values[at].push(value);
        }
    }
    for (at, name) in names.iter().enumerate() {
        let medians: Vec<f64> = values.iter().map(|rounds| median(rounds.iter().map(|figures| figures[at]).collect())).collect();
        match medians[..] {
            [this, other] => println!("{name}\t{this:.3}\t{other:.3}\t{:.3}", this / other),
            _ => println!("{name}\t{:.3}", medians[0]),
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn measure(folder: &Path) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (ours, hand) = flushes(&runtime, folder);
    println!("a call, µs\t{}", ours * 1e6);
    println!("two flushes by hand, µs\t{}", hand * 1e6);
    println!("calls of one task, by pairs of flushes by hand\t{}", hand / ours);
    println!("bytes a call, ten of a number\t{}", bytes(&runtime, folder, 20, 10));
    println!("bytes a call, one of a number\t{}", bytes(&runtime, folder, 200, 1));
    let large = memory(folder).join(format!("ledger-{}", fingerprint()));
    if !large.exists() {
        drop(write(&runtime, &large, NUMBERS, CALLS));
    }
    let opened = (0..5).map(|_| {
        let began = Instant::now();
        let ledger = FileLedger::open(&large).unwrap();
        let took = began.elapsed();
        let counted = runtime.block_on(ledger.inspect(&limit(NUMBERS / 2), at(CALLS))).unwrap().counted;
        assert_eq!(u64::from(counted), CALLS);
        took.as_secs_f64() * 1e3
    });
    println!("opening {NUMBERS} numbers with {CALLS} calls each, ms\t{}", opened.fold(f64::INFINITY, f64::min));
    println!("bytes of that file\t{}", fs::metadata(&large).unwrap().len());
}

fn limit(number: u64) -> Limit {
    Limit::of(&REGISTER, &(106_540_352_000_000 + number).to_string()).unwrap()
}

fn at(hours: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_790_000_000 + 3600 * hours)
}

async fn call(ledger: &FileLedger, limit: &Limit, now: SystemTime) {
    let Reserved::Open(reservation) = ledger.reserve(limit, now).await.unwrap() else { panic!("there is room") };
    ledger.commit(reservation, Settled::Answered, now).await.unwrap();
}

fn write(runtime: &Runtime, path: &Path, numbers: u64, calls: u64) -> FileLedger {
    let ledger = FileLedger::open(path).unwrap();
    let making = ledger.clone();
    let made = runtime.spawn(async move {
        for hour in 0..calls {
            for number in 0..numbers {
                call(&making, &limit(number), at(hour)).await;
            }
        }
    });
    runtime.block_on(made).unwrap();
    ledger
}

fn bytes(runtime: &Runtime, folder: &Path, numbers: u64, calls: u64) -> f64 {
    let path = memory(folder).join(format!("ledger-bytes-{}", std::process::id()));
    let ledger = write(runtime, &path, numbers, calls);
    let length = fs::metadata(&path).unwrap().len();
    drop(ledger);
    fs::remove_file(path).unwrap();
    f64::from(u32::try_from(length).unwrap()) / f64::from(u32::try_from(numbers * calls).unwrap())
}

/// Seconds for a call, and for two appended lines that are flushed, in turns.
fn flushes(runtime: &Runtime, folder: &Path) -> (f64, f64) {
    const TURNS: u64 = 10;
    const EACH: u64 = 10;
    let path = folder.join(format!("ledger-flush-{}", std::process::id()));
    let by_hand = path.with_extension("hand");
    let ledger = FileLedger::open(&path).unwrap();
    let mut file = OpenOptions::new().create(true).append(true).open(&by_hand).unwrap();
    let (mut ours, mut hand) = (Duration::ZERO, Duration::ZERO);
    for turn in 0..TURNS {
        let making = ledger.clone();
        let made = runtime.spawn(async move {
            let began = Instant::now();
            for number in 0..EACH {
                call(&making, &limit(number), at(turn)).await;
            }
            began.elapsed()
        });
        ours += runtime.block_on(made).unwrap();
        let began = Instant::now();
        for _ in 0..EACH * 2 {
            file.write_all(&[b'x'; 50]).unwrap();
            file.sync_data().unwrap();
        }
        hand += began.elapsed();
    }
    drop(ledger);
    for file in [&path, &by_hand, &path.with_extension("lock")] {
        let _ = fs::remove_file(file);
    }
    let calls = f64::from(u32::try_from(TURNS * EACH).unwrap());
    (ours.as_secs_f64() / calls, hand.as_secs_f64() / calls)
}

/// Where flushes cost nothing, if there is such a place: files are made there that are only read.
fn memory(folder: &Path) -> PathBuf {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { memory.to_owned() } else { folder.to_owned() }
}

/// Another one for each program that is built.
fn fingerprint() -> String {
    let program = std::env::current_exe().unwrap();
    let built = fs::metadata(&program).unwrap().modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    format!("{}-{}", program.file_name().unwrap().to_string_lossy(), built.as_millis())
}
