//! Serves figures of a client as Prometheus reads them, and a page that draws them, while it sends messages.
//!
//! ```text
//! export ACCESS_TOKEN=...      # with whatsapp_business_messaging
//! export PHONE_NUMBER_ID=...   # the number that sends
//! export TO=16505551234        # who gets the messages
//! export MESSAGES=20           # how many; one if left out
//! export ADDRESS=127.0.0.1:9464
//! cargo run --example metrics
//! ```
//!
//! `http://127.0.0.1:9464/metrics` is for Prometheus, `http://127.0.0.1:9464/` the page. Both are there until the program is interrupted, or, with
//! `ONCE=1`, until the messages are sent.
//!
//! `GRAPH_BASE_URL` sends the calls to another server, such as the stand-in: `cargo run -p graph-mock`.

use std::{
    collections::BTreeMap,
    error::Error as StdError,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use whatsapp_graph::{
    ApiVersion, Client,
    limits::{Pace, Usage},
    observer::{CallEnd, ObservedCall, Observer, RefusedCall},
};

/// The page that draws the figures. It needs nothing but `/metrics`.
const PAGE: &str = include_str!("metrics.html");

/// The bounds of the histogram of times, in seconds.
const BOUNDS: [f64; 8] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// What an [`Observer`] has seen. Its labels are operations, versions, outcomes and errors: few, and none names a person or a number.
#[derive(Debug, Default)]
pub struct Metrics {
    figures: Mutex<Figures>,
}

#[derive(Debug, Default)]
struct Figures {
    /// By operation, version, outcome and error.
    sent: BTreeMap<[String; 4], u64>,
    /// By operation: each bound's count, their sum in seconds, and how many there were.
    times: BTreeMap<String, ([u64; BOUNDS.len()], f64, u64)>,
    /// By operation.
    repeated: BTreeMap<String, u64>,
    /// By operation, error and rule.
    refused: BTreeMap<[String; 3], u64>,
    /// By operation and error: until when Graph, or a limit of ours, asks to wait.
    regain: BTreeMap<[String; 2], SystemTime>,
    /// By what is counted: how much of its window is used, in percent.
    windows: BTreeMap<String, f64>,
    running: i64,
}

impl Metrics {
    fn figures(&self, change: impl FnOnce(&mut Figures)) {
        // What a panic left behind is a count that lacks one.
        change(&mut self.figures.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// The figures in the text format of Prometheus.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.figures(|figures| figures.write(&mut text));
        text
    }
}

impl Observer for Metrics {
    fn before(&self, _call: &ObservedCall) {
        self.figures(|figures| figures.running += 1);
    }

    fn after(&self, call: &ObservedCall, end: &CallEnd<'_>) {
        let (operation, error) = (call.operation.id.to_owned(), end.error.unwrap_or_default().to_owned());
        self.figures(|figures| {
            figures.running -= 1;
            let (counts, sum, count) = figures.times.entry(operation.clone()).or_default();
            let seconds = end.elapsed.as_secs_f64();
            for (bound, counted) in BOUNDS.iter().zip(counts) {
                *counted += u64::from(seconds <= *bound);
            }
            *sum += seconds;
            *count += 1;
            if let Some(at) = end.retry_at {
                figures.regain.insert([operation.clone(), error.clone()], at);
            }
            for (window, percent) in end.usage.map(windows).unwrap_or_default() {
                figures.windows.insert(window, percent);
            }
            let labels = [operation, call.version.to_string(), end.outcome.name().to_owned(), error];
            *figures.sent.entry(labels).or_default() += 1;
        });
    }

    fn repeated(&self, call: &ObservedCall, _pause: Duration) {
        self.figures(|figures| *figures.repeated.entry(call.operation.id.to_owned()).or_default() += 1);
    }

    fn refused(&self, call: &ObservedCall, refused: &RefusedCall<'_>) {
        let labels = [call.operation.id, refused.error, refused.rule.unwrap_or_default()].map(str::to_owned);
        self.figures(|figures| {
            if let Some(at) = refused.retry_at {
                figures.regain.insert([labels[0].clone(), labels[1].clone()], at);
            }
            *figures.refused.entry(labels).or_default() += 1;
        });
    }
}

/// How much of each window is used, in percent: what Graph's usage headers said last.
fn windows(usage: &Usage) -> Vec<(String, f64)> {
    let app = usage.app.as_ref().map(|app| ("app".to_owned(), f64::from(app.highest())));
    // Accounts are not named: their highest use of each kind is what an alarm needs.
    let mut kinds: BTreeMap<String, f64> = BTreeMap::new();
    for used in usage.business.values().flatten() {
        let highest = kinds.entry(used.kind.clone()).or_default();
        *highest = highest.max(f64::from(used.highest()));
    }
    app.into_iter().chain(kinds).collect()
}

impl Figures {
    fn write(&self, text: &mut String) {
        head(text, "graph_requests_total", "counter", "Requests that were sent, by how they ended.");
        for ([operation, version, outcome, error], count) in &self.sent {
            let labels = [("operation", operation), ("version", version), ("outcome", outcome), ("error", error)];
            line(text, "graph_requests_total", &labels, count);
        }
        head(text, "graph_request_seconds", "histogram", "From sending a request until its answer was read.");
        for (operation, (counts, sum, count)) in &self.times {
            for (bound, counted) in BOUNDS.iter().zip(counts) {
                line(text, "graph_request_seconds_bucket", &[("operation", operation), ("le", &bound.to_string())], counted);
            }
            line(text, "graph_request_seconds_bucket", &[("operation", operation), ("le", &"+Inf".to_owned())], count);
            line(text, "graph_request_seconds_sum", &[("operation", operation)], sum);
            line(text, "graph_request_seconds_count", &[("operation", operation)], count);
        }
        head(text, "graph_requests_running", "gauge", "Requests that are on their way.");
        line(text, "graph_requests_running", &[], self.running);
        head(text, "graph_repetitions_total", "counter", "Requests that were sent again.");
        for (operation, count) in &self.repeated {
            line(text, "graph_repetitions_total", &[("operation", operation)], count);
        }
        head(text, "graph_refused_total", "counter", "Calls that were not sent, by the reason.");
        for ([operation, error, rule], count) in &self.refused {
            line(text, "graph_refused_total", &[("operation", operation), ("error", error), ("rule", rule)], count);
        }
        head(text, "graph_regain_seconds", "gauge", "How long until a call is worthwhile again; 0 once it is.");
        for ([operation, error], at) in &self.regain {
            let left = at.duration_since(SystemTime::now()).unwrap_or_default();
            line(text, "graph_regain_seconds", &[("operation", operation), ("error", error)], left.as_secs());
        }
        head(text, "graph_window_used_percent", "gauge", "How much of each allowance Graph said is used.");
        for (window, percent) in &self.windows {
            line(text, "graph_window_used_percent", &[("window", window)], percent);
        }
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &[(&str, &String)], value: impl std::fmt::Display) {
    let labels: Vec<String> =
        labels.iter().map(|(label, value)| format!("{label}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    let _ = writeln!(text, "{name}{labels} {value}");
}

/// Answers `GET /metrics` with the figures and `GET /` with the page, until it is dropped.
pub async fn serve(listener: TcpListener, metrics: Arc<Metrics>) {
    while let Ok((stream, _)) = listener.accept().await {
        let metrics = Arc::clone(&metrics);
        // Who hangs up gets no answer, and no one else is kept waiting.
        tokio::spawn(async move { answer(stream, &metrics).await.ok() });
    }
}

async fn answer(mut stream: TcpStream, metrics: &Metrics) -> std::io::Result<()> {
    let mut request = [0; 1024];
    let read = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut request)).await??;
    let (status, kind, body) = match request[..read].split(|byte| *byte == b' ').nth(1) {
        Some(b"/metrics") => ("200 OK", "text/plain; version=0.0.4", metrics.text()),
        Some(b"/") => ("200 OK", "text/html; charset=utf-8", PAGE.to_owned()),
        _ => ("404 Not Found", "text/plain", "There are / and /metrics.\n".to_owned()),
    };
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await
}

/// Sends the messages, and prints a line for each.
pub async fn run(client: &Client, number: &str, to: &str, messages: usize) {
    let phone = client.phone_number(number);
    let calls = (1..=messages).map(|at| (at, phone.messages().create(format!("Message {at} of {messages}")).to(to)));
    let mut sends = client.send_each(calls.collect::<Vec<_>>()).at_once(8);
    while let Some((at, result)) = sends.next().await {
        match result {
            Ok(_) => println!("message {at} was accepted"),
            Err(error) => println!("message {at}: {error}"),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn StdError>> {
    let metrics = Arc::new(Metrics::default());
    let mut builder = Client::builder(variable("ACCESS_TOKEN")?, ApiVersion::V27_0).pace(Pace::documented()).observer(metrics.clone());
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(&url);
    }
    let (client, number, to) = (builder.build()?, variable("PHONE_NUMBER_ID")?, variable("TO")?);
    let messages = std::env::var("MESSAGES").map_or(Ok(1), |count| count.parse())?;
    let listener = TcpListener::bind(variable("ADDRESS")?).await?;
    println!("http://{}/ draws the figures of http://{0}/metrics", listener.local_addr()?);
    let server = tokio::spawn(serve(listener, Arc::clone(&metrics)));
    run(&client, &number, &to, messages).await;
    if std::env::var_os("ONCE").is_some() {
        print!("{}", metrics.text());
        return Ok(());
    }
    println!("Interrupt the program to end it.");
    Ok(server.await?)
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}; the head of this example says to what"))
}
