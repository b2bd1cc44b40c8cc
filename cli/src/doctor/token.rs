//! The token: whether it is valid, for how long, and what it may do; and the version that is asked for.

use std::time::{Duration, SystemTime};

use graph_runtime::{Day, Permissions, Secret, Surface as _};
use whatsapp_graph::types::TokenInfo;
use whatsapp_graph::{ApiVersion, Client};

use super::finding::{Findings, Level};
use crate::catalog::{self, Known};
use crate::operations::SPEC;
use crate::session::Session;
use crate::text::{sentence, time};

/// How long before the end of a token there is a warning.
const TOKEN_ENDS: Duration = Duration::from_secs(14 * 86_400);

/// And before that of a version.
const VERSION_ENDS: Duration = Duration::from_secs(90 * 86_400);

/// Looks at the version that is asked for.
pub(super) fn version(client: &Client, findings: &mut Findings) {
    let asked = client.version();
    let newest = ApiVersion::window().last().unwrap_or(asked);
    let remedy = format!("ask for {newest}, after reading what changed up to it");
    match asked.expires() {
        Some(day) if *day <= *Day::of(SystemTime::now()).to_string() => {
            let served = Session::ERROR_CATALOG.effective(asked.into(), SystemTime::now());
            findings.add(Level::Error, "version", format!("{asked} expired on {day}; Graph serves {served} in its place"), &remedy);
        }
        Some(day) if *day <= *Day::of(SystemTime::now() + VERSION_ENDS).to_string() => {
            findings.add(Level::Warning, "version", format!("{asked} expires on {day}"), &remedy);
        }
        Some(day) => findings.ok("version", format!("{asked}, until {day}")),
        None => findings.ok("version", format!("{asked}, no end announced")),
    }
}

/// Looks at the token. Nothing if it does not work.
pub(super) async fn look(client: &Client, token: &Secret, findings: &mut Findings) -> Option<TokenInfo> {
    let response = match client.debug_token(token.clone()).send_full().await {
        Ok(response) => response,
        Err(error) => {
            findings.failed("token", &error);
            return None;
        }
    };
    if let Some(served) = response.info.served_version.filter(|served| *served != response.info.requested_version) {
        let asked = response.info.requested_version;
        findings.add(Level::Warning, "version", format!("{asked} was asked for, and {served} answered"), &format!("ask for {served}"));
    }
    let info = response.value.data;
    if info.is_valid == Some(false) {
        let error = info.error.as_ref();
        let number = |number: Option<i64>| number.and_then(|number| u32::try_from(number).ok());
        let code = number(error.and_then(|error| error.code));
        let known = code.and_then(|code| Session::ERROR_CATALOG.lookup(code, number(error.and_then(|error| error.subcode))));
        let said = known.map_or("it is not valid", |known| known.cause);
        let remedy = known.map_or("get a new token", |known| known.remedy);
        findings.add(Level::Error, "token", format!("not valid: {said}"), remedy);
        return None;
    }
    let ends = info.expires_at.as_ref().filter(|ends| ends.unix() != Some(0)).and_then(graph_runtime::Timestamp::to_system_time);
    match ends {
        Some(ends) if ends <= SystemTime::now() => {
            findings.add(
                Level::Warning,
                "token",
                format!("Graph calls it valid, although it expired at {}", time(ends)),
                "get a new token",
            );
        }
        Some(ends) if ends <= SystemTime::now() + TOKEN_ENDS => {
            let remedy = "replace it before then; the token of a system user need not expire";
            findings.add(Level::Warning, "token", format!("valid, and expires at {}", time(ends)), remedy);
        }
        Some(ends) => findings.ok("token", format!("valid until {}", time(ends))),
        None => findings.ok("token", "valid, and does not expire"),
    }
    Some(info)
}

/// Looks for permissions that operations need and the token lacks.
pub(super) fn scopes(needs: &[String], scopes: Option<&[String]>, findings: &mut Findings) {
    let Some(scopes) = scopes else {
        findings.add(Level::Warning, "scopes", "Graph does not say what the token may do", "look at the token in the App Dashboard");
        return;
    };
    let before = findings.count(Level::Error) + findings.count(Level::Warning);
    for area in needs {
        let operations: Vec<Known> = catalog::all().filter(|known| known.operation.areas.contains(&area.as_str())).collect();
        for permission in SPEC.permissions {
            let lacking: Vec<&Known> = operations.iter().filter(|known| lacks(known, permission.name, scopes)).collect();
            let Some(first) = lacking.first() else { continue };
            // What most of an area needs is a fault; what a few need may be on purpose.
            let level = if 2 * lacking.len() >= operations.len() { Level::Error } else { Level::Warning };
            let what = format!(
                "`{}` is missing: {} of {} operations of `{area}` would be refused, such as `{}`",
                permission.name,
                lacking.len(),
                operations.len(),
                first.name()
            );
            let remedy = format!("grant it to the app, and make a new token with it. {}", sentence(permission.doc));
            findings.add(level, "scopes", what, &remedy);
        }
    }
    if findings.count(Level::Error) + findings.count(Level::Warning) == before {
        findings.ok("scopes", format!("all that {} need{}", needs.join(" and "), if needs.len() == 1 { "s" } else { "" }));
    }
}

/// Does an operation fail for this permission?
fn lacks(known: &Known, permission: &str, scopes: &[String]) -> bool {
    let has = |name: &str| scopes.iter().any(|scope| scope == name);
    match known.info.permissions {
        Permissions::None => false,
        Permissions::All(names) => names.contains(&permission) && !has(permission),
        Permissions::Any(names) => names.contains(&permission) && !names.iter().any(|name| has(name)),
    }
}
