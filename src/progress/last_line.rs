//! The last line of the log: how the job ended, where the file is, and what is missing from it.

use std::time::Duration;

use crate::job::{ExportOptions, Metrics, OutputFile};

use super::account::Account;
use crate::words::{count, time};

/// How long the archive has to slow a job down before the last line says so.
const SLOWED_TOLD_FROM: Duration = Duration::from_secs(1);

/// Says what was exported, the damage first where it is great.
pub(super) fn of_success(
    file: &OutputFile,
    address: &str,
    metrics: &Metrics,
    account: &Account,
) -> String {
    let seconds = Duration::from_millis(metrics.total_time_ms).as_secs_f64();
    let exported = format!(
        "exported {} in {seconds:.1} s ({} bytes): {address}",
        count(metrics.entities_exported, "record", "records"),
        file.size_bytes,
    );
    let (damage, rest): (Vec<_>, Vec<_>) = missing(metrics, account)
        .into_iter()
        .partition(|part| part.leads);
    let [damage, rest] = [damage, rest].map(|parts| {
        let texts: Vec<String> = parts.into_iter().map(|part| part.text).collect();
        texts.join("; ")
    });
    let lead = if damage.is_empty() {
        damage.clone()
    } else {
        format!("{damage}: ")
    };
    let nothing = if damage.is_empty() {
        "; nothing is missing"
    } else {
        ""
    };
    let rest = if rest.is_empty() {
        nothing.to_owned()
    } else {
        format!("; {rest}")
    };
    let besides = [since(account), slowed(metrics)].into_iter().flatten();
    let told = besides.fold(rest, |told, text| told + "; " + &text);
    format!("{lead}{exported}{told}")
}

/// Something that is missing.
struct Part {
    text: String,
    /// Whether it comes before all else.
    leads: bool,
}

/// Says what is missing, a part for each kind.
fn missing(metrics: &Metrics, account: &Account) -> Vec<Part> {
    let bare = metrics.entities_incomplete;
    let parts = metrics.parts_lacking;
    let leading = [
        (
            bare > 0 && 2 * bare >= metrics.entities_exported,
            format!(
                "{} of {} have no metadata",
                bare,
                count(metrics.entities_exported, "record", "records")
            ),
        ),
        (
            parts > 0,
            count(parts, "part is lacking", "parts are lacking"),
        ),
    ];
    let is_bare_told = leading[0].0;
    let leading = leading.into_iter().filter(|(is_so, _)| *is_so);
    let leading = leading.map(|(_, text)| Part { text, leads: true });
    let others = [
        failed(metrics, account),
        Some(count(
            bare,
            "record has no metadata",
            "records have no metadata",
        ))
        .filter(|_| bare > 0 && !is_bare_told),
        buried(metrics),
        beyond(metrics),
        alone(metrics),
        ignored(metrics),
    ];
    let others = others.into_iter().flatten();
    leading
        .chain(others.map(|text| Part { text, leads: false }))
        .collect()
}

fn failed(metrics: &Metrics, account: &Account) -> Option<String> {
    let failed = metrics.entities_failed;
    let text = count(failed, "entity failed", "entities failed");
    // A process that was killed has left no more than the number.
    let is_unseen = account.unseen > 0 || *account == Account::default();
    let unseen = if is_unseen { UNSEEN } else { "" };
    (failed > 0).then(|| text + unseen)
}

/// What is said of entities whose children are unknown.
pub(super) const UNSEEN: &str = "; what lies under them was not seen";

/// Says what is neither in the file nor failed. What an entity listed that is gone, nobody tells.
fn buried(metrics: &Metrics) -> Option<String> {
    let entities = |number| count(number, "entity was", "entities were");
    let told = match (metrics.entities_deleted, metrics.entities_merged) {
        (0, 0) => return None,
        (deleted, 0) => format!("{} deleted", entities(deleted)),
        (0, merged) => format!("{} merged", entities(merged)),
        (deleted, merged) => {
            let merged = count(merged, "was", "were");
            format!("{} deleted and {merged} merged", entities(deleted))
        }
    };
    Some(told + " (their own children are unknown)")
}

/// Says what the greatest depth leaves out.
pub(super) fn beyond(metrics: &Metrics) -> Option<String> {
    let beyond = metrics.entities_beyond_max_depth;
    // What lies below them, nobody has seen.
    let lie = count(beyond, "entity lies", "entities lie");
    (beyond > 0).then(|| {
        format!("at least {lie} deeper than was asked for and not in the file (raise --max-depth)")
    })
}

/// Says what an export of one entity leaves out.
pub(super) fn alone(metrics: &Metrics) -> Option<String> {
    let children = metrics.entities_not_asked_for;
    let left = count(children, "child is", "children are");
    (children > 0).then(|| format!("this entity alone; its {left} not in it (add --recursive)"))
}

/// Names the options that were ignored.
pub(super) fn ignored(metrics: &Metrics) -> Option<String> {
    let keys = &metrics.options_ignored;
    let named: Vec<String> = keys
        .iter()
        .map(|key| format!("{key:?}{}", ExportOptions::meant_by(key)))
        .collect();
    let options = if keys.len() == 1 { "option" } else { "options" };
    (!keys.is_empty()).then(|| format!("ignored {options} {}", named.join(", ")))
}

