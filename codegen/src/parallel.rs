//! The same work on many things, on every processor.

use std::{
    iter::Enumerate,
    sync::{Mutex, MutexGuard, PoisonError},
    thread, vec,
};

/// The result for each item, in the order of the items.
///
/// Items are started in their order: with the largest first, no processor is left with one of them at the end.
pub(crate) fn map<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let queue = Mutex::new(items.into_iter().enumerate());
    let run = || {
        let mut done = Vec::new();
        loop {
            // Taken in a statement of its own, so that the queue is free while the work is done.
            let next = lock(&queue).next();
            match next {
                Some((index, item)) => done.push((index, work(item))),
                None => return done,
            }
        }
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(run)).collect();
        let mut done = run();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Nothing panics while it holds the lock.
fn lock<T>(queue: &Mutex<Enumerate<vec::IntoIter<T>>>) -> MutexGuard<'_, Enumerate<vec::IntoIter<T>>> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let squares = map((0..1000_u64).collect(), |number| number * number);
        assert!(squares.iter().zip(0..).all(|(square, number)| *square == number * number) && squares.len() == 1000);
        assert!(map(Vec::<u8>::new(), |item| item).is_empty());
    }
}
