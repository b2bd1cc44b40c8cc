//! Where tokens come from: given, or from a provider that can make new ones.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Mutex;

use crate::clock::BoxFuture;
use crate::values::line::line;
use crate::values::secret::Secret;

/// Why a provider has no token. Its text is shown in errors, so it should hold no secret. [`Error::provider_error`](crate::Error::provider_error)
/// has it.
pub type ProviderError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps the token of one credential for many machines: [`TokenSource::shared`].
///
/// What it keeps is a secret, to be kept as one. A store that fails is as one that is empty: the provider is asked, and a warning is logged; unless
/// the store is [`required`](Self::required).
///
/// # Implementing it
/// So that of all machines one asks the provider, [`get`](Self::get) looks and gives leave in one step that nothing can come between. A leave runs out by
/// itself, for its holder may have died. A store that gives everyone leave is right too: then some machines ask at the same time.
pub trait TokenStore: Send + Sync + 'static {
    /// The token that was put last, unless it is this one, which Graph has rejected; or whether to ask the provider.
    fn get<'a>(&'a self, rejected: Option<&'a Secret>) -> BoxFuture<'a, Result<StoredToken, ProviderError>>;

    /// Keeps a token instead of what there was, and ends the leave to ask.
    fn put<'a>(&'a self, token: &'a Secret) -> BoxFuture<'a, Result<(), ProviderError>>;

    /// The provider gave no token: whoever is next may ask. What it answers is not looked at; by default nothing is done.
    fn give_up(&self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    /// Does a call fail if this store does? By default not: the provider is asked.
    fn required(&self) -> bool {
        false
    }
}

/// The answer to [`TokenStore::get`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredToken {
    /// There is one.
    Found(Secret),
    /// There is none, and the provider is to be asked. Then the token is [`put`](TokenStore::put), or the leave [given up](TokenStore::give_up).
    Ask,
    /// There is none, and another machine is asking the provider. Look again after this time.
    Asked(Duration),
}

/// The error of a provider, shared by all requests that waited for it.
pub(crate) type ProviderFault = Arc<dyn std::error::Error + Send + Sync>;

/// Makes tokens for a client, a view of it, or a request.
///
/// It is asked for a token once. That one is sent until Graph rejects it as expired or invalid; then the provider is asked
/// for a fresh one and the request is sent again, once: Graph rejects a token before it executes anything. What is never to be
/// repeated ([`never_retry`](crate::OperationInfo::never_retry)) is not sent again: its error is retryable then, and the next call has the
/// fresh token.
///
/// The time limit of a call, and dropping it, end the asking: the future is dropped, and another request that waits asks anew.
pub trait TokenProvider: Send + Sync + 'static {
    /// The token to begin with.
    fn token(&self) -> BoxFuture<'_, Result<Secret, ProviderError>>;

    /// A token instead of one that Graph rejected. If it is the same one, the request is not sent again.
    fn refresh<'a>(&'a self, stale: &'a Secret) -> BoxFuture<'a, Result<Secret, ProviderError>>;
}

/// A provider and the token that it gave last. Clones are the same source: however many requests wait for a fresh
/// token, their provider is asked once, and no request waits for the provider of another source.
#[derive(Clone)]
pub struct TokenSource(Arc<dyn Tokens>);

/// What a source does. Behind a pointer, which only those who make a source create: a program with no other tokens than given ones does not contain it.
trait Tokens: Send + Sync {
    /// The token to send, other than the one that was rejected.
    fn other_than(self: Arc<Self>, stale: Option<&Secret>) -> BoxFuture<'_, Result<Secret, ProviderFault>>;

    /// The token that is held now, if the provider is not being asked.
    fn held(&self) -> Option<Secret>;
}

struct Source {
    provider: Box<dyn TokenProvider>,
    store: Option<Box<dyn TokenStore>>,
    /// How often the provider has answered.
    answers: AtomicU64,
    /// Locked while the provider is asked, so that one request asks and the others wait for its answer.
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    token: Option<Secret>,
    failure: Option<ProviderFault>,
}

impl TokenSource {
    /// A source of tokens from this provider.
    pub fn new(provider: impl TokenProvider) -> Self {
        Self::of(Box::new(provider), None)
    }

    /// A source whose token many machines share: the store is asked first, and the provider only if the store has no token, or the one that Graph
    /// rejected, and gives leave. What the provider gives is put there, so that of all machines one asks it.
    pub fn shared(provider: impl TokenProvider, store: impl TokenStore) -> Self {
        Self::of(Box::new(provider), Some(Box::new(store)))
    }

