//! `creator` and the persons and bodies of the graph, as `name`.
//!
//! A name is called personal or corporate only where something says so: the graph, the name of the institution, a
//! word that only bodies have in their names, the form "Last, First", or a title of courtesy. A wrong `personal`
//! makes reference managers print "Office, Harbour"; no type at all does no harm.
//!
//! "Unknown photographer" and "Various" are no names, and a heading under them brings together what does not belong
//! together ([DLF] names); what they do say is kept in a note.
//!
//! [DLF]: https://wiki.dlib.indiana.edu/display/DLFAquifer

mod agent;
mod key;
mod words;

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

use crate::arke::cheimarros::{Cheimarros, GraphEntity};
use crate::mods::{Name, NameKind, Role, Text};

pub(super) use agent::{Agent, agents};
pub(super) use key::key;
use key::{inverted, without_dates, words_key};
pub(super) use words::{is_nothing, is_unnamed};

const CREATOR: Role = Role {
    term: "creator",
    code: "cre",
};

/// What the persons and bodies of the graph are called, and who holds the resource.
#[derive(Debug)]
pub(super) struct KnownNames<'v> {
    graph: Option<&'v Cheimarros<'v>>,
    /// For each entity of the graph, if it is a person or a body.
    agents: &'v [Option<Agent<'v>>],
    /// By the keys of labels and full names: the first that has it.
    named: HashMap<&'v str, &'v Agent<'v>>,
    /// By the keys of codes, which may be anything.
    coded: HashMap<&'v str, NameKind>,
    institutions: HashSet<String>,
}

impl<'v> KnownNames<'v> {
    pub(super) fn new(
        graph: Option<&'v Cheimarros<'v>>,
        agents: &'v [Option<Agent<'v>>],
        institutions: &[&str],
    ) -> Self {
        let mut named = HashMap::new();
        let mut coded = HashMap::new();
        for agent in agents.iter().flatten() {
            coded.entry(agent.code_key()).or_insert(agent.kind);
            for key in agent.name_keys() {
                named.entry(key).or_insert(agent);
            }
        }
        Self {
            graph,
            agents,
            named,
            coded,
            institutions: institutions
                .iter()
                .map(|institution| key(institution))
                .collect(),
        }
    }

    /// Tells whether the [`key()`] of a name is that of an institution which holds the resource.
    pub(super) fn is_institution(&self, key: &str) -> bool {
        self.institutions.contains(key)
    }

    /// Returns for each entity of the graph the person or body that it is, if it is one.
    pub(super) fn agents(&self) -> &'v [Option<Agent<'v>>] {
        self.agents
    }

    /// Returns the person or body of the graph that has the [`key()`] of a name as its own.
    pub(super) fn named(&self, key: &str) -> Option<&'v Agent<'v>> {
        self.named.get(key).copied()
    }

    /// Returns the person or body that a code of the graph stands for.
    fn coded(&self, code: &str) -> Option<&'v GraphEntity<'v>> {
        let entity = self.graph?.entity(code)?;
        agent::kind(entity).map(|_| entity)
    }

    /// Says what a name is that of, if something does; `key` is its [`key()`].
    fn kind(&self, name: &str, key: &str) -> Option<NameKind> {
        let in_graph = self.named(key).map(|agent| agent.kind);
        if let Some(kind) = in_graph.or_else(|| self.coded.get(key).copied()) {
            return Some(kind);
        }
        if self.is_institution(key) {
            return Some(NameKind::Corporate);
        }
        let words = words_key(name);
        let is_courteous = words::is_courteous(&words);
        let inverted = inverted(without_dates(name));
        // "Miss Church" and "Church, Wilhelmina" have the word of a body and the form of a person.
        let is_surname =
            inverted.is_some_and(|(last, _)| words::is_corporate_word(&words_key(last)));
        let is_inverted = || inverted.is_some_and(|(last, first)| words::is_personal(last, first));
        match (
            words::is_corporate(name, &words),
            is_courteous || is_surname,
        ) {
            (true, true) => None,
            (true, false) => Some(NameKind::Corporate),
            (false, _) => (is_courteous || is_inverted()).then_some(NameKind::Personal),
        }
    }
}

/// The creators, and what is said of those that are not named.
#[derive(Debug, Default)]
pub(super) struct Creators<'v> {
    /// Each once, the first as the name the record is filed under.
    pub(super) names: Vec<Name<'v>>,
    /// "Unknown photographer" and the like: no name, but more than nothing.
    pub(super) unnamed: Option<Text<'v>>,
}

/// Reads the creators.
pub(super) fn creators<'v>(creators: &'v [&'v str], known: &KnownNames<'v>) -> Creators<'v> {
    let mut seen = HashSet::new();
    let mut names: Vec<Name<'v>> = Vec::new();
    let mut unnamed: Vec<&str> = Vec::new();
    for creator in creators {
        // A creator can be a code of the graph; the entity's full name is meant then.
        let name = known
            .coded(creator.trim())
            .map_or(&**creator, GraphEntity::name);
        let name_key = key(name);
        if is_unnamed(&name_key) {
            unnamed.extend((!is_nothing(&name_key)).then_some(name));
            continue;
        }
        let kind = known.kind(name, &name_key);
        let Some(name_part) = Text::line(name).filter(|_| seen.insert(name_key)) else {
            continue;
        };
        names.push(Name {
            kind,
            name_part,
            date: None,
            primary: names.is_empty(),
            role: Some(CREATOR),
        });
    }
    Creators {
        names,
        unnamed: Text::line(unnamed.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<NameKind>) {
        let known = KnownNames::new(None, &[], &["Alder House"]);
        assert_eq!(known.kind(name, &key(name)), expected, "{name}");
    }

    #[test]
    fn a_body_is_known_by_a_word_or_as_the_institution() {
        for name in [
            "Harbour Survey Office",
            "Smith & Sons, Ltd.",
            "U.S. Coast Survey",
            "Alder House",
            "The Bank, London",
        ] {
            check(name, Some(NameKind::Corporate));
        }
    }

    #[test]
    fn a_person_is_known_by_the_form_of_the_name() {
        for name in [
            "Okafor, Miriam",
            "Mr. Bruce",
            "Dr Ana Petrović",
            "Mrs. J. Ward",
            "Thorne, Leopold Anselm, 1848-1919",
            "van der Berg, Jan",
            "Prof. Adeyemi",
        ] {
            check(name, Some(NameKind::Personal));
        }
    }

    #[test]
    fn what_nothing_tells_stays_untyped() {
        for name in [
            "Miriam Okafor",
            "elizabeth_b_strong",
            "A, B, C",
            "Bruce",
            "Cooper",
            "Mr",
            "M. Okafor and others",
            "Harper & Brothers, New York",
            "Smith, John and Jane",
            "Sons of the Sea, Port Amory",
        ] {
            check(name, None);
        }
    }

    #[test]
    fn the_word_of_a_body_in_the_name_of_a_person_decides_nothing() {
        for name in ["Church, Wilhelmina", "Miss Church", "Sir John Church"] {
            check(name, None);
        }
    }
}
