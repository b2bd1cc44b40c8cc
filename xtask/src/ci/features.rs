//! The published crates with other features than the default ones.

use std::collections::BTreeSet;

use xshell::{Shell, cmd};

use super::{
    metadata::{CLIENT, Metadata, PROMISED, RUNTIME, TLS},
    stage::call,
};
use crate::{Failure, Outcome};

/// How many crates of others the feature `webhooks` alone may need.
const RECEIVING: usize = 25;

/// Each feature alone, none, and all.
pub(super) fn each(shell: &Shell) -> Outcome {
    let metadata = Metadata::read(shell)?;
    for package in PROMISED {
        call(&cmd!(shell, "cargo check --quiet -p {package} --no-default-features"))?;
        for feature in metadata.features(package)? {
            call(&cmd!(shell, "cargo check --quiet -p {package} --no-default-features --features {feature}"))?;
        }
        call(&cmd!(shell, "cargo check --quiet -p {package} --all-features"))?;
    }
    webhooks(shell)
}

/// Programs that only receive webhooks compile little: no client, no executor, few crates, and no warning. What they use is tested as they
/// have it.
fn webhooks(shell: &Shell) -> Outcome {
    let (runtime, client) = (RUNTIME, CLIENT);
    let tree = cmd!(shell, "cargo tree -p {client} -e normal,build --prefix none --no-default-features --features webhooks").read()?;
    let crates: BTreeSet<&str> =
        tree.lines().filter_map(|line| line.split(' ').next()).filter(|name| ![runtime, client].contains(name)).collect();
    let heavy: Vec<&str> = ["http", "hyper", "reqwest", "tokio", "tracing"].into_iter().filter(|name| crates.contains(name)).collect();
    if crates.len() > RECEIVING || !heavy.is_empty() {
        return Err(Failure(format!(
            "{client} with the feature webhooks and no other needs {} crates, {RECEIVING} are allowed, and none of {heavy:?}:\n{}",
            crates.len(),
            crates.into_iter().collect::<Vec<_>>().join(" ")
        )));
    }
    for package in [runtime, client] {
        let check = cmd!(shell, "cargo check --quiet -p {package} --no-default-features --features webhooks");
        call(&check.env("RUSTFLAGS", "-D warnings").env("CARGO_TARGET_DIR", "target/webhooks"))?;
    }
    call(&cmd!(shell, "cargo test --quiet -p {runtime} --no-default-features --features webhooks --lib"))
}

/// Each pair of the client's features.
pub(super) fn pairs(shell: &Shell) -> Outcome {
    let client = CLIENT;
    let features = Metadata::read(shell)?.features(client)?;
    for (index, one) in features.iter().enumerate() {
        for other in &features[index + 1..] {
            call(&cmd!(shell, "cargo check --quiet -p {client} --no-default-features --features {one},{other}"))?;
        }
    }
    tls(shell)
}

/// The runtime opens connections with each of its TLS features, and aws-lc comes only with the one that is built on it.
fn tls(shell: &Shell) -> Outcome {
    let runtime = RUNTIME;
    for feature in TLS.into_iter().chain([""]) {
        let tree = cmd!(shell, "cargo tree -p {runtime} -e normal,build --prefix none --no-default-features --features client,{feature}")
            .read()?;
        if tree.contains("aws-lc") != (feature == "rustls") {
            return Err(Failure(format!(
                "{runtime} with the feature {feature:?} and no other: aws-lc is in the tree when it should not be, or the other way round"
            )));
        }
        call(&cmd!(
            shell,
            "cargo test --quiet -p {runtime} --no-default-features --features client,{feature} --test contract -- tls:: client:: setup::"
        ))?;
    }
    Ok(())
}
