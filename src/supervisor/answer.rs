//! The answer for a job that ended without one.

use std::future::pending;
use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, timeout};

use crate::config::{self, Cli};
use crate::destination::{Destination, Settled};
use crate::finish::{Conclusion, Finish};
use crate::http;
use crate::job::JobOutcome;
use crate::journal::{Ended, Journal, Leftover};
use crate::log;
use crate::panics::guard;
use crate::progress::{self, Account};
use crate::shutdown::Shutdown;

use super::process::Died;
use super::state::Known;

/// How long what is left may take to be cleared away.
const CLEAR_TIMEOUT: Duration = Duration::from_secs(15);
/// How long it may take to find out what became of the file.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long after a signal; the callback has to follow in time.
const DELIVERY_TIMEOUT_STOPPED: Duration = Duration::from_secs(3);

/// Answers for a process that did not; tells whether its file is delivered. `started` is when this process did.
///
/// # Errors
///
/// Fails only where no callback can be sent at all, because the system gives no signals or no TLS.
pub async fn answer(cli: &Cli, died: Died, started: Instant) -> Result<bool> {
    let shutdown = Shutdown::listen(died.requests.clone())?;
    let answer = guard(answer_by(cli, died, started, &shutdown));
    let answered = shutdown.unless_requested_again(answer).await;
    answered.unwrap_or(Ok(Ok(false))).flatten()
}

async fn answer_by(cli: &Cli, died: Died, started: Instant, shutdown: &Shutdown) -> Result<bool> {
    let (callback_config, config) = config::read(cli, pending()).await;
    let config = config.as_ref().ok();
    let task_id = config.map(|config| config.task_id.as_str());
    log::set_task_id(task_id.unwrap_or(&callback_config.task_id));
    let clients = http::clients(&callback_config.extra_roots, http::CONNECT_TIMEOUT)?;
    let nobody = Journal::default();
    let destination =
        config.map(|config| Destination::new(&config.destination, &clients.plain, &nobody));
    let destination = destination.as_ref();
    let finish = Finish {
        config,
        callback_config: &callback_config,
        client: &clients.plain,
        shutdown,
        journal: &nobody,
        started,
    };
    let Died {
        death,
        mut known,
        peak_mib,
        ..
    } = died;
    let death = death.in_words(peak_mib, config.and_then(|config| config.memory_mib));
    if let Some(Ended { is_delivered, body }) = known.ended {
        tracing::error!("{death}; the job had ended before, and its callback is sent again");
        let clear = clear(destination, &known.leftovers);
        finish.call_back(body, clear).await;
        return Ok(is_delivered);
    }
    let outcome = outcome(destination, &mut known, &death, shutdown).await;
    let (address, is_delivered) = match (&outcome, destination) {
        (JobOutcome::Success(file), Some(destination)) => {
            tracing::error!("{death}; the file was delivered before, a report may be lacking");
            (destination.address(&file.key), true)
        }
        _ => (String::new(), false),
    };
    let clear = clear(destination, &known.leftovers);
    let mut metrics = known.metrics;
    // The report may be stored already, and carries the same.
    if !known.is_delivered {
        metrics.total_time_ms = started.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
        metrics.peak_memory_mb = peak_mib;
    }
    let conclusion = Conclusion {
        outcome,
        address,
        folder: String::new(),
        files: Vec::new(),
        metrics,
        account: Account::default(),
    };
    finish.conclude(conclusion, clear).await;
    Ok(is_delivered)
}

/// Finds out how the job ended: the destination decides, if it was asked to make the file visible.
async fn outcome(
    destination: Option<&Destination<'_>>,
    known: &mut Known,
    death: &str,
    shutdown: &Shutdown,
) -> JobOutcome {
    let done = progress::done(
        known.metrics.entities_exported,
        known.metrics.entities_found,
    );
    let error = format!("{death}: {done} were exported until then");
    let (Some(destination), Some(asked)) = (destination, &known.asked) else {
        return JobOutcome::Error { error };
    };
    if known.is_delivered {
        return JobOutcome::Success(asked.file.clone());
    }
    let (unpublished, leftovers) = (&known.unpublished, &mut known.leftovers);
    let find_out = async {
        let cleared = destination.clear(unpublished).await;
        if cleared.is_ok() {
            leftovers.retain(|leftover| !unpublished.contains(leftover));
        }
        // Where it is not known whether there was something left, the file itself tells.
        destination.settled(asked, cleared.unwrap_or(false)).await
    };
    let settled = tokio::select! {
        settled = timeout(DELIVERY_TIMEOUT, find_out) => settled.ok(),
        () = shutdown.after_signal(DELIVERY_TIMEOUT_STOPPED) => None,
    };
    let error = match settled {
        Some(Ok(Settled::Delivered)) => return JobOutcome::Success(asked.file.clone()),
        Some(Ok(Settled::Withdrawn)) => error,
        Some(Ok(Settled::Unknown)) => {
            format!("{error}; whether the file was delivered is not known: its ETag does not tell")
        }
        Some(Err(cause)) => {
            format!("{error}; whether the file was delivered is not known: {cause:#}")
        }
        None => format!("{error}; whether the file is delivered is not known: it may still appear"),
    };
    JobOutcome::Error { error }
}

/// Clears away what is left, or says what stays.
async fn clear(destination: Option<&Destination<'_>>, leftovers: &[Leftover]) {
    let Some(destination) = destination else {
        return;
    };
    let problem = match timeout(CLEAR_TIMEOUT, destination.clear(leftovers)).await {
        Ok(Ok(_)) => return,
        Ok(Err(error)) => format!("{error:#}"),
        Err(_) => "no answer in time".to_owned(),
    };
    tracing::warn!(
        "what the job left could not be cleared away, the parts of an upload are removed after seven days: {problem}"
    );
}
