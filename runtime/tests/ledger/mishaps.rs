//! What happens to files: by another name, moved, deleted, emptied, cut, replaced, on a full disk. Two processes have the ledger open.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use graph_runtime::ledger::{FileLedger, Ledger, LimitStatus, Observation, OnLedgerError, Reserved, RetryBasis, Settled};
use graph_runtime::{ClientBuilder, RequestOptions, Version};
use tempfile::{TempDir, tempdir};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::{Knowing, REGISTER, Register, hour, limit};

const NUMBER: &str = "106540352242922";

/// The outcome of some attempts to register.
#[derive(Debug, Default, PartialEq, Eq)]
struct Attempts {
    sent: usize,
    /// The limit is reached, as the ledger knows.
    closed: usize,
    /// The ledger failed.
    failed: usize,
}

/// Another process with the ledger, which registers when it is asked to.
struct Process {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Process {
    fn begin(path: &Path, url: &str) -> Self {
        Self::begin_as(Command::new(std::env::current_exe().unwrap()), path, url)
    }

    /// Begins it with a command before it, which a shell understands.
    #[cfg(unix)]
    fn begin_after(before: &str, path: &Path, url: &str) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{before} && exec \"$0\" \"$@\"")]).arg(std::env::current_exe().unwrap());
        Self::begin_as(command, path, url)
    }

    fn begin_as(mut command: Command, path: &Path, url: &str) -> Self {
        command.args(["--exact", "mishaps::child", "--nocapture"]).env("MISHAP_URL", url).env("MISHAP_PATH", path);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (orders, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut process = Self { child, orders, answers };
        process.answer("ready");
        process
    }

    fn answer(&mut self, to: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.answers.read_line(&mut line).unwrap() > 0, "the process ended before it was {to}");
            if let Some(answer) = line.trim_end().strip_prefix(to) {
                return answer.to_owned();
            }
        }
    }

    fn register(&mut self, times: usize) -> Attempts {
        writeln!(self.orders, "{times}").unwrap();
        let answer = self.answer("done");
        let mut counts = answer.split_whitespace().map(|count| count.parse().unwrap());
        let mut next = || counts.next().unwrap();
        Attempts { sent: next(), closed: next(), failed: next() }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What the other process does. As a test of this one it does nothing.
#[tokio::test]
async fn child() {
    let (Some(path), Ok(url)) = (std::env::var_os("MISHAP_PATH"), std::env::var("MISHAP_URL")) else { return };
    let on_error = if path.to_string_lossy().ends_with("open") { OnLedgerError::FailOpen } else { OnLedgerError::FailClosed };
    let client = ClientBuilder::<Knowing>::new("EAAGtoken1234567", Version(23, 0)).base_url(&url).on_ledger_error(on_error);
    let client = client.ledger(Arc::new(FileLedger::open(path).unwrap())).build().unwrap_or_else(|_| panic!("it is set up right")).0;
    println!("\nready");
    for times in std::io::stdin().lines() {
        let mut attempts = Attempts::default();
        for _ in 0..times.unwrap().parse().unwrap() {
            let request = Register { number: NUMBER, options: RequestOptions::default().with_param("pin", "212834") };
            match client.send(&request).await {
                Err(error) if error.refusals().iter().any(|refusal| refusal.rule == "ledger") => attempts.failed += 1,
                Err(error) if error.is_refusal() => attempts.closed += 1,
                _ => attempts.sent += 1,
            }
        }
        println!("\ndone {} {} {}", attempts.sent, attempts.closed, attempts.failed);
    }
}

/// A server, a folder, and what asks the server.
struct Scene {
    folder: TempDir,
    server: MockServer,
}

impl Scene {
    async fn new() -> Self {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&server).await;
        Self { folder: tempdir().unwrap(), server }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    async fn received(&self) -> usize {
        self.server.received_requests().await.unwrap().len()
    }
}

/// Two processes that register five times each, something that happens, and the same again: no call too many is sent, neither then nor by
/// a process that is begun later.
async fn ten_in_all(what: &str, scene: Scene, other: PathBuf, mishap: impl FnOnce(&Path) + Send + 'static) {
    let (path, url) = (scene.path(), scene.server.uri());
    let what = what.to_owned();
    let counted = tokio::task::spawn_blocking(move || {
        let (mut one, mut two) = (Process::begin(&path, &url), Process::begin(&other, &url));
        let five = Attempts { sent: 5, ..Attempts::default() };
        let none = Attempts { closed: 5, ..Attempts::default() };
        assert_eq!((one.register(5), two.register(5)), (five, Attempts { sent: 5, ..Attempts::default() }), "{what}");
        mishap(&path);
        assert_eq!(one.register(5), none, "{what}: the first to come");
        assert_eq!(two.register(5), none, "{what}: the other");
        drop((one, two));
        assert_eq!(Process::begin(&path, &url).register(5), none, "{what}: a later one");
        standing(&path)
    });
    let counted = counted.await.unwrap();
    assert_eq!((scene.received().await, counted.counted), (10, 10));
}

fn standing(path: &Path) -> LimitStatus {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { FileLedger::open(path).unwrap().inspect(&limit(&REGISTER, NUMBER), SystemTime::now()).await.unwrap() })
}

