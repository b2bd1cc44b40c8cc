//! `call`: an operation is called, and its answer printed.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use clap::CommandFactory as _;
use graph_runtime::ledger::Limit;
use graph_runtime::{Error, Operation as _, OperationInfo, Page, Value};
use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::{Arguments, Call};
use crate::catalog::{self, Known};
use crate::exit::Exit;
use crate::help;
use crate::problem::Problem;
use crate::request::Request;
use crate::secrets;
use crate::session::{Session, ledger_file};
use crate::text::{note, print, remark, say};
use crate::values;

/// What a run ends in.
type Ended = Result<Exit, Box<Problem>>;

pub(crate) async fn run(call: &Call) -> Ended {
    secrets::refuse_arguments(&call.connection)?;
    let Some(name) = &call.operation else {
        let mut command = Arguments::command();
        let help = command
            .find_subcommand_mut("call")
            .map(|call| call.clone().bin_name("whatsapp-graph-cli call").max_term_width(80).render_help().to_string());
        if call.help {
            print(&help.unwrap_or_default())?;
            return Ok(Exit::Done);
        }
        return Err(Problem::usage("no operation was named")
            .remedy("whatsapp-graph-cli call OPERATION")
            .remedy("`whatsapp-graph-cli operations` lists them"));
    };
    let known = catalog::find(name)?;
    if call.help {
        // An identifier that is there already asks for no part.
        let part = call.ids.last().filter(|part| help::has(known, part));
        print(&part.map_or_else(|| Ok(help::text(known)), |part| help::part(known, part))?)?;
        return Ok(Exit::Done);
    }
    let place = format!("call {}", known.name());
    if call.all && !known.operation.pages {
        return Err(Problem::usage("`--all` reads lists, and this operation answers with none").at(place).remedy("leave out `--all`"));
    }
    let request = Request::new(known, values::fill(known, call)?);
    if call.dry_run {
        return dry_run(call, &request, &place);
    }
    let ledger: Option<PathBuf> = if counts(known.info) { Some(ledger_file(call.ledger.as_ref())?) } else { None };
    let session = Session::of(&call.connection, known.info, ledger.as_deref(), call.no_refusals)?;
    if call.all { all(call, session, request, &place).await } else { once(call, &session, &request, &place).await }
}

/// Has the operation a limit that a ledger keeps?
fn counts(info: &'static OperationInfo) -> bool {
    Limit::of(info, "").is_some()
}

fn dry_run(call: &Call, request: &Request, place: &str) -> Ended {
    // No secret is needed to show that one would be sent.
    let session = Session::open(&call.connection, "dry-run".into(), None, call.no_refusals)?;
    let preview = session.0.preview(request).map_err(|error| Problem::of(&error, place))?;
    if call.json {
        let files: Vec<Value> = preview
            .files
            .iter()
            .map(|file| serde_json::json!({"param": file.param, "name": file.name, "content_type": file.content_type}))
            .collect();
        let headers: serde_json::Map<String, Value> =
            preview.headers.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        let shown = serde_json::json!({
            "method": preview.method.as_str(), "url": preview.url, "headers": headers, "params": preview.params, "files": files,
        });
        print(&format!("{shown}\n"))?;
    } else {
        print(&preview.to_string())?;
    }
    remark(call.json, "dry run: nothing was sent");
    Ok(Exit::Done)
}

async fn once(call: &Call, session: &Session, request: &Request, place: &str) -> Ended {
    let response = session.0.send_full(request).await.map_err(|error| Problem::of(&error, place))?;
    let mut value = response.value;
    hide(call, request.known(), &mut value);
    print(&shown(&value, call.json))?;
    if !call.json {
        let info = &response.info;
        let trace = info.trace_id.as_ref().map_or_else(String::new, |trace| format!(", trace {trace}"));
        let served = info.served_version.unwrap_or(info.requested_version);
        say(&format!("{}: HTTP {}, {served}{trace}\n", request.known().name(), info.status));
    }
    Ok(Exit::Done)
}

