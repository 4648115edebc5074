//! Pace of a host: how many requests it gets at the same time, and how soon one after the other.
//!
//! The window is cut where the host proves to have too much to do, and recovers from the first good answer after that
//! along one curve of time. Below the full window the requests are also spaced; below one there is one at a time, with
//! a pause.

use std::time::{Duration, Instant};

/// What the window is cut to, of what it was.
const CUT: f64 = 0.7;
/// What it is cut to from the full window, or where nothing was answered since the last cut: nobody knows what the host
/// bears.
const CUT_LOST: f64 = 0.5;
/// In how many good answers one fault is forgiven.
const FORGIVEN_IN: f64 = 30.0;
/// How much a good answer counts in the usual time.
const USUAL_SHARE: f64 = 0.125;

/// When a request was sent, and what the window was then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sent {
    /// When it was sent.
    pub(crate) at: Instant,
    window: f64,
}

/// The pace of a host.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    /// The window of a host that refuses nothing.
    full: f64,
    /// How long it takes to be back where it was cut, and the longest pause between two requests.
    recovery: Duration,
    /// How long it usually takes until a good answer begins.
    usual: Duration,
    cut: Option<Cut>,
    /// Nothing is sent before.
    opens: Option<Instant>,
    /// Faults that are still forgiven.
    forgiveness: f64,
    least: f64,
}

/// The last cut of the window.
#[derive(Clone, Copy, Debug)]
struct Cut {
    at: Instant,
    /// What the window was when the refused request was sent.
    top: f64,
    low: f64,
    /// When the first good answer came of what was sent after it.
    recovering: Option<Instant>,
}

impl Pace {
    /// Starts with the full window; `usual` is how long an answer is taken to need before there is one.
    pub(crate) fn new(full: f64, recovery: Duration, usual: Duration) -> Self {
        Self {
            full,
            recovery,
            usual,
            cut: None,
            opens: None,
            forgiveness: 1.0,
            least: full,
        }
    }

    /// Returns how many requests there may be at the same time; less than one is one with pauses.
    pub(crate) fn window(&self, now: Instant) -> f64 {
        match &self.cut {
            None => self.full,
            Some(cut) => cut.window(now, self.recovery).clamp(cut.low, self.full),
        }
    }

    /// Returns the least that the window has been.
    pub(crate) fn least(&self) -> f64 {
        self.least
    }

    /// Tells whether the host gets less than it could.
    pub(crate) fn is_slowed(&self, now: Instant) -> bool {
        self.window(now) < self.full
    }

    /// Returns when a request may be sent while so many are on their way; `None` if they are too many.
    pub(crate) fn opens(&self, in_flight: usize, now: Instant) -> Option<Instant> {
        #[expect(clippy::cast_precision_loss, reason = "some 64")]
        let is_open = in_flight == 0 || (in_flight as f64) < self.window(now).round();
        is_open.then(|| self.opens.map_or(now, |opens| opens.max(now)))
    }

    /// Takes note that a request is sent.
    pub(crate) fn start(&mut self, now: Instant) -> Sent {
        let window = self.window(now);
        if window < self.full {
            let gap = self.usual.div_f64(window).min(self.recovery);
            // What a timer was late is made up for, by one request.
            let opened = self.opens.unwrap_or(now) + gap;
            self.opens = Some(opened.max(now));
        }
        Sent { at: now, window }
    }

    /// Takes note of a good answer, which began after this time.
    pub(crate) fn record_answer(&mut self, sent: Sent, began_after: Duration, now: Instant) {
        self.usual = self.usual.mul_f64(1.0 - USUAL_SHARE) + began_after.mul_f64(USUAL_SHARE);
        self.forgiveness = (self.forgiveness + 1.0 / FORGIVEN_IN).min(1.0);
        if let Some(cut) = self.cut.as_mut().filter(|cut| sent.at > cut.at) {
            cut.recovering.get_or_insert(now);
        }
    }

    /// Tells whether a fault is forgiven, which uses that up.
    pub(crate) fn forgives(&mut self) -> bool {
        let is_forgiven = self.forgiveness >= 1.0;
        if is_forgiven {
            self.forgiveness -= 1.0;
        }
        is_forgiven
    }

