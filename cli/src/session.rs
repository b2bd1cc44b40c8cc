//! A client, from the command line and the environment.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use graph_runtime::ledger::FileLedger;
use graph_runtime::{Auth, Client, ClientBuilder, ErrorCatalog, HostInfo, MaskInfo, OperationInfo, Refusals, Secret, Surface, Version};
use whatsapp_graph::ApiVersion;

use crate::arguments::Connection;
use crate::problem::Problem;
use crate::secrets;

/// The client of the API, as the runtime has it: what calls are sent with that have no type.
#[derive(Clone, Debug)]
pub(crate) struct Session(pub(crate) Client);

impl From<Client> for Session {
    fn from(client: Client) -> Self {
        Self(client)
    }
}

impl Surface for Session {
    type Error = graph_runtime::Error;
    const ERROR_CATALOG: &'static ErrorCatalog = <whatsapp_graph::Client as Surface>::ERROR_CATALOG;
    const USER_AGENT: &'static str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    const BASE_URL: &'static str = <whatsapp_graph::Client as Surface>::BASE_URL;
    const HOSTS: &'static [HostInfo] = <whatsapp_graph::Client as Surface>::HOSTS;
    const LIMITED: &'static [&'static OperationInfo] = <whatsapp_graph::Client as Surface>::LIMITED;
    const MASKED: &'static [MaskInfo] = <whatsapp_graph::Client as Surface>::MASKED;
}

/// The version that is asked for.
pub(crate) fn version(connection: &Connection) -> Version {
    connection.graph_version.unwrap_or_else(|| ApiVersion::window().last().map_or(Version(0, 0), Version::from))
}

impl Session {
    /// A client with this token and app secret.
    pub(crate) fn with_secret(connection: &Connection, token: Secret, app_secret: Option<Secret>) -> Result<Self, Box<Problem>> {
        Self::build(connection, token, app_secret, None, false)
    }

    /// A client with this token, and the app secret of the environment.
    pub(crate) fn open(connection: &Connection, token: Secret, ledger: Option<&Path>, no_refusals: bool) -> Result<Self, Box<Problem>> {
        Self::build(connection, token, secrets::from_env("WHATSAPP_APP_SECRET"), ledger, no_refusals)
    }

    fn build(
        connection: &Connection,
        token: Secret,
        app_secret: Option<Secret>,
        ledger: Option<&Path>,
        no_refusals: bool,
    ) -> Result<Self, Box<Problem>> {
        let mut builder: ClientBuilder<Self> = ClientBuilder::new(token, version(connection)).timeout(connection.timeout);
        if let Some(url) = &connection.base_url {
            builder = builder.base_url(url);
        }
        if let Some(secret) = app_secret {
            builder = builder.app_secret(secret);
        }
        if let Some(file) = ledger {
            builder = builder.ledger(Arc::new(open_ledger(file)?));
        }
        if no_refusals {
            builder = builder.refusals(Refusals::Off);
        }
        builder.build().map_err(|error| {
            Problem::usage(error.to_string()).at("the client").remedy("check the variables that begin with `WHATSAPP_`, and `--base-url`")
        })
    }

    /// A client for a call of this operation, with the token if it needs one.
    pub(crate) fn of(
        connection: &Connection,
        info: &OperationInfo,
        ledger: Option<&Path>,
        no_refusals: bool,
    ) -> Result<Self, Box<Problem>> {
        let token = if info.auth == Auth::None { Secret::default() } else { secrets::token(connection)? };
        Self::open(connection, token, ledger, no_refusals)
    }
}

/// The file of the ledger: the one that was named, or one of this user.
pub(crate) fn ledger_file(named: Option<&PathBuf>) -> Result<PathBuf, Box<Problem>> {
    if let Some(file) = named {
        return Ok(file.clone());
    }
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = variable("XDG_STATE_HOME").or_else(|| variable("LOCALAPPDATA")).or_else(|| Some(variable("HOME")?.join(".local/state")));
    let folder = state.map(|state| state.join("whatsapp-graph")).ok_or_else(|| {
        Problem::usage("there is no place for the ledger")
            .why("the operation has a limit that blocks for a long time, so its calls are counted in a file; neither `XDG_STATE_HOME` nor `HOME` is set")
            .remedy("name a file with `--ledger FILE` or `WHATSAPP_LEDGER`")
    })?;
    std::fs::create_dir_all(&folder)
        .map_err(|error| Problem::usage(format!("the folder of the ledger cannot be made: {error}")).at(folder.display().to_string()))?;
    Ok(folder.join("ledger"))
}

pub(crate) fn open_ledger(file: &Path) -> Result<FileLedger, Box<Problem>> {
    FileLedger::open(file).map_err(|error| {
        Problem::usage(error.to_string())
            .at(file.display().to_string())
            .remedy("name another file with `--ledger FILE` or `WHATSAPP_LEDGER`")
    })
}
