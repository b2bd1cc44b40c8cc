//! Walking through a list page by page or item by item.

use std::collections::HashSet;
use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::client::Client;
use crate::error::{Error, Kind};
use crate::paging::prefetch::Prefetch;
use crate::request::operation::PagedOperation;
use crate::values::continuation::Continuation;
use crate::values::page::Page;

impl Client {
    /// The pages of a list, one by one.
    pub fn pages<O: PagedOperation, E: From<Error>>(&self, request: O) -> Pages<O, E> {
        Pages::new(self.clone(), request)
    }

    /// The items of a list, whatever page they are on.
    pub fn items<O: PagedOperation, E: From<Error>>(&self, request: O) -> Items<O, E> {
        Items::new(self.clone(), request)
    }
}

/// The pages of a list, fetched one by one as they are asked for.
///
/// Nothing is sent before the first [`next`](Self::next). Pages are found by cursor or, in lists without cursors, by what the URL of the next
/// page says of its place; the URL itself is never followed. The list ends where Graph names no next page. After an error the stream ends;
/// [`continuation`](Self::continuation) says where to resume. [`prefetch`](Self::prefetch) asks for the next page while the last one is worked
/// on.
#[must_use = "nothing is sent before `next` is called"]
pub struct Pages<O: PagedOperation, E = Error> {
    client: Client,
    request: O,
    fetch: Option<Prefetch<Result<Page<O::Item>, Error>>>,
    /// The first page, if it is there already.
    first: Option<Page<O::Item>>,
    continuation: Option<Continuation>,
    /// An endless list would otherwise be read forever: a server that repeats a cursor repeats its pages.
    seen: HashSet<Continuation>,
    state: State,
    prefetch: bool,
    error: PhantomData<fn() -> E>,
}

enum State {
    More,
    Loop,
    /// There is a next page, and nothing to ask for it with.
    Stuck,
    End,
}

impl<O: PagedOperation, E: From<Error>> Pages<O, E> {
    /// The pages that `request` asks for, from the one it asks for.
    pub fn new(client: Client, request: O) -> Self {
        Self {
            client,
            request,
            fetch: None,
            first: None,
            continuation: None,
            seen: HashSet::new(),
            state: State::More,
            prefetch: false,
            error: PhantomData,
        }
    }

    /// Begins with a page that is there already, and asks for those after it: a page of an edge that was read together with its node. The
    /// request must ask for the same fields.
    pub fn begin_with(mut self, page: Page<O::Item>) -> Self {
        self.first = Some(page);
        self
    }

    /// Begins at the page that was to come next when another list ended.
    pub fn resume(mut self, at: &Continuation) -> Self {
        self.request.continue_at(at);
        self.continuation = Some(at.clone());
        self
    }

    /// Asks for the next page as soon as a page is delivered, in a task of its own, so that it is there when the caller has
    /// done with the last. Only one page is fetched ahead; its result, an error too, is delivered in its turn.
    /// Dropping the list cancels the request. Does nothing outside of tokio's runtime.
    ///
    /// It costs a request for nothing where the caller stops before the end.
    pub fn prefetch(mut self) -> Self {
        self.prefetch = true;
        self
    }

