//! Where the workspace is, and how a spec is read from it.

use std::{
    io::{IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use graph_codegen::{language::args_lock::FILE as ARGS_LOCK, model::Api};

use crate::Failure;

/// The folder of the workspace; commands work from any folder below it.
pub(crate) fn root() -> PathBuf {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").map_or_else(|_| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The folder of builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The spec's folder: the default is the workspace's, any other is relative to where the command was called.
pub(crate) fn spec_dir(spec: &Path) -> PathBuf {
    if spec == Path::new("spec") { root().join(spec) } else { spec.to_path_buf() }
}

/// Reads and checks the spec; every problem becomes the failure's text.
pub(crate) fn load(spec: &Path) -> Result<Api, Failure> {
    graph_codegen::load(&spec_dir(spec)).map_err(|report| {
        let shown = spec.display().to_string();
        Failure(report.render(&shown, std::io::stderr().is_terminal()))
    })
}

/// The text of the lock of constructor arguments; of a spec that has none yet it is empty.
pub(crate) fn args_lock(spec: &Path) -> String {
    std::fs::read_to_string(spec_dir(spec).join(ARGS_LOCK)).unwrap_or_default()
}

/// Prints to standard output; a reader that closed it early, as `head` does, is no failure.
pub(crate) fn print(text: &str) -> crate::Outcome {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