    /// Cuts the window because of a request that was sent then, unless it was sent before the last cut; nothing is sent
    /// for one usual time.
    pub(crate) fn cut(&mut self, sent: Sent, now: Instant) {
        if self.cut.is_some_and(|cut| sent.at <= cut.at) {
            return;
        }
        let slowest = self.usual.div_duration_f64(self.recovery);
        // Without an answer since, it is an outage, which says nothing of how much the host bears.
        let silent = self.cut.filter(|cut| cut.recovering.is_none());
        let top = silent.map_or(sent.window, |cut| cut.top);
        let is_lost = silent.is_some() || sent.window >= self.full;
        let factor = if is_lost { CUT_LOST } else { CUT };
        let low = (sent.window * factor).max(slowest.min(1.0));
        self.cut = Some(Cut {
            at: now,
            top,
            low,
            recovering: None,
        });
        self.least = self.least.min(low);
        self.hold(now + self.usual);
    }

    /// Cuts the window as [`Pace::cut`] does, but not where it is an eighth of the full one or less.
    pub(crate) fn cut_to_an_eighth(&mut self, sent: Sent, now: Instant) {
        if sent.window > self.full / 8.0 {
            self.cut(sent, now);
        }
    }

    /// Sends nothing until then.
    pub(crate) fn hold(&mut self, until: Instant) {
        self.opens = Some(self.opens.map_or(until, |opens| opens.max(until)));
    }
}

impl Cut {
    /// The window after the cut: back at the top after one recovery and flat there, 1.3 times as much after two, then
    /// four times as much with each.
    fn window(&self, now: Instant, recovery: Duration) -> f64 {
        let Some(since) = self.recovering else {
            return self.low;
        };
        let y = now
            .saturating_duration_since(since)
            .div_duration_f64(recovery);
        if y < 1.0 {
            self.top - (self.top - self.low) * (1.0 - y).powi(3)
        } else if y < 2.0 {
            self.top * (1.0 + 0.3 * (y - 1.0).powi(3))
        } else {
            1.3 * self.top * 4_f64.powf(y - 2.0)
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::float_cmp,
    clippy::cast_precision_loss,
    reason = "small and rounded, or the very same number"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FULL: f64 = 64.0;
    const RECOVERY: Duration = Duration::from_secs(2);
    const USUAL: Duration = Duration::from_millis(60);

    fn pace() -> Pace {
        Pace::new(FULL, RECOVERY, USUAL)
    }

    fn after(start: Instant, milliseconds: u64) -> Instant {
        start + Duration::from_millis(milliseconds)
    }

    /// Cuts at 0 ms from the full window; the first good answer comes at 100 ms.
    fn cut_once() -> (Pace, Instant) {
        let (mut pace, start) = (pace(), Instant::now());
        let sent = pace.start(start);
        pace.cut(sent, start);
        let sent = pace.start(after(start, 80));
        pace.record_answer(sent, USUAL, after(start, 100));
        (pace, after(start, 100))
    }

    #[test]
    fn it_is_free_until_it_is_cut_and_then_spaced() {
        let (mut pace, start) = (pace(), Instant::now());
        for in_flight in 0..64 {
            assert_eq!(pace.opens(in_flight, start), Some(start));
            pace.start(start);
        }
        assert_eq!(pace.opens(64, start), None, "as many as the window allows");
        let sent = pace.start(start);
        pace.cut(sent, start);
        assert_eq!(
            pace.opens(0, start),
            Some(start + USUAL),
            "nothing for one usual time"
        );
        pace.start(start + USUAL);
        let opens = pace.opens(0, start + USUAL).expect("room");
        assert_eq!(opens, start + USUAL + USUAL / 32);
    }

    #[test]
    fn it_recovers_along_one_curve_of_time() {
        let (pace, recovering) = cut_once();
        let windows =
            [0, 1000, 2000, 3000, 4000, 5000].map(|ms| pace.window(after(recovering, ms)).round());
        assert_eq!(windows, [32.0, 60.0, 64.0, 64.0, 64.0, 64.0]);
        let mut small = pace;
        let sent = Sent {
            at: after(recovering, 1),
            window: 10.0,
        };
        small.cut(sent, after(recovering, 2));
        assert!(
            (small.window(after(recovering, 60_000)) - 7.0).abs() < 0.01,
            "not before an answer"
        );
        let sent = Sent {
            at: after(recovering, 3),
            window: 7.0,
        };
        small.record_answer(sent, USUAL, recovering);
        let windows =
            [0, 2000, 3000, 4000, 5000].map(|ms| small.window(after(recovering, ms)).round());
        assert_eq!(windows, [7.0, 10.0, 10.0, 13.0, 26.0]);
    }

    #[test]
    fn an_outage_is_not_a_small_host() {
        let (mut pace, start) = (pace(), Instant::now());
        for step in 1..20 {
            let sent = pace.start(after(start, step * 1000));
            pace.cut(sent, after(start, step * 1000 + 1));
        }
        assert!(pace.window(after(start, 60_000)) < 0.1);
        let sent = pace.start(after(start, 60_000));
        pace.record_answer(sent, USUAL, after(start, 60_060));
        assert!(
            (pace.window(after(start, 62_060)) - FULL).abs() < 0.01,
            "back where it was cut first"
        );
    }

    #[test]
    fn one_fault_in_thirty_answers_is_forgiven() {
        let (mut pace, now) = (pace(), Instant::now());
        assert!(pace.forgives(), "a lone one at the start");
        for answers in [29, 2] {
            assert!(!pace.forgives());
            (0..answers).for_each(|_| {
                pace.record_answer(
                    Sent {
                        at: now,
                        window: FULL,
                    },
                    USUAL,
                    now,
                );
            });
        }
        assert!(pace.forgives());
    }

    /// What happens to a host: a request is sent, the oldest is answered or refused, time passes.
    #[derive(Clone, Copy, Debug)]
    enum Event {
        Send,
        Answer,
        Refuse,
        Pass(u64),
    }

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            4 => Just(Event::Send),
            3 => Just(Event::Answer),
            2 => Just(Event::Refuse),
            2 => (1..3000_u64).prop_map(Event::Pass),
        ]
    }

