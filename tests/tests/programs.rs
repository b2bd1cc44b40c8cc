//! The examples as people start them: programs of their own, against the stand-in, and what they print.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test that fails should panic")]

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use graph_mock::Mock;

/// The folder of the programs, which are built if they are not yet: a run of this package alone builds none of them.
fn programs() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let target = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(root).env("CARGO_TARGET_DIR", &target).args(["build", "--quiet", "--offline", "--workspace", "--examples"]);
        assert!(cargo.status().unwrap().success(), "{cargo:?} failed");
        target.join("debug/examples")
    })
}

fn start(name: &str, mock: &Mock, variables: &[(&str, &str)]) -> Child {
    let mut program = Command::new(programs().join(name));
    program.env("GRAPH_BASE_URL", mock.url()).env("ACCESS_TOKEN", "EAAJBtoken").envs(variables.iter().copied());
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Runs a program to its end with this input: what it printed, both ways.
fn run(name: &str, mock: &Mock, variables: &[(&str, &str)], input: &str) -> (String, String) {
    let mut child = start(name, mock, variables);
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    ended(name, child.wait_with_output().unwrap())
}

fn ended(name: &str, output: Output) -> (String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert!(output.status.success(), "{name}: {}\n{out}\n{err}", output.status);
    (out, err)
}

fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_file(&path);
    path
}

fn until(what: &str, mut is: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

const NUMBER: (&str, &str) = ("PHONE_NUMBER_ID", "106540352242922");
const TO: (&str, &str) = ("TO", "16505551234");

#[test]
fn campaign_says_how_far_it_is_and_how_it_ended() {
    let (mock, journal) = (Mock::start().unwrap(), scratch("programs-campaign.log"));
    let people: String = (0..30).map(|at| format!("1650555{at:04} fern {at}\n")).collect();
    let variables = [NUMBER, ("CAMPAIGN", "spring"), ("TEMPLATE", "offer"), ("LANGUAGE", "en_US"), ("JOURNAL", journal.to_str().unwrap())];
    let (out, err) = run("campaign", &mock, &variables, &people);
    assert_eq!(out, "    30  sent\n");
    assert!(err.contains("30 of 30"), "{err}");
}

#[test]
fn media_shows_its_progress_and_gives_back_the_same_bytes() {
    let (mock, sent, copy) = (Mock::start().unwrap(), scratch("programs-fern.png"), scratch("programs-copy.png"));
    std::fs::write(&sent, vec![7; 100_000]).unwrap();
    let variables = [NUMBER, TO, ("FILE", sent.to_str().unwrap()), ("TYPE", "image/png"), ("SAVE_AS", copy.to_str().unwrap())];
    let (out, err) = run("media", &mock, &variables, "");
    assert!(out.contains("uploaded and sent as ") && out.contains("downloaded 100000 bytes to "), "{out}");
    assert!(err.contains("100000"), "{err}");
    assert_eq!(std::fs::read(&copy).unwrap(), std::fs::read(&sent).unwrap());
}

#[test]
fn onboard_number_asks_for_the_code_that_was_sent() {
    let mock = Mock::start().unwrap();
    let variables = [
        ("WABA_ID", "102290129340398"),
        ("COUNTRY_CODE", "1"),
        ("NUMBER", "6315551000"),
        ("DISPLAY_NAME", "Lucky Shrub"),
        ("PIN", "212834"),
    ];
    let mut child = start("onboard_number", &mock, &variables);
    let mut code = None;
    until("no code was sent", || {
        let requests = mock.requests();
        let asked = requests.iter().find(|request| request.target.ends_with("/request_code"));
        code = asked.and_then(|request| mock.verification_code(request.id.as_deref()?));
        code.is_some()
    });
    child.stdin.take().unwrap().write_all(format!("{}\n", code.unwrap()).as_bytes()).unwrap();
    let (out, _) = ended("onboard_number", child.wait_with_output().unwrap());
    assert!(out.contains("Which code came to the number?") && out.contains(" is registered"), "{out}");
}

#[test]
fn lists_of_accounts_and_numbers_are_printed() {
    let mock = Mock::start().unwrap();
    let (out, _) = run("list_wabas", &mock, &[("BUSINESS_ID", "805021500648488"), ("DAYS", "3650")], "");
    assert!(out.lines().all(|line| line.split_whitespace().next().is_some_and(|id| id.parse::<u64>().is_ok())), "{out}");
    let (out, _) = run("many_tenants", &mock, &[], "102290129340398 v27.0 EAAJBone\n102289599326934 v25.0 EAAJBtwo\n");
    assert!(out.contains("102290129340398: ") && out.contains("102289599326934: "), "{out}");
}

/// Two machines of a fleet, with a Redis that was just started.
#[test]
fn a_fleet_asks_its_vault_once() {
    let mock = Mock::start().unwrap();
    // What the vault would give the second machine is of no use.
    mock.token("EAAJBsecond").expires(std::time::SystemTime::now() - Duration::from_secs(60));
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = scratch("programs-redis");
    std::fs::create_dir_all(&folder).unwrap();
    let mut redis = Command::new("redis-server");
    redis.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""]).current_dir(&folder).stdout(Stdio::null());
    let mut redis = redis.spawn().unwrap_or_else(|error| panic!("{error}: install redis-server"));
    until("redis-server does not listen", || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    let url = format!("redis://127.0.0.1:{port}/");
    let variables = [("REDIS_URL", &*url), ("FLEET_SECRET", "a secret of sixteen bytes or more"), ("NUMBER", "106540352242922")];
    let said = ["EAAJBfirst", "EAAJBsecond"].map(|token| run("fleet", &mock, &[&variables[..], &[("TOKEN", token)]].concat(), ""));
    redis.kill().unwrap();
    redis.wait().unwrap();
    assert!(said.iter().all(|(out, _)| out.contains("106540352242922")), "{said:?}");
    assert_eq!(mock.requests().len(), 2, "the second machine sends the token that the first has left");
}