    fn of(provider: Box<dyn TokenProvider>, store: Option<Box<dyn TokenStore>>) -> Self {
        Self(Arc::new(Source { provider, store, answers: AtomicU64::new(0), held: Mutex::default() }))
    }

    /// The token to send.
    pub(crate) fn token(&self) -> BoxFuture<'_, Result<Secret, ProviderFault>> {
        self.0.clone().other_than(None)
    }

    /// The token to send instead of one that was rejected.
    pub(crate) fn refreshed<'a>(&self, stale: &'a Secret) -> BoxFuture<'a, Result<Secret, ProviderFault>> {
        self.0.clone().other_than(Some(stale))
    }
}

impl Tokens for Source {
    fn other_than(self: Arc<Self>, stale: Option<&Secret>) -> BoxFuture<'_, Result<Secret, ProviderFault>> {
        Box::pin(async move {
            let before = self.answers.load(Ordering::Acquire);
            let mut held = self.held.lock().await;
            if let Some(token) = held.token.as_ref().filter(|token| Some(*token) != stale) {
                return Ok(token.clone());
            }
            // The provider has failed while this request waited for it. Asking again for each that waited does not help.
            if let Some(failure) = &held.failure
                && self.answers.load(Ordering::Acquire) != before
            {
                return Err(failure.clone());
            }
            let answer = Self::obtained(&self, stale).await;
            self.answers.fetch_add(1, Ordering::Release);
            match answer {
                Ok(token) => {
                    *held = Held { token: Some(token.clone()), failure: None };
                    Ok(token)
                }
                Err(error) => {
                    let failure = ProviderFault::from(error);
                    held.failure = Some(failure.clone());
                    Err(failure)
                }
            }
        })
    }

    fn held(&self) -> Option<Secret> {
        self.held.try_lock().ok()?.token.clone()
    }
}

impl Source {
    /// A token other than the one that was rejected, from the store or from the provider.
    async fn obtained(this: &Arc<Self>, stale: Option<&Secret>) -> Result<Secret, ProviderError> {
        let Some(store) = &this.store else { return this.provided(stale).await };
        loop {
            match store.get(stale).await {
                Ok(StoredToken::Found(token)) if !token.is_empty() && Some(&token) != stale => return Ok(token),
                Ok(StoredToken::Asked(wait)) => tokio::time::sleep(wait.max(SOON)).await,
                Ok(StoredToken::Found(_) | StoredToken::Ask) => break,
                Err(error) if store.required() => return Err(error),
                Err(error) => {
                    tracing::warn!("the store of tokens cannot be read, and the provider is asked: {}", line(&error.to_string(), 500));
                    break;
                }
            }
        }
        let leave = Leave(Some(this.clone()));
        let token = this.provided(stale).await?;
        if Some(&token) != stale {
            match store.put(&token).await {
                Ok(()) => leave.used(),
                Err(error) => tracing::warn!(
                    "the token cannot be put into the store, and other machines ask for their own: {}",
                    line(&error.to_string(), 500)
                ),
            }
        }
        Ok(token)
    }

    async fn provided(&self, stale: Option<&Secret>) -> Result<Secret, ProviderError> {
        match stale {
            None => self.provider.token().await,
            Some(stale) => self.provider.refresh(stale).await,
        }
    }
}

/// The shortest time between two looks into a store.
const SOON: Duration = Duration::from_millis(5);

/// Leave to ask the provider. It is given up when no token came of it: the provider failed, or whoever asked was dropped.
struct Leave(Option<Arc<Source>>);

impl Leave {
    fn used(mut self) {
        self.0 = None;
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        let Some(source) = self.0.take() else { return };
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if let Some(store) = &source.store {
                    store.give_up().await;
                }
            });
        }
    }
}

impl<P: TokenProvider> From<P> for TokenSource {
    fn from(provider: P) -> Self {
        Self::new(provider)
    }
}

/// Sources are equal if they are the same one.
impl PartialEq for TokenSource {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSource")
    }
}

/// What a client or a request sends as its token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bearer {
    Static(Secret),
    Provider(TokenSource),
}

impl Bearer {
    /// The token as far as it is known without asking the provider.
    pub(crate) fn known(&self) -> Option<Secret> {
        match self {
            Self::Static(token) => Some(token.clone()),
            Self::Provider(source) => source.0.held(),
        }
    }