/// Says how long the archive slowed the job down, if that is worth a word; or that it was taken for too busy, and was not.
pub(super) fn slowed(metrics: &Metrics) -> Option<String> {
    let slowed = Duration::from_millis(metrics.throttled_time_ms);
    let lasted = time(slowed);
    let told = if metrics.requests_refused > 0 {
        format!("the archive slowed it down for {lasted}")
    } else {
        format!(
            "it went more slowly for {lasted}, until what failed was known not to be the archive's fault"
        )
    };
    (slowed >= SLOWED_TOLD_FROM).then_some(told)
}

/// Says what came of the comparison with an earlier export, if there was one.
pub(super) fn since(account: &Account) -> Option<String> {
    let compared = account.compared_with.as_ref()?;
    Some(format!("since {}: {}", compared.name(), compared.told()))
}

#[cfg(test)]
mod tests {
    use super::super::account::same;
    use super::*;
    use crate::job::{ComparedWith, RecordChanges};

    fn line(metrics: &Metrics, account: &Account) -> String {
        let file = OutputFile {
            key: "exports/a/b.xml".to_owned(),
            file_name: "b.xml".to_owned(),
            size_bytes: 7,
        };
        of_success(&file, "out/b.xml", metrics, account)
    }

    fn metrics() -> Metrics {
        Metrics {
            entities_exported: 10,
            ..Metrics::default()
        }
    }

    /// What comes behind the address of a line that no damage leads.
    fn rest(metrics: &Metrics) -> String {
        let line = line(metrics, &Account::default());
        let rest = line.strip_prefix("exported 10 records in 0.0 s (7 bytes): out/b.xml; ");
        rest.expect("the usual beginning").to_owned()
    }

    #[test]
    fn the_damage_leads_the_line_where_it_is_great() {
        let exported = "exported 10 records in 0.0 s (7 bytes): out/b.xml";
        for (entities_incomplete, parts_lacking, expected) in [
            (0, 0, format!("{exported}; nothing is missing")),
            (1, 0, format!("{exported}; 1 record has no metadata")),
            (4, 0, format!("{exported}; 4 records have no metadata")),
            (
                5,
                0,
                format!("5 of 10 records have no metadata: {exported}"),
            ),
            (0, 1, format!("1 part is lacking: {exported}")),
            (
                10,
                2,
                format!("10 of 10 records have no metadata; 2 parts are lacking: {exported}"),
            ),
        ] {
            let metrics = Metrics {
                entities_incomplete,
                parts_lacking,
                ..metrics()
            };
            assert_eq!(line(&metrics, &Account::default()), expected);
        }
    }

    #[test]
    fn what_was_not_seen_or_asked_for_is_said() {
        let failed = Metrics {
            entities_failed: 2,
            ..metrics()
        };
        assert_eq!(
            rest(&failed),
            "2 entities failed; what lies under them was not seen"
        );
        let of_pis = Account {
            failed: [(same("not a PI"), 2)].into(),
            ..Account::default()
        };
        assert!(line(&failed, &of_pis).ends_with("; 2 entities failed"));
        let buried = Metrics {
            entities_deleted: 1,
            entities_merged: 3,
            ..metrics()
        };
        assert_eq!(
            rest(&buried),
            "1 entity was deleted and 3 were merged (their own children are unknown)"
        );
        for (entities_not_asked_for, expected) in [
            (
                1,
                "this entity alone; its 1 child is not in it (add --recursive)",
            ),
            (
                5,
                "this entity alone; its 5 children are not in it (add --recursive)",
            ),
        ] {
            assert_eq!(
                rest(&Metrics {
                    entities_not_asked_for,
                    ..metrics()
                }),
                expected
            );
        }
    }

    #[test]
    fn what_lies_deeper_and_what_got_worse_is_said() {
        let beyond = Metrics {
            entities_beyond_max_depth: 20,
            ..metrics()
        };
        let remedy = "deeper than was asked for and not in the file (raise --max-depth)";
        assert_eq!(rest(&beyond), format!("at least 20 entities lie {remedy}"));
        let account = Account {
            compared_with: Some(ComparedWith {
                task_id: "week-47".to_owned(),
                records: RecordChanges {
                    worse: 1,
                    same: 9,
                    ..RecordChanges::default()
                },
                ..ComparedWith::default()
            }),
            ..Account::default()
        };
        let told = "; since the export week-47: 1 lacking what was there, 9 the same";
        assert!(line(&metrics(), &account).ends_with(told));
    }

    #[test]
    fn options_that_were_ignored_are_named_with_what_was_meant() {
        let ignored = |keys: &[&str]| {
            let options_ignored = keys.iter().map(|&key| key.to_owned()).collect();
            rest(&Metrics {
                options_ignored,
                ..metrics()
            })
        };
        assert_eq!(
            ignored(&["recursve"]),
            "ignored option \"recursve\": did you mean \"recursive\"?"
        );
        assert_eq!(ignored(&["a", "b"]), "ignored options \"a\", \"b\"");
    }

    #[test]
    fn an_archive_that_slowed_the_job_down_is_told_with_how_long() {
        let slowed = |throttled_time_ms, requests_refused| {
            rest(&Metrics {
                requests_refused,
                throttled_time_ms,
                ..metrics()
            })
        };
        assert_eq!(slowed(999, 7), "nothing is missing");
        assert_eq!(
            slowed(30_900, 7),
            "nothing is missing; the archive slowed it down for 30 s"
        );
        assert_eq!(
            slowed(2_738, 0),
            "nothing is missing; it went more slowly for 2 s, until what failed was known not to be the archive's fault"
        );
    }
}
