//! Which operation a request is of, and what the spec says of it.

use super::Inner;
use crate::{
    description::{Method, Moment, Node},
    failure::Failure,
    journal::Verdict,
    request::Call,
    routes::{self, Site},
    validate::{self, Problem},
};

impl Inner {
    /// Of the operations that a path can be of, that of the object's node, which the request fits best.
    pub(super) fn choose(&self, sites: &[Site], call: &Call, moment: Moment) -> Option<(Site, Vec<Problem>)> {
        let judge = |(node, operation): Site| validate::problems(node, operation, call, moment);
        if let [site] = sites {
            return Some((*site, judge(*site)));
        }
        let id = sites.first().and_then(|(_, operation)| routes::id_of(operation, &call.segments))?;
        let known = self.world.object(id).map(|object| object.node).or_else(|| routes::node_in_examples(id));
        let of_known = |site: &&Site| known.is_some_and(|node| node.name == site.0.name);
        let mut candidates: Vec<Site> = sites.iter().filter(of_known).copied().collect();
        if candidates.is_empty() {
            candidates = sites.to_vec();
        }
        let judged = candidates.into_iter().map(|site| (site, judge(site)));
        judged.min_by_key(|((node, _), problems)| {
            let refused = problems.iter().filter(|problem| problem.failure.is_some()).count();
            (refused, problems.len(), usize::MAX - shown(node))
        })
    }

    /// What Graph says where there is no such operation.
    pub(super) fn no_operation(&self, call: &Call) -> Failure {
        let method = call.method.map_or("", Method::as_str);
        match call.segments.as_slice() {
            [] if call.method == Some(Method::Get) => Failure::unknown_path(""),
            [] => Failure::worded(400, 100, Some(33), "Unsupported request - method type: unknown"),
            [id] if routes::is_digits(id) => Failure::missing(method, id),
            [alias] => Failure::worded(404, 803, None, &format!("(#803) Some of the aliases you requested do not exist: {alias}")),
            [id, edge] if routes::is_digits(id) && call.method == Some(Method::Get) => {
                let node = self.world.object(id).map(|object| object.node).or_else(|| routes::node_in_examples(id));
                node.map_or_else(|| Failure::missing(method, id), |node| Failure::no_field(edge, node.name))
            }
            [id, _] if routes::is_digits(id) => Failure::missing(method, id),
            more => Failure::unknown_path(&more.join("/")),
        }
    }
}

/// How many examples the spec has of a node.
fn shown(node: &Node) -> usize {
    node.operations.iter().map(|operation| operation.examples.len()).sum()
}

/// How many reasons a verdict has: a request of any size is written down in little room.
const REASONS: usize = 100;

pub(super) fn verdict(problems: &[Problem]) -> Verdict {
    let texts = |refused: bool| {
        let all = || problems.iter().filter(|problem| problem.failure.is_some() == refused);
        let mut texts: Vec<String> = all().take(REASONS).map(|problem| problem.text.clone()).collect();
        let more = all().count() - texts.len();
        if more > 0 {
            texts.push(format!("and {more} more"));
        }
        texts
    };
    match (texts(true), texts(false)) {
        (unfit, _) if !unfit.is_empty() => Verdict::Unfit(unfit),
        (_, noted) if !noted.is_empty() => Verdict::Noted(noted),
        _ => Verdict::Fits,
    }
}
