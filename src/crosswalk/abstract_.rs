//! `abstract`: the summary and the description.

use crate::arke::{ComponentRole, Entity};
use crate::mods::{Abstract, Text};

use super::{Context, markdown};

/// Returns the abstracts: the summary first, because brief displays take one.
pub(super) fn abstracts<'v>(entity: &'v Entity<'v>, context: &Context<'_>) -> Vec<Abstract<'v>> {
    let pinax_summary = entity.pinax.present().and_then(|pinax| pinax.description);
    let summary = pinax_summary
        .or(entity.manifest.description.as_deref())
        .and_then(Text::block);
    let description = entity
        .description
        .present()
        .and_then(|markdown| Text::block(markdown::flatten(markdown)));
    let description = description.filter(|description| summary.as_ref() != Some(description));
    let cid = entity
        .manifest
        .components
        .iter()
        .find(|component| component.role == ComponentRole::Description);
    let address = cid
        .and_then(|component| component.cid.as_deref())
        .map(|cid| context.component_url(cid));
    let summary = summary.map(|text| Abstract {
        display_label: "Summary",
        text,
        alternative: None,
    });
    let description = description.map(|text| Abstract {
        display_label: "Description",
        text,
        alternative: address.map(|address| (address, "text/markdown")),
    });
    summary.into_iter().chain(description).collect()
}
