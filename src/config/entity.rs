//! The entity to export, as people name it.

use crate::arke::Pi;
use crate::sanitize::excerpt;
use crate::words::grouped;

use super::cli::{Cli, value_of_switch};
use super::setting::Reader;

/// The entity as it was given.
#[derive(Debug)]
pub(super) struct Given {
    text: String,
    /// Whether somebody typed it. What a program gives has to be right.
    is_typed: bool,
}

impl Reader {
    /// Returns the entity as it was given, behind the flags, by `--pi` or as `PI`.
    pub(super) fn entity(&mut self, cli: &Cli) -> Option<Given> {
        let (bare, setting) = (cli.person.entity.as_ref(), cli.job.pi.as_ref());
        if bare.is_some() && setting.is_some_and(|setting| setting.is_typed) {
            self.problem("PI", "is given twice (name one entity)");
        }
        let given = bare.or(setting);
        Some(Given {
            text: self.lossy_text(given)?,
            is_typed: given.is_some_and(|setting| setting.is_typed),
        })
    }
}

impl Given {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// Says what is wrong with it, and what is right, where that is known.
    pub(super) fn read(&self) -> Result<Pi, String> {
        let text = &self.text;
        let error = match (text.parse::<Pi>(), meant(text)) {
            (Ok(pi), _) => return Ok(pi),
            (Err(_), Some(pi)) if self.is_typed => return Ok(pi),
            (Err(error), meant) => {
                let meant = meant.or_else(|| nearly(text)).map(|pi| pi.to_string());
                let meant = meant.or_else(|| value_of_switch(text));
                let flaw = || flaw(text);
                let remedy = meant.map_or_else(flaw, |meant| format!("did you mean {meant}?"));
                format!("{error} ({remedy})")
            }
        };
        Err(format!("is {:?}: {error}", excerpt(text)))
    }
}

/// Returns the PI that is written in lower case, or that the address of a page ends in.
fn meant(text: &str) -> Option<Pi> {
    name(text).to_ascii_uppercase().parse().ok()
}

/// Returns the PI that has blanks in it, or letters that are taken for digits.
fn nearly(text: &str) -> Option<Pi> {
    let letters = name(text).chars().filter(|c| !c.is_whitespace());
    let upper = letters.map(|c| c.to_ascii_uppercase()).collect::<String>();
    let digits = upper.replace('O', "0").replace(['I', 'L'], "1");
    digits.parse().ok()
}

/// Says what is wrong with what is nearly no PI.
fn flaw(text: &str) -> String {
    let length = text.chars().count();
    match text.chars().find(|c| !c.is_ascii_alphanumeric()) {
        _ if is_address(text) => "this is the address of something else".to_owned(),
        Some(c) if c.is_whitespace() => "this holds a blank".to_owned(),
        Some(c) => format!("this holds {c:?}"),
        None if length == 26 => "this holds other letters".to_owned(),
        None => format!("this has {}", grouped(length as u64)),
    }
}

/// Returns what the address of a page ends in; what is no address as it is.
fn name(text: &str) -> &str {
    let path = text.split(['?', '#']).next().filter(|_| is_address(text));
    let name = path.and_then(|path| path.trim_end_matches('/').rsplit('/').next());
    name.unwrap_or(text)
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PI: &str = "01K9Z3K4GMDWTT0VQXYSPC9W6S";

    #[test]
    fn what_is_typed_may_be_written_as_people_have_it() {
        let read = |text: &str, is_typed| {
            let text = text.to_owned();
            Given { text, is_typed }.read().map(|pi| pi.to_string())
        };
        for text in [
            PI,
            "01k9z3k4gmdwtt0vqxyspc9w6s",
            "https://arke.institute/01K9Z3K4GMDWTT0VQXYSPC9W6S",
            "https://arke.institute/01k9z3k4gmdwtt0vqxyspc9w6s/?view=tree#top",
        ] {
            assert_eq!(read(text, true), Ok(PI.to_owned()), "{text}");
            let by_program = read(text, false);
            if text == PI {
                assert_eq!(by_program, Ok(PI.to_owned()));
            } else {
                let error = by_program.expect_err("not as it is agreed");
                assert!(error.ends_with(&format!("(did you mean {PI}?)")), "{error}");
            }
        }
        let nearly = format!("(did you mean {PI}?)");
        for (text, remedy) in [
            ("letters", "are expected (this has 7)"),
            ("01K9Z3K4GMDWTT0VQXYSPC9W6", "are expected (this has 25)"),
            ("01K9Z3K4GMDWTTUVQXYSPC9W6S", "(this holds other letters)"),
            ("O1K9Z3K4GMDWTTOVQXYSPC9W6S", &nearly),
            ("01K9Z3K4GMDWTT0 VQXYSPC9W6S", &nearly),
            ("01K9Z3K4GMDWTT0 VQX", "(this holds a blank)"),
            (
                "https://arke.institute/about",
                "(this is the address of something else)",
            ),
            (
                "ftp://arke.institute/01K9Z3K4GMDWTT0VQXYSPC9W6S",
                "(this holds ':')",
            ),
        ] {
            let error = read(text, true).expect_err("no PI");
            assert!(error.ends_with(remedy), "{error}");
        }
    }
}