    /// The next page, `None` at the end.
    ///
    /// # Errors
    /// What [`Client::send`] reports, a list that comes back to a place it has been at ([`Error::is_paging_loop`]), and one that goes on without
    /// saying where ([`Error::is_paging_stuck`]).
    pub async fn next(&mut self) -> Option<Result<Page<O::Item>, E>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Where the page is that has not been delivered yet: where to [`resume`](Self::resume) after an error. Nothing before the second page and
    /// at the end. If Graph does not say where the list goes on, the place of the last page that was delivered, so that it can be read again.
    pub fn continuation(&self) -> Option<&Continuation> {
        self.continuation.as_ref()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Page<O::Item>, E>>> {
        match self.state {
            State::More => {}
            State::Loop => return self.end(Kind::PagingLoop),
            State::Stuck => return self.end(Kind::PagingStuck),
            State::End => return Poll::Ready(None),
        }
        if let Some(page) = self.first.take() {
            self.advance(&page);
            return Poll::Ready(Some(Ok(page)));
        }
        let result = loop {
            let (client, request) = (&self.client, &self.request);
            let fetch = self.fetch.get_or_insert_with(|| Prefetch::new(send(client, request)));
            let result = ready!(fetch.poll(context));
            self.fetch = None;
            // What was fetched ahead and is lost is fetched again.
            if let Some(result) = result {
                break result;
            }
        };
        match &result {
            Ok(page) => self.advance(page),
            Err(_) => self.state = State::End,
        }
        if self.prefetch && matches!(self.state, State::More) {
            self.fetch = Prefetch::ahead(send(&self.client, &self.request));
        }
        Poll::Ready(Some(result.map_err(E::from)))
    }

    fn advance(&mut self, page: &Page<O::Item>) {
        let next = page.continuation();
        if next.is_none() && page.has_next() {
            self.state = State::Stuck;
            return;
        }
        self.state = match &next {
            None => State::End,
            Some(next) if !self.seen.insert(next.clone()) => State::Loop,
            Some(next) => {
                self.request.continue_at(next);
                State::More
            }
        };
        self.continuation = next;
    }

    /// Ends the list with an error of its own.
    fn end(&mut self, kind: Kind) -> Poll<Option<Result<Page<O::Item>, E>>> {
        self.state = State::End;
        let version = self.request.options().version().unwrap_or(self.client.version());
        Poll::Ready(Some(Err(Error::of_list(kind, self.request.info(), version).into())))
    }
}

/// One request, which holds all that it needs.
fn send<O: PagedOperation>(client: &Client, request: &O) -> impl Future<Output = Result<Page<O::Item>, Error>> + Send + 'static {
    let (client, request) = (client.clone(), request.clone());
    async move { client.send(&request).await }
}

// Nothing is pinned in place: the one future is in a box.
impl<O: PagedOperation, E> Unpin for Pages<O, E> {}

impl<O: PagedOperation, E: From<Error>> Stream for Pages<O, E> {
    type Item = Result<Page<O::Item>, E>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<O: PagedOperation, E> fmt::Debug for Pages<O, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &self.request.info().id)
            .field("continuation", &self.continuation)
            .finish_non_exhaustive()
    }
}

/// The items of a list, whose pages are fetched one by one as they are needed. See [`Pages`].
#[must_use = "nothing is sent before `next` is called"]
pub struct Items<O: PagedOperation, E = Error> {
    pages: Pages<O, E>,
    page: std::vec::IntoIter<O::Item>,
}

impl<O: PagedOperation, E: From<Error>> Items<O, E> {
    /// The items that `request` asks for, from the page it asks for.
    pub fn new(client: Client, request: O) -> Self {
        Pages::new(client, request).into()
    }

    /// Asks for the next page while the items of the last are worked on. See [`Pages::prefetch`].
    pub fn prefetch(mut self) -> Self {
        self.pages = self.pages.prefetch();
        self
    }

    /// Begins with the items of a page that is there already. See [`Pages::begin_with`].
    pub fn begin_with(mut self, page: Page<O::Item>) -> Self {
        self.pages = self.pages.begin_with(page);
        self
    }

    /// Begins at the page that was to come next when another list ended. See [`Pages::resume`].
    pub fn resume(mut self, at: &Continuation) -> Self {
        self.pages = self.pages.resume(at);
        self
    }

    /// The next item, `None` at the end.
    ///
    /// # Errors
    /// What [`Pages::next`] reports. Items delivered before the error are good.
    pub async fn next(&mut self) -> Option<Result<O::Item, E>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Where the next page is: everything before it has been fetched, though perhaps not delivered. See [`Pages::continuation`].
    pub fn continuation(&self) -> Option<&Continuation> {
        self.pages.continuation()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<O::Item, E>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(context)) {
                Some(Ok(page)) => self.page = page.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<O: PagedOperation, E> From<Pages<O, E>> for Items<O, E> {
    fn from(pages: Pages<O, E>) -> Self {
        Self { pages, page: Vec::new().into_iter() }
    }
}

impl<O: PagedOperation, E> Unpin for Items<O, E> {}

impl<O: PagedOperation, E: From<Error>> Stream for Items<O, E> {
    type Item = Result<O::Item, E>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<O: PagedOperation, E> fmt::Debug for Items<O, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
