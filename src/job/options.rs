//! `EXPORT_OPTIONS`: what to export and how much of it.
//!
//! Any caller can send any object, so each key is checked on its own and all problems are reported, not only the first.

use serde::Serialize;
use serde_json::Value;

use crate::crosswalk::{self, CheimarrosMode};
use crate::sanitize::excerpt;
use crate::suggest::suggestion;

use super::task_id::TaskId;

/// The most entities assembled at the same time; more would only wait for each other's requests.
const PARALLEL_BATCH_SIZE_MAX: u64 = 64;
/// How many keys that were ignored are named: any caller can send any number of them.
const IGNORED_NAMED_MAX: usize = 20;

/// The options of a job, as `report.json` shows them too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportOptions {
    /// Whether the whole tree under the entity is exported. Default: `false`.
    pub recursive: bool,
    /// How many levels below the root, which is level 0, are visited. Default: 10.
    pub max_depth: u32,
    /// How many entities are assembled at the same time. Default: 10.
    pub parallel_batch_size: usize,
    /// The earlier export at the same destination to compare with. Default: none, or the one that a folder has in the
    /// place of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<TaskId>,
    /// What goes into the record of an entity.
    #[serde(flatten)]
    pub record: crosswalk::Options,
    /// Keys that are not known and were ignored, the first of them.
    #[serde(skip)]
    pub ignored: Vec<String>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            recursive: false,
            max_depth: 10,
            parallel_batch_size: 10,
            since: None,
            record: crosswalk::Options::default(),
            ignored: Vec::new(),
        }
    }
}

impl ExportOptions {
    /// Reads the JSON text of `EXPORT_OPTIONS`; `null` and `{}` mean all defaults.
    ///
    /// What is ignored goes to `warnings`, what is wrong to `problems`; both name the key.
    pub(crate) fn read(json: &str, warnings: &mut Vec<String>, problems: &mut Vec<String>) -> Self {
        let mut options = Self::default();
        let problem = match serde_json::from_str(json) {
            Ok(Value::Null) => return options,
            Ok(Value::Object(object)) => {
                let is_known = |key: &String| KEYS.contains(&key.as_str());
                let (known, unknown): (Vec<_>, Vec<_>) =
                    object.iter().partition(|(key, _)| is_known(key));
                for (key, value) in known {
                    let set = options.set(key, value, warnings);
                    problems.extend(set.err());
                }
                options.ignore(unknown.iter().map(|(key, _)| *key), warnings);
                return options;
            }
            Ok(other) => {
                let given = excerpt(&other.to_string());
                format!("EXPORT_OPTIONS is {given} (a JSON object is expected)")
            }
            Err(error) => {
                format!("EXPORT_OPTIONS is not JSON (a JSON object is expected): {error}")
            }
        };
        problems.push(problem);
        options
    }

    /// Asks which key was meant by one that is not known; says nothing if none is like it.
    pub(crate) fn meant_by(key: &str) -> String {
        suggestion(key, &KEYS)
    }

    /// Takes note of keys that are not known, the first by name.
    fn ignore<'k>(
        &mut self,
        mut keys: impl Iterator<Item = &'k String>,
        warnings: &mut Vec<String>,
    ) {
        for key in keys.by_ref().take(IGNORED_NAMED_MAX) {
            let meant = Self::meant_by(key);
            let key = excerpt(key);
            warnings.push(format!("option {key:?} is not known and ignored{meant}"));
            self.ignored.push(key);
        }
        match keys.count() {
            0 => {}
            more => warnings.push(format!("{more} more options are not known and ignored")),
        }
    }

    /// Sets one option that there is; `null` leaves it as it is, which in `EXPORT_OPTIONS` is its default.
    ///
    /// # Errors
    ///
    /// Names the key, what was given and what is allowed.
    pub(crate) fn set(
        &mut self,
        key: &str,
        value: &Value,
        warnings: &mut Vec<String>,
    ) -> Result<(), String> {
        let record = &mut self.record;
        let set = match key {
            "recursive" => assign(&mut self.recursive, value.as_bool(), TRUTH),
            "includeOcr" => assign(&mut record.include_ocr, value.as_bool(), TRUTH),
            "maxDepth" => {
                let depth = value.as_u64().and_then(|depth| depth.try_into().ok());
                let depth = depth.filter(|&depth| depth <= 1000);
                assign(&mut self.max_depth, depth, "an integer from 0 to 1000")
            }
            "parallelBatchSize" => {
                let given = value.as_u64().filter(|&given| given >= 1);
                let size = given.map(|given| given.min(PARALLEL_BATCH_SIZE_MAX));
                if size < given {
                    warnings.push(format!(
                        "{key} is {value}, {PARALLEL_BATCH_SIZE_MAX} is the most and is used"
                    ));
                }
                let size = size.and_then(|size| size.try_into().ok());
                let allowed = "an integer of at least 1";
                assign(&mut self.parallel_batch_size, size, allowed)
            }
            "cheimarrosMode" => {
                let mode = MODES.iter().find(|(name, _)| value == name);
                let allowed = "\"full\", \"minimal\" or \"skip\"";
                let mode = mode.map(|(_, mode)| *mode);
                assign(&mut record.cheimarros_mode, mode, allowed)
            }
            "since" => {
                let since = value.as_str().and_then(|since| TaskId::parse(since).ok());
                let allowed = "the TASK_ID of an earlier export";
                assign(&mut self.since, since.map(Some), allowed)
            }
            _ => return Err(format!("{key} is no option")),
        };
        if value.is_null() {
            return Ok(());
        }
        set.map_err(|allowed| {
            let remedy = match (key, value.as_str()) {
                ("cheimarrosMode", Some(mode)) => suggestion(mode, &MODES.map(|(name, _)| name)),
                _ => String::new(),
            };
            let given = excerpt(&value.to_string());
            format!("{key} is {given} ({allowed} is expected{remedy})")
        })
    }
}

