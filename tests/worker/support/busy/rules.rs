//! What an archive bears, and what goes wrong with it when.

use std::collections::BTreeMap;
use std::time::Duration;

/// The rules of an archive. By default it bears everything and answers at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    /// What chance is drawn from: latencies, and which requests a brown-out refuses.
    pub(crate) seed: u64,
    /// The least and the most that an answer takes, the same for an item each time.
    pub(crate) latency: (Duration, Duration),
    /// What each request that is open adds to that.
    pub(crate) latency_of_load: Duration,
    /// nginx's `limit_req`.
    pub(crate) rate: Option<Rate>,
    /// nginx's `limit_conn`: requests at once at the gateway.
    pub(crate) connections: Option<usize>,
    /// Requests at once that the store behind the API and the gateway bears.
    pub(crate) capacity: Option<usize>,
    /// How a refusal is said.
    pub(crate) refusal: Refusal,
    /// What goes wrong for a time.
    pub(crate) phases: Vec<Phase>,
    /// A cache before both origins answers what was answered once, whatever becomes of them.
    pub(crate) caches: bool,
    /// The API and the gateway have one address.
    pub(crate) is_one_origin: bool,
    /// The items that are never answered well, by [key](super::items::Item::key).
    pub(crate) bad: BTreeMap<String, Bad>,
}

/// So many requests a second, and so many more for a while, none of which waits (`burst=… nodelay`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    pub(crate) burst: f64,
    pub(crate) scope: Scope,
}

/// Which of the two origins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Both,
    Api,
    Gateway,
}

/// How a refusal is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// As the archive does: nginx's 503 page where a limit of nginx is passed; where the store bears no more, 503 for a
    /// component, and a 404 that hides it for a manifest. Never with Retry-After.
    #[default]
    AsTheArchive,
    /// With this status, and Retry-After in seconds.
    RetryAfter(u16, u32),
}

/// What goes wrong from a moment on, for a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phase {
    pub(crate) from: Start,
    /// [`Duration::MAX`]: for ever.
    pub(crate) lasts: Duration,
    pub(crate) scope: Scope,
    pub(crate) trouble: Trouble,
}

/// When a phase begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    /// So long after the first request of all.
    At(Duration),
    /// With the request of this number, the first being 0.
    Request(usize),
}

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trouble {
    /// The store bears no more than so many requests at once.
    Capacity(usize),
    /// So many of a hundred requests are refused, as by the store.
    Refusing(u64),
    /// Nothing is answered.
    Down(Down),
}

/// How an origin is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Down {
    /// Connections are reset.
    Reset,
    /// Connections are accepted, and nothing is ever answered.
    Silent,
    /// A page with this status.
    Status(u16),
}

/// How an item is bad for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    /// This status, as its origin says it, after so long.
    Status(u16, Duration),
    /// Nothing.
    Silent,
}

impl Rules {
    /// An archive whose answers take so many milliseconds, drawn by this seed, and that bears everything.
    pub(crate) fn with_latency(seed: u64, least: u64, most: u64) -> Self {
        Self {
            seed,
            latency: (Duration::from_millis(least), Duration::from_millis(most)),
            ..Self::default()
        }
    }

    /// So many requests a second at the gateway, and a burst.
    pub(crate) fn rate(self, per_second: u32, burst: u32) -> Self {
        Self {
            rate: Some(Rate {
                per_second: per_second.into(),
                burst: burst.into(),
                scope: Scope::Gateway,
            }),
            ..self
        }
    }

    /// So many requests at once at both origins together.
    pub(crate) fn at_once(self, capacity: usize) -> Self {
        Self {
            capacity: Some(capacity),
            ..self
        }
    }

    /// Both origins in trouble for a time.
    pub(crate) fn trouble(self, from: Start, lasts: Duration, trouble: Trouble) -> Self {
        self.trouble_of(Scope::Both, from, lasts, trouble)
    }

    /// One or both origins in trouble for a time.
    pub(crate) fn trouble_of(
        mut self,
        scope: Scope,
        from: Start,
        lasts: Duration,
        trouble: Trouble,
    ) -> Self {
        self.phases.push(Phase {
            from,
            lasts,
            scope,
            trouble,
        });
        self
    }

    /// These items are bad in this way.
    pub(crate) fn bad(mut self, keys: impl IntoIterator<Item = String>, bad: Bad) -> Self {
        self.bad.extend(keys.into_iter().map(|key| (key, bad)));
        self
    }
}

impl Scope {
    /// Tells whether this origin is meant; it is never [`Both`](Self::Both).
    pub(super) fn has(self, origin: Self) -> bool {
        self == Self::Both || self == origin
    }
}

impl Bad {
    /// This status at once.
    pub(crate) fn status(status: u16) -> Self {
        Self::Status(status, Duration::ZERO)
    }
}
