//! Single settings: texts, numbers, addresses and secrets, each checked and named where it is wrong.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use url::Url;

use crate::mods::Uri;
use crate::sanitize::excerpt;

use super::secret::Secret;

/// Reads settings and collects what is to be said of them.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// What is ignored, in words.
    pub(crate) warnings: Vec<String>,
    /// What is wrong, in words.
    pub(crate) problems: Vec<String>,
}

impl Reader {
    /// Returns a setting as text; an empty one is absent.
    pub(crate) fn text(&mut self, name: &str, value: Option<OsString>) -> Option<String> {
        let value = value.filter(|value| !value.is_empty())?;
        value
            .into_string()
            .map_err(|_| self.problems.push(format!("{name} is not valid UTF-8")))
            .ok()
    }

    pub(crate) fn path(&mut self, name: &str, value: Option<OsString>) -> Option<PathBuf> {
        self.text(name, value).map(PathBuf::from)
    }

    pub(crate) fn variable(&mut self, name: &str) -> Option<String> {
        let value = std::env::var_os(name);
        self.text(name, value)
    }

    pub(crate) fn secret(&mut self, name: &str) -> Option<Secret> {
        self.variable(name).map(Secret::new)
    }

    pub(crate) fn required_secret(&mut self, name: &str) -> Option<Secret> {
        let secret = self.secret(name);
        if secret.is_none() {
            self.problems.push(format!(
                "{name} is missing (set it in the environment, or write to a folder with --output)"
            ));
        }
        secret
    }

    pub(crate) fn number(
        &mut self,
        name: &str,
        value: Option<OsString>,
        allowed: RangeInclusive<u32>,
    ) -> Option<u32> {
        let text = self.text(name, value)?;
        let number = text.parse().ok().filter(|number| allowed.contains(number));
        if number.is_none() {
            let (from, to) = (allowed.start(), allowed.end());
            self.problems.push(format!(
                "{name} is {:?} (an integer from {from} to {to} is expected)",
                excerpt(&text)
            ));
        }
        number
    }

    /// Returns the address of a service, without a slash at its end; what it asks for is put behind it.
    pub(crate) fn address(
        &mut self,
        name: &str,
        value: Option<OsString>,
        default: &str,
    ) -> Option<String> {
        let Some(text) = self.text(name, value) else {
            return Some(default.to_owned());
        };
        let url = self.web_address(name, &text)?;
        let is_base =
            url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
        let Some(uri) = Uri::parse(url.as_str()).filter(|_| is_base) else {
            self.problems.push(format!(
                "{name} is no address that a path can follow (no query, fragment or user)"
            ));
            return None;
        };
        Some(uri.as_str().trim_end_matches('/').to_owned())
    }

    /// Returns the address of a service as [`Self::address`], with a slash at its end and taken apart.
    pub(crate) fn base_address(
        &mut self,
        name: &str,
        value: Option<OsString>,
        default: &str,
    ) -> Option<Url> {
        let address = self.address(name, value, default)?;
        self.web_address(name, &(address + "/"))
    }

    pub(crate) fn web_address(&mut self, name: &str, text: &str) -> Option<Url> {
        let url = Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if url.is_none() {
            // The value is not shown: an address can hold a password.
            self.problems.push(format!(
                "{name} is no address that starts with http:// or https://"
            ));
        }
        url
    }
}
