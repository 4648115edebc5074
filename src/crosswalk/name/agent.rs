//! Agents of the graph, which are its persons and bodies, and the keys of their names.

use super::key::key;
use crate::arke::cheimarros::{Cheimarros, GraphEntity};
use crate::mods::NameKind;

/// How many spellings an agent has at the most: the best name, another, and the code.
const SPELLINGS: usize = 3;

/// Which kind of agent each entity of a graph is, if it is one, and the keys of its [`spellings`].
#[derive(Debug)]
pub(in super::super) struct AgentKeys(Vec<Option<(NameKind, [Option<String>; SPELLINGS])>>);

/// A person or a body of the graph.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Agent<'v> {
    /// What the graph tells of it.
    pub(in super::super) entity: &'v GraphEntity<'v>,
    /// Which of the two it is.
    pub(in super::super) kind: NameKind,
    /// Those of its [`spellings`].
    keys: [Option<&'v str>; SPELLINGS],
}

impl AgentKeys {
    /// Makes the keys.
    pub(in super::super) fn of(graph: Option<&Cheimarros<'_>>) -> Self {
        let keys = entities(graph).map(|entity| {
            let kind = kind(entity)?;
            Some((kind, spellings(entity).map(|spelling| spelling.map(key))))
        });
        Self(keys.collect())
    }

    /// Returns for each entity of the same graph the agent that it is, if it is one.
    pub(super) fn agents<'v>(
        &'v self,
        graph: Option<&'v Cheimarros<'v>>,
    ) -> impl Iterator<Item = Option<Agent<'v>>> {
        let keys = entities(graph).zip(&self.0);
        keys.map(|(entity, keys)| {
            let (kind, keys) = keys.as_ref()?;
            Some(Agent {
                entity,
                kind: *kind,
                keys: keys.each_ref().map(Option::as_deref),
            })
        })
    }
}

impl<'v> Agent<'v> {
    /// Returns the key of its best name, which is that of its code if it has no other.
    pub(in super::super) fn name_key(&self) -> &'v str {
        self.keys().next().unwrap_or_default()
    }

    /// Returns the keys of all it is called.
    pub(in super::super) fn keys(&self) -> impl Iterator<Item = &'v str> {
        self.keys.into_iter().flatten()
    }

    /// Returns the keys of its names.
    pub(super) fn name_keys(&self) -> impl Iterator<Item = &'v str> {
        let [names @ .., _] = self.keys;
        names.into_iter().flatten()
    }

    /// Returns the key of its code.
    pub(super) fn code_key(&self) -> &'v str {
        let [.., code] = self.keys;
        code.unwrap_or_default()
    }
}

/// Returns the best name of an entity, its label if that is another, and its code.
fn spellings<'v>(entity: &'v GraphEntity<'_>) -> [Option<&'v str>; SPELLINGS] {
    let full_name = entity.property("full_name");
    [
        full_name.or(entity.label),
        entity.label.filter(|_| full_name.is_some()),
        Some(entity.code),
    ]
}

fn entities<'v>(graph: Option<&'v Cheimarros<'v>>) -> impl Iterator<Item = &'v GraphEntity<'v>> {
    graph.into_iter().flat_map(|graph| &graph.entities)
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
        let keys = AgentKeys::of(Some(&graph));
        let agents: Vec<(Vec<&str>, &str)> = keys
            .agents(Some(&graph))
            .flatten()
            .map(|agent| (agent.name_keys().collect(), agent.code_key()))
            .collect();
        assert_eq!(
            agents,
            [
                (vec!["violet m e ward", "violet ward"], "ward v"),
                (vec!["alder house"], "alder house"),
                (vec![], "p 3"),
            ]
        );
        let best: Vec<&str> = keys
            .agents(Some(&graph))
            .flatten()
            .map(|agent| agent.name_key())
            .collect();
        assert_eq!(best, ["violet m e ward", "alder house", "p 3"]);
    }
}
