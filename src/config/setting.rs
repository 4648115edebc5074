//! A setting as it was typed, and how it is read: trimmed, checked, and named where it is wrong.

use std::ffi::{OsStr, OsString};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::builder::{TypedValueParser, ValueParserFactory};
use clap::parser::ValueSource;
use clap::{Arg, Command, Error};
use secrecy::{ExposeSecret as _, SecretString};

use crate::sanitize::{excerpt, is_unseen};

/// A setting as it was typed, under the name that problems have for it.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    /// That of the variable; where there is none, that of the flag.
    name: String,
    /// `None` where an empty variable counts as absent.
    value: Option<OsString>,
    /// Whether it comes from the command line.
    pub(super) is_typed: bool,
}

impl ValueParserFactory for Setting {
    type Parser = SettingParser;

    fn value_parser() -> SettingParser {
        SettingParser
    }
}

/// Takes any value, so that all problems can be reported together.
#[derive(Clone, Copy, Debug)]
pub(super) struct SettingParser;

impl TypedValueParser for SettingParser {
    type Value = Setting;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Setting, Error> {
        self.parse_ref_(command, argument, value, ValueSource::CommandLine)
    }

    fn parse_ref_(
        &self,
        _: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
        source: ValueSource,
    ) -> Result<Setting, Error> {
        let name = argument.map_or_else(String::new, |argument| match argument.get_env() {
            Some(variable) => variable.to_string_lossy().into_owned(),
            None => format!("--{}", argument.get_id().as_str().replace('_', "-")),
        });
        let is_absent = source == ValueSource::EnvVariable && value.is_empty();
        let default = || argument?.get_default_values().first();
        let value = if is_absent {
            default().map(Into::into)
        } else {
            Some(value.to_owned())
        };
        Ok(Setting {
            name,
            value,
            is_typed: source == ValueSource::CommandLine,
        })
    }
}

impl Setting {
    /// Tells whether there is anything, were it blanks.
    pub(super) fn is_given(&self) -> bool {
        self.value.is_some()
    }

    /// Returns what was typed, without blanks and line ends around it; `None` where that is nothing, or no text.
    pub(super) fn typed(&self) -> Option<&str> {
        let text = self.value.as_ref()?.to_str()?.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// Reads settings and collects what is to be said of them.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// What is ignored, in words.
    pub(super) warnings: Vec<String>,
    /// What is wrong, in words.
    pub(super) problems: Vec<String>,
}

impl Reader {
    /// Returns a setting as text, without blanks and line ends around it.
    pub(super) fn text(&mut self, setting: Option<&Setting>) -> Option<String> {
        let Setting { name, value, .. } = setting?;
        let problem = match value.as_ref()?.to_str().map(str::trim) {
            Some("") => "is blank (give it a value, or leave it out)",
            Some(text) => return Some(text.to_owned()),
            None => "is not valid UTF-8",
        };
        self.problem(name, problem);
        None
    }

    /// Returns a setting as [`Self::text`], whatever its bytes: for one whose form is checked anyway.
    pub(super) fn lossy_text(&mut self, setting: Option<&Setting>) -> Option<String> {
        let mut setting = setting?.clone();
        setting.value = Some(setting.value?.to_string_lossy().into_owned().into());
        // A blank one is given all the same, and not missing.
        Some(self.text(Some(&setting)).unwrap_or_default())
    }

    /// Returns a setting as a path; one that cannot be used is given all the same, and what it replaces not missing.
    pub(super) fn path(&mut self, setting: Option<&Setting>) -> Option<PathBuf> {
        setting?.value.as_ref()?;
        Some(self.text(setting).unwrap_or_default().into())
    }

    /// Returns a variable that has no flag, as [`Self::text`].
    pub(super) fn variable(&mut self, name: &str) -> Option<String> {
        self.text(Some(&Setting {
            name: name.to_owned(),
            value: std::env::var_os(name).filter(|value| !value.is_empty()),
            is_typed: false,
        }))
    }

    /// Returns a secret, which comes by environment only; what cannot be seen in it is a problem.
    pub(super) fn secret(&mut self, name: &str) -> Option<SecretString> {
        let text = self.variable(name)?;
        if text.contains(|c: char| c.is_control() || is_unseen(c)) {
            self.problem(name, "holds a control character or one that is not seen");
        }
        Some(text.into())
    }

    /// Returns a key of the bucket, in which a blank is a problem too.
    pub(super) fn key(&mut self, name: &str) -> Option<SecretString> {
        let key = self.secret(name)?;
        if key.expose_secret().contains(char::is_whitespace) {
            self.problem(name, "holds a blank");
        }
        Some(key)
    }

    /// Returns a key of the bucket, without which there is no job.
    pub(super) fn required_key(&mut self, name: &str) -> Option<SecretString> {
        let key = self.key(name);
        if key.is_none() {
            let problem =
                "is missing (set it in the environment, or write to a folder with --output)";
            self.problem(name, problem);
        }
        key
    }

    /// Returns a setting that is a whole number within bounds.
    pub(super) fn number(
        &mut self,
        setting: Option<&Setting>,
        allowed: RangeInclusive<u32>,
    ) -> Option<u32> {
        let text = self.text(setting)?;
        let number = text.parse().ok().filter(|number| allowed.contains(number));
        if number.is_none() {
            let (from, to) = (allowed.start(), allowed.end());
            let shown = excerpt(&text);
            let problem = format!("is {shown:?} (an integer from {from} to {to} is expected)");
            self.problem(name_of(setting), &problem);
        }
        number
    }

    /// Returns a setting that is on or off.
    pub(super) fn switch(&mut self, setting: Option<&Setting>) -> Option<bool> {
        let text = self.text(setting)?;
        let switch = text.parse().ok();
        if switch.is_none() {
            let problem = format!("is {:?} (true or false is expected)", excerpt(&text));
            self.problem(name_of(setting), &problem);
        }
        switch
    }

    /// Notes what is wrong with a setting, unless something is known to be: one fault is one problem.
    pub(super) fn problem(&mut self, name: &str, problem: &str) {
        let is_of_it = |known: &String| known.split(' ').next() == name.split(' ').next();
        if !self.problems.iter().any(is_of_it) {
            self.problems.push(format!("{name} {problem}"));
        }
    }
}

/// Returns the name of a setting that was read.
pub(super) fn name_of(setting: Option<&Setting>) -> &str {
    setting.map_or("", |setting| &setting.name)
}