    proptest! {
        #[test]
        fn it_never_rises_without_a_good_answer_nor_is_cut_twice_for_what_was_sent_together(
            events in proptest::collection::vec(event(), 0..200),
        ) {
            let (mut pace, mut now, mut sent) = (pace(), Instant::now(), std::collections::VecDeque::new());
            let (mut cut_at, mut answered_since_cut) = (None, true);
            for event in events {
                let before = pace.window(now);
                match event {
                    Event::Send => {
                        let opens = pace.opens(sent.len(), now);
                        if let Some(opens) = opens {
                            now = now.max(opens);
                            sent.push_back(pace.start(now));
                        } else {
                            prop_assert!(sent.len() as f64 >= before.round().max(1.0));
                        }
                    }
                    Event::Answer => if let Some(answered) = sent.pop_front() {
                        pace.record_answer(answered, USUAL, now);
                        answered_since_cut |= cut_at.is_none_or(|cut| answered.at > cut);
                    },
                    Event::Refuse => if let Some(refused) = sent.pop_front() {
                        pace.cut(refused, now);
                        if cut_at.is_some_and(|cut| refused.at <= cut) {
                            prop_assert_eq!(pace.window(now), before, "sent before the last cut");
                        } else {
                            // One request in a recovery is the least.
                            prop_assert!(pace.window(now) < before || before <= 0.03);
                            (cut_at, answered_since_cut) = (Some(now), false);
                        }
                    },
                    Event::Pass(milliseconds) => {
                        now = after(now, milliseconds);
                        prop_assert!(answered_since_cut || pace.window(now) == before);
                    }
                }
                prop_assert!(pace.window(now) <= FULL && pace.window(now) > 0.0);
                prop_assert!(pace.least() <= pace.window(now));
                let opens = pace.opens(0, now).expect("one may always be sent");
                prop_assert!(opens <= now + RECOVERY + USUAL, "at the latest after the longest pause");
            }
        }
    }
}
