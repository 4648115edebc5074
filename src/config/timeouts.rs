//! Timeouts: how long the archive is waited for.

use std::time::Duration;

use super::cli::TimeoutFlags;
use super::setting::{Reader, Setting};

/// How long the archive is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the first byte of an answer of the API.
    pub api_first_byte: Duration,
    /// For the first byte of an answer of the gateway. It waits 30 s for its store before it answers 504.
    pub gateway_first_byte: Duration,
    /// For the next piece of a body. A body that comes slowly is waited for as long as it comes.
    pub idle: Duration,
    /// For a whole answer: an OCR text of 32 MiB at 270 kB a second.
    pub total: Duration,
    /// The longest first wait before a request is sent again.
    pub retry_wait: Duration,
    /// For any good answer while some are asked for. A dead archive ends the job; a pause for maintenance does not.
    pub silence: Duration,
}

impl Reader {
    /// Reads how long the archive is waited for.
    pub(super) fn timeouts(&mut self, flags: &TimeoutFlags) -> Timeouts {
        let mut read = |setting: &Option<Setting>| {
            let milliseconds = self.number(setting.as_ref(), 1..=3_600_000);
            // No job begins with one that is wrong.
            Duration::from_millis(milliseconds.unwrap_or_default().into())
        };
        Timeouts {
            connect: read(&flags.connect_timeout_ms),
            api_first_byte: read(&flags.api_timeout_ms),
            gateway_first_byte: read(&flags.gateway_timeout_ms),
            idle: read(&flags.idle_timeout_ms),
            total: read(&flags.request_timeout_ms),
            retry_wait: read(&flags.retry_wait_ms),
            silence: read(&flags.silence_timeout_ms),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::Cli;
    use super::*;

    fn timeouts(flags: &[&str]) -> (Timeouts, Vec<String>) {
        let cli = Cli::parse_from([&["worker"], flags].concat());
        let mut reader = Reader::default();
        (reader.timeouts(&cli.timeouts), reader.problems)
    }

    #[test]
    fn each_setting_sets_its_own_time() {
        let flags = [
            "--connect-timeout-ms=1",
            "--api-timeout-ms=2",
            "--gateway-timeout-ms=3",
            "--idle-timeout-ms=4",
            "--request-timeout-ms=5",
            "--retry-wait-ms=6",
            "--silence-timeout-ms=7",
        ];
        let ms = Duration::from_millis;
        let expected = Timeouts {
            connect: ms(1),
            api_first_byte: ms(2),
            gateway_first_byte: ms(3),
            idle: ms(4),
            total: ms(5),
            retry_wait: ms(6),
            silence: ms(7),
        };
        assert_eq!(timeouts(&flags), (expected, Vec::new()));
    }

    #[test]
    fn no_time_at_all_is_refused_by_name() {
        let problem = "SILENCE_TIMEOUT_MS is \"0\" (an integer from 1 to 3600000 is expected)";
        assert_eq!(timeouts(&["--silence-timeout-ms=0"]).1, [problem]);
    }
}
