//! `doctor`: what is wrong with a tenant, or with all of them, each finding with what to do.

mod account;
mod finding;
mod token;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use graph_runtime::Secret;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::arguments::Doctor;
use crate::exit::Exit;
use crate::operations::SPEC;
use crate::problem::Problem;
use crate::secrets;
use crate::session::Session;
use crate::text::{did_you_mean, print, say};
use finding::{Findings, Level};

/// How many tenants are looked at at the same time.
const AT_ONCE: usize = 8;

/// Who is looked at.
struct Tenant {
    name: String,
    account: String,
    token: Secret,
    app_secret: Option<Secret>,
}

pub(crate) async fn run(arguments: &Doctor) -> Result<Exit, Box<Problem>> {
    secrets::refuse_arguments(&arguments.connection)?;
    names(&arguments.needs, SPEC.areas.iter().map(|area| area.name), "--needs", "area")?;
    names(&arguments.fields, SPEC.webhooks.fields.iter().map(|field| field.name), "--fields", "webhook field")?;
    let tenants = match (&arguments.tenants, &arguments.account) {
        (Some(file), _) => tenants(file, arguments)?,
        (None, Some(account)) => vec![Tenant {
            name: account.clone(),
            account: account.clone(),
            token: secrets::token(&arguments.connection)?,
            app_secret: secrets::from_env(&arguments.app_secret_env),
        }],
        (None, None) => Vec::new(),
    };
    let progress = if tenants.len() > 1 { ProgressBar::new(tenants.len() as u64) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} tenants, {eta} left") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(200));
    // What no tenant can help is said before any is looked at.
    Session::with_secret(&arguments.connection, "none".into(), None)?;
    let mut counts = [0_usize; 3];
    let all = tenants.len();
    let shared = Arc::new(arguments.clone());
    let mut waiting = tenants.into_iter().enumerate();
    let (mut running, mut done, mut next) = (JoinSet::new(), BTreeMap::new(), 0);
    loop {
        while running.len() < AT_ONCE
            && let Some((place, tenant)) = waiting.next()
        {
            let arguments = Arc::clone(&shared);
            running.spawn(async move { (place, look(&arguments, &tenant).await) });
        }
        let Some(looked) = running.join_next().await else { break };
        let (place, findings) = looked.map_err(|error| Problem::usage(format!("a check broke off: {error}")).at("doctor"))?;
        done.insert(place, findings);
        // In the order of the file, whoever is ready first.
        while let Some(findings) = done.remove(&next) {
            let text = if arguments.json { findings.lines() } else { findings.text() };
            progress.suspend(|| print(&text))?;
            progress.inc(1);
            next += 1;
            for (count, level) in counts.iter_mut().zip([Level::Error, Level::Unknown, Level::Warning]) {
                *count += findings.count(level);
            }
        }
    }
    progress.finish_and_clear();
    let [errors, unknown, warnings] = counts;
    if !arguments.json {
        say(&format!("tenants: {all}, errors: {errors}, not looked at: {unknown}, warnings: {warnings}\n"));
    }
    Ok(if errors > 0 {
        Exit::Found
    } else if unknown > 0 {
        Exit::NotSent
    } else {
        Exit::Done
    })
}

async fn look(arguments: &Doctor, tenant: &Tenant) -> Findings {
    const AFTER_THE_TOKEN: [&str; 4] = ["scopes", "subscribed_app", "webhook_fields", "numbers"];
    let mut findings = Findings::new(&tenant.name, &tenant.account);
    let session = match Session::with_secret(&arguments.connection, tenant.token.clone(), tenant.app_secret.clone()) {
        Ok(session) => session,
        Err(problem) => {
            // A token with a line break in it keeps no other tenant from being looked at.
            findings.add(Level::Error, "token", problem.what(), "look at the variables of this tenant");
            findings.skip(&AFTER_THE_TOKEN, "there is no client without a token and an app secret that can be sent");
            return findings;
        }
    };
    let client = whatsapp_graph::Client::from(session.0);
    token::version(&client, &mut findings);
    let Some(info) = token::look(&client, &tenant.token, &mut findings).await else {
        findings.skip(&AFTER_THE_TOKEN, "the token does not work");
        return findings;
    };
    let scopes = info.scopes.clone();
    token::scopes(&arguments.needs, scopes.as_deref(), &mut findings);
    let app = info.app_id.as_ref().map(ToString::to_string);
    account::subscribed_app(&client, &tenant.account, app.as_deref(), &mut findings).await;
    let secret = tenant.app_secret.as_ref();
    account::webhook_fields(&client, app.as_deref(), secret, &arguments.fields, scopes.as_deref(), &mut findings).await;
    account::numbers(&client, &tenant.account, &mut findings).await;
    findings
}

/// Are these all names of the spec?
fn names(given: &[String], known: impl Iterator<Item = &'static str> + Clone, flag: &str, what: &str) -> Result<(), Box<Problem>> {
    match given.iter().find(|name| !known.clone().any(|known| known == name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Problem::usage(format!("there is no {what} `{name}`"))
            .at(format!("doctor {flag}"))
            .maybe(did_you_mean(name, known.clone()))
            .remedy(format!("known are {}", known.collect::<Vec<_>>().join(", ")))),
    }
}

/// The tenants of a file. It names the variables that hold tokens, and holds none itself.
fn tenants(file: &Path, arguments: &Doctor) -> Result<Vec<Tenant>, Box<Problem>> {
    const FORM: &str = r#"[{"name": "acme", "account": "102290129340398", "token_env": "ACME_TOKEN"}]"#;
    let place = file.display().to_string();
    let wrong = |what: String| Problem::usage(what).at(place.clone()).remedy(FORM);
    let text = std::fs::read_to_string(file).map_err(|error| wrong(format!("the tenants cannot be read: {error}")))?;
    let list: Vec<Value> = serde_json::from_str(&text)
        .map_err(|error| wrong(format!("it is not a JSON list, at line {}, column {}", error.line(), error.column())))?;
    let mut tenants = Vec::with_capacity(list.len());
    for (index, tenant) in list.iter().enumerate() {
        let text = |name: &str| tenant[name].as_str().filter(|text| !text.is_empty());
        let account = text("account").ok_or_else(|| wrong(format!("tenant {} has no `account`", index + 1)))?;
        let variable = text("token_env").ok_or_else(|| {
            let problem = wrong(format!("tenant {} has no `token_env`", index + 1));
            if tenant.get("token").is_some() {
                problem.why("a token is not read from the file: name the variable that holds it")
            } else {
                problem
            }
        })?;
        let token = secrets::from_env(variable).ok_or_else(|| {
            Problem::usage(format!("the variable `{variable}` is not set"))
                .at(place.clone())
                .why(format!("it holds the token of tenant {}", index + 1))
        })?;
        let app_secret = text("app_secret_env").unwrap_or(&arguments.app_secret_env);
        tenants.push(Tenant {
            name: text("name").unwrap_or(account).to_owned(),
            account: account.to_owned(),
            token,
            app_secret: secrets::from_env(app_secret),
        });
    }
    Ok(tenants)
}
