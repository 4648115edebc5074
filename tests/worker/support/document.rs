//! An exported document, and what a test reads out of it.

use std::path::{Path, PathBuf};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::{dates, schema};

/// An exported document.
#[derive(Debug)]
pub(crate) struct Document(String);

impl Document {
    /// Takes a document that is valid by the schema and whose dates are; panics with the reason if it is not.
    #[track_caller]
    pub(crate) fn valid(bytes: Vec<u8>) -> Self {
        if let Err(reason) = schema::validate(&bytes) {
            panic!("not valid: {reason}\n{}", String::from_utf8_lossy(&bytes));
        }
        let text = String::from_utf8(bytes).expect("XML in UTF-8");
        let document = roxmltree::Document::parse(&text).expect("XML, as the schema wants it");
        dates::judge(&document).unwrap_or_else(|reason| panic!("{reason}\n{text}"));
        Self(text)
    }

    /// Reads the one exported file in a folder.
    #[track_caller]
    pub(crate) fn only_below(folder: &Path) -> (PathBuf, Self) {
        let mut files = files_below(folder);
        files.retain(|file| file.extension().is_some_and(|extension| extension == "xml"));
        let [file] = &files[..] else {
            panic!("not one file but {files:?}")
        };
        let bytes = std::fs::read(file).expect("a readable file");
        (file.clone(), Self::valid(bytes))
    }

    /// Returns the text of the document.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Returns the name of the root element.
    pub(crate) fn root(&self) -> String {
        self.texts("").0.first().expect("a root").clone()
    }

    /// Returns the PIs of the records, in order.
    pub(crate) fn pis(&self) -> Vec<&str> {
        let after_id = self.0.split(" ID=\"entity-").skip(1);
        after_id
            .map(|rest| rest.split('"').next().expect("a quoted value"))
            .collect()
    }

    /// Returns the record of an entity.
    #[track_caller]
    pub(crate) fn record(&self, pi: &str) -> &str {
        let id = format!("ID=\"entity-{pi}\"");
        let at = self
            .0
            .find(&id)
            .unwrap_or_else(|| panic!("no record of {pi}"));
        self.0[at..]
            .split("</mods>")
            .next()
            .expect("an element has an end")
    }

    /// Returns the texts of the elements whose start tag begins so, as a parser gives them.
    pub(crate) fn texts_of(&self, start: &str) -> Vec<String> {
        self.texts(start).1
    }

    /// Returns all element names, and the texts of those whose start tag begins with `start`.
    fn texts(&self, start: &str) -> (Vec<String>, Vec<String>) {
        let mut reader = Reader::from_str(&self.0);
        let (mut names, mut texts) = (Vec::new(), Vec::new());
        let mut text: Option<String> = None;
        loop {
            match reader.read_event().expect("well-formed XML") {
                Event::Eof => return (names, texts),
                Event::Start(tag) => {
                    names.push(tag.name().0.to_owned());
                    text = (!start.is_empty() && tag.starts_with(start)).then(String::new);
                }
                Event::Text(piece) => {
                    if let Some(text) = &mut text {
                        text.push_str(&piece);
                    }
                }
                Event::GeneralRef(reference) => {
                    if let Some(text) = &mut text {
                        text.push(match &*reference {
                            "lt" => '<',
                            "gt" => '>',
                            "amp" => '&',
                            "quot" => '"',
                            "apos" => '\'',
                            other => panic!("reference to {other}"),
                        });
                    }
                }
                Event::End(_) => texts.extend(text.take()),
                _ => {}
            }
        }
    }
}

/// Returns the files below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("a readable folder").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The project's own tree.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/messy")
}

/// The project's own tree in which nothing is amiss.
pub(crate) fn clean_fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/clean")
}

/// The root of the project's own tree.
pub(crate) const FIXTURES_ROOT: &str = "01KAB3RDR0KQRZEDN60FKJ7T10";

/// The records of the project's own tree, in order.
pub(crate) const FIXTURES_PIS: [&str; 25] = [
    "01KAB3RDR0KQRZEDN60FKJ7T10",
    "01KAB3REVHT9GQP5GDZ2A463XV",
    "01KAB3RFZ2AH6TM87WJPPB87T3",
    "01KAB3RH2KFXSWB8ZDYK1YJ99S",
    "01KAB3RJ641Y89WBWWNJS40KSY",
    "01KAB3RK9NP5M6YB1XF7RSP4YD",
    "01KAB3RMD6FG52CV9B6BJC71A1",
    "01KAB3RNGQWCRJPTJS1W420SHP",
    "01KAB3RNN0Z7QS4JR5QZH02Z32",
    "01KAB3RPRH8B9SCAH5HBTDSBG4",
    "01KAB3RV6NPRRSYMA6VS5JBHRE",
    "01KAB3RWA6MQ3R9ZZDMPEA0TTY",
    "01KAB3RYNHA4C18PSXD06A83G7",
    "01KAB3RWEFG67RP0JCT9ZT1TXJ",
    "01KAB3RXJ0RN3WT7Q848RW2GYH",
    "01KAB3S0WKDB6R3T8H3NAJAM17",
    "01KCYGEDVFETNA9YNXJ47SSMSJ",
    "01KAB3S37YS8ST4X70T9DCQ8QP",
    "01KAB3S4BFFTYYN6ZNTMBXGC0S",
    "01KAB3S8SKBGJ7A4J67760WA3C",
    "01KAB3S5F0A9YEVFTRE1Z70H7Q",
    "01KAB3S6JH4K7029S2K22J34AM",
    "01KAB3S9X4E694FV9YK2GAM0ZG",
    "01KAB3SB0N96CX8XD26NFGWN94",
    "01KAB3SB4YFVAS2PYG510CG4DD",
];
