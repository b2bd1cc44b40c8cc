//! `webhook`: the signature of a body, and what is in it.

use std::path::Path;

use serde_json::json;
use whatsapp_graph::webhooks::{Event, Notification, Receiver, Rejection};

use crate::arguments::{Show, Verify, Webhook};
use crate::exit::Exit;
use crate::input;
use crate::problem::Problem;
use crate::secrets;
use crate::text::{note, print, time};

pub(crate) fn run(command: &Webhook) -> Result<Exit, Box<Problem>> {
    match command {
        Webhook::Verify(verify) => self::verify(verify),
        Webhook::Show(show) => self::show(show),
    }
}

/// The bytes of a body.
fn read(file: &Path) -> Result<Vec<u8>, Box<Problem>> {
    input::bytes(file).map_err(|error| {
        Problem::usage(format!("the body cannot be read: {error}")).at(file.display().to_string()).remedy("name a file, or `-` for stdin")
    })
}

fn verify(arguments: &Verify) -> Result<Exit, Box<Problem>> {
    let body = read(&arguments.file)?;
    let secret = secrets::from_env_or_prompt(&arguments.app_secret_env, "the app secret")?;
    let receiver = Receiver::builder().app_secret(secret).build();
    let receiver = receiver.map_err(|error| Problem::usage(error.to_string()).at(format!("`{}`", arguments.app_secret_env)))?;
    let signature = arguments.signature.trim();
    // As the header was copied, name and all.
    let signature = signature.split_once(':').map_or(signature, |(_, value)| value.trim());
    match receiver.verify(&body, Some(signature.as_bytes())) {
        Ok(_) => {
            print(&if arguments.json { format!("{}\n", json!({"verified": true})) } else { "the signature is valid\n".into() })?;
            Ok(Exit::Done)
        }
        Err(rejection) => {
            let problem = Problem::new(Exit::Found, rejection.to_string()).at(arguments.file.display().to_string());
            Err(match rejection {
                Rejection::WrongSignature { .. } => problem
                    .why("it is the secret of another app, or the bytes are not those that Meta sent: JSON that was parsed and written again differs")
                    .remedy("save the body before anything reads it, and check which app the webhook is of"),
                _ => problem.remedy("--signature 'sha256=…', the value of `X-Hub-Signature-256`"),
            })
        }
    }
}

fn show(arguments: &Show) -> Result<Exit, Box<Problem>> {
    let body = read(&arguments.file)?;
    let received = Receiver::replay_unverified(body);
    let notification: &Notification = &received;
    let mut text = String::new();
    let mut unread = 0;
    for event in notification.events() {
        unread += usize::from(matches!(event, Event::Unread(_)));
        let placed = event.placed();
        let at = placed.unix_time();
        if arguments.json {
            let json = json!({
                "kind": placed.kind(), "field": placed.field(), "account": placed.account(), "number": placed.number(),
                "content": placed.content_kind(), "time": at, "key": placed.key().as_str(), "reply_to": placed.reply_to(),
                "answerable": placed.is_answerable(), "event": placed.json(),
            });
            text.push_str(&format!("{json}\n"));
            continue;
        }
        let content = placed.content_kind().map_or_else(String::new, |kind| format!(" ({kind})"));
        text.push_str(&format!("{}{content}\n", placed.kind()));
        let seconds = at.and_then(|at| u64::try_from(at).ok()).map(std::time::Duration::from_secs);
        let facts = [
            ("field", placed.field().map(str::to_owned)),
            ("account", placed.account().map(str::to_owned)),
            ("number", placed.number().map(str::to_owned)),
            ("time", seconds.map(|seconds| time(std::time::UNIX_EPOCH + seconds))),
            ("about", placed.reply_to().map(str::to_owned)),
            ("key", Some(placed.key().as_str().to_owned())),
        ];
        for (name, value) in facts {
            if let Some(value) = value {
                text.push_str(&format!("  {name:<8} {value}\n"));
            }
        }
        for line in format!("{:#}", placed.json()).lines() {
            text.push_str(&format!("  {line}\n"));
        }
    }
    print(&text)?;
    let undeclared = notification.undeclared();
    let named: Vec<&str> = undeclared.iter().map(AsRef::as_ref).filter(|name: &&str| !name.is_empty()).collect();
    if !named.is_empty() {
        note(arguments.json, "note", &format!("the spec does not have {}", named.join(", ")));
    }
    if unread > 0 {
        return Err(Problem::new(Exit::Found, format!("{unread} of its events cannot be read"))
            .at(arguments.file.display().to_string())
            .remedy("each `Unread` above says why, and keeps the text"));
    }
    Ok(Exit::Done)
}
