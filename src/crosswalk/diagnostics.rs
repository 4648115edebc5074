//! Diagnostics of a record: what is missing from it, what was repaired.

use std::borrow::Cow;

use crate::arke::content::Unavailable;
use crate::arke::{ComponentRole, Entity, FieldProblem, Part, Pi};

use super::{location, markdown, name};
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

/// Returns what is missing in the record of an entity, files that were `lost` among it, and what was changed; `hosts` are
/// those of its children that it is within.
pub(super) fn diagnostics(
    entity: &Entity<'_>,
    hosts: &[Pi],
    lost: Vec<(Box<str>, Unavailable)>,
    left_out: &[LeftOut],
) -> Diagnostics {
    let named = entity.unavailable();
    let named = named.filter_map(|(role, why)| Some((role.key()?.into(), why.clone())));
    let refs = entity.file_refs.iter();
    let refs = refs.filter_map(|(key, file_ref)| Some(((*key).into(), file_ref.err()?.clone())));
    let linked = entity.linked().filter(|component| component.cid.is_none());
    let linked = linked.map(|component| (component.key.clone(), Unavailable::without_cid()));
    Diagnostics {
        incomplete: match &entity.pinax {
            Part::Present(_) => None,
            Part::Absent => Some(Incomplete::Absent),
            Part::Unavailable(why) => Some(Incomplete::Unavailable(why.clone())),
        },
        missing_components: named.chain(refs).chain(lost).chain(linked).collect(),
        repairs: repairs(entity, hosts, left_out),
        characters_replaced: entity.characters_replaced,
    }
}

/// Returns what could not be used as it stands: in the documents, in the light of the record, and in the record.
fn repairs(entity: &Entity<'_>, hosts: &[Pi], left_out: &[LeftOut]) -> Vec<Repair> {
    let in_documents = entity.problems();
    let in_documents = in_documents
        .map(|(key, FieldProblem { field, reason })| repair(key, field.clone(), reason.clone()));
    let in_pinax = entity.pinax.present().into_iter().flat_map(|pinax| {
        let address = location::unusable_access_url(pinax).map(|reason| ("access_url", reason));
        name::unknown_roles(pinax).chain(address)
    });
    let in_pinax =
        in_pinax.map(|(field, reason)| repair(ComponentRole::Pinax.key(), field, reason));
    let markdown = entity
        .description
        .present()
        .copied()
        .and_then(markdown::unflattened);
    let markdown = markdown.map(|reason| repair(ComponentRole::Description.key(), "text", reason));
    let hosts = hosts.iter().map(|host| {
        let reason = format!("the entity is itself within {host}; not written as its part");
        repair(None, "children_pi", reason)
    });
    let too_long = left_out.iter().map(|LeftOut { name, bytes }| {
        let reason = format!("{bytes} bytes where readers take {TEXT_BYTES_MAX}; left out");
        repair(Some("the record"), name.clone(), reason)
    });
    let in_data = in_documents.chain(in_pinax).chain(markdown).chain(hosts);
    in_data.chain(too_long).collect()
}

fn repair(component: Option<&str>, field: impl Into<Cow<'static, str>>, reason: String) -> Repair {
    Repair {
        component: component.map(Into::into),
        field: field.into(),
        reason,
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
