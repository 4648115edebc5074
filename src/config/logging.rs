//! How the log is written: known before anything else, because the rest may have to be told in it.

use std::io::{self, IsTerminal as _};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

use crate::log::{self, Format, Settings};
use crate::sanitize::excerpt;
use crate::suggest::suggestion;

use super::cli::Cli;
use super::setting::{Reader, Setting};

/// What `--log` says: a format, levels, or both.
#[derive(Debug, Default)]
struct Wanted {
    format: Option<Format>,
    filter: Option<Targets>,
}

impl Cli {
    /// Returns how the log is written. What is wrong in the settings is told when they are [read](super::read).
    pub fn log(&self) -> Settings {
        let typed = |setting: &Option<Setting>| {
            let typed = setting.as_ref().and_then(Setting::typed);
            typed.map(str::to_owned)
        };
        let wanted = typed(&self.person.log).and_then(|text| wanted(&text));
        let wanted = wanted.unwrap_or_default();
        let on_fly = std::env::var_os("FLY_MACHINE_ID").is_some_and(|machine| !machine.is_empty());
        let format = wanted
            .format
            .unwrap_or(match (on_fly, is_watched_by_a_person()) {
                (true, _) => Format::Json,
                (false, true) => Format::Screen,
                (false, false) => Format::Text,
            });
        let of_environment = || filter(&std::env::var("RUST_LOG").ok()?);
        let filter = wanted.filter.or_else(of_environment);
        let is_quiet = self.person.quiet;
        let filter = filter.unwrap_or_else(|| match (is_quiet, format) {
            (true, _) => {
                log::of_level(LevelFilter::ERROR).with_target(log::LAST_LINE, LevelFilter::INFO)
            }
            (false, Format::Screen) => log::of_level(LevelFilter::WARN),
            (false, _) => log::of_level(LevelFilter::INFO),
        });
        let task_id = typed(&self.job.task_id).unwrap_or_default();
        Settings {
            format,
            filter,
            is_quiet,
            task_id,
        }
    }
}

impl Reader {
    /// Checks what the log was to be.
    pub(super) fn check_log(&mut self, setting: Option<&Setting>) {
        let Some(text) = self.text(setting) else {
            return;
        };
        if wanted(&text).is_none() {
            let meant = suggestion(&text, &["text", "json", "debug", "info", "warn", "error"]);
            let problem = format!(
                "is {:?} (text or json, levels as in RUST_LOG, or both as in json,debug, are expected{meant})",
                excerpt(&text)
            );
            self.problem("--log", &problem);
        }
    }
}

/// Tells whether standard error is a terminal that can draw a line again.
fn is_watched_by_a_person() -> bool {
    let is_dumb = std::env::var_os("TERM").is_none_or(|name| name.is_empty() || name == "dumb");
    io::stderr().is_terminal() && !is_dumb
}

fn wanted(text: &str) -> Option<Wanted> {
    let (first, rest) = text.split_once(',').unwrap_or((text, ""));
    let format = match first {
        "text" => Some(Format::Text),
        "json" => Some(Format::Json),
        _ => None,
    };
    let levels = if format.is_some() { rest } else { text };
    let filter = if levels.is_empty() {
        None
    } else {
        Some(filter(levels)?)
    };
    Some(Wanted { format, filter })
}

/// Reads levels: one for our own events, or one for each target, as in `arke_mods_export_worker=debug,hyper=info`.
fn filter(levels: &str) -> Option<Targets> {
    match levels.parse() {
        Ok(level) => Some(log::of_level(level)),
        // A word alone would be taken for a target.
        Err(_) => levels.parse().ok().filter(|_| levels.contains('=')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_levels_or_both_are_read() {
        let read = |text: &str| {
            let wanted = wanted(text)?;
            let is_debug =
                |filter: &Targets| filter.would_enable(log::OURS, &tracing::Level::DEBUG);
            Some((wanted.format, wanted.filter.as_ref().map(is_debug)))
        };
        for (text, expected) in [
            ("text", Some((Some(Format::Text), None))),
            ("json", Some((Some(Format::Json), None))),
            ("json,debug", Some((Some(Format::Json), Some(true)))),
            ("info", Some((None, Some(false)))),
            (
                "arke_mods_export_worker=debug,hyper=info",
                Some((None, Some(true))),
            ),
            ("jsn", None),
            ("json,loud", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
