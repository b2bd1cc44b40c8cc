//! Secrets, from the environment or a prompt.

use std::io::{self, IsTerminal as _};

use graph_runtime::Secret;

use crate::arguments::Connection;
use crate::problem::Problem;

/// The secret in this variable.
pub(crate) fn from_env(variable: &str) -> Option<Secret> {
    std::env::var(variable).ok().filter(|text| !text.is_empty()).map(Secret::from)
}

/// The variable of a secret parameter: `WHATSAPP_PIN` of `pin`.
pub(crate) fn variable(param: &str) -> String {
    format!("WHATSAPP_{}", param.to_uppercase().replace(['.', '-'], "_"))
}

/// The secret in this variable, or what is typed at the prompt if somebody is there to type.
pub(crate) fn from_env_or_prompt(variable: &str, what: &str) -> Result<Secret, Box<Problem>> {
    if let Some(secret) = from_env(variable) {
        return Ok(secret);
    }
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        let typed = rpassword::prompt_password(format!("{what} (not shown): "));
        if let Some(typed) = typed.ok().filter(|typed| !typed.is_empty()) {
            return Ok(Secret::from(typed));
        }
    }
    Err(Problem::usage(format!("{what} is missing"))
        .why(format!("`{variable}` is not set, and there is no terminal to ask at"))
        .remedy(format!("set `{variable}`, for example with `read -rs {variable}; export {variable}`")))
}

/// The token of a call.
pub(crate) fn token(connection: &Connection) -> Result<Secret, Box<Problem>> {
    from_env_or_prompt(&connection.token_env, "the token")
}

/// What Graph takes for a secret in any request, whether a parameter of the spec has the name or not.
const ALWAYS: [&str; 6] = ["access_token", "appsecret_proof", "client_secret", "fb_exchange_token", "input_token", "verify_token"];

/// Is what has this name secret wherever it is?
pub(crate) fn is_always(name: &str) -> bool {
    ALWAYS.contains(&name)
}

/// A secret on the command line is refused, whatever it is.
pub(crate) fn refuse_arguments(connection: &Connection) -> Result<(), Box<Problem>> {
    let given = [
        ("--token", connection.token.is_some(), &*connection.token_env),
        ("--app-secret", connection.app_secret.is_some(), "WHATSAPP_APP_SECRET"),
    ];
    match given.into_iter().find(|(_, given, _)| *given) {
        None => Ok(()),
        Some((flag, _, variable)) => Err(on_the_command_line(flag, variable)),
    }
}

/// What is said of a secret on the command line.
pub(crate) fn on_the_command_line(what: &str, variable: &str) -> Box<Problem> {
    Problem::usage(format!("`{what}` is a secret, and is not taken from the command line"))
        .why("other processes see the command line, and the shell keeps it in its history; consider the secret exposed")
        .remedy(format!("give it in the variable `{variable}`, or leave it out and type it at the prompt"))
}

#[cfg(test)]
mod tests {
    use super::variable;

    #[test]
    fn a_variable_is_named_like_its_parameter() {
        assert_eq!(variable("backup.password"), "WHATSAPP_BACKUP_PASSWORD");
    }
}
