//! Something that is fetched: when it is asked for, or ahead of that in a task.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tracing::Instrument as _;

/// A value that is on its way. Dropping it ends the fetching.
pub(crate) enum Prefetch<T> {
    Lazy(Pin<Box<dyn Future<Output = T> + Send>>),
    Spawned(Task<T>),
}

/// A task that is not needed once this is dropped.
pub(crate) struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T: Send + 'static> Prefetch<T> {
    /// Makes progress only while it is polled.
    pub(crate) fn new(fetching: impl Future<Output = T> + Send + 'static) -> Self {
        Self::Lazy(Box::pin(fetching))
    }

    /// Makes progress on its own, in a task with the spans of this one; `None` where there is no runtime to have tasks.
    pub(crate) fn ahead(fetching: impl Future<Output = T> + Send + 'static) -> Option<Self> {
        let runtime = Handle::try_current().ok()?;
        Some(Self::Spawned(Task(runtime.spawn(fetching.in_current_span()))))
    }

    /// The value; `None` if the task's runtime ended before it was there.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<T>> {
        match self {
            Self::Lazy(fetching) => fetching.as_mut().poll(context).map(Some),
            Self::Spawned(Task(task)) => match ready!(Pin::new(task).poll(context)) {
                Ok(value) => Poll::Ready(Some(value)),
                // A panic is the caller's, as if nothing had been fetched ahead.
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => Poll::Ready(None),
                },
            },
        }
    }
}
