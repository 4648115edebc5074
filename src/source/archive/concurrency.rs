//! How many requests a host gets at the same time: fewer while it is short of breath, more again when it recovers.
//!
//! Additive increase, multiplicative decrease, as TCP does it (RFC 5681).

/// How much the limit grows while as many good answers come as it allows requests.
const GROWTH_A_ROUND: f64 = 4.0;
/// How many strained answers in a row are taken for a host that has too much to do; fewer may be those of an item.
const STRAINED_MAX: u32 = 3;

/// The number of requests that a host may get at the same time.
#[derive(Clone, Debug, PartialEq)]
pub struct Concurrency {
    limit: f64,
    max: f64,
    round: u32,
    strained: u32,
}

/// When a request was sent, in rounds between decreases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round(u32);

impl Concurrency {
    /// Starts at the most that there may be.
    pub fn new(max: u32) -> Self {
        Self {
            limit: max.into(),
            max: max.into(),
            round: 0,
            strained: 0,
        }
    }

    /// Returns how many there may be now, at least one.
    pub fn limit(&self) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 1 to the most, which was a u32"
        )]
        let limit = self.limit as usize;
        limit
    }

    /// Returns the round that a request sent now belongs to.
    pub fn round(&self) -> Round {
        Round(self.round)
    }

    /// Takes a good answer.
    pub fn grow(&mut self) {
        self.strained = 0;
        self.limit = (self.limit + GROWTH_A_ROUND / self.limit).min(self.max);
    }

    /// Takes an answer that says that there were too many: half as many, once for all that were sent together.
    pub fn shrink(&mut self, sent: Round) {
        if sent.0 == self.round {
            self.round = self.round.wrapping_add(1);
            self.strained = 0;
            self.limit = (self.limit / 2.0).max(1.0);
        }
    }

    /// Takes a fault that may come of too many; several in a row do.
    pub fn strain(&mut self, sent: Round) {
        self.strained += 1;
        if self.strained >= STRAINED_MAX {
            self.shrink(sent);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_sent_together_halve_it_once() {
        let mut concurrency = Concurrency::new(64);
        let first = concurrency.round();
        (0..64).for_each(|_| concurrency.shrink(first));
        assert_eq!(concurrency.limit(), 32);
        concurrency.shrink(concurrency.round());
        assert_eq!(concurrency.limit(), 16);
        (0..10).for_each(|_| concurrency.shrink(concurrency.round()));
        assert_eq!(concurrency.limit(), 1, "never none");
    }

    #[test]
    fn it_recovers_with_good_answers_up_to_the_most() {
        let mut concurrency = Concurrency::new(64);
        (0..6).for_each(|_| concurrency.shrink(concurrency.round()));
        (0..400).for_each(|_| concurrency.grow());
        assert!(concurrency.limit() > 32, "{concurrency:?}");
        (0..400).for_each(|_| concurrency.grow());
        assert_eq!(concurrency.limit(), 64);
    }

    #[test]
    fn one_fault_is_that_of_an_item_and_a_burst_that_of_the_host() {
        let mut concurrency = Concurrency::new(64);
        for _ in 0..10 {
            concurrency.strain(concurrency.round());
            concurrency.strain(concurrency.round());
            concurrency.grow();
        }
        assert_eq!(concurrency.limit(), 64);
        (0..3).for_each(|_| concurrency.strain(concurrency.round()));
        assert_eq!(concurrency.limit(), 32);
    }
}
