//! How long the archive is waited for: the settings, and what they mean.

use std::ffi::OsString;
use std::time::Duration;

use super::cli::TimeoutFlags;
use super::setting::Reader;

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

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            api_first_byte: Duration::from_secs(15),
            gateway_first_byte: Duration::from_secs(35),
            idle: Duration::from_secs(15),
            total: Duration::from_mins(2),
            retry_wait: Duration::from_millis(100),
            silence: Duration::from_secs(90),
        }
    }
}

impl Timeouts {
    /// Reads the settings; what is not set has its default.
    pub(crate) fn read(reader: &mut Reader, flags: &TimeoutFlags) -> Self {
        let mut read = |name, value: &Option<OsString>, default| {
            let milliseconds = reader.number(name, value.clone(), 1..=3_600_000);
            milliseconds.map_or(default, |number| Duration::from_millis(number.into()))
        };
        let default = Self::default();
        Self {
            connect: read(
                "CONNECT_TIMEOUT_MS",
                &flags.connect_timeout_ms,
                default.connect,
            ),
            api_first_byte: read(
                "API_TIMEOUT_MS",
                &flags.api_timeout_ms,
                default.api_first_byte,
            ),
            gateway_first_byte: read(
                "GATEWAY_TIMEOUT_MS",
                &flags.gateway_timeout_ms,
                default.gateway_first_byte,
            ),
            idle: read("IDLE_TIMEOUT_MS", &flags.idle_timeout_ms, default.idle),
            total: read(
                "REQUEST_TIMEOUT_MS",
                &flags.request_timeout_ms,
                default.total,
            ),
            retry_wait: read("RETRY_WAIT_MS", &flags.retry_wait_ms, default.retry_wait),
            silence: read(
                "SILENCE_TIMEOUT_MS",
                &flags.silence_timeout_ms,
                default.silence,
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_sets_its_own_time_and_what_is_not_set_has_its_default() {
        let mut reader = Reader::default();
        let defaults = Timeouts::read(&mut reader, &TimeoutFlags::default());
        assert_eq!(defaults, Timeouts::default());
        let flags = TimeoutFlags {
            connect_timeout_ms: Some("1".into()),
            api_timeout_ms: Some("2".into()),
            gateway_timeout_ms: Some("3".into()),
            idle_timeout_ms: Some("4".into()),
            request_timeout_ms: Some("5".into()),
            retry_wait_ms: Some("6".into()),
            silence_timeout_ms: Some("7".into()),
        };
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
        assert_eq!(Timeouts::read(&mut reader, &flags), expected);
        assert!(reader.problems.is_empty(), "{:?}", reader.problems);
    }

    #[test]
    fn no_time_at_all_is_refused_by_name() {
        let mut reader = Reader::default();
        let flags = TimeoutFlags {
            silence_timeout_ms: Some("0".into()),
            ..TimeoutFlags::default()
        };
        Timeouts::read(&mut reader, &flags);
        assert_eq!(
            reader.problems,
            ["SILENCE_TIMEOUT_MS is \"0\" (an integer from 1 to 3600000 is expected)"]
        );
    }
}
