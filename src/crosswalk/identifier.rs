//! `identifier`: the id of the metadata, the PI, the address.

use crate::arke::{Entity, Pi, Pinax};
use crate::mods::{Identifier, Text, Uri};

use super::{Context, location};

/// Returns the identifiers: that of the metadata, the PI, the address at which the entity is shown.
pub(super) fn identifiers<'v>(
    entity: &Entity<'_>,
    pinax: &'v Pinax<'v>,
    address: &Uri,
    context: &Context<'_>,
) -> Vec<Identifier<'v>> {
    let pinax_id = pinax.id.and_then(Text::line);
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
    pinax_id.into_iter().chain([pi, uri]).collect()
}

/// Returns a PI as an identifier.
pub(super) fn pi<'v>(pi: Pi, display_label: &'static str) -> Identifier<'v> {
    Identifier {
        kind: "arke-pi",
        display_label,
        value: Text::made(pi.to_string()),
    }
}
