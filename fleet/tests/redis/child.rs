//! Processes of their own: this test binary, begun again to do one thing.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Begins a process with a role, and what it needs to know.
pub(crate) fn begin(role: &str, url: &str, more: &[(&str, String)]) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::child", "--nocapture"])
        .envs([("FLEET_ROLE", role), ("FLEET_URL", url)])
        .envs(more.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Within such a process: what it needs to know.
pub(crate) fn given(name: &str) -> String {
    std::env::var(name).unwrap()
}

/// Within such a process: says that it is ready, and waits until all may begin.
pub(crate) fn ready() {
    println!("\nready");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// What the process says, from the line on with which it is ready.
pub(crate) fn listen(child: &mut Child) -> BufReader<ChildStdout> {
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while line != "ready\n" {
        line.clear();
        assert!(output.read_line(&mut line).unwrap() > 0, "a process ended before it was ready");
    }
    output
}

/// Waits until the processes are ready, lets them begin at once, and gives what each has said when it ended.
pub(crate) fn race(mut children: Vec<Child>) -> Vec<Vec<String>> {
    let outputs: Vec<_> = children.iter_mut().map(listen).collect();
    for child in &mut children {
        drop(child.stdin.take());
    }
    let said = outputs.into_iter().map(|output| output.lines().map_while(Result::ok).collect()).collect();
    assert!(children.into_iter().all(|mut child| child.wait().unwrap().success()));
    said
}
