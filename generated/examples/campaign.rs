//! Sends a template to many people, a bounded number at a time, and can be stopped and started again at any moment.
//!
//! ```text
//! export ACCESS_TOKEN=...      # with whatsapp_business_messaging
//! export PHONE_NUMBER_ID=...   # the number that sends
//! export CAMPAIGN=spring       # status webhooks repeat it with the line, as spring:17
//! export TEMPLATE=offer        # its body has one parameter
//! export LANGUAGE=en_US
//! export JOURNAL=spring.log    # what has become of each line
//! cargo run --example campaign < people.txt
//! ```
//!
//! A line of the file is a phone number and, after a space, the text of the parameter.
//!
//! The journal names lines, never numbers or texts. A line is written to it before its message is sent and again when the outcome is known. A
//! line without an outcome, or with the outcome `unknown`, may have been sent: it is not sent again, since Graph has no key that would
//! recognize it. The status webhooks tell; `sent spring:17` or `again spring:17` at the end of the journal settles it. The journal survives
//! the end of the program, and not a loss of power.
//!
//! `GRAPH_BASE_URL` sends the calls to another server, such as one on loopback.

use std::{
    collections::BTreeMap,
    error::Error as StdError,
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    process::ExitCode,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;
use whatsapp_graph::{
    ApiVersion, Client, Error, Outcome, PhoneNumberId,
    limits::Pace,
    types::{SentBody, TemplateMessage},
};

/// What is sent, and from where.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The number that sends.
    pub phone_number_id: PhoneNumberId,
    /// What the status webhooks call it.
    pub name: String,
    /// The name of the template.
    pub template: String,
    /// The language of the template.
    pub language: String,
}

/// Someone who gets the message.
#[derive(Clone, Debug)]
pub struct Person {
    /// The phone number.
    pub number: String,
    /// The parameter of the body.
    pub text: String,
}

/// How many messages are under way at the same time.
const AT_ONCE: usize = 32;

/// What has become of each line, on disk.
#[derive(Debug)]
pub struct Journal {
    file: File,
    states: BTreeMap<String, State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It was begun, and nothing says how it ended.
    Unknown,
    /// It was sent, or never will be.
    Settled,
    /// Nothing was sent, and it may be sent now.
    Again,
}

impl Journal {
    /// Opens a journal, or begins one. It may be open once at a time.
    pub fn open(path: &str) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        file.try_lock()?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        // What comes after the last end of a line was cut off by a crash, before anything was sent for it.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(u64::try_from(whole).unwrap_or(u64::MAX))?;
        let mut states = BTreeMap::new();
        for line in text[..whole].lines() {
            let mut words = line.split_whitespace();
            if let (Some(word), Some(key)) = (words.next(), words.next()) {
                let state = match word {
                    "begun" | "unknown" => State::Unknown,
                    "again" => State::Again,
                    _ => State::Settled,
                };
                states.insert(key.to_owned(), state);
            }
        }
        Ok(Self { file, states })
    }

    /// Whether the message of a line is to be sent.
    fn is_due(&self, key: &str) -> bool {
        !matches!(self.states.get(key), Some(State::Unknown | State::Settled))
    }

    /// Messages that were begun and of which nothing is known.
    pub fn unsettled(&self) -> impl Iterator<Item = &str> {
        self.states.iter().filter(|(_, state)| **state == State::Unknown).map(|(key, _)| key.as_str())
    }

    /// Writes one line whole, and hands it to the system before anything else happens.
    fn write(&mut self, word: &str, key: &str, note: &str, state: State) -> io::Result<()> {
        let line = format!("{word} {key} {note}");
        self.file.write_all(format!("{}\n", line.trim_end()).as_bytes())?;
        self.states.insert(key.to_owned(), state);
        Ok(())
    }

    fn begun(&mut self, key: &str) -> io::Result<()> {
        self.write("begun", key, "", State::Unknown)
    }

    /// Notes how a message ended, and returns what it is counted as.
    fn ended(&mut self, key: &str, result: Result<String, Error>) -> io::Result<String> {
        let error = match result {
            Ok(message) => {
                self.write("sent", key, &message, State::Settled)?;
                return Ok("sent".to_owned());
            }
            Err(error) => error,
        };
        let kind = error.kind().map_or_else(|| "no error of Graph".to_owned(), |kind| format!("{kind:?}"));
        let (word, state) = match error.outcome() {
            Outcome::Executed => ("sent", State::Settled),
            Outcome::NotSent | Outcome::Rejected if error.is_retryable() => ("again", State::Again),
            Outcome::NotSent | Outcome::Rejected => ("failed", State::Settled),
            Outcome::Unknown => ("unknown", State::Unknown),
        };
        self.write(word, key, &kind, state)?;
        Ok(format!("{word}: {kind}"))
    }
}

