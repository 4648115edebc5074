//! `identifier`: the PI, the address, the id of the metadata.

use crate::arke::{Entity, Pi, Pinax};
use crate::mods::{Identifier, Text, Uri};

use super::{Context, location};

/// Returns the identifiers: the PI, the address at which the entity is shown, that of the metadata, that of a
/// catalogue record.
pub(super) fn identifiers<'v>(
    entity: &'v Entity<'v>,
    pinax: &Pinax<'v>,
    address: &Uri,
    context: &Context<'_>,
) -> Vec<Identifier<'v>> {
    let is_pi = |id: &Text<'_>| id.as_str() == entity.pi.text().as_str();
    let pinax_id = pinax.id.and_then(Text::line).filter(|id| !is_pi(id));
    let pinax_id = pinax_id.map(|value| Identifier {
        kind: "local",
        display_label: "PINAX ID",
        value,
    });
    let uri = Identifier {
        kind: "uri",
        display_label: if location::is_ours(address, context) {
            "Arke URI"
        } else {
            "URI"
        },
        value: Text::made(address.to_string()),
    };
    let pi = pi(entity.pi, "Arke Persistent Identifier");
    let na_id = entity
        .catalog_record
        .present()
        .and_then(|catalog| catalog.na_id);
    let na_id = na_id.and_then(Text::line).map(|value| Identifier {
        kind: "local",
        display_label: "National Archives Identifier",
        value,
    });
    [pi, uri].into_iter().chain(pinax_id).chain(na_id).collect()
}

/// Returns a PI as an identifier.
pub(super) fn pi<'v>(pi: Pi, display_label: &'static str) -> Identifier<'v> {
    Identifier {
        kind: "arke-pi",
        display_label,
        value: Text::made(pi.to_string()),
    }
}