/// Every page of a list, an item a line.
async fn all(call: &Call, session: Session, mut request: Request, place: &str) -> Ended {
    let known = request.known();
    let progress = progress();
    let mut seen = HashSet::new();
    let mut count: u64 = 0;
    loop {
        let page = match page(&session, &request).await {
            Ok(page) => page,
            Err(error) => {
                progress.finish_and_clear();
                return Err(unfinished(Problem::of(&error, place), count, &request));
            }
        };
        if let Some(total) = page.summary.as_ref().and_then(|summary| summary["total_count"].as_u64()) {
            progress.set_length(total);
            progress.set_style(style("{bar:30} {pos} of {len} items, {eta} left"));
        }
        let next = page.continuation();
        let stuck = next.is_none() && page.has_next();
        let mut lines = String::new();
        for mut item in page.data {
            hide(call, known, &mut item);
            lines.push_str(&format!("{item}\n"));
            count += 1;
        }
        progress.suspend(|| print(&lines))?;
        progress.set_position(count);
        let Some(next) = next else {
            progress.finish_and_clear();
            if stuck {
                let problem = Problem::new(Exit::Unknown, "the list goes on, but Graph does not say where").at(place);
                return Err(problem.remedy("ask for larger pages, with `-p limit=…`"));
            }
            remark(call.json, &format!("{}: {count} items", known.name()));
            return Ok(Exit::Done);
        };
        if !seen.insert(next.clone()) {
            progress.finish_and_clear();
            return Err(Problem::new(Exit::Unknown, "the list leads back to a page that was already read").at(place));
        }
        for (name, value) in next.params() {
            request.options.set_param(name, value);
        }
    }
}

async fn page(session: &Session, request: &Request) -> Result<Page<Value>, Error> {
    let value = session.0.send(request).await?;
    let text = value.to_string();
    let place = request.known().operation.list.unwrap_or(&["data"]);
    // What is no page is a single one, of what was answered.
    Ok(Page::read_at(&text, place).unwrap_or_else(|_| Page::from(vec![value])))
}

/// The error of a list that broke off: what was printed is right, and it can go on from there.
fn unfinished(problem: Box<Problem>, count: u64, request: &Request) -> Box<Problem> {
    if count == 0 {
        return problem;
    }
    let from = ["after", "offset", "since", "until", "__paging_token"];
    let at = from.iter().find_map(|name| Some(format!("--extra {name}={}", request.options().extra().get(name)?.as_str()?)));
    let problem = problem.why(format!("{count} items were printed before"));
    problem.maybe(at.map(|at| format!("the same command with `{at}` goes on from there")))
}

fn progress() -> ProgressBar {
    let progress = ProgressBar::new_spinner().with_style(style("{spinner} {pos} items, {elapsed}"));
    progress.enable_steady_tick(Duration::from_millis(200));
    progress
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn shown(value: &Value, compact: bool) -> String {
    if compact { format!("{value}\n") } else { format!("{value:#}\n") }
}

/// Masks what the spec calls secret in an answer, and says so.
fn hide(call: &Call, known: Known, value: &mut Value) {
    if call.show_secrets {
        return;
    }
    let mut hidden = Vec::new();
    mask(known.info.secrets, value, &mut hidden);
    if !hidden.is_empty() {
        hidden.sort_unstable();
        hidden.dedup();
        let names: Vec<String> = hidden.iter().map(|name| format!("`{name}`")).collect();
        let what = format!("{} is masked; `--show-secrets` prints it. What was created exists already.", names.join(", "));
        note(call.json, "note", &what);
    }
}

fn mask(secrets: &[&'static str], value: &mut Value, hidden: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if secrets.contains(&name.as_str()) && !value.is_null() {
                    *value = "[masked]".into();
                    hidden.push(name.clone());
                } else {
                    mask(secrets, value, hidden);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mask(secrets, item, hidden)),
        _ => {}
    }
}
