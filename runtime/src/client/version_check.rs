//! The version that is asked for and the one that answers.

use crate::client::Client;
use crate::client::reply::Reply;
use crate::description::version::Version;
use crate::error::Error;
use crate::request::preflight::Today;
use crate::response::info::ResponseInfo;

/// What to do when another version answers than the one that was asked for. Graph serves an expired version by a later one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum OnVersionMismatch {
    /// Log a warning, once for each pair of versions.
    #[default]
    Warn,
    /// Answer with an error, which holds the answer ([`Error::body`]). The operation has been carried out.
    Error,
}

impl Client {
    /// The version that will answer when `version` is asked for. Warns if it is another one, once for each version of a client and its views.
    pub(crate) fn answering(&self, version: Version) -> Version {
        let now = self.shared.clock.now();
        let Some((.., day)) = self.shared.ends.iter().find(|(ended, end, _)| *ended == version && *end <= now) else {
            return version;
        };
        let served = self.shared.catalog.effective(version, now);
        if self.is_news(version, None) {
            tracing::warn!("{version} expired on {day}: Graph serves {served} instead; ask for a version that is still served");
        }
        served
    }

    /// The day by the clock.
    pub(crate) fn today(&self) -> Today {
        Today::of(self.shared.clock.now(), self.shared.catalog)
    }

    /// Warns once for each pair of versions.
    pub(crate) fn warn_of_mismatch(&self, info: &ResponseInfo) {
        if let Some(served) = info.other_version()
            && self.is_news(info.requested_version, Some(served))
        {
            tracing::warn!("{} was asked for, and {served} answered", info.requested_version);
        }
    }

    /// The answer, unless it comes from another version and the client takes that for an error.
    pub(crate) fn of_version(&self, reply: Reply) -> Result<Reply, Error> {
        match self.shared.on_mismatch {
            OnVersionMismatch::Error => reply.of_requested_version(),
            OnVersionMismatch::Warn => Ok(reply),
        }
    }

    /// Has there been no warning about this before?
    fn is_news(&self, asked: Version, served: Option<Version>) -> bool {
        let mut warned = self.shared.warned.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let news = !warned.contains(&(asked, served));
        if news {
            warned.push((asked, served));
        }
        news
    }
}
