//! Uploads that go on where they broke off.

use crate::client::Client;
use crate::error::Error;
use crate::request::operation::ResumableOperation;
use crate::retry::outcome::Outcome;
use crate::retry::policy::{Wait, pause};

/// How many sendings in a row may break without one further byte having arrived.
const IN_VAIN: u32 = 3;

impl Client {
    /// Sends a file, and where the connection breaks reads how much has arrived and sends the rest. Each sending and each reading has the time limit
    /// of the request for itself.
    ///
    /// It gives up when three sendings in a row break without one further byte having arrived. A stream can be sent once, so that its upload ends at
    /// the first break.
    ///
    /// # Errors
    /// What the last sending ended in; after one whose outcome is unknown, more of the file may have arrived.
    pub async fn send_resuming<R: ResumableOperation>(&self, request: &R) -> Result<R::Response, Error> {
        let mut request = request.clone();
        let mut in_vain = 0;
        loop {
            let error = match self.send(&request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            if !broke_off(&error) || !request.part().1.is_repeatable() {
                return Err(error);
            }
            in_vain += 1;
            if in_vain == IN_VAIN {
                return Err(error);
            }
            let policy = request.options().retries().unwrap_or(self.shared.retries);
            let pause = pause(&policy, Wait::Backoff, None, in_vain, self.shared.jitter.next()).unwrap_or_default();
            tracing::info!(?pause, "an upload broke off: what has arrived is read after a pause");
            self.shared.clock.sleep(pause).await;
            // The error of the upload says more than that of the reading.
            let Ok(session) = self.send(&request.session()).await else { return Err(error) };
            let Some(arrived) = R::arrived(session) else { return Err(error) };
            let (from, file) = request.part();
            let further = arrived.checked_sub(from).and_then(|further| u64::try_from(further).ok());
            // The bytes before the part that was given are not here.
            let Some(rest) = further.and_then(|further| file.after(further)) else { return Err(error) };
            if arrived > from {
                in_vain = 0;
            }
            request.set_part(arrived, rest);
        }
    }
}

/// May a part of the file have arrived, so that it is worth asking?
fn broke_off(error: &Error) -> bool {
    match error.outcome() {
        Outcome::Unknown => true,
        Outcome::NotSent => error.is_connect(),
        Outcome::Rejected | Outcome::Executed => false,
    }
}
