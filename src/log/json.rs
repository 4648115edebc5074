//! Lines of JSON: those of the library, with what every line of ours has.

use std::fmt;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use serde_json::{Map, Value};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::{Format, Json, Writer};
use tracing_subscriber::fmt::time::SystemTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::LOG;

/// The event of the last line of a job.
const END: &str = "end";
/// The event of a line that has none: before the last line of the job, and after it.
const USUAL: [&str; 2] = ["note", "callback"];

/// An event as a line of JSON.
pub(super) struct Line(Format<Json, SystemTime>);

impl Default for Line {
    fn default() -> Self {
        let json = Format::default().json().with_target(false);
        Self(
            json.flatten_event(true)
                .with_current_span(false)
                .with_span_list(false),
        )
    }
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.0
            .format_event(context, Writer::new(&mut line), event)?;
        let Some(log) = LOG.get() else {
            return writer.write_str(&line);
        };
        let is_over = log.is_over.load(Ordering::Relaxed);
        let task_id = log
            .task_id
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let (line, event) = completed(&line, task_id, USUAL[usize::from(is_over)]);
        log.is_over.fetch_or(event == END, Ordering::Relaxed);
        writeln!(writer, "{line}")
    }
}

/// Adds to a line the name of the job and, where it has none, its event; takes its metrics as what they are. Returns the
/// event, too.
fn completed(line: &str, task_id: String, usual_event: &str) -> (String, String) {
    let mut line: Map<String, Value> = serde_json::from_str(line).unwrap_or_default();
    line.insert("task_id".to_owned(), task_id.into());
    // A field of an event is a text or a number.
    if let Some(metrics) = line.get_mut("metrics")
        && let Some(Ok(members)) = metrics.as_str().map(serde_json::from_str)
    {
        *metrics = members;
    }
    let event = line.entry("event").or_insert_with(|| usual_event.into());
    let event = event.as_str().unwrap_or_default().to_owned();
    (Value::from(line).to_string(), event)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_has_the_job_and_an_event_and_its_metrics() {
        let complete = |line: Value| {
            let (line, event) = completed(&line.to_string(), "task".to_owned(), "note");
            let line: Value = serde_json::from_str(&line).expect("JSON");
            (line, event)
        };
        let (line, event) = complete(json!({"level": "INFO", "message": "a \"b\""}));
        let expected =
            json!({"level": "INFO", "message": "a \"b\"", "event": "note", "task_id": "task"});
        assert_eq!((line, event.as_str()), (expected, "note"));
        let (line, event) = complete(json!({"event": "end", "metrics": "{\"found\":3}"}));
        let expected = json!({"event": "end", "metrics": {"found": 3}, "task_id": "task"});
        assert_eq!((line, event.as_str()), (expected, "end"));
    }
}
