//! The published crates with other features than the default ones.

use xshell::{Shell, cmd};

use super::{
    metadata::{Metadata, PUBLISHED},
    stage::call,
};
use crate::Outcome;

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
    Ok(())
}
