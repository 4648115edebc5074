//! The walk: sends the requests of the [window](crate::walk::Window) and returns each entity in its turn.
//!
//! One task drives everything, at most `MAX_REQUESTS_IN_FLIGHT` requests at a time. Nothing is spawned: whoever waits
//! for something else does so with [`Walk::while_walking`], and the requests go on.

mod discovery;
mod host_titles;
mod load;
mod place;
mod request;
mod visit;
mod window;

pub(crate) use discovery::{Discovery, Found, NodeId};
pub(crate) use load::Budgets;
pub(crate) use request::{Arrival, Request};
pub(crate) use visit::{Failure, Outcome, Visit};
pub(crate) use window::Window;

use std::pin::pin;
use std::rc::Rc;

use futures::future::{Either, LocalBoxFuture, select};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::arke::entity::FetchedComponent;
use crate::config::Config;
use crate::crosswalk::Context;
use crate::http::body_budget::BodyBudget;
use crate::source::Source;

/// Walks a tree and makes its records.
pub(crate) struct Walk<'c> {
    window: Window<'c>,
    source: &'c Source<'c>,
    budget: Rc<BodyBudget>,
    in_flight: FuturesUnordered<LocalBoxFuture<'c, Arrival>>,
    in_flight_max: usize,
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
            in_flight: FuturesUnordered::new(),
            in_flight_max: config.requests_in_flight_max as usize,
        }
    }

    /// Returns what is known of the tree.
    pub(crate) fn discovery(&self) -> &Discovery {
        self.window.discovery()
    }

    /// Returns the next entity in the order of the file, or `None` after the last.
    pub(crate) async fn next(&mut self) -> Option<Visit> {
        loop {
            if let Some(visit) = self.window.pop_ready() {
                return Some(visit);
            }
            self.ask();
            let arrival = self.in_flight.next().await?;
            self.window.accept(arrival);
        }
    }

    /// Waits for something else while the walk goes on.
    pub(crate) async fn while_walking<T>(&mut self, other: impl Future<Output = T>) -> T {
        let mut other = pin!(other);
        loop {
            self.ask();
            if self.in_flight.is_empty() {
                return other.await;
            }
            match select(other.as_mut(), self.in_flight.next()).await {
                Either::Left((output, _)) => return output,
                Either::Right((Some(arrival), _)) => self.window.accept(arrival),
                Either::Right((None, _)) => {}
            }
        }
    }

    /// Sends what the window asks for next, while there is room, and updates the budget of the bodies.
    fn ask(&mut self) {
        while self.in_flight.len() < self.in_flight_max
            && let Some(request) = self.window.next_request(self.budget.arriving_bytes())
        {
            let (source, budget) = (self.source, Rc::clone(&self.budget));
            self.in_flight.push(Box::pin(async move {
                match request {
                    Request::Manifest { node, pi } => {
                        let reading = source.manifest(pi).await;
                        Arrival::Manifest { node, reading }
                    }
                    Request::Component {
                        node,
                        index,
                        cid,
                        role,
                    } => {
                        let body = source
                            .component(cid, role, budget.reservation(node.index()))
                            .await;
                        Arrival::Component {
                            node,
                            component: FetchedComponent { index, body },
                        }
                    }
                }
            }));
        }
        self.budget.update(
            self.window.assembly_bytes(),
            self.window.urgent().map(NodeId::index),
        );
    }
}
