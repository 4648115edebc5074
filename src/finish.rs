//! The end of a job: the last line of the log, and the callback, while what came to nothing is cleared away.

use futures::future::join;
use tokio::time::Instant;

use crate::callback;
use crate::config::{CallbackConfig, Config};
use crate::job::{CallbackBody, JobOutcome, Metrics};
use crate::journal::{Ended, Entry, Journal};
use crate::panics::guard;
use crate::progress::{self, Account, Delivered, End};
use crate::shutdown::Shutdown;

/// How a job ended.
pub(crate) struct Conclusion {
    /// How.
    pub outcome: JobOutcome,
    /// Where the file is, and its report if there is one, for a person.
    pub address: String,
    /// The folder of the file, for a person.
    pub folder: String,
    /// What is in it.
    pub files: Vec<Delivered>,
    /// What was done, and what it took.
    pub metrics: Metrics,
    /// What is not as it should be, where that is known.
    pub account: Account,
}

/// Whom to tell of the end of a job, and by what.
pub(crate) struct Finish<'f> {
    /// The job, where its settings could be read.
    pub config: Option<&'f Config>,
    /// Where to call back.
    pub callback_config: &'f CallbackConfig,
    /// What sends the callback.
    pub client: &'f reqwest::Client,
    /// What cuts all of it short.
    pub shutdown: &'f Shutdown,
    /// Who is to tell it where this process cannot.
    pub journal: &'f Journal,
    /// When the process started.
    pub started: Instant,
}

impl Finish<'_> {
    /// Says how the job ended: in the log, then in the callback, while `clear` goes on.
    pub(crate) async fn conclude(&self, conclusion: Conclusion, clear: impl Future<Output = ()>) {
        let end = End {
            outcome: &conclusion.outcome,
            address: &conclusion.address,
            folder: &conclusion.folder,
            files: &conclusion.files,
            metrics: &conclusion.metrics,
            account: &conclusion.account,
        };
        // Whatever panics here, the log has it, and the callback goes out all the same.
        let _ = guard(async { progress::end(&end, self.config) }).await;
        let Conclusion {
            outcome, metrics, ..
        } = conclusion;
        let is_delivered = matches!(outcome, JobOutcome::Success(_));
        let body = CallbackBody {
            task_id: match self.config {
                Some(config) => config.task_id.to_string(),
                None => self.callback_config.task_id.clone(),
            },
            batch_id: self.callback_config.batch_id.clone(),
            outcome,
            metrics,
        };
        let body = serde_json::to_string(&body).expect("a struct of texts and numbers is JSON");
        self.journal.write(|| {
            let body = body.clone();
            Entry::Ended(Ended { is_delivered, body })
        });
        self.call_back(body, clear).await;
    }

    /// Sends this callback, while `clear` goes on.
    pub(crate) async fn call_back(&self, body: String, clear: impl Future<Output = ()>) {
        let clear = async {
            tokio::select! {
                () = clear => {}
                () = self.shutdown.grace_period_over() => {}
            }
        };
        let deliver = || {
            let body = body.clone();
            let (config, client) = (self.callback_config, self.client);
            callback::deliver(body, config, client, self.started, self.shutdown)
        };
        // The same callback may come twice, and must come once.
        let deliver_surely = async {
            if guard(deliver()).await.is_err() {
                let _ = guard(deliver()).await;
            }
        };
        let _ = join(guard(clear), deliver_surely).await;
    }
}
