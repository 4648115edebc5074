//! Lane of a host: the requests that wait for their turn, and its pace.
//!
//! Probes go first, then by turns what is asked for again and what is new, each in the order it came.

use std::collections::VecDeque;
use std::time::Instant;

use tokio::sync::oneshot;

use super::pace::{Pace, Sent};

/// A host's place in the limiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LaneId(pub(super) usize);

/// Which requests of a lane go before others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Something that was answered before, to see whether the host answers.
    Probe,
    /// Something that was asked for before, in vain.
    Retry,
    /// Something new.
    First,
}

/// The lane of a host.
#[derive(Debug)]
pub(super) struct Lane {
    /// How fast its requests are sent.
    pub(super) pace: Pace,
    /// How many of them are on their way.
    pub(super) in_flight: usize,
    /// Those who wait, by [`Turn`].
    waiting: [VecDeque<oneshot::Sender<Sent>>; 3],
    /// What is new goes before what is asked for again.
    is_turn_of_new: bool,
}

impl Lane {
    /// Starts with nobody who waits.
    pub(super) fn new(pace: Pace) -> Self {
        Self {
            pace,
            in_flight: 0,
            waiting: Default::default(),
            is_turn_of_new: false,
        }
    }

    /// Has somebody wait for a turn.
    pub(super) fn wait(&mut self, turn: Turn, sender: oneshot::Sender<Sent>) {
        self.waiting[turn as usize].push_back(sender);
    }

    /// Tells whether anybody waits.
    pub(super) fn has_waiting(&self) -> bool {
        self.waiting.iter().any(|queue| !queue.is_empty())
    }

    /// Takes note that a request is sent.
    pub(super) fn start(&mut self, now: Instant) -> Sent {
        self.in_flight += 1;
        self.pace.start(now)
    }

    /// Sends the next one; tells whether there was somebody who still waited for that.
    pub(super) fn send_next(&mut self, now: Instant) -> bool {
        let [probes, retries, first_tries] = &mut self.waiting;
        let by_turns = if std::mem::take(&mut self.is_turn_of_new) {
            [first_tries, retries]
        } else {
            self.is_turn_of_new = !retries.is_empty();
            [retries, first_tries]
        };
        let mut queues = std::iter::once(probes).chain(by_turns);
        let next = queues.find_map(VecDeque::pop_front);
        drop(queues);
        let Some(sender) = next else { return false };
        let is_sent = sender.send(self.start(now)).is_ok();
        self.in_flight -= usize::from(!is_sent);
        is_sent
    }
}
