//! Agents of the graph, which are its persons and bodies, and the keys of their names.

use super::key::key;
use crate::arke::cheimarros::{Cheimarros, GraphEntity};
use crate::mods::NameKind;

/// A person or a body of the graph.
#[derive(Debug)]
pub(in super::super) struct Agent<'v> {
    /// What the graph tells of it.
    pub(in super::super) entity: &'v GraphEntity<'v>,
    /// Which of the two it is.
    pub(in super::super) kind: NameKind,
    /// The keys of its best name, of its label if that is another, and of its code.
    keys: [Option<String>; 3],
}

/// Returns for each entity of a graph the agent that it is, if it is one.
pub(in super::super) fn agents<'v>(graph: Option<&'v Cheimarros<'v>>) -> Vec<Option<Agent<'v>>> {
    let entities = graph.into_iter().flat_map(|graph| &graph.entities);
    entities.map(Agent::read).collect()
}

impl<'v> Agent<'v> {
    fn read(entity: &'v GraphEntity<'v>) -> Option<Self> {
        let kind = kind(entity)?;
        let full_name = entity.property("full_name");
        let spellings = [
            full_name.or(entity.label),
            entity.label.filter(|_| full_name.is_some()),
            Some(entity.code),
        ];
        Some(Self {
            entity,
            kind,
            keys: spellings.map(|spelling| spelling.map(key)),
        })
    }

    /// Returns the key of its best name, which is that of its code if it has no other.
    pub(in super::super) fn name_key(&self) -> &str {
        self.keys().next().unwrap_or_default()
    }

    /// Returns the keys of all it is called.
    pub(in super::super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().flatten().map(String::as_str)
    }

    /// Returns the keys of its names.
    pub(super) fn name_keys(&self) -> impl Iterator<Item = &str> {
        let [names @ .., _] = &self.keys;
        names.iter().flatten().map(String::as_str)
    }

    /// Returns the key of its code.
    pub(super) fn code_key(&self) -> &str {
        let [.., code] = &self.keys;
        code.as_deref().unwrap_or_default()
    }
}

/// Says which kind of name an entity of the graph has, if it is a person or a body.
pub(super) fn kind(entity: &GraphEntity<'_>) -> Option<NameKind> {
    let is = |kind: &&str| entity.kind.eq_ignore_ascii_case(kind);
    if is(&"person") {
        Some(NameKind::Personal)
    } else {
        let bodies = ["organization", "organisation", "org"];
        bodies.iter().any(is).then_some(NameKind::Corporate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arke::json;

    #[test]
    fn a_party_has_the_keys_of_its_own_spellings() {
        let (value, _) = json::read(
            br#"{"entities": {
                "ward_v": {"type": "person", "label": "Violet Ward", "properties": {"full_name": "Ward, Violet M.E."}},
                "pier_1": {"type": "place", "label": "Pier"},
                "alder_house": {"type": "org", "label": "Alder House"},
                "p_3": {"type": "Person"}
            }}"#,
        )
        .expect("JSON");
        let graph = Cheimarros::read(&value).expect("an object");
        let agents = agents(Some(&graph));
        let agents = || agents.iter().flatten();
        let keys: Vec<(Vec<&str>, &str)> = agents()
            .map(|agent| (agent.name_keys().collect(), agent.code_key()))
            .collect();
        assert_eq!(
            keys,
            [
                (vec!["violet m e ward", "violet ward"], "ward v"),
                (vec!["alder house"], "alder house"),
                (vec![], "p 3"),
            ]
        );
        let best: Vec<&str> = agents().map(Agent::name_key).collect();
        assert_eq!(best, ["violet m e ward", "alder house", "p 3"]);
    }
}