/// The keys there are.
const KEYS: [&str; 6] = [
    "since",
    "recursive",
    "maxDepth",
    "parallelBatchSize",
    "includeOcr",
    "cheimarrosMode",
];
/// The values of `cheimarrosMode`.
const MODES: [(&str, CheimarrosMode); 3] = [
    ("full", CheimarrosMode::Full),
    ("minimal", CheimarrosMode::Minimal),
    ("skip", CheimarrosMode::Skip),
];
const TRUTH: &str = "true or false";

/// Sets an option to a value that could be read; what is allowed is the error where it could not.
fn assign<T>(option: &mut T, value: Option<T>, allowed: &'static str) -> Result<(), &'static str> {
    *option = value.ok_or(allowed)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(json: &str) -> (ExportOptions, Vec<String>, Vec<String>) {
        let (mut warnings, mut problems) = (Vec::new(), Vec::new());
        let options = ExportOptions::read(json, &mut warnings, &mut problems);
        (options, warnings, problems)
    }

    #[track_caller]
    fn accept(json: &str, expected: &ExportOptions) {
        assert_eq!(
            read(json),
            (expected.clone(), Vec::new(), Vec::new()),
            "{json}"
        );
    }

    #[track_caller]
    fn refuse(json: &str, expected: &str) {
        assert_eq!(read(json).2, [expected], "{json}");
    }

    #[test]
    fn nothing_means_the_defaults() {
        let defaults = ExportOptions {
            recursive: false,
            max_depth: 10,
            parallel_batch_size: 10,
            since: None,
            record: crosswalk::Options {
                include_ocr: true,
                cheimarros_mode: CheimarrosMode::Full,
            },
            ignored: Vec::new(),
        };
        accept("{}", &defaults);
        accept("null", &defaults);
        accept(
            r#"{"recursive":null,"maxDepth":null,"parallelBatchSize":null,"includeOcr":null,"cheimarrosMode":null,"since":null}"#,
            &defaults,
        );
    }

    #[test]
    fn each_key_sets_its_option() {
        let default = ExportOptions::default;
        accept(
            r#"{"recursive":true}"#,
            &ExportOptions {
                recursive: true,
                ..default()
            },
        );
        accept(
            r#"{"maxDepth":0}"#,
            &ExportOptions {
                max_depth: 0,
                ..default()
            },
        );
        accept(
            r#"{"maxDepth":1000}"#,
            &ExportOptions {
                max_depth: 1000,
                ..default()
            },
        );
        accept(
            r#"{"parallelBatchSize":1}"#,
            &ExportOptions {
                parallel_batch_size: 1,
                ..default()
            },
        );
        accept(
            r#"{"parallelBatchSize":64}"#,
            &ExportOptions {
                parallel_batch_size: 64,
                ..default()
            },
        );
        accept(
            r#"{"since":"export_mods_1"}"#,
            &ExportOptions {
                since: TaskId::parse("export_mods_1").ok(),
                ..default()
            },
        );
        accept(
            r#"{"includeOcr":false}"#,
            &ExportOptions {
                record: crosswalk::Options {
                    include_ocr: false,
                    ..crosswalk::Options::default()
                },
                ..default()
            },
        );
        for (mode, expected) in [
            ("full", CheimarrosMode::Full),
            ("minimal", CheimarrosMode::Minimal),
            ("skip", CheimarrosMode::Skip),
        ] {
            let expected = ExportOptions {
                record: crosswalk::Options {
                    cheimarros_mode: expected,
                    ..crosswalk::Options::default()
                },
                ..default()
            };
            accept(&format!(r#"{{"cheimarrosMode":"{mode}"}}"#), &expected);
        }
    }

    #[test]
    fn a_wrong_type_or_number_is_refused_by_name() {
        refuse(
            r#"{"recursive":"yes"}"#,
            "recursive is \"yes\" (true or false is expected)",
        );
        refuse(
            r#"{"recursive":1}"#,
            "recursive is 1 (true or false is expected)",
        );
        refuse(
            r#"{"includeOcr":[]}"#,
            "includeOcr is [] (true or false is expected)",
        );
        for given in ["-1", "1001", "2.5", "\"3\"", "1e99"] {
            let shown: Value = serde_json::from_str(given).expect("JSON");
            refuse(
                &format!(r#"{{"maxDepth":{given}}}"#),
                &format!("maxDepth is {shown} (an integer from 0 to 1000 is expected)"),
            );
        }
        for given in ["0", "-5", "true", "1.5"] {
            refuse(
                &format!(r#"{{"parallelBatchSize":{given}}}"#),
                &format!("parallelBatchSize is {given} (an integer of at least 1 is expected)"),
            );
        }
        for given in ["\"a/b\"", "\"\"", "7"] {
            refuse(
                &format!(r#"{{"since":{given}}}"#),
                &format!("since is {given} (the TASK_ID of an earlier export is expected)"),
            );
        }
        refuse(
            r#"{"cheimarrosMode":"Full"}"#,
            r#"cheimarrosMode is "Full" ("full", "minimal" or "skip" is expected: did you mean "full"?)"#,
        );
        refuse(
            r#"{"cheimarrosMode":"all of it"}"#,
            r#"cheimarrosMode is "all of it" ("full", "minimal" or "skip" is expected)"#,
        );
    }

    #[test]
    fn all_problems_are_reported_together() {
        let (_, warnings, problems) = read(r#"{"recursive":1,"maxDepth":-1,"colour":"red"}"#);
        assert_eq!(problems.len(), 2);
        assert_eq!(warnings, ["option \"colour\" is not known and ignored"]);
    }

    #[test]
    fn a_key_that_is_not_known_is_named_with_the_one_that_is_meant() {
        for (given, meant) in [
            ("recursve", Some("recursive")),
            ("Recursive", Some("recursive")),
            ("max_depth", Some("maxDepth")),
            ("depth", Some("maxDepth")),
            ("parallel_batchsize", Some("parallelBatchSize")),
            ("include-ocr", Some("includeOcr")),
            ("cheimaros", Some("cheimarrosMode")),
            ("colour", None),
            ("", None),
        ] {
            let (options, warnings, _) = read(&format!("{{\"{given}\":true}}"));
            let meant = meant.map_or(String::new(), |meant| {
                format!(": did you mean \"{meant}\"?")
            });
            assert_eq!(
                warnings,
                [format!(
                    "option \"{given}\" is not known and ignored{meant}"
                )]
            );
            assert_eq!(options.ignored, [given]);
        }
    }

    #[test]
    fn of_many_keys_that_are_not_known_the_first_are_named() {
        let keys: Vec<String> = (0..1000).map(|key| format!("\"k{key}\":1")).collect();
        let (options, warnings, _) = read(&format!("{{{}}}", keys.join(",")));
        assert_eq!((options.ignored.len(), warnings.len()), (20, 21));
        assert_eq!(warnings[20], "980 more options are not known and ignored");
    }

    #[test]
    fn more_than_64_at_a_time_is_64_with_a_warning() {
        let (options, warnings, problems) = read(r#"{"parallelBatchSize":100000000000}"#);
        assert_eq!(options.parallel_batch_size, 64);
        assert_eq!(
            warnings,
            ["parallelBatchSize is 100000000000, 64 is the most and is used"]
        );
        assert!(problems.is_empty());
    }

    #[test]
    fn what_is_no_object_is_refused() {
        refuse("[]", "EXPORT_OPTIONS is [] (a JSON object is expected)");
        refuse("true", "EXPORT_OPTIONS is true (a JSON object is expected)");
        let (_, _, problems) = read("{recursive:true}");
        assert!(
            problems[0].starts_with("EXPORT_OPTIONS is not JSON"),
            "{problems:?}"
        );
    }
}
