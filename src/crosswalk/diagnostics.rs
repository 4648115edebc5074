//! Diagnostics of a record: what is missing from it, what was repaired.

use std::borrow::Cow;
use std::slice;

use crate::arke::entity::Unavailable;
use crate::arke::{ComponentRole, Entity, FieldProblem, Part};

use super::{Context, location, markdown, name, related_item};
use crate::mods::xml::{LeftOut, TEXT_BYTES_MAX};

/// What a librarian would want to know of a record besides the record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// Why the descriptive metadata is not in the record.
    pub incomplete: Option<Incomplete>,
    /// Components that the record wanted and does not have, by key.
    pub missing_components: Vec<(Box<str>, Unavailable)>,
    /// Fields that could not be used as they stand.
    pub repairs: Vec<Repair>,
    /// Characters that were removed or replaced.
    pub characters_replaced: usize,
}

impl Diagnostics {
    /// Returns the parts that the record lacks besides its metadata, of which [`Self::incomplete`] tells.
    pub fn lacking(&self) -> impl Iterator<Item = (&str, &Unavailable)> {
        let parts = self.missing_components.iter();
        let parts = parts.map(|(key, why)| (&**key, why));
        parts.filter(|(key, _)| ComponentRole::Pinax.key() != Some(*key))
    }
}

/// A field that could not be used as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The key of the component that it is in; `None` for the manifest.
    pub component: Option<Box<str>>,
    /// The field.
    pub field: Cow<'static, str>,
    /// What was found in it and what became of it.
    pub reason: String,
}

/// Why a record is without descriptive metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// The manifest lists none.
    Absent,
    /// The manifest lists it, but it is not here.
    Unavailable(Unavailable),
}

/// Returns what is missing in the record of an entity, files that were `lost` among it, and what was changed.
pub(super) fn diagnostics(
    entity: &Entity<'_>,
    context: &Context<'_>,
    lost: Vec<(Box<str>, Unavailable)>,
    left_out: &[LeftOut],
) -> Diagnostics {
    let named = [
        (ComponentRole::Pinax, entity.pinax.unavailable()),
        (ComponentRole::Description, entity.description.unavailable()),
        (ComponentRole::Cheimarros, entity.cheimarros.unavailable()),
        (
            ComponentRole::CatalogRecord,
            entity.catalog_record.unavailable(),
        ),
    ];
    let named = named
        .into_iter()
        .filter_map(|(role, why)| Some((role.key()?.into(), why?.clone())));
    let refs = entity.file_refs.iter();
    let refs = refs.filter_map(|(key, file_ref)| Some(((*key).into(), file_ref.err()?.clone())));
    let linked = entity
        .manifest
        .components
        .iter()
        .filter(|component| component.cid.is_none() && component.role == ComponentRole::Linked);
    let linked = linked.map(|component| (component.key.clone(), Unavailable::without_cid()));
    Diagnostics {
        incomplete: match &entity.pinax {
            Part::Present(_) => None,
            Part::Absent => Some(Incomplete::Absent),
            Part::Unavailable(why) => Some(Incomplete::Unavailable(why.clone())),
        },
        missing_components: named.chain(refs).chain(lost).chain(linked).collect(),
        repairs: repairs(entity, context)
            .into_iter()
            .chain(left_out.iter().map(too_long))
            .collect(),
        characters_replaced: entity.characters_replaced,
    }
}

/// Returns the fields that could not be used as they stand: of the pinax, the manifest, the graph and the files.
fn repairs(entity: &Entity<'_>, context: &Context<'_>) -> Vec<Repair> {
    let mut repairs = Vec::new();
    let mut add = |component: Option<&str>, problems: &[FieldProblem]| {
        let problems = problems.iter();
        repairs.extend(problems.map(|FieldProblem { field, reason }| Repair {
            component: component.map(Into::into),
            field: field.clone(),
            reason: reason.clone(),
        }));
    };
    if let Some(pinax) = entity.pinax.present() {
        let access_url = problem("access_url", location::unusable_access_url(pinax));
        add(ComponentRole::Pinax.key(), &pinax.problems);
        add(ComponentRole::Pinax.key(), &name::unknown_roles(pinax));
        add(ComponentRole::Pinax.key(), access_url.as_slice());
    }
    for (key, stripped) in &entity.stripped {
        add(Some(key), slice::from_ref(stripped));
    }
    if let Some(catalog) = entity.catalog_record.present() {
        add(ComponentRole::CatalogRecord.key(), &catalog.problems);
    }
    if let Some(markdown) = entity.description.present() {
        let text = problem("text", markdown::unflattened(markdown));
        add(ComponentRole::Description.key(), text.as_slice());
    }
    add(None, &entity.manifest.problems);
    for host in related_item::listed_hosts(entity, context) {
        let reason = format!("the entity is itself within {host}; not written as its part");
        add(None, problem("children_pi", Some(reason)).as_slice());
    }
    if let Some(graph) = entity.cheimarros.present() {
        add(ComponentRole::Cheimarros.key(), &graph.problems);
    }
    for (key, file_ref) in &entity.file_refs {
        // A file that the manifest describes has no component, so no key.
        let component = Some(*key).filter(|key| !key.is_empty());
        if let Ok(file_ref) = file_ref {
            add(component, &file_ref.problems);
        }
    }
    repairs
}

fn problem(field: &'static str, reason: Option<String>) -> Option<FieldProblem> {
    let field = field.into();
    reason.map(|reason| FieldProblem { field, reason })
}

fn too_long(LeftOut { name, bytes }: &LeftOut) -> Repair {
    Repair {
        component: Some("the record".into()),
        field: name.clone().into(),
        reason: format!("{bytes} bytes where readers take {TEXT_BYTES_MAX}; left out"),
    }
}

#[cfg(test)]
mod tests {
    use crate::arke::json;
    use crate::mods::Text;

    /// The archive's side counts what the record's side takes out, each by a definition of its own.
    #[test]
    fn what_is_counted_is_what_a_record_cannot_hold() {
        for character in (0..=0x0001_1000).filter_map(char::from_u32) {
            let raw = format!("a{character}b");
            let text = Text::verbatim(&*raw).expect("not blank");
            let is_changed = text.as_str() != raw && character != '\r';
            assert_eq!(
                json::text::is_unwritable(character),
                is_changed,
                "{character:?}"
            );
        }
    }
}
