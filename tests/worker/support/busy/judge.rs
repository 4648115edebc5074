//! What becomes of a request by the rules: pure state, with the time as an argument.

use std::collections::HashSet;
use std::time::Duration;

use crate::support::archive::shuffled;
use crate::support::random::Random;

use super::rules::{Bad, Down, Phase, Rules, Scope, Start, Trouble};

/// What a request gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What it asked for.
    Good,
    /// It is one too many for nginx.
    Limited,
    /// It is one too many for the store.
    Overloaded,
    /// The item is bad.
    Bad(Bad),
    /// The origin is down.
    Down(Down),
}

/// What a request gets, after how long, and what it occupies until then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    pub(crate) after: Duration,
    pub(crate) place: Place,
    /// A cache before the origin has it.
    pub(crate) is_cached: bool,
}

/// What an open request occupies.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Place {
    connection: bool,
    store: bool,
}

/// The state that the rules need.
#[derive(Debug)]
pub(crate) struct Judge {
    rules: Rules,
    random: Random,
    requests: usize,
    /// Requests above the rate, as `limit_req` counts them, when the last one was let through.
    excess: f64,
    last: Option<Duration>,
    connections: usize,
    in_store: usize,
    /// When each phase began.
    begun: Vec<Option<Duration>>,
    cached: HashSet<String>,
}

impl Judge {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            random: Random::new(rules.seed),
            requests: 0,
            excess: 0.0,
            last: None,
            connections: 0,
            in_store: 0,
            begun: vec![None; rules.phases.len()],
            cached: HashSet::new(),
            rules,
        }
    }

    /// Decides about a request that comes now for an item; `path` is how it is asked for.
    pub(crate) fn decide(
        &mut self,
        now: Duration,
        origin: Scope,
        path: &str,
        key: &str,
    ) -> Verdict {
        let phases = self.phases_at(now);
        self.requests += 1;
        let (least, most) = self.rules.latency;
        let latency = least + shuffled(self.rules.seed, most.saturating_sub(least))(key);
        if self.rules.caches && self.cached.contains(path) {
            return Verdict {
                is_cached: true,
                ..Verdict::free(Outcome::Good, latency)
            };
        }
        let of_load = self.rules.latency_of_load * u32::try_from(self.in_store).unwrap_or(u32::MAX);
        let latency = latency + of_load;
        // Who is refused waits for the way there and back alone.
        let refused = |outcome| Verdict::free(outcome, least / 2);
        let troubles = phases.filter(|phase| phase.scope.has(origin));
        let troubles: Vec<Trouble> = troubles.map(|phase| phase.trouble).collect();
        for trouble in &troubles {
            if let Trouble::Down(down) = *trouble {
                return refused(Outcome::Down(down));
            }
        }
        if !self.is_let_through(now, origin) {
            return refused(Outcome::Limited);
        }
        let is_gateway = origin == Scope::Gateway;
        let is_full = |limit| is_gateway && self.connections >= limit;
        if self.rules.connections.is_some_and(is_full) {
            return refused(Outcome::Limited);
        }
        let mut capacity = self.rules.capacity;
        for trouble in troubles {
            match trouble {
                Trouble::Refusing(percent) if self.random.happens(percent) => {
                    return refused(Outcome::Overloaded);
                }
                Trouble::Capacity(lower) => capacity = Some(lower),
                _ => {}
            }
        }
        let mut place = Place {
            connection: is_gateway,
            store: false,
        };
        if let Some(&bad) = self.rules.bad.get(key) {
            let after = match bad {
                Bad::Status(_, after) => latency + after,
                Bad::Silent => latency,
            };
            return self.enter(Outcome::Bad(bad), after, place);
        }
        if capacity.is_some_and(|capacity| self.in_store >= capacity) {
            return refused(Outcome::Overloaded);
        }
        if self.rules.caches {
            self.cached.insert(path.to_owned());
        }
        place.store = true;
        self.enter(Outcome::Good, latency, place)
    }

    /// The phases that a request is in that comes now.
    fn phases_at(&mut self, now: Duration) -> impl Iterator<Item = Phase> + use<> {
        let mut current = Vec::new();
        for (phase, begun) in self.rules.phases.iter().zip(&mut self.begun) {
            let begins = match phase.from {
                Start::At(at) => (now >= at).then_some(at),
                Start::Request(number) => (self.requests >= number).then_some(now),
            };
            *begun = begun.or(begins);
            if begun.is_some_and(|begun| now.saturating_sub(begun) < phase.lasts) {
                current.push(*phase);
            }
        }
        current.into_iter()
    }

    /// `limit_req` with `nodelay`: a bucket that leaks at the rate and holds the burst. What is refused fills nothing.
    fn is_let_through(&mut self, now: Duration, origin: Scope) -> bool {
        let Some(rate) = self.rules.rate.filter(|rate| rate.scope.has(origin)) else {
            return true;
        };
        let excess = self.last.map_or(0.0, |last| {
            let leaked = now.saturating_sub(last).as_secs_f64() * rate.per_second;
            (self.excess - leaked + 1.0).max(0.0)
        });
        let is_let_through = excess <= rate.burst;
        if is_let_through {
            (self.excess, self.last) = (excess, Some(now));
        }
        is_let_through
    }

    fn enter(&mut self, outcome: Outcome, after: Duration, place: Place) -> Verdict {
        self.connections += usize::from(place.connection);
        self.in_store += usize::from(place.store);
        Verdict {
            outcome,
            after,
            place,
            is_cached: false,
        }
    }

    /// A request is answered, or the one who sent it has gone.
    pub(crate) fn leave(&mut self, place: Place) {
        self.connections -= usize::from(place.connection);
        self.in_store -= usize::from(place.store);
    }
}

impl Verdict {
    fn free(outcome: Outcome, after: Duration) -> Self {
        Self {
            outcome,
            after,
            place: Place::default(),
            is_cached: false,
        }
    }
}