#[test]
fn tests_with_the_mock_say_what_graph_was_asked() {
    // It starts stand-ins of its own.
    let (out, _) = run("tests_with_the_mock", &Mock::start().unwrap(), &[], "");
    assert_eq!(out.lines().filter(|line| line.starts_with("ok  ")).count(), 5, "{out}");
    for line in [
        "ok  a throttled message is kept for later\n      POST WhatsAppBusinessPhoneNumber.messages.create: 400\n",
        "ok  a lost answer is not sent again\n      POST WhatsAppBusinessPhoneNumber.messages.create: no answer\nok  ",
    ] {
        assert!(out.contains(line), "no {line} in:\n{out}");
    }
}

#[test]
fn metrics_are_in_the_format_of_prometheus() {
    let mock = Mock::start().unwrap();
    mock.on_named("SendMessage").unwrap().fails(whatsapp_graph::ErrorKind::ThroughputLimitReached).times(2);
    mock.usage(40, 70, 0);
    let (out, _) = run("metrics", &mock, &[NUMBER, TO, ("MESSAGES", "5"), ("ADDRESS", "127.0.0.1:0"), ("ONCE", "1")], "");
    for line in [
        "message 5",
        "# TYPE graph_requests_total counter",
        "graph_requests_total{operation=\"WhatsAppBusinessPhoneNumber.messages.create\",version=\"v27.0\",outcome=\"executed\",error=\"\"} 3",
        "error=\"ThroughputLimitReached\"} 2",
        "graph_request_seconds_count{operation=\"WhatsAppBusinessPhoneNumber.messages.create\"} 5",
        "graph_requests_running 0",
        "graph_window_used_percent{window=\"app\"} 40",
    ] {
        assert!(out.contains(line), "no {line} in:\n{out}");
    }
    assert!(!out.contains("16505551234") && !out.contains("106540352242922"), "{out}");
}

#[test]
fn the_bot_answers_what_a_user_writes() {
    let mock = Mock::start().unwrap();
    let address = {
        // A port that was free just now; the program binds it itself.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().to_string()
    };
    let variables = [("APP_SECRET", "secret"), ("VERIFY_TOKEN", "token"), ("ADDRESS", address.as_str())];
    let mut bot = start("receive_with_axum", &mock, &variables);
    until("the bot does not listen", || std::net::TcpStream::connect(&address).is_ok());
    mock.tell(&format!("http://{address}/webhook"), "token", Some("secret"));
    mock.user("+16505551234").says("hello");
    let answered = |request: &graph_mock::Exchange| String::from_utf8_lossy(&request.body).contains("You wrote: hello");
    until("the bot did not answer", || mock.requests().iter().any(answered));
    bot.kill().unwrap();
    bot.wait().unwrap();
}
