//! Reads within reads.

use graph_runtime::Operation;

use crate::Call;

/// Instead of a client: a read that another read makes, as one of its fields.
///
/// The function of a field that expands to an edge gives its closure such a call, whose parameters become the arguments of the field.
#[derive(Clone, Copy, Debug)]
pub struct Nested;

impl<R: Operation> Call<R, Nested> {
    pub(crate) fn nested(request: R) -> Self {
        Self { client: Nested, request }
    }

    pub(crate) fn expand(&self, field: &str) -> String {
        graph_runtime::expansion(field, &self.request)
    }
}
