//! Which requests go into one call: decisions without any doing.

/// What the split must know of a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// Token and version, as a number: calls are of one kind.
    pub(super) kind: usize,
    /// The earlier requests that it depends on. If one of them is not sent, neither is this.
    pub(super) needs: Vec<usize>,
    /// Is it to be sent at all?
    pub(super) sent: bool,
}

/// Which requests make a call each, and which cannot be sent.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Split {
    /// Requests by index, in their order; a call holds no more than it may.
    pub(super) calls: Vec<Vec<usize>>,
    /// Those that cannot be sent together with what they depend on.
    pub(super) mismatches: Vec<(usize, SplitError)>,
}

/// Why a request cannot be in one call with what it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SplitError {
    /// This many depend on each other, which is more than a call may hold.
    TooMany(usize),
    /// Some of them have another token or another version.
    Kinds,
}

/// Fills calls in the order of the requests. Those that depend on each other stay together, in the call of the first of them.
pub(super) fn split(parts: &[Part], most: usize) -> Split {
    let mut split = Split::default();
    // The call of each kind that has room.
    let mut open: Vec<(usize, usize)> = Vec::new();
    for group in groups(parts) {
        let kind = parts[group[0]].kind;
        let mismatch = match group.len() {
            _ if group.iter().any(|index| parts[*index].kind != kind) => Some(SplitError::Kinds),
            length if length > most => Some(SplitError::TooMany(length)),
            _ => None,
        };
        if let Some(mismatch) = mismatch {
            split.mismatches.extend(group.iter().map(|index| (*index, mismatch)));
            continue;
        }
        let last = open.iter_mut().find(|(of, _)| *of == kind);
        match last {
            Some((_, call)) if split.calls[*call].len() + group.len() <= most => split.calls[*call].extend(group),
            Some((_, call)) => {
                *call = split.calls.len();
                split.calls.push(group);
            }
            None => {
                open.push((kind, split.calls.len()));
                split.calls.push(group);
            }
        }
    }
    for call in &mut split.calls {
        call.sort_unstable();
    }
    split
}

/// Those that depend on each other, through others or directly, in the order of their first.
fn groups(parts: &[Part]) -> Vec<Vec<usize>> {
    let mut first: Vec<usize> = (0..parts.len()).collect();
    for (index, part) in parts.iter().enumerate().filter(|(_, part)| part.sent) {
        for need in &part.needs {
            let (one, other) = (first[*need], first[index]);
            let (least, most) = (one.min(other), one.max(other));
            for of in first.iter_mut().filter(|of| **of == most) {
                *of = least;
            }
        }
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); parts.len()];
    for (index, _) in parts.iter().enumerate().filter(|(_, part)| part.sent) {
        groups[first[index]].push(index);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;

    fn part(kind: usize, needs: &[usize]) -> Part {
        Part { kind, needs: needs.to_vec(), sent: true }
    }

    #[test]
    fn what_depends_on_each_other_is_pulled_into_one_call() {
        let parts = [part(0, &[]), part(0, &[]), part(1, &[]), part(0, &[0]), part(0, &[])];
        assert_eq!(split(&parts, 3).calls, [vec![0, 1, 3], vec![2], vec![4]]);
        let chain: Vec<_> = (0..4).map(|index: usize| part(0, &index.checked_sub(1).into_iter().collect::<Vec<_>>())).collect();
        let split = split(&chain, 3);
        assert!(split.calls.is_empty());
        assert_eq!(split.mismatches, [0, 1, 2, 3].map(|index| (index, SplitError::TooMany(4))));
    }

    #[test]
    fn what_depends_across_tokens_cannot_be_sent() {
        let split = split(&[part(0, &[]), part(1, &[0]), part(1, &[])], 50);
        assert_eq!(split.calls, [[2]]);
        assert_eq!(split.mismatches, [(0, SplitError::Kinds), (1, SplitError::Kinds)]);
    }

    /// Requests of some kinds; some are not sent, some depend on an earlier one.
    fn parts(dependent: f64) -> impl Strategy<Value = Vec<Part>> {
        let part = (0_usize..3, proptest::bool::weighted(0.9), proptest::option::weighted(dependent, any::<Index>()));
        vec(part, 0..180).prop_map(|parts| {
            let needs = |index: usize, need: Option<Index>| need.filter(|_| index > 0).map(|need| need.index(index)).into_iter().collect();
            let build = |(index, (kind, sent, need))| Part { kind, sent, needs: needs(index, need) };
            parts.into_iter().enumerate().map(build).collect()
        })
    }

    proptest! {
        #[test]
        fn split_and_join_give_every_request_its_own_answer(parts in parts(0.2), most in 1_usize..51) {
            let Split { calls, mismatches } = split(&parts, most);
            let mut joined = vec![None; parts.len()];
            for call in &calls {
                prop_assert!(!call.is_empty() && call.len() <= most && call.is_sorted());
                prop_assert!(call.iter().all(|index| parts[*index].kind == parts[call[0]].kind));
                // A server that answers each request with its own index, in the order of the call.
                for index in call {
                    prop_assert!(joined[*index].replace(Some(*index)).is_none(), "sent twice");
                }
            }
            for (index, _) in &mismatches {
                prop_assert!(joined[*index].replace(None).is_none(), "sent, and a mismatch");
            }
            for (index, part) in parts.iter().enumerate() {
                prop_assert_eq!(joined[index].is_some(), part.sent);
                prop_assert!(joined[index].flatten().is_none_or(|answer| answer == index));
            }
        }

        #[test]
        fn dependent_requests_are_never_parted(parts in parts(0.5), most in 1_usize..51) {
            let Split { calls, mismatches } = split(&parts, most);
            for (index, part) in parts.iter().enumerate().filter(|(_, part)| part.sent) {
                for need in part.needs.iter().filter(|need| parts[**need].sent) {
                    let of = |index: usize| calls.iter().position(|call| call.contains(&index));
                    prop_assert_eq!(of(index), of(*need));
                    prop_assert_eq!(mismatches.iter().any(|(at, _)| *at == index), mismatches.iter().any(|(at, _)| at == need));
                }
            }
        }

        #[test]
        fn without_dependencies_calls_are_few_and_in_order(mut parts in parts(0.5), most in 1_usize..51) {
            for part in &mut parts {
                part.needs.clear();
            }
            let Split { calls, mismatches } = split(&parts, most);
            prop_assert!(mismatches.is_empty());
            for kind in 0..3 {
                let sent: Vec<_> = (0..parts.len()).filter(|index| parts[*index].sent && parts[*index].kind == kind).collect();
                let of_kind: Vec<_> = calls.iter().filter(|call| parts[call[0]].kind == kind).collect();
                prop_assert_eq!(of_kind.len(), sent.len().div_ceil(most));
                prop_assert_eq!(of_kind.into_iter().flatten().copied().collect::<Vec<_>>(), sent);
            }
        }
    }
}
