//! The entity to export, as people name it.

use crate::arke::Pi;
use crate::sanitize::excerpt;

use super::cli::Cli;
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
                let meant = meant.map(|pi| format!(" (did you mean {pi}?)"));
                let is_truth = matches!(text.as_str(), "true" | "false");
                let truth = is_truth.then(|| format!(" (did you mean --recursive={text}?)"));
                format!("{error}{}", meant.or(truth).unwrap_or_default())
            }
        };
        Err(format!("is {:?}: {error}", excerpt(text)))
    }
}

/// Returns the PI that is written in lower case, or that the address of a page ends in.
fn meant(text: &str) -> Option<Pi> {
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    let path = text.split(['?', '#']).next().filter(|_| is_address);
    let name = path.and_then(|path| path.trim_end_matches('/').rsplit('/').next());
    name.unwrap_or(text).to_ascii_uppercase().parse().ok()
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
        for (text, remedy) in [
            ("false", "(did you mean --recursive=false?)"),
            ("letters", "are expected"),
            ("https://arke.institute/about", "are expected"),
            (
                "ftp://arke.institute/01K9Z3K4GMDWTT0VQXYSPC9W6S",
                "are expected",
            ),
        ] {
            let error = read(text, true).expect_err("no PI");
            assert!(error.ends_with(remedy), "{error}");
        }
    }
}
