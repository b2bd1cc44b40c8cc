//! The arguments of constructors, as the model has them.

use crate::{
    language::args_lock::{ArgsLock, breaking_part},
    model::{Api, TypeDef},
};

/// What `gen` writes to `args.lock` in place of `before`.
pub fn args_lock(api: &Api, before: &str) -> String {
    let requests = api.operations().map(|operation| {
        let args = operation.args.iter().map(|&arg| operation.params[arg].name.clone());
        (format!("{}::new", operation.request), args.collect())
    });
    let objects = api.types.iter().filter_map(|ty| match &ty.def {
        TypeDef::Object(object) => Some((ty.name.as_str(), object)),
        _ => None,
    });
    let objects = objects.flat_map(|(name, object)| {
        object.constructors.iter().map(move |made| {
            let args = made.args.iter().map(|&arg| object.fields[arg].name.clone());
            (format!("{name}::{}", made.name), args.collect())
        })
    });
    // The packages of the workspace have one version.
    let now = ArgsLock { release: breaking_part(env!("CARGO_PKG_VERSION")), args: requests.chain(objects).collect() };
    ArgsLock::parse(before).updated(now).text()
}
