//! `location`: the institution, and the address at which the entity is shown.

use crate::arke::{Entity, Pinax};
use crate::mods::{Location, Text, Uri, Url, UrlAccess};
use crate::sanitize::excerpt;

use super::Context;
use super::value::{self, Kind};

/// Returns where the resource is held, and where it is shown.
///
/// The institution stands here and in no `name`: reference managers would make it an author.
pub(super) fn location<'v>(pinax: &Pinax<'v>, address: Uri, context: &Context<'_>) -> Location<'v> {
    let institutions = pinax
        .institutions
        .iter()
        .filter(|institution| !value::is_unnamed(institution.text, Kind::Name));
    Location {
        physical_locations: institutions
            .filter_map(|institution| Text::line(institution.text))
            .collect(),
        url: Some(Url {
            primary: true,
            display_label: is_ours(&address, context).then_some("View in Arke"),
            ..Url::new(address, UrlAccess::ObjectInContext)
        }),
    }
}

/// Returns the address at which the entity is shown: that of the pinax if it is one, else that of the site.
///
/// On the archive's own site only an address with the PI in it leads to the entity; metadata programs have put their
/// own identifier there, or the word PLACEHOLDER.
pub(super) fn access_url(entity: &Entity<'_>, pinax: &Pinax<'_>, context: &Context<'_>) -> Uri {
    let given = pinax.access_url.and_then(Uri::parse);
    let leads_there =
        |uri: &Uri| !is_ours(uri, context) || uri.as_str().contains(entity.pi.text().as_str());
    given
        .filter(leads_there)
        .unwrap_or_else(|| context.entity_url(entity.pi))
}

/// Returns why the pinax's own address is not used, if it is worth a repair: a placeholder is none at all.
pub(super) fn unusable_access_url(pinax: &Pinax<'_>) -> Option<String> {
    let given = pinax.access_url?.trim();
    let is_unusable = !value::is_nothing(given, Kind::Other) && Uri::parse(given).is_none();
    is_unusable.then(|| {
        let given = excerpt(given);
        format!("{given:?} is no web address; the entity's own page is used")
    })
}

/// Tells whether an address is one of the archive's own site.
pub(super) fn is_ours(uri: &Uri, context: &Context<'_>) -> bool {
    uri.as_str()
        .strip_prefix(context.site_url)
        .is_some_and(|path| path.is_empty() || path.starts_with('/'))
}
