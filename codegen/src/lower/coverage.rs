//! What is covered of a platform.

use crate::{
    ast::{OperationDecl, Spec},
    evidence::coverage::{Here, rows},
    model::{Coverage, CoverageRow, Covered},
};

/// Every row; nothing if the spec claims no coverage.
pub(super) fn coverage(spec: &Spec) -> Option<Coverage> {
    spec.left_out.as_ref()?;
    let sources = spec.published.iter().filter_map(|published| {
        let source = spec.evidence.get(published.source)?;
        Some((source.title.value.clone(), source.page.value.clone(), published.version))
    });
    let place = |source: usize| spec.published.iter().position(|published| published.source == source);
    let rows = rows(spec).into_iter().filter_map(|row| {
        let here = match row.here {
            Here::Covered(operations) => Covered::As(operations.into_iter().map(id).collect()),
            Here::LeftOut { why, page, removed } => {
                let text = |text: &crate::ast::Text| text.value.clone();
                Covered::LeftOut { why: why.value.clone(), page: page.map(text), removed: removed.map(text) }
            }
            Here::Silent => return None,
        };
        let before = row.gone.iter().map(|(source, ..)| source);
        let known_from = row.known_from.iter().map(|(source, _)| source).chain(before).filter_map(|source| place(*source)).collect();
        Some(CoverageRow { operation: row.operation, known_from, here })
    });
    Some(Coverage { sources: sources.collect(), rows: rows.collect() })
}

fn id(operation: &OperationDecl) -> String {
    operation.id.clone()
}