fn nothing(_: &Path) {}

#[tokio::test]
async fn a_cleaner_that_takes_all_but_the_ledger_takes_no_lock_away() {
    let scene = Scene::new().await;
    fs::write(scene.folder.path().join("ledger.lock"), "").unwrap();
    let path = scene.path();
    ten_in_all("a cleaner", scene, path, |path| {
        for file in fs::read_dir(path.parent().unwrap()).unwrap() {
            let file = file.unwrap().path();
            if file != path {
                fs::remove_file(file).unwrap();
            }
        }
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn every_name_of_a_file_leads_to_one_count() {
    use std::os::unix::fs::symlink;
    for what in ["symlink", "symlink to what is not there yet", "hard link", "another way"] {
        let scene = Scene::new().await;
        let elsewhere = scene.folder.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        let (path, other) = (scene.path(), elsewhere.join("other"));
        if what != "symlink to what is not there yet" {
            drop(FileLedger::open(&path).unwrap());
        }
        match what {
            "hard link" => fs::hard_link(&path, &other).unwrap(),
            "another way" => symlink("..", &other).unwrap(),
            "symlink" => symlink("../ledger", &other).unwrap(),
            _ => {
                symlink("../ledger", &other).unwrap();
                drop(FileLedger::open(&other).unwrap());
                assert!(path.metadata().unwrap().len() > 0 && other.symlink_metadata().unwrap().is_symlink());
            }
        }
        let other = if what == "another way" { other.join("ledger") } else { other };
        ten_in_all(what, scene, other, nothing).await;
    }
}

/// Where this user may mount: elsewhere a hard link is as good, which is one file with two names too.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_is_mounted_alone_elsewhere_is_one_count() {
    let may_mount = Command::new("unshare").args(["-m", "true"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    let scene = Scene::new().await;
    let (path, url) = (scene.path(), scene.server.uri());
    let other = scene.folder.path().join("mounted");
    drop(FileLedger::open(&path).unwrap());
    let (sent, closed) = tokio::task::spawn_blocking(move || {
        let mut one = Process::begin(&path, &url);
        let mut two = if may_mount {
            fs::write(&other, "").unwrap();
            let mount = format!("mount --bind {} {}", path.display(), other.display());
            let mut command = Command::new("unshare");
            command.args(["-m", "sh", "-c", &format!("{mount} && exec \"$0\" \"$@\"")]).arg(std::env::current_exe().unwrap());
            Process::begin_as(command, &other, &url)
        } else {
            fs::hard_link(&path, &other).unwrap();
            Process::begin(&other, &url)
        };
        // Enough for the lines to be written anew under the other's feet.
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut attempts = vec![one.register(4), two.register(4)];
        runtime.block_on(async {
            let ledger = FileLedger::open(&path).unwrap();
            for _ in 0..200 {
                let free = ledger.reserve_anyway(&limit(&REGISTER, "107"), hour(0)).await.unwrap();
                ledger.release(free).await.unwrap();
            }
        });
        attempts.extend([two.register(4), one.register(4)]);
        (attempts.iter().map(|some| some.sent).sum::<usize>(), attempts.iter().map(|some| some.closed).sum::<usize>())
    })
    .await
    .unwrap();
    assert_eq!((sent, closed, scene.received().await), (10, 6, 10));
}

/// What is done to the path of the ledger, which both processes have open.
type Mishap = (&'static str, fn(&Path));

const MISHAPS: [Mishap; 10] = [
    ("deleted", |path| fs::remove_file(path).unwrap()),
    ("moved away", |path| fs::rename(path, path.with_extension("old")).unwrap()),
    ("deleted, and an empty one made", |path| {
        fs::remove_file(path).unwrap();
        fs::write(path, "").unwrap();
    }),
    ("emptied", |path| fs::write(path, "").unwrap()),
    ("cut in its head", |path| cut(path, 40)),
    ("cut in its lines", |path| cut(path, 330)),
    ("cut and moved away", |path| {
        cut(path, 330);
        fs::rename(path, path.with_extension("old")).unwrap();
    }),
    ("filled with an earlier state", |path| {
        let text = fs::read(path).unwrap();
        fs::write(path, &text[..400]).unwrap();
    }),
    ("replaced by an earlier state", |path| {
        let earlier = path.with_extension("copy");
        fs::copy(path, &earlier).unwrap();
        cut(&earlier, 400);
        fs::rename(earlier, path).unwrap();
    }),
    ("replaced by a ledger of another", |path| {
        let another = path.with_extension("another");
        drop(FileLedger::open(&another).unwrap());
        fs::rename(another, path).unwrap();
    }),
];

fn cut(path: &Path, length: u64) {
    fs::OpenOptions::new().write(true).open(path).unwrap().set_len(length).unwrap();
}

/// On Windows a file that is open can be emptied and cut, and no more.
#[tokio::test]
async fn processes_that_have_it_open_restore_their_count() {
    for (what, mishap) in MISHAPS {
        if cfg!(unix) || ["emptied", "cut in its head", "cut in its lines", "filled with an earlier state"].contains(&what) {
            let scene = Scene::new().await;
            let path = scene.path();
            ten_in_all(what, scene, path, mishap).await;
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_that_is_pointed_elsewhere_and_a_folder_that_is_made_anew_lose_nothing() {
    use std::os::unix::fs::symlink;
    let scene = Scene::new().await;
    let folder = scene.folder.path().to_owned();
    fs::create_dir(folder.join("one")).unwrap();
    fs::create_dir(folder.join("two")).unwrap();
    symlink("one/ledger", scene.path()).unwrap();
    let path = scene.path();
    ten_in_all("pointed elsewhere", scene, path, |path| {
        fs::remove_file(path).unwrap();
        symlink("two/ledger", path).unwrap();
    })
    .await;

    let mut scene = Scene::new().await;
    let whole = scene.folder;
    scene.folder = tempfile::tempdir_in(whole.path()).unwrap();
    let path = scene.path();
    ten_in_all("a folder made anew", scene, path, |path| {
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
        fs::create_dir(path.parent().unwrap()).unwrap();
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_cannot_be_restored_is_refused() {
    let scene = Scene::new().await;
    let folder = scene.folder.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let (path, url) = (folder.join("ledger"), scene.server.uri());
    let elsewhere = scene.folder.path().join("elsewhere");
    tokio::task::spawn_blocking(move || {
        let (mut one, mut two) = (Process::begin(&path, &url), Process::begin(&path, &url));
        let sent = |sent| Attempts { sent, ..Attempts::default() };
        let failed = |failed| Attempts { failed, ..Attempts::default() };
        assert_eq!((one.register(3), two.register(3)), (sent(3), sent(3)));
        // Its folder is gone, and comes back.
        fs::rename(&folder, &elsewhere).unwrap();
        assert_eq!((one.register(1), two.register(1)), (failed(1), failed(1)));
        fs::rename(&elsewhere, &folder).unwrap();
        assert_eq!((one.register(1), two.register(1)), (sent(1), sent(1)));
        // Someone else's file is in its place, and stays what it is.
        let ledger = fs::read(&path).unwrap();
        fs::write(&path, "my notes\n").unwrap();
        assert_eq!((one.register(1), two.register(1)), (failed(1), failed(1)));
        assert_eq!(fs::read_to_string(&path).unwrap(), "my notes\n");
        fs::write(&path, ledger).unwrap();
        assert_eq!((one.register(4).sent, two.register(4).sent), (2, 0));
        // What is known to be closed needs no file.
        fs::rename(&folder, &elsewhere).unwrap();
        assert_eq!(
            (one.register(1), two.register(1)),
            (Attempts { closed: 1, ..Attempts::default() }, Attempts { closed: 1, ..Attempts::default() })
        );
    })
    .await
    .unwrap();
    assert_eq!(scene.received().await, 10);
}

#[cfg(unix)]
#[tokio::test]
async fn an_answer_that_could_not_be_written_on_a_full_disk_is_believed() {
    for name in ["ledger", "fail open"] {
        let scene = Scene::new().await;
        scene.server.reset().await;
        let reached = r#"{"error": {"message": "no", "type": "OAuthException", "code": 133016}}"#;
        Mock::given(any()).respond_with(ResponseTemplate::new(400).set_body_string(reached)).mount(&scene.server).await;
        let (path, url) = (scene.folder.path().join(name), scene.server.uri());
        // So long that a reservation fits below a multiple of 512 and its answer does not: lines have 48 and more bytes.
        let ledger = FileLedger::open(&path).unwrap();
        ledger.record(&limit(&REGISTER, NUMBER), Observation::Calls { count: 1, at: SystemTime::now() }).await.unwrap();
        let length = || fs::metadata(&path).unwrap().len();
        while (length() + 50).next_multiple_of(512) - (length() + 50) > 45 {
            drop(ledger.reserve_anyway(&limit(&REGISTER, "107"), hour(0)).await.unwrap());
        }
        let blocks = (length() + 50).div_ceil(512);
        drop(ledger);
        tokio::task::spawn_blocking(move || {
            let full = format!("trap '' XFSZ && ulimit -f {blocks}");
            let mut process = Process::begin_after(&full, &path, &url);
            assert_eq!(
                process.register(1),
                Attempts { sent: 1, ..Attempts::default() },
                "it is reserved, and answered that the limit is reached"
            );
            assert_eq!(process.register(3), Attempts { closed: 3, ..Attempts::default() });
        })
        .await
        .unwrap();
        assert_eq!(scene.received().await, 1, "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_could_not_be_written_is_written_when_it_can_be() {
    let outer = tempdir().unwrap();
    let (folder, elsewhere) = (outer.path().join("folder"), outer.path().join("elsewhere"));
    fs::create_dir(&folder).unwrap();
    let path = folder.join("ledger");
    let (ledger, limit) = (FileLedger::open(&path).unwrap(), limit(&REGISTER, NUMBER));
    let Reserved::Open(reservation) = ledger.reserve(&limit, hour(0)).await.unwrap() else { panic!("there is room") };
    let Reserved::Open(free) = ledger.reserve(&limit, hour(0)).await.unwrap() else { panic!("there is room") };
    fs::rename(&folder, &elsewhere).unwrap();
    assert!(ledger.release(free).await.unwrap_err().to_string().starts_with("cannot create the ledger"));
    ledger.commit(reservation, Settled::LimitReached, hour(1)).await.unwrap_err();
    let Reserved::Closed(closed) = ledger.reserve(&limit, hour(2)).await.unwrap() else { panic!("it is closed") };
    assert_eq!((closed.counted, closed.unknown, closed.retry_at.unwrap().basis), (1, 0, RetryBasis::Observed));
    fs::rename(&elsewhere, &folder).unwrap();
    // Without another call.
    let began = SystemTime::now();
    while FileLedger::open(&path).unwrap().inspect(&limit, hour(2)).await.unwrap() != closed {
        assert!(began.elapsed().unwrap() < Duration::from_secs(20), "it was never written");
        sleep(Duration::from_millis(100));
    }
}

#[tokio::test]
async fn a_process_that_changes_its_folder_keeps_its_ledger() {
    let folder = tempdir().unwrap();
    fs::create_dir(folder.path().join("inner")).unwrap();
    let status = tokio::task::spawn_blocking(move || {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "mishaps::wandering_child", "--nocapture"])
            .env("MISHAP_FOLDER", folder.path())
            .status()
            .unwrap();
        (child.success(), standing(&folder.path().join("ledger")).counted, folder.path().join("inner/ledger").exists())
    });
    assert_eq!(status.await.unwrap(), (true, 2, false));
}

#[tokio::test]
async fn wandering_child() {
    let Some(folder) = std::env::var_os("MISHAP_FOLDER") else { return };
    std::env::set_current_dir(folder).unwrap();
    let ledger = FileLedger::open("ledger").unwrap();
    let now = SystemTime::now();
    drop(ledger.reserve_anyway(&limit(&REGISTER, NUMBER), now).await.unwrap());
    std::env::set_current_dir("inner").unwrap();
    drop(ledger.reserve_anyway(&limit(&REGISTER, NUMBER), now).await.unwrap());
}