/// Sends to everyone whom the journal has no outcome for, and counts the outcomes by kind.
///
/// The first fault of the journal ends it: what cannot be noted is not sent. Messages that are under way are still waited for.
pub async fn run(client: &Client, campaign: &Campaign, people: &[Person], journal: &mut Journal) -> io::Result<BTreeMap<String, usize>> {
    let mut counts = BTreeMap::new();
    let mut running = JoinSet::new();
    let mut fault = None;
    let mut progress = Progress::new(people.len());
    let mut due = people.iter().enumerate();
    loop {
        while running.len() < AT_ONCE
            && fault.is_none()
            && let Some((at, person)) = due.next()
        {
            let key = format!("{}:{}", campaign.name, at + 1);
            if !journal.is_due(&key) {
                progress.add(0, 1);
                continue;
            }
            match journal.begun(&key) {
                Ok(()) => {
                    let (client, campaign, person) = (client.clone(), campaign.clone(), person.clone());
                    running.spawn(async move {
                        let result = send(&client, &campaign, &person, &key).await;
                        (key, result)
                    });
                }
                Err(error) => fault = Some(error),
            }
        }
        match running.join_next().await {
            Some(Ok((key, result))) => match journal.ended(&key, result) {
                Ok(counted) => {
                    *counts.entry(counted).or_default() += 1;
                    progress.add(1, 0);
                }
                Err(error) => fault = Some(error),
            },
            Some(Err(_)) => {}
            None => break,
        }
    }
    progress.show();
    fault.map_or(Ok(counts), Err)
}

/// Says on standard error how far it is, every five seconds and at the end.
struct Progress {
    total: usize,
    sent: usize,
    skipped: usize,
    began: Instant,
    shown: Instant,
}

impl Progress {
    fn new(total: usize) -> Self {
        Self { total, sent: 0, skipped: 0, began: Instant::now(), shown: Instant::now() }
    }

    /// So many more were sent, and so many skipped, because the journal has their outcome.
    fn add(&mut self, sent: usize, skipped: usize) {
        self.sent += sent;
        self.skipped += skipped;
        if self.shown.elapsed() >= Duration::from_secs(5) {
            self.show();
        }
    }

    fn show(&mut self) {
        self.shown = Instant::now();
        let (done, seconds) = (self.sent + self.skipped, self.began.elapsed().as_secs());
        let left = u64::try_from(self.total - done).unwrap_or(0) * seconds / u64::try_from(self.sent.max(1)).unwrap_or(1);
        eprintln!("{done} of {} after {seconds} s, about {left} s left ({} were settled before)", self.total, self.skipped);
    }
}

/// Sends one message, and returns its identifier.
async fn send(client: &Client, campaign: &Campaign, person: &Person, key: &str) -> Result<String, Error> {
    let template = TemplateMessage::new(&campaign.template, campaign.language.as_str()).components([SentBody::new([person.text.as_str()])]);
    let message = client.phone_number(&campaign.phone_number_id).messages().create(template).to(&person.number);
    let sent = message.biz_opaque_callback_data(key).send().await?;
    Ok(sent.messages.and_then(|messages| messages.into_iter().next()).map(|message| message.id).unwrap_or_default())
}

#[tokio::main]
async fn main() -> ExitCode {
    let (client, campaign, people, mut journal) = match settings() {
        Ok(settings) => settings,
        Err(fault) => {
            eprintln!("{fault}");
            return ExitCode::from(2);
        }
    };
    let counts = match run(&client, &campaign, &people, &mut journal).await {
        Ok(counts) => counts,
        Err(fault) => {
            eprintln!("the journal cannot be written, so nothing more was sent: {fault}");
            return ExitCode::FAILURE;
        }
    };
    for (outcome, count) in &counts {
        println!("{count:6}  {outcome}");
    }
    let unsettled = journal.unsettled().count();
    if unsettled > 0 {
        println!("{unsettled:6}  wait for a status webhook; the journal has them as `begun` or `unknown`");
    }
    if unsettled == 0 && counts.keys().all(|outcome| outcome == "sent") { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What the program is started with.
type Settings = (Client, Campaign, Vec<Person>, Journal);

fn settings() -> Result<Settings, Box<dyn StdError>> {
    let mut builder = Client::builder(variable("ACCESS_TOKEN")?, ApiVersion::V27_0).pace(Pace::documented());
    if let Ok(url) = std::env::var("GRAPH_BASE_URL") {
        builder = builder.base_url(&url);
    }
    let campaign = Campaign {
        phone_number_id: variable("PHONE_NUMBER_ID")?.into(),
        name: variable("CAMPAIGN")?,
        template: variable("TEMPLATE")?,
        language: variable("LANGUAGE")?,
    };
    if campaign.name.contains(char::is_whitespace) {
        return Err("CAMPAIGN is one word".into());
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let journal = Journal::open(&variable("JOURNAL")?).map_err(|error| format!("JOURNAL: {error}"))?;
    Ok((builder.build()?, campaign, people(&text)?, journal))
}

/// Reads the lines. A fault names the line and does not quote it.
pub fn people(text: &str) -> Result<Vec<Person>, String> {
    let person = |(at, line): (usize, &str)| {
        let (number, text) =
            line.split_once(' ').ok_or_else(|| format!("line {}: a line is a phone number, a space and a text", at + 1))?;
        Ok(Person { number: number.to_owned(), text: text.trim().to_owned() })
    };
    text.lines().enumerate().map(person).collect()
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("set {name}; the head of this example says to what"))
}
