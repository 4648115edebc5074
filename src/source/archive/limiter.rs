//! Limiter of the archive's hosts: which request is sent next, and when.
//!
//! Each host has a lane with its own [`Pace`]; all lanes together have at most `MAX_REQUESTS_IN_FLIGHT` requests on
//! their way.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::pin::pin;
use std::time::{Duration, Instant};

use futures::future::select;
use tokio::sync::{Notify, oneshot};
use tokio::time::sleep_until;

use super::lane::{Lane, LaneId, Turn};
use super::pace::{Pace, Sent};
use super::policy::{Policy, seen};
use crate::config::ArchiveConfig;
use crate::http::error::HttpError;
use crate::job::Metrics;

/// The limiter of all hosts.
#[derive(Debug)]
pub(crate) struct Limiter {
    state: RefCell<State>,
    /// The driver has to look at the time again.
    changed: Notify,
}

#[derive(Debug)]
struct State {
    lanes: Vec<Lane>,
    in_flight: usize,
    in_flight_max: usize,
    /// The least time between two requests, to whatever host.
    spacing: Duration,
    opens: Option<Instant>,
    /// Since when a host gets less than it could, and how long that was before.
    slowed_since: Option<Instant>,
    slowed: Duration,
    /// How often the window is looked at while somebody waits for it.
    tick: Duration,
    /// When there is something to do without anybody's asking.
    alarm: Option<Instant>,
    /// What came of the last request that failed.
    last_fault: Option<HttpError>,
}

/// The permit of a request that is being sent.
#[derive(Debug)]
pub(crate) struct Permit<'l> {
    limiter: &'l Limiter,
    lane: LaneId,
    /// When it was sent.
    pub(crate) sent: Sent,
    /// After what time the answer began.
    began_after: Cell<Option<Duration>>,
}

impl Limiter {
    /// Makes so many lanes for the hosts of a configuration.
    pub(crate) fn new(lanes: usize, config: &ArchiveConfig, policy: &Policy) -> Self {
        let in_flight_max = config.requests_in_flight_max;
        let pace = || Pace::new(in_flight_max.into(), policy.recovery, policy.unit);
        let spacing = config
            .requests_per_second_max
            .map(|rate| Duration::from_secs(1) / rate);
        Self {
            state: RefCell::new(State {
                lanes: (0..lanes).map(|_| Lane::new(pace())).collect(),
                in_flight: 0,
                in_flight_max: in_flight_max as usize,
                spacing: spacing.unwrap_or_default(),
                opens: None,
                slowed_since: None,
                slowed: Duration::ZERO,
                tick: policy.recovery / 8,
                alarm: None,
                last_fault: None,
            }),
            changed: Notify::new(),
        }
    }

