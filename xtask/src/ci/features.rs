//! The published crates with other features than the default ones.

use xshell::{Shell, cmd};

use super::{
    metadata::{Metadata, PUBLISHED},
    stage::call,
};
use crate::{Failure, Outcome};

/// Each feature alone, none, and all.
pub(super) fn each(shell: &Shell) -> Outcome {
    let metadata = Metadata::read(shell)?;
    for package in PUBLISHED {
        call(&cmd!(shell, "cargo check --quiet -p {package} --no-default-features"))?;
        for feature in metadata.features(package)? {
            call(&cmd!(shell, "cargo check --quiet -p {package} --no-default-features --features {feature}"))?;
        }
        call(&cmd!(shell, "cargo check --quiet -p {package} --all-features"))?;
    }
    Ok(())
}

/// Each pair of the client's features.
pub(super) fn pairs(shell: &Shell) -> Outcome {
    let [.., client] = PUBLISHED;
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
    let [runtime, ..] = PUBLISHED;
    for feature in ["rustls", "rustls-ring", "native-tls", ""] {
        let tree =
            cmd!(shell, "cargo tree -p {runtime} -e normal,build --prefix none --no-default-features --features {feature}").read()?;
        if tree.contains("aws-lc") != (feature == "rustls") {
            return Err(Failure(format!(
                "{runtime} with the feature {feature:?} and no other: aws-lc is in the tree when it should not be, or the other way round"
            )));
        }
        call(&cmd!(shell, "cargo test --quiet -p {runtime} --no-default-features --features {feature} --test contract tls::"))?;
    }
    Ok(())
}
