//! Scripted responses of the servers, and the log of their requests.
//!
//! [`Script`], [`Answer`] and [`Gate`] act before a request; [`Log`] and [`Gauge`] look at what
//! came. The three servers share them, so a fault is written the same way whichever of them it
//! happens to.

mod answer;
mod log;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

pub(crate) use self::answer::{Answer, Reply, Reset, head_and_bytes, reply};
pub(crate) use self::log::{Gauge, Log, Present};

/// Why a lock of the servers can be taken.
pub(crate) const UNPOISONED: &str = "nothing panics while it holds this lock";

/// Answers to be given in place of the usual ones, by a server's own key for a request.
#[derive(Debug, Default)]
pub(crate) struct Script {
    once: Mutex<HashMap<String, VecDeque<Answer>>>,
    always: Mutex<Vec<(String, Answer)>>,
}

impl Script {
    /// Gives this answer to the next request of this key that no earlier call has spoken for.
    pub(crate) fn next(&self, key: &str, answer: Answer) {
        self.once
            .lock()
            .expect(UNPOISONED)
            .entry(key.to_owned())
            .or_default()
            .push_back(answer);
    }

    /// Holds the usual answer to the next request of this key back, until the gate is opened.
    pub(crate) fn hold_next(&self, key: &str) -> Gate {
        let gate = Gate::new();
        self.next(key, Answer::usual().held(&gate));
        gate
    }

    /// Gives this answer to every request whose key starts so, once those of [`next`](Self::next)
    /// are used up.
    ///
    /// The latest call counts, so [`Answer::usual`] ends a fault.
    pub(crate) fn always(&self, prefix: &str, answer: Answer) {
        self.always
            .lock()
            .expect(UNPOISONED)
            .insert(0, (prefix.to_owned(), answer));
    }

    /// The answer for a request.
    pub(crate) fn take(&self, key: &str) -> Answer {
        let once = self
            .once
            .lock()
            .expect(UNPOISONED)
            .get_mut(key)
            .and_then(VecDeque::pop_front);
        once.unwrap_or_else(|| {
            let always = self.always.lock().expect(UNPOISONED);
            let found = always.iter().find(|(prefix, _)| key.starts_with(prefix));
            found.map_or_else(Answer::usual, |(_, answer)| answer.clone())
        })
    }
}

/// Holds answers back until a test opens it, once and for good.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    /// A closed gate.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Lets everything through that waits, and all that comes.
    pub(crate) fn open(&self) {
        self.0.send_replace(true);
    }

    async fn passed(&self) {
        // The sender is `self`, so the channel cannot be closed meanwhile.
        let _ = self.0.subscribe().wait_for(|open| *open).await;
    }
}
