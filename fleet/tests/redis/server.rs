//! A `redis-server` of a test: on a free port of loopback, in a folder of its own, ended with the test.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What a test needs to run.
const MISSING: &str = "redis-server cannot be started. These tests need Redis 7: `apt-get install redis-server`, or the package of your system; \
                       its service need not run";

/// How the server keeps what is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// In memory alone.
    Nothing,
    /// In a file that is flushed before each answer.
    All,
}

pub(crate) struct Server {
    process: Child,
    port: u16,
    keeps: Keeps,
    more: Vec<String>,
    folder: TempDir,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::keeping(Keeps::Nothing)
    }

    pub(crate) fn keeping(keeps: Keeps) -> Self {
        Self::with(keeps, &[])
    }

    pub(crate) fn with(keeps: Keeps, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let more: Vec<String> = more.iter().map(ToString::to_string).collect();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = begin(port, keeps, &more, folder.path());
        let mut server = Self { process, port, keeps, more, folder };
        if server.answers() {
            return server;
        }
        // Another took the port.
        let more: Vec<&str> = server.more.iter().map(String::as_str).collect();
        Self::with(keeps, &more)
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    #[allow(dead_code, reason = "clusters")]
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// As a crash does.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again, with what it has kept.
    pub(crate) fn restart(&mut self) {
        self.process = begin(self.port, self.keeps, &self.more, self.folder.path());
        assert!(self.answers(), "it does not start again");
    }

    /// It takes connections, and answers nothing.
    pub(crate) fn stop(&self) {
        signal("STOP", self.process.id());
    }

    pub(crate) fn go_on(&self) {
        signal("CONT", self.process.id());
    }

    /// The answer to a command, without the client that is tested.
    pub(crate) fn say(&self, command: &[&str]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        talk(&mut stream, command)
    }

    /// How often scripts were run.
    #[allow(dead_code, reason = "figures")]
    pub(crate) fn scripts_run(&self) -> u64 {
        let text = self.say(&["INFO", "commandstats"]);
        let calls = |name: &str| -> u64 {
            let line = text.lines().find_map(|line| line.strip_prefix(&format!("cmdstat_{name}:calls=")));
            line.map_or(0, |line| line.split(',').next().unwrap().parse().unwrap())
        };
        calls("evalsha") + calls("eval")
    }

    /// Every key, with how many milliseconds it is kept; -1 is for ever.
    pub(crate) fn keys(&self) -> Vec<(String, i64)> {
        let listed = self.say(&["KEYS", "*"]);
        let keys = listed.lines().filter(|line| !line.starts_with(['*', '$']) && !line.is_empty());
        keys.map(|key| (key.to_owned(), self.say(&["PTTL", key]).trim().trim_start_matches(':').parse().unwrap())).collect()
    }

    fn answers(&mut self) -> bool {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(20) {
            if self.process.try_wait().unwrap().is_some() {
                return false;
            }
            if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port))
                && talk(&mut stream, &["PING"]) == "+PONG\r\n"
            {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("redis-server has not answered within 20 s");
    }
}

fn begin(port: u16, keeps: Keeps, more: &[String], folder: &Path) -> Child {
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--maxmemory-policy", "noeviction"]);
    if keeps == Keeps::All {
        command.args(["--appendonly", "yes", "--appendfsync", "always"]);
    }
    command.args(more).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap_or_else(|error| panic!("{MISSING}\n{error}"))
}

fn signal(name: &str, process: u32) {
    assert!(Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().unwrap().success());
}

/// Sends a command and reads one answer, as far as it is there within a moment.
fn talk(stream: &mut TcpStream, command: &[&str]) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let mut text = format!("*{}\r\n", command.len());
    for part in command {
        text += &format!("${}\r\n{part}\r\n", part.len());
    }
    // Two commands in one: the answer to the second says that the first is whole.
    text += "*2\r\n$4\r\nECHO\r\n$9\r\nthe-end!!\r\n";
    let mut answer = String::new();
    if stream.write_all(text.as_bytes()).is_err() {
        return answer;
    }
    let mut buffer = [0; 8192];
    while !answer.ends_with("$9\r\nthe-end!!\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return answer,
            Ok(length) => answer += &String::from_utf8_lossy(&buffer[..length]),
        }
    }
    answer.trim_end_matches("$9\r\nthe-end!!\r\n").to_owned()
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
