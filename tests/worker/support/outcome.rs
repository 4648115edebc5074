//! The outcome of one export: exit code, log, callback, file and requests.

use serde_json::Value;

use super::document::Document;
use super::worker::Run;
use super::{Tree, Worker, World, pi};

/// What came of an export.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) world: World,
    pub(crate) run: Run,
    /// The body of the only callback.
    pub(crate) body: Value,
    /// The file, which is there exactly where success was said.
    pub(crate) document: Option<Document>,
}

/// Exports the whole tree under [`pi`]`(0)` with these settings, and checks what must hold of every outcome.
pub(crate) async fn export(world: World, settings: &[(&str, &str)]) -> Outcome {
    let worker = settings
        .iter()
        .fold(world.collector(), |worker, (name, value)| {
            worker.env(name, *value)
        });
    export_by(world, &worker).await
}

/// Exports the whole of a tree from an archive without a fault.
pub(crate) async fn export_tree(tree: Tree) -> Outcome {
    export(World::of(tree).await, &[]).await
}

/// Exports by a worker that is set up already.
pub(crate) async fn export_by(world: World, worker: &Worker) -> Outcome {
    let run = worker.run().await;
    let body = world.callback.only().body;
    assert_eq!(world.bucket.open_uploads(), 0, "{}", run.stderr);
    let files = world.bucket.files();
    let is_success = body["status"] == "success";
    assert_eq!(run.code, Some(i32::from(!is_success)), "{}", run.stderr);
    assert_eq!(files.len(), usize::from(is_success), "{files:?}");
    let document = files
        .first()
        .map(|key| Document::valid(world.bucket.object(key).expect("a listed object")));
    if is_success {
        let sum: u64 = ["exported", "failed", "deleted", "merged"]
            .iter()
            .map(|outcome| number(&body, &format!("entities_{outcome}")))
            .sum();
        assert_eq!(sum, number(&body, "entities_found"), "{body}");
        let report = world.bucket.report();
        assert_eq!(report["metrics"], body["metrics"], "one count, told twice");
    }
    Outcome {
        world,
        run,
        body,
        document,
    }
}

fn number(body: &Value, name: &str) -> u64 {
    body["metrics"][name]
        .as_u64()
        .unwrap_or_else(|| panic!("no {name} in {body}"))
}

impl Outcome {
    /// A number from the metrics.
    #[track_caller]
    pub(crate) fn metric(&self, name: &str) -> u64 {
        number(&self.body, name)
    }

    /// How many requests were sent again after an error of this kind.
    pub(crate) fn retries(&self, kind: &str) -> u64 {
        self.body["metrics"]["retries"][kind]
            .as_u64()
            .unwrap_or_default()
    }

    /// The text of the error.
    #[track_caller]
    pub(crate) fn error(&self) -> &str {
        let error = self.body["error"].as_str();
        error.unwrap_or_else(|| panic!("no error in {}", self.body))
    }

    /// Checks that the job failed, for this reason.
    #[track_caller]
    pub(crate) fn expect_error(&self, expected: &str) {
        assert_eq!(self.error(), expected);
    }

    /// Checks that records of exactly these entities are in the file.
    #[track_caller]
    pub(crate) fn expect_pis(&self, expected: impl IntoIterator<Item = u64>) {
        let document = self.document.as_ref();
        let document = document.unwrap_or_else(|| panic!("no file, but {}", self.body));
        let expected: Vec<String> = expected.into_iter().map(pi).collect();
        assert_eq!(document.pis(), expected, "{}", self.run.stderr);
    }

    /// Checks that nothing is missing.
    #[track_caller]
    pub(crate) fn expect_whole(&self) {
        let counts = [
            "entities_failed",
            "entities_incomplete",
            "components_failed",
        ];
        for name in counts {
            assert_eq!(self.metric(name), 0, "{name}\n{}", self.run.stderr);
        }
        assert!(self.document.is_some(), "{}", self.body);
    }

    /// How often an entity's manifest was asked for.
    pub(crate) fn asked_for(&self, number: u64) -> usize {
        self.world.archive.count(&manifest_path(number))
    }

    /// Checks that the log has a line with all of these words.
    #[track_caller]
    pub(crate) fn expect_logged(&self, words: &[&str]) {
        let log = &self.run.stderr;
        assert!(
            log.lines()
                .any(|line| words.iter().all(|word| line.contains(word))),
            "no line with {words:?} in\n{log}"
        );
    }
}

/// The path of an entity's manifest.
pub(crate) fn manifest_path(number: u64) -> String {
    format!("/entities/{}", pi(number))
}
