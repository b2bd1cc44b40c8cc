//! Running the program.

use std::io::Write as _;
use std::process::{Command, Stdio};

use graph_mock::Mock;
use serde_json::Value;

pub(crate) const NUMBER: &str = "106540352242922";
pub(crate) const ACCOUNT: &str = "102290129340398";

/// A token that is in no output.
pub(crate) const TOKEN: &str = "EAAJBtest0token0that0is0shown0nowhere";

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

/// The program with these arguments and variables, and nothing else in its environment.
pub(crate) fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    run_fed(arguments, variables, "")
}

/// The same, with this on its stdin.
pub(crate) fn run_fed(arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_whatsapp-graph-cli"));
    command.args(arguments).env_clear().envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Windows opens no socket without it.
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    let mut child = command.spawn().unwrap();
    // Most runs read nothing, and may have ended already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let run = Run { out: text(output.stdout), err: text(output.stderr), code: output.status.code().unwrap() };
    assert!(!run.out.contains(TOKEN) && !run.err.contains(TOKEN), "{run:?}");
    run
}

/// The program without a connection.
pub(crate) fn run(arguments: &[&str]) -> Run {
    run_with(arguments, &[])
}

/// The program against a stand-in.
pub(crate) fn run_at(mock: &Mock, arguments: &[&str]) -> Run {
    run_with(arguments, &[("WHATSAPP_BASE_URL", &mock.url()), ("WHATSAPP_TOKEN", TOKEN)])
}

impl Run {
    /// It ended with this code.
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }

    /// The output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The error as JSON: the last line of stderr.
    pub(crate) fn error(&self) -> Value {
        let last = self.err.lines().last().unwrap_or_default();
        serde_json::from_str::<Value>(last).unwrap_or_else(|error| panic!("{error}: {self:?}"))["error"].take()
    }

    /// The lines of the output as JSON.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Stderr has these, and no line of it is wider than a terminal.
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        let flat: String = self.err.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in texts {
            assert!(flat.contains(text), "{text:?} is not in\n{}", self.err);
        }
        let wide: Vec<&str> =
            self.err.lines().filter(|line| line.chars().count() > 80 && !line.contains("https://") && !line.starts_with('{')).collect();
        assert!(wide.is_empty(), "{wide:#?}");
        self
    }
}
