//! The walk: sends the requests of the [window](crate::walk::Window) and returns each entity in its turn.
//!
//! One task drives everything, at most `MAX_REQUESTS_IN_FLIGHT` requests at a time, and beside them those that wait for
//! their next try. Nothing is spawned: whoever waits
//! for something else does so with [`Walk::while_walking`], and the requests go on.

mod beyond;
mod discovery;
mod hosts;
mod in_file;
mod large;
mod load;
mod place;
mod request;
mod visit;
mod waiting;
mod window;

pub(crate) use discovery::{Discovery, Found, NodeId};
pub(crate) use in_file::InFile;
pub(crate) use load::Budgets;
pub(crate) use request::{Arrival, Request};
pub(crate) use visit::{Failure, Outcome, Visit};
pub(crate) use window::Window;

use std::mem;
use std::pin::pin;
use std::rc::Rc;

use anyhow::Result;
use futures::future::{Either, LocalBoxFuture, select};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::arke::content::FetchedComponent;
use crate::config::Config;
use crate::crosswalk::Context;
use crate::destination::Output;
use crate::http::body_budget::BodyBudget;
use crate::source::Source;

use in_file::Writing;
use large::Rereading;
use waiting::Waiting;

/// Walks a tree and makes its records.
pub(crate) struct Walk<'c> {
    window: Window<'c>,
    source: &'c Source<'c>,
    budget: Rc<BodyBudget>,
    /// How many files are read again at the same time, and what they may take while they come.
    rereads: usize,
    rereading_bytes: usize,
    in_flight: FuturesUnordered<LocalBoxFuture<'c, Arrival>>,
    in_flight_max: usize,
    waiting: Rc<Waiting>,
}

impl<'c> Walk<'c> {
    /// Starts a walk at the root that the configuration names.
    pub(crate) fn new(config: &'c Config, source: &'c Source<'c>) -> Self {
        let budgets = Budgets::for_memory(config.memory_mib);
        let context = Context {
            options: config.options.record,
            site_url: &config.site_url,
            ipfs_url: &config.ipfs_public_url,
            position: None,
        };
        Self {
            window: Window::new(config.root, &config.options, context, budgets),
            source,
            budget: BodyBudget::new(budgets.assembly_bytes),
            rereads: 0,
            rereading_bytes: budgets.share_bytes(),
            in_flight: FuturesUnordered::new(),
            in_flight_max: config.requests_in_flight_max as usize,
            waiting: Rc::default(),
        }
    }

    /// Returns what is known of the tree.
    pub(crate) fn discovery(&self) -> &Discovery {
        self.window.discovery()
    }

    /// Tells whether manifests of known entities are still to come, and more entities may be found.
    pub(crate) fn is_open(&self) -> bool {
        self.window.is_open()
    }

    /// Returns the next entity in the order of the file, or `None` after the last.
    pub(crate) async fn next(&mut self) -> Option<Visit> {
        loop {
            if let Some(visit) = self.window.pop_ready() {
                return Some(visit);
            }
            self.ask();
            if self.in_flight.is_empty() {
                return None;
            }
            self.go_on().await;
        }
    }

    /// Writes the record of an entity in its turn, if it has one, and returns what became of it.
    ///
    /// # Errors
    ///
    /// Says what the destination answered.
    pub(crate) async fn write(
        &mut self,
        visit: &mut Visit,
        output: &mut Output,
    ) -> Result<Option<InFile>> {
        let host = visit.host.as_deref();
        let mut writing = Writing::new(output);
        match &mut visit.outcome {
            Outcome::Exported(conversion) => {
                self.while_walking(writing.write(&conversion.record, host))
                    .await?;
            }
            Outcome::Unwritten(entity) => {
                let context = *self.window.context();
                let entity = mem::take(entity);
                self.rereads = entity.rereads(self.in_flight_max);
                let rereading = Rereading {
                    source: self.source,
                    requests: self.rereads,
                    budget: &self.budget.beside(self.rereading_bytes),
                };
                let write = entity.write(visit.pi, context, rereading, host, &mut writing);
                let mut conversion = self.while_walking(write).await?;
                self.rereads = 0;
                if visit.found.placed > 0 {
                    self.window.remember_host(conversion.host.take());
                }
                visit.outcome = Outcome::Exported(Box::new(conversion));
            }
            Outcome::Failed(_) | Outcome::Deleted | Outcome::Merged => return Ok(None),
        }
        Ok(Some(writing.end()))
    }

    /// Waits for something else while the walk goes on.
    pub(crate) async fn while_walking<T>(&mut self, other: impl Future<Output = T>) -> T {
        let mut other = pin!(other);
        loop {
            self.ask();
            if self.in_flight.is_empty() {
                return other.await;
            }
            if let Either::Left((output, _)) = select(other.as_mut(), pin!(self.go_on())).await {
                return output;
            }
        }
    }

    /// Waits until something comes, or a request begins or ends to wait.
    async fn go_on(&mut self) {
        let arrival = tokio::select! {
            arrival = self.in_flight.next() => arrival,
            () = self.waiting.changed() => None,
        };
        self.update_waiting();
        if let Some(arrival) = arrival {
            self.window.accept(arrival);
        }
    }

    fn update_waiting(&mut self) {
        for change in self.waiting.take_changes() {
            self.window.record_wait(change);
        }
    }

    /// Sends what the window asks for next, while there is room, and updates the budget of the bodies.
    fn ask(&mut self) {
        self.update_waiting();
        while self.in_flight.len() - self.waiting.count() + self.rereads < self.in_flight_max
            && let Some(request) = self.window.next_request(self.budget.arriving_bytes())
        {
            let (source, budget) = (self.source, Rc::clone(&self.budget));
            let waiting = Rc::clone(&self.waiting);
            self.in_flight.push(Box::pin(async move {
                match request {
                    Request::Manifest { node, pi } => {
                        let wait = waiting.request(node);
                        let reservation = budget.reservation(node.index());
                        let waits = |waits| wait.set(waits);
                        let reading = source.manifest(pi, reservation, &waits).await;
                        Arrival::Manifest { node, reading }
                    }
                    Request::Component {
                        node,
                        index,
                        cid,
                        role,
                    } => {
                        let wait = waiting.request(node);
                        let reservation = budget.reservation(node.index());
                        let waits = |waits| wait.set(waits);
                        let read = source.component(cid, role, reservation, &waits).await;
                        let (content, sha256) = match read {
                            Ok((content, sha256)) => (Ok(content), Some(sha256)),
                            Err(why) => (Err(why), None),
                        };
                        Arrival::Component {
                            node,
                            component: FetchedComponent { index, content },
                            sha256,
                        }
                    }
                }
            }));
        }
        self.budget.update(
            self.window.held_bytes(),
            self.window.urgent().map(NodeId::index),
        );
    }
}
