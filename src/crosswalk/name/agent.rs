//! Agents of the graph, which are its persons and bodies, and the keys of their names.

use std::borrow::Cow;

use super::heading::{Heading, is_life};
use super::key::{is_code, key};
use crate::arke::cheimarros::{Cheimarros, GraphEntity, PropertyValue};
use crate::crosswalk::origin_info::date;
use crate::mods::NameKind;

/// The properties that tell when a person was born and died.
const BIRTH: [&str; 5] = ["birth", "born", "birth_date", "date_of_birth", "birth_year"];
const DEATH: [&str; 5] = ["death", "died", "death_date", "date_of_death", "death_year"];

/// A person or a body of the graph.
#[derive(Debug)]
pub(in super::super) struct Agent<'v> {
    /// What the graph tells of it.
    pub(in super::super) entity: &'v GraphEntity<'v>,
    /// Which of the two it is.
    pub(in super::super) kind: NameKind,
    /// Its best name.
    pub(in super::super) heading: Heading<'v>,
    /// The keys of its best name, of its label if that is another, and of its code if that is one of several words.
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
        let heading = Heading::read(entity.name());
        let label = entity.label.filter(|_| full_name.is_some());
        Some(Self {
            entity,
            kind,
            keys: [
                full_name.or(entity.label).map(|_| key(&heading.name)),
                label.map(|label| key(&Heading::read(label).name)),
                is_code(entity.code).then(|| key(entity.code)),
            ],
            heading,
        })
    }

    /// Returns the keys of all it is called.
    pub(in super::super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().flatten().map(String::as_str)
    }

    /// Returns the years of its life, "1866-1952": those of its name, else of its properties.
    pub(in super::super) fn life(&self, graph: Option<&Cheimarros<'_>>) -> Option<Cow<'v, str>> {
        if self.kind != NameKind::Personal {
            return None;
        }
        let stated = self.entity.property("life_dates");
        if let Some(life) = self.heading.life.or(stated.filter(|text| is_life(text))) {
            return Some(Cow::Borrowed(life));
        }
        let year = |names: [&str; 5]| {
            let mut values = names.iter().flat_map(|name| self.entity.values(name));
            values.find_map(|value| year(value, graph))
        };
        let [birth, death] = [BIRTH, DEATH].map(|names| year(names).unwrap_or_default());
        let life = format!("{birth}-{death}");
        is_life(&life).then_some(Cow::Owned(life))
    }
}

/// Returns the year of a birth or a death, with the doubt that is said of it, "1950?", or what is said in its place.
fn year(value: &PropertyValue<'_>, graph: Option<&Cheimarros<'_>>) -> Option<String> {
    let (given, in_code) = match value {
        PropertyValue::Text(text) => (Some(&**text), None),
        PropertyValue::Reference(code) => {
            let entity = graph.and_then(|graph| graph.entity(code));
            (entity.and_then(|date| date.label), date::from_code(code))
        }
    };
    let given = given.unwrap_or_default();
    let sure = given.strip_suffix('?');
    let date = in_code.or_else(|| date::single(sure.unwrap_or(given)));
    let year = date.as_deref().and_then(|date| date.get(..4));
    let doubt = sure.map_or("", |_| "?");
    let names_year = given.bytes().any(|byte| byte.is_ascii_digit());
    year.map(|year| format!("{year}{doubt}"))
        .or_else(|| names_year.then(|| given.to_owned()))
}

/// Says which kind of name an entity of the graph has, if it is a person or a body.
pub(super) fn kind(entity: &GraphEntity<'_>) -> Option<NameKind> {
    if entity.is_a("person") {
        return Some(NameKind::Personal);
    }
    let bodies = ["organization", "organisation", "org"];
    let is_body = bodies.iter().any(|kind| entity.is_a(kind));
    is_body.then_some(NameKind::Corporate)
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
        let keys: Vec<Vec<&str>> = agents().map(|agent| agent.keys().collect()).collect();
        assert_eq!(
            keys,
            [
                vec!["violet m e ward", "violet ward", "ward v"],
                vec!["alder house", "alder house"],
                vec!["p 3"],
            ]
        );
        let best: Vec<&str> = agents().map(|agent| &*agent.heading.name).collect();
        assert_eq!(best, ["Ward, Violet M.E.", "Alder House", "P 3"]);
    }
}
