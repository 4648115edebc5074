//! The worker with a panic at a chosen line of the log, to show that a panic anywhere still ends in a callback.
//!
//! It runs the same library as the worker does. The variable `PANIC_AT` holds the beginning of the line at which it
//! panics, the first time that line is logged. Nothing of this is in the worker itself.

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use arke_mods_export_worker::journal::Journal;
use arke_mods_export_worker::{Cli, panics};
use tokio::time::Instant;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

/// Panics at a line of the log, once.
struct PanicAt {
    line: String,
    is_over: AtomicBool,
}

impl<S: Subscriber> Layer<S> for PanicAt {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = Message::default();
        event.record(&mut message);
        let is_here = message.0.starts_with(&self.line);
        let is_over = !is_here || self.is_over.swap(true, Ordering::Relaxed);
        assert!(is_over, "asked for by the test, at {:?}", self.line);
    }
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

fn main() -> ExitCode {
    let panic_at = PanicAt {
        line: std::env::var("PANIC_AT").expect("PANIC_AT"),
        is_over: AtomicBool::new(false),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .without_time();
    tracing_subscriber::registry()
        .with(LevelFilter::INFO)
        .with(lines)
        .with(panic_at)
        .init();
    panics::log();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let run = arke_mods_export_worker::run(Cli::read(), Journal::default(), Instant::now());
    match runtime.block_on(run) {
        Ok(true) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
