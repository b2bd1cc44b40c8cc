//! The program: flags, environment, help, and how it ends.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the names of tests say what they hold")]

mod wire;

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use crate::wire::ask_at;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_graph-mock"))
}

/// A program that runs, and where.
fn started(command: &mut Command) -> (Child, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line.trim().to_owned())
}

fn scratch(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.json", std::process::id()))
}

#[test]
fn help_teaches() {
    let output = program().arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    for word in [
        "--port",
        "GRAPH_MOCK_PORT",
        "--webhook",
        "--app-secret",
        "--state",
        "--save",
        "--strict",
        "--seed",
        "curl",
        "/_mock/faults",
        "/_mock/clock/advance",
        "x-mock-answer",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
    // Secrets of the environment are not shown.
    let output = program().arg("--help").env("GRAPH_MOCK_APP_SECRET", "hunter2").output().unwrap();
    assert!(!String::from_utf8(output.stdout).unwrap().contains("hunter2"));
}

#[cfg(unix)]
#[test]
fn what_it_knew_at_the_end_it_knows_at_the_start() {
    let file = scratch("state");
    let (mut child, url) = started(program().env("GRAPH_MOCK_PORT", "0").args(["--seed", "5", "--save"]).arg(&file));
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let made = ask_at(&url, "POST", "/v23.0/102290129340398/flows", r#"{"name":"a","categories":["OTHER"]}"#).2;
    let id = made["id"].as_str().unwrap().to_owned();
    let ended = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(ended.success() && child.wait().unwrap().success(), "it ends by itself, and well");
    let (mut child, url) = started(program().args(["--port", "0", "--state"]).arg(&file));
    assert_eq!(ask_at(&url, "GET", &format!("/v23.0/{id}?fields=name"), "").2["name"], "a");
    let ended = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(ended.success() && child.wait().unwrap().success());
    fs::remove_file(file).unwrap();
}

#[test]
fn what_is_wrong_at_the_start_is_said_and_not_run() {
    let file = scratch("broken");
    fs::write(&file, "{").unwrap();
    for (what, arguments) in [
        ("is no JSON", vec!["--port", "0", "--state", file.to_str().unwrap()]),
        ("cannot read", vec!["--port", "0", "--state", "/nowhere/at/all.json"]),
        ("begin with http://", vec!["--port", "0", "--webhook", "https://example.com/hook"]),
        ("cannot listen on 192.0.2.1:80", vec!["--address", "192.0.2.1", "--port", "80"]),
    ] {
        let output = program().args(&arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.starts_with("graph-mock: ") && said.contains(what), "{arguments:?}: {said}");
    }
    assert!(!program().arg("--prot").output().unwrap().status.success());
    fs::remove_file(file).unwrap();
}

#[cfg(unix)]
#[test]
fn what_was_asked_before_the_end_is_answered() {
    let (mut child, url) = started(program().args(["--port", "0"]));
    ask_at(&url, "POST", "/_mock/faults", r#"{"operation":"ReadPhoneNumber","delay_ms":1500}"#);
    let asked = std::thread::spawn({
        let url = url.clone();
        move || ask_at(&url, "GET", "/v23.0/106540352242922", "")
    });
    // Until the request is in the journal, for at most five seconds.
    for _ in 0..500 {
        if ask_at(&url, "GET", "/_mock/requests", "").2["seen"] == 1 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let ended = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    let (status, _, body) = asked.join().unwrap();
    assert_eq!((status, body["id"].as_str()), (200, Some("106540352242922")));
    assert!(ended.success() && child.wait().unwrap().success());
}
