//! `location`: the institution, and the address at which the entity is shown.

use std::iter;

use crate::arke::{Entity, Pinax};
use crate::mods::{Location, Uri, Url, UrlAccess};
use crate::sanitize::excerpt;

use super::value::{self, Kind};
use super::{Context, identifier};

/// Returns where the resource is held, where it is shown, and a small image of its first page.
///
/// The institution stands here and in no `name`: reference managers would make it an author.
pub(super) fn location<'v>(
    entity: &Entity<'_>,
    pinax: &Pinax<'v>,
    address: Uri,
    context: &Context<'_>,
) -> Location<'v> {
    let page = Url {
        primary: true,
        display_label: is_ours(&address, context).then_some("View in Arke"),
        ..Url::new(address, UrlAccess::ObjectInContext)
    };
    let mut files = entity.file_refs.iter().filter_map(|(_, file)| file.ok());
    let image = files.find(|file| file.is_image());
    let preview = image.and_then(|image| image.variant("thumb"));
    let preview = preview.map(|preview| Url::new(Uri::made(preview), UrlAccess::Preview));
    Location {
        physical_locations: value::named(&pinax.institutions),
        urls: iter::once(page).chain(preview).collect(),
    }
}

/// Returns the address at which the entity is shown: that of the pinax if it is one, else that of the site.
///
/// On the archive's own site only the page of the PI is that of the entity; metadata programs have put their own
/// identifier there, or the word PLACEHOLDER.
pub(super) fn access_url(entity: &Entity<'_>, pinax: &Pinax<'_>, context: &Context<'_>) -> Uri {
    let given = pinax.access_url.and_then(Uri::parse);
    given
        .filter(|uri| !is_ours(uri, context) && !uri.leads_nowhere())
        .unwrap_or_else(|| context.entity_url(entity.pi))
}

/// Returns why the pinax's own address is not used, if it is worth a repair: a placeholder is none at all.
pub(super) fn unusable_access_url(pinax: &Pinax<'_>) -> Option<String> {
    let given = pinax.access_url?.trim();
    let why = match Uri::parse(given) {
        None if value::is_nothing(given, Kind::Other)
            || identifier::persistent(given).is_some() =>
        {
            None
        }
        None => Some("is no web address"),
        Some(uri) => uri.leads_nowhere().then_some("leads readers nowhere"),
    };
    let given = excerpt(given);
    Some(format!("{given:?} {}; the entity's own page is used", why?))
}

/// Tells whether an address is one of the archive's own site, in whatever spelling.
pub(super) fn is_ours(uri: &Uri, context: &Context<'_>) -> bool {
    let path = uri.as_str().strip_prefix(context.site_url);
    path.is_some_and(|path| path.starts_with('/'))
        || uri.host() == Uri::made(context.site_url.to_owned()).host()
}
