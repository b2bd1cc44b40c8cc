//! The thread of a [`FileLedger`](super::FileLedger): its work waits for a lock and for the disk, and nothing else may wait with it.

use std::fmt;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::LedgerError;
use super::journal::Log;

type Job = Box<dyn FnOnce(&mut Log) + Send>;

/// How long the thread does nothing before it looks whether others have written, or the file is gone.
pub(super) const LOOKS_EVERY: Duration = Duration::from_millis(500);

/// One thread with the file, which does what it is given in turn, and ends when no one can give it anything any more.
#[derive(Clone)]
pub(super) struct Worker(Sender<Job>);

impl Worker {
    pub(super) fn start(mut log: Log) -> Result<Self, LedgerError> {
        let (jobs, queue) = channel::<Job>();
        let work = move || {
            loop {
                match queue.recv_timeout(LOOKS_EVERY) {
                    Ok(job) => job(&mut log),
                    Err(RecvTimeoutError::Timeout) => log.look(),
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        };
        let started = thread::Builder::new().name("graph-ledger".to_owned()).spawn(work);
        started.map(|_| Self(jobs)).map_err(|error| LedgerError::new("the thread of a ledger cannot be started").because(error))
    }

    /// Has something done, even if the answer is no longer awaited.
    pub(super) async fn finish<T: Send + 'static>(&self, work: impl FnOnce(&mut Log) -> T + Send + 'static) -> Result<T, LedgerError> {
        let (answer, answered) = oneshot::channel();
        // Whoever asked may be gone.
        self.post(move |log| drop(answer.send(work(log))))?;
        received(answered).await
    }

    /// Has something done, if the answer is still awaited when its turn comes. What is no longer awaited when it is done is undone.
    pub(super) async fn answer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Log) -> T + Send + 'static,
        undo: impl FnOnce(&mut Log, T) + Send + 'static,
    ) -> Result<T, LedgerError> {
        let (answer, answered) = oneshot::channel();
        self.post(move |log| {
            if !answer.is_closed()
                && let Err(unwanted) = answer.send(work(log))
            {
                undo(log, unwanted);
            }
        })?;
        received(answered).await
    }

    /// Has something done, and awaits nothing.
    pub(super) fn post(&self, work: impl FnOnce(&mut Log) + Send + 'static) -> Result<(), LedgerError> {
        self.0.send(Box::new(work)).map_err(|_| gone())
    }
}

/// Without a runtime there is nothing that could wait meanwhile.
async fn received<T>(answered: oneshot::Receiver<T>) -> Result<T, LedgerError> {
    let answer = if Handle::try_current().is_ok() { answered.await } else { answered.blocking_recv() };
    answer.map_err(|_| gone())
}

fn gone() -> LedgerError {
    LedgerError::new("the thread of the ledger has ended")
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Worker")
    }
}
