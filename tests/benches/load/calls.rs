//! The calls: reads, messages and creates in turn, each with an answer that is its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::runtime::Runtime;
use whatsapp_graph::{ApiVersion, Client, Error, RetryPolicy};

use crate::book::Book;

const NUMBER: &str = "106540352242922";
const ACCOUNT: &str = "102289599326934";

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Read,
    Message,
    Create,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Read, Self::Message, Self::Create];

    fn of(call: usize) -> Self {
        Self::ALL[call % 3]
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "reads",
            Self::Message => "messages",
            Self::Create => "creates",
        }
    }
}

/// How a call ended; nothing while it has not.
const ANSWERED: u8 = 1;
const ANSWERED_WRONGLY: u8 = 2;
const FAILED: u8 = 3;

pub struct Calls(Arc<Shared>);

struct Shared {
    client: Client,
    begun: AtomicUsize,
    /// A byte a call, made at the beginning, so that results take no memory later.
    ends: Vec<AtomicU8>,
}

impl Calls {
    pub fn new(url: &str, count: usize) -> Self {
        let policy = RetryPolicy::new().repeat_refused_writes(true).base_pause(Duration::from_millis(20));
        let client = Client::builder("EAAJBtoken0of0the0measurement", ApiVersion::V23_0).base_url(url).retries(policy).build().unwrap();
        Self(Arc::new(Shared { client, begun: AtomicUsize::new(0), ends: (0..count).map(|_| AtomicU8::new(0)).collect() }))
    }

    /// Makes the remaining calls of the first `n`.
    pub fn make(&self, runtime: &Runtime, count: usize, concurrency: usize) {
        let tasks: Vec<_> = (0..concurrency)
            .map(|_| {
                let shared = Arc::clone(&self.0);
                runtime.spawn(async move {
                    while let Ok(call) =
                        shared.begun.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| (next < count).then_some(next + 1))
                    {
                        let end = match shared.call(call).await {
                            Ok(true) => ANSWERED,
                            Ok(false) => ANSWERED_WRONGLY,
                            Err(_) => FAILED,
                        };
                        assert_eq!(shared.ends[call].swap(end, Ordering::Relaxed), 0, "a call has ended twice");
                    }
                })
            })
            .collect();
        runtime.block_on(async {
            for task in tasks {
                // A task that panicked has lost a result, which is counted.
                drop(task.await);
            }
        });
    }

    fn ended(&self, how: u8) -> impl Iterator<Item = usize> {
        let ends = self.0.ends.iter().enumerate();
        ends.filter(move |(_, end)| end.load(Ordering::Relaxed) == how).map(|(call, _)| call)
    }

    pub fn of(&self, kind: Kind) -> impl Iterator<Item = usize> {
        (0..self.count()).filter(move |call| Kind::of(*call) == kind)
    }

    pub fn count(&self) -> usize {
        self.0.ends.len()
    }

    pub fn results(&self) -> usize {
        self.count() - self.ended(0).count()
    }

    pub fn summary(&self) -> String {
        let failed = |kind| self.ended(FAILED).filter(|call| Kind::of(*call) == kind).count();
        let failed: Vec<_> = Kind::ALL.into_iter().map(|kind| format!("{} {}", failed(kind), kind.name())).collect();
        format!("{} answered; errors: {}", self.ended(ANSWERED).count(), failed.join(", "))
    }

    /// The calls that have an answer of another call, or one that the server has not given.
    pub fn wrong(&self, book: &Book) -> Vec<String> {
        let of_others = self.ended(ANSWERED_WRONGLY).map(|call| format!("call {call} has the answer of another"));
        let unanswered = self.ended(ANSWERED).filter(|call| book.executed(*call) == 0).map(|call| format!("call {call} got no answer"));
        of_others.chain(unanswered).collect()
    }
}

impl Shared {
    /// Makes a call; is the answer its own?
    async fn call(&self, call: usize) -> Result<bool, Error> {
        let phone = self.client.phone_number(NUMBER);
        let own = format!("5550{call:06}");
        match Kind::of(call) {
            Kind::Read => Ok(phone.read().with_param("call", call).send().await?.verified_name == Some(own)),
            Kind::Message => {
                let sent = phone.messages().create("Your table is ready.").to("16505551234").with_param("call", call).send().await?;
                Ok(sent.messages.is_some_and(|messages| messages[0].id == own))
            }
            Kind::Create => {
                let numbers = self.client.whatsapp_business_account(ACCOUNT).phone_numbers().create();
                let created =
                    numbers.cc("1").phone_number("6315551000").verified_name("Lucky Shrub").with_param("call", call).send().await?;
                Ok(created.id.as_ref() == own)
            }
        }
    }
}