    /// Gets another token instead of one that was rejected, where there is a provider; is there another now?
    pub(crate) async fn refresh(&self, stale: &Secret) -> Result<bool, ProviderFault> {
        match self {
            Self::Static(_) => Ok(false),
            Self::Provider(source) => Ok(source.refreshed(stale).await? != *stale),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use tokio::sync::Semaphore;
    use tokio::task::{JoinHandle, yield_now};

    use super::*;

    #[tokio::test]
    async fn a_source_is_itself_alone_and_says_what_it_holds() {
        let gated = Gated::new(Ok("EAAG"));
        let (one, other) = (TokenSource::new(gated.clone()), TokenSource::new(gated.clone()));
        assert!(one == one.clone() && one != other);
        assert_eq!(format!("{one:?}"), "TokenSource");
        let bearer = Bearer::Provider(one.clone());
        assert_eq!(bearer.known(), None, "the provider has not been asked yet");
        gated.gate.add_permits(1);
        one.token().await.unwrap();
        assert_eq!(bearer.known().unwrap().expose(), "EAAG");
        let text = "EAAG".to_owned();
        assert_eq!(Bearer::Static(Secret::from(&text)).known().unwrap().expose(), "EAAG");
    }

    /// Answers once there is a permit, with what it was made with.
    #[derive(Clone)]
    struct Gated {
        gate: Arc<Semaphore>,
        asked: Arc<AtomicU32>,
        answer: Result<&'static str, &'static str>,
    }

    impl Gated {
        fn new(answer: Result<&'static str, &'static str>) -> Self {
            Self { gate: Arc::new(Semaphore::new(0)), asked: Arc::default(), answer }
        }

        fn asked(&self) -> u32 {
            self.asked.load(Ordering::SeqCst)
        }
    }

    impl TokenProvider for Gated {
        fn token(&self) -> BoxFuture<'_, Result<Secret, ProviderError>> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            Box::pin(async {
                self.gate.acquire().await?.forget();
                Ok(self.answer?.into())
            })
        }

        fn refresh<'a>(&'a self, _: &'a Secret) -> BoxFuture<'a, Result<Secret, ProviderError>> {
            self.token()
        }
    }

    /// Tasks that all wait for another token than the stale one.
    async fn waiting(source: &TokenSource, count: usize) -> Vec<JoinHandle<Result<Secret, ProviderFault>>> {
        let ask = |_| {
            let source = source.clone();
            tokio::spawn(async move { source.refreshed(&"stale".into()).await })
        };
        let tasks = (0..count).map(ask).collect();
        // Each task of this thread comes to wait before this one goes on.
        yield_now().await;
        tasks
    }

    #[tokio::test]
    async fn whoever_waits_shares_the_answer_even_a_failure() {
        for answer in [Ok("fresh"), Err("closed")] {
            let provider = Gated::new(answer);
            let source = TokenSource::new(provider.clone());
            let tasks = waiting(&source, 20).await;
            provider.gate.add_permits(20);
            for task in tasks {
                assert_eq!(task.await.unwrap().map_err(|fault| fault.to_string()), answer.map(Secret::from).map_err(ToOwned::to_owned));
            }
            assert_eq!(provider.asked(), 1);
        }
    }

    #[tokio::test]
    async fn no_call_waits_for_the_provider_of_another_source() {
        let (stuck, free) = (Gated::new(Ok("fresh")), Gated::new(Ok("other")));
        let (one, other) = (TokenSource::new(stuck.clone()), TokenSource::new(free.clone()));
        let waits = waiting(&one, 3).await;
        free.gate.add_permits(1);
        assert_eq!(other.refreshed(&"stale".into()).await.unwrap(), "other".into());
        assert!(waits.iter().all(|task| !task.is_finished()));
        waits.iter().for_each(JoinHandle::abort);
    }

    #[tokio::test]
    async fn a_failure_is_forgotten_by_who_comes_later() {
        let provider = Gated::new(Err("closed"));
        let source = TokenSource::new(provider.clone());
        provider.gate.add_permits(2);
        for asked in 1..=2 {
            assert!(source.token().await.is_err());
            assert_eq!(provider.asked(), asked);
        }
    }

    #[tokio::test]
    async fn when_who_asks_is_dropped_the_next_asks() {
        let provider = Gated::new(Ok("fresh"));
        let source = TokenSource::new(provider.clone());
        let mut tasks = waiting(&source, 3).await;
        assert!(source.0.held().is_none(), "the provider is being asked");
        tasks.remove(0).abort();
        yield_now().await;
        provider.gate.add_permits(1);
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap(), "fresh".into());
        }
        assert_eq!(provider.asked(), 2);
        assert_eq!(source.0.held(), Some("fresh".into()));
    }
}
