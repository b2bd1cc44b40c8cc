//! Many calls, each in a request of its own: as many at once as is good, at the pace of their objects.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::batch::IntoBatch;
use crate::client::Client;
use crate::client::reply::Reply;
use crate::client::retry_loop::in_a_runtime;
use crate::error::Error;
use crate::limits::rate_limit::Pace;

/// How many calls are under way at once unless it is said.
const AT_ONCE: usize = 256;

/// Calls that are sent as fast as the pace of their objects allows, and their results in the order in which they come.
///
/// Each call has a key of the caller's, an order number for example, by which its result is known. A call is taken from the source when one of those under
/// way has ended, so that the source may be endless. Without a pace of the client's it is [`Pace::documented`], so that no call fails for being one of many.
///
/// Dropping it drops the calls under way: of those nothing more is known than of any call that is dropped.
#[must_use = "nothing is sent before `next` is called"]
pub struct Sends<K, R: IntoBatch, E = Error> {
    client: Client,
    source: Option<Source<K, R>>,
    at_once: usize,
    under_way: JoinSet<(K, Result<Reply, Error>)>,
    error: PhantomData<fn() -> E>,
}

/// A call that has ended.
type Ended<K, T, E> = (K, Result<T, E>);

type Source<K, R> = Pin<Box<dyn Stream<Item = (K, R)> + Send>>;

impl Client {
    /// Sends many calls, each with a key by which its result is known, at the pace of their objects. What [`Sends`] says holds.
    ///
    /// ```
    /// # use graph_runtime::{Client, Error, Method, RawRequest, Value};
    /// # async fn example(client: &Client, orders: Vec<(u64, String)>) {
    /// let messages = orders.into_iter().map(|(order, to)| {
    ///     let message = RawRequest::<Value>::new(Method::Post, "/106540352242922/messages").with_param("to", to);
    ///     (order, message)
    /// });
    /// let mut sends = client.send_each::<_, _, Error>(messages);
    /// while let Some((order, result)) = sends.next().await {
    ///     println!("{order}: {result:?}");
    /// }
    /// # }
    /// ```
    pub fn send_each<K, R, E>(&self, calls: impl IntoIterator<Item = (K, R), IntoIter: Send + 'static>) -> Sends<K, R, E>
    where
        K: Send + 'static,
        R: IntoBatch,
        E: From<Error>,
    {
        self.send_stream(Iterating(calls.into_iter()))
    }

    /// [`send_each`](Self::send_each) of calls that come by and by.
    pub fn send_stream<K, R, E>(&self, calls: impl Stream<Item = (K, R)> + Send + 'static) -> Sends<K, R, E>
    where
        K: Send + 'static,
        R: IntoBatch,
        E: From<Error>,
    {
        let client = if self.pace.is_some() { self.clone() } else { self.with_pace(Pace::documented()) };
        Sends { client, source: Some(Box::pin(calls)), at_once: AT_ONCE, under_way: JoinSet::new(), error: PhantomData }
    }
}

impl<K, R, E> Sends<K, R, E>
where
    K: Send + 'static,
    R: IntoBatch,
    E: From<Error>,
{
    /// How many calls are under way at once, those that wait for their turn among them; by default 256. It has to be more than are sent while one is
    /// answered, or the pace is not reached: at 80 a second and half a second an answer, 40.
    pub fn at_once(mut self, calls: usize) -> Self {
        self.at_once = calls.max(1);
        self
    }

    /// The result of the call that ends next, with its key; `None` when all have ended. A call that panics is left out.
    pub async fn next(&mut self) -> Option<(K, Result<R::Answer, E>)> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// How many calls are under way.
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Ended<K, R::Answer, E>>> {
        while self.under_way.len() < self.at_once
            && let Some(source) = &mut self.source
        {
            match source.as_mut().poll_next(context) {
                Poll::Ready(Some((key, call))) => match in_a_runtime() {
                    Ok(()) => self.begin(key, call),
                    Err(fault) => return Poll::Ready(Some((key, Err(Error::config(fault.to_owned()).into())))),
                },
                Poll::Ready(None) => self.source = None,
                Poll::Pending => break,
            }
        }
        loop {
            return match self.under_way.poll_join_next(context) {
                Poll::Ready(Some(Ok((key, result)))) => Poll::Ready(Some((key, result.and_then(decoded::<R>).map_err(E::from)))),
                Poll::Ready(Some(Err(_))) => continue,
                Poll::Ready(None) if self.source.is_none() => Poll::Ready(None),
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            };
        }
    }

    fn begin(&mut self, key: K, call: R) {
        let (client, mut outgoing, options) = call.into_batch().alone(&self.client);
        let sending = async move {
            let result = client.execute(&mut outgoing, &options).await;
            (key, result)
        };
        self.under_way.spawn_on(sending, &Handle::current());
    }
}

fn decoded<R: IntoBatch>(reply: Reply) -> Result<R::Answer, Error> {
    reply.decode(R::decode).map(|response| response.value)
}

impl<K, R, E> Stream for Sends<K, R, E>
where
    K: Send + 'static,
    R: IntoBatch,
    E: From<Error>,
{
    type Item = (K, Result<R::Answer, E>);

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

// Nothing is pinned in place: the source is in a box.
impl<K, R: IntoBatch, E> Unpin for Sends<K, R, E> {}

impl<K, R: IntoBatch, E> fmt::Debug for Sends<K, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sends").field("under_way", &self.under_way.len()).field("at_once", &self.at_once).finish_non_exhaustive()
    }
}

/// An iterator, whose items are there at once.
struct Iterating<I>(I);

impl<I: Iterator> Stream for Iterating<I> {
    type Item = I::Item;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
        Poll::Ready(self.get_mut().0.next())
    }
}

impl<I> Unpin for Iterating<I> {}
