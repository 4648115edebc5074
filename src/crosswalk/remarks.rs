//! What is to be told of a record besides the record itself.

use crate::arke::entity::Lack;
use crate::arke::{ComponentRole, Entity, Part, Pinax};
use crate::job::remarks::{Incomplete, Remarks};

/// Returns what is missing in the record of an entity, and what was changed.
pub(super) fn remarks(
    entity: &Entity<'_>,
    pinax: &Pinax<'_>,
    characters_replaced: usize,
) -> Remarks {
    let named = [
        ("pinax.json", entity.pinax.lack()),
        ("description.md", entity.description.lack()),
        ("cheimarros.json", entity.cheimarros.lack()),
        ("catalog_record", entity.catalog_title.lack()),
    ];
    let named = named
        .into_iter()
        .filter_map(|(key, lack)| Some((key.into(), lack?.clone())));
    let refs = entity.file_refs.iter();
    let refs =
        refs.filter_map(|(key, file_ref)| Some(((*key).into(), file_ref.as_ref().err()?.clone())));
    let linked =
        entity.manifest.components.iter().filter(|component| {
            component.cid.is_none() && component.role() == ComponentRole::Linked
        });
    let linked = linked.map(|component| (component.key.clone(), Lack::without_cid()));
    let problems = pinax.problems.iter();
    Remarks {
        incomplete: match &entity.pinax {
            Part::Here(_) => None,
            Part::Absent => Some(Incomplete::Absent),
            Part::Lacking(lack) => Some(Incomplete::Lacking(lack.clone())),
        },
        lacking: named.chain(refs).chain(linked).collect(),
        repaired: problems
            .map(|problem| (problem.field, problem.reason.clone()))
            .collect(),
        characters_replaced: characters_replaced + entity.characters_replaced,
    }
}