    /// Waits for its turn in a lane.
    pub(crate) async fn acquire(&self, lane: LaneId, turn: Turn) -> Permit<'_> {
        let (sender, receiver) = oneshot::channel();
        self.state.borrow_mut().lanes[lane.0].wait(turn, sender);
        self.dispatch();
        match receiver.await {
            Ok(sent) => Permit {
                limiter: self,
                lane,
                sent,
                began_after: Cell::new(None),
            },
            // The sender is in the lane until it is used.
            Err(_) => std::future::pending().await,
        }
    }

    /// Takes a turn at once, beside all that is on its way.
    pub(crate) fn acquire_beside(&self, lane: LaneId) -> Permit<'_> {
        let mut state = self.state.borrow_mut();
        state.in_flight += 1;
        let sent = state.lanes[lane.0].start(Instant::now());
        Permit {
            limiter: self,
            lane,
            sent,
            began_after: Cell::new(None),
        }
    }

    /// Lets a lane's pace take note of something, and sends what may be sent now.
    pub(crate) fn adjust<T>(&self, lane: LaneId, change: impl FnOnce(&mut Pace) -> T) -> T {
        let mut state = self.state.borrow_mut();
        let changed = change(&mut state.lanes[lane.0].pace);
        drop(state);
        self.dispatch();
        changed
    }

    /// Takes note of what came of a request that failed, to say it where the pace is cut.
    pub(crate) fn record_fault(&self, fault: &HttpError) {
        self.state.borrow_mut().last_fault = Some(fault.clone());
    }

    /// Sends what waits for a time to come; for ever.
    pub(crate) async fn run(&self) -> Infallible {
        loop {
            let alarm = self.state.borrow_mut().dispatch(Instant::now());
            let alarm = async {
                match alarm {
                    Some(at) => sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            select(pin!(alarm), pin!(self.changed.notified())).await;
        }
    }

    /// Sends what may be sent now.
    fn dispatch(&self) {
        let mut state = self.state.borrow_mut();
        let before = state.alarm;
        let alarm = state.dispatch(Instant::now());
        if alarm.is_some_and(|alarm| before.is_none_or(|before| alarm < before)) {
            self.changed.notify_one();
        }
    }

    /// Tells whether a host gets less than it could.
    pub(crate) fn is_slowed(&self) -> bool {
        self.state.borrow().slowed_since.is_some()
    }

    /// Adds how much the hosts slowed the job down to its metrics.
    pub(crate) fn measure(&self, metrics: &mut Metrics) {
        let now = Instant::now();
        let mut state = self.state.borrow_mut();
        state.observe(now);
        let slowed = state.slowed
            + state
                .slowed_since
                .map_or(Duration::ZERO, |since| now - since);
        metrics.throttled_time_ms = slowed.as_millis().try_into().unwrap_or(u64::MAX);
        let least = state.lanes.iter().map(|lane| lane.pace.least());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "no less than 0 and no more than the most, which was a u32"
        )]
        let least = least.fold(f64::INFINITY, f64::min) as u64;
        metrics.window_least = least;
    }
}

impl State {
    /// Sends what may be sent now; returns when to look again.
    fn dispatch(&mut self, now: Instant) -> Option<Instant> {
        self.observe(now);
        let mut alarm = None;
        for lane in &mut self.lanes {
            while self.in_flight < self.in_flight_max && lane.has_waiting() {
                let opens = lane.pace.opens(lane.in_flight, now);
                // A window that is shut may open with time.
                let opens = opens
                    .unwrap_or(now + self.tick)
                    .max(self.opens.unwrap_or(now));
                if opens > now {
                    alarm = Some(alarm.map_or(opens, |alarm: Instant| alarm.min(opens)));
                    break;
                }
                if lane.send_next(now) {
                    self.in_flight += 1;
                    if !self.spacing.is_zero() {
                        self.opens = Some(now + self.spacing);
                    }
                }
            }
        }
        if self.slowed_since.is_some() {
            // To notice that it is over.
            let tick = now + self.tick;
            alarm = Some(alarm.map_or(tick, |alarm| alarm.min(tick)));
        }
        self.alarm = alarm;
        alarm
    }

    /// Takes note of whether a host gets less than it could, and says so at the start and at the end.
    fn observe(&mut self, now: Instant) {
        let is_slowed = self.lanes.iter().any(|lane| lane.pace.is_slowed(now));
        match (self.slowed_since, is_slowed) {
            (None, true) => {
                self.slowed_since = Some(now);
                let seen = self.last_fault.as_ref().map_or_else(String::new, seen);
                tracing::warn!(
                    event = "slowed",
                    "the archive {seen}: requests are sent more slowly for a while"
                );
            }
            (Some(since), false) => {
                self.slowed += now - since;
                self.slowed_since = None;
                tracing::info!(event = "slowed", "requests are sent at the full pace again");
            }
            _ => {}
        }
    }
}

impl Permit<'_> {
    /// Takes note that the answer is a good one.
    pub(crate) fn record_answer(&self, now: Instant) {
        let began_after = self.began_after.get().unwrap_or_default();
        self.limiter.adjust(self.lane, |pace| {
            pace.record_answer(self.sent, began_after, now);
        });
    }

    /// Lets the next one through. The answer has begun, and its body may have to wait for memory, which another request
    /// may have to free.
    pub(crate) fn release(&self) {
        if self.began_after.get().is_some() {
            return;
        }
        self.began_after.set(Some(self.sent.at.elapsed()));
        let mut state = self.limiter.state.borrow_mut();
        state.in_flight -= 1;
        state.lanes[self.lane.0].in_flight -= 1;
        drop(state);
        self.limiter.dispatch();
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.release();
    }
}
