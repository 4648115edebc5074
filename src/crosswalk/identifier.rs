//! `identifier`: the PI, the address, the id of the metadata.

use crate::arke::{Entity, Pinax};
use crate::mods::{Identifier, Text, Uri};

use super::{Context, distinct, location};

/// What stands before a Digital Object Identifier, in lower case.
#[rustfmt::skip]
const DOI: [&str; 9] = [
    "doi:", "doi ", "info:doi/", "https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/",
    "https://www.doi.org/", "doi.org/",
];
/// What stands before a handle, in lower case.
#[rustfmt::skip]
const HANDLE: [&str; 4] = ["hdl:", "info:hdl/", "https://hdl.handle.net/", "http://hdl.handle.net/"];

/// Returns the identifiers: the PI, the address at which the entity is shown, that of the metadata, that of a
/// catalogue record.
pub(super) fn identifiers<'v>(
    entity: &'v Entity<'v>,
    pinax: &Pinax<'v>,
    address: &Uri,
    context: &Context<'_>,
) -> Vec<Identifier<'v>> {
    let is_pi = |id: &&str| id.trim() == entity.pi.text().as_str();
    let pinax_id = pinax.id.filter(|id| !is_pi(id)).and_then(|id| {
        let local = || Some(of("local", "PINAX ID", Text::line(id)?));
        persistent(id).or_else(local)
    });
    let label = if location::is_ours(address, context) {
        "Arke URI"
    } else {
        "URI"
    };
    let uri = of("uri", label, Text::made(address.to_string()));
    let pi = Text::made(entity.pi.to_string());
    let pi = of("arke-pi", "Arke Persistent Identifier", pi);
    let catalog = entity.catalog_record.present();
    let na_id = catalog.and_then(|catalog| Text::line(catalog.na_id?));
    let na_id = na_id.map(|value| of("local", "National Archives Identifier", value));
    let further = pinax.access_url.and_then(persistent);
    let own = [pi, uri].into_iter();
    distinct(own.chain(further).chain(pinax_id).chain(na_id))
}

/// Reads an identifier of a system in which it stays when the resource moves: bare, with the name of the system before
/// it, or as the address of a resolver.
pub(super) fn persistent<'v>(raw: &str) -> Option<Identifier<'v>> {
    let text = raw.trim();
    let lower = text.to_ascii_lowercase();
    let behind = |start: &&str| {
        lower
            .starts_with(start)
            .then(|| text[start.len()..].trim_start())
    };
    // In an address behind a slash, or bare.
    let behind_slash = ["/", &lower].concat();
    let from = |scheme: &str| behind_slash.find(scheme).map(|at| &text[at..]);
    let (kind, display_label, value) = if let Some(name) = DOI.iter().find_map(behind) {
        ("doi", "DOI", name)
    } else if lower.starts_with("10.") {
        ("doi", "DOI", text)
    } else if let Some(name) = HANDLE.iter().find_map(behind) {
        ("hdl", "Handle", name)
    } else if let Some(name) = from("/urn:") {
        ("urn", "URN", name)
    } else {
        ("ark", "ARK", from("/ark:")?)
    };
    let has_name = value
        .split_once('/')
        .is_some_and(|(_, name)| !name.is_empty());
    let is_resolvable = match kind {
        // A registrant has four digits at least.
        "doi" => value.starts_with("10.") && value.find('/') >= Some(7) && has_name,
        "hdl" => has_name,
        "urn" => value.split(':').count() > 2,
        _ => value[4..]
            .trim_start_matches('/')
            .starts_with(|sign: char| sign.is_ascii_digit()),
    };
    let is_one = is_resolvable && !value.contains(char::is_whitespace);
    is_one.then(|| of(kind, display_label, Text::made(value.to_owned())))
}

/// Returns an identifier of a type, and under a label.
pub(super) fn of<'v>(
    kind: &'static str,
    display_label: &'static str,
    value: Text<'v>,
) -> Identifier<'v> {
    Identifier {
        kind,
        display_label,
        value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn persistent_identifiers_are_known_bare_and_by_their_resolver() {
        for (raw, kind, value) in [
            ("doi:10.1234/AbC", "doi", "10.1234/AbC"),
            ("10.1234/abc", "doi", "10.1234/abc"),
            ("DOI: 10.1234/abc", "doi", "10.1234/abc"),
            ("DOI 10.1234/abc", "doi", "10.1234/abc"),
            ("https://doi.org/10.1234/abc", "doi", "10.1234/abc"),
            ("https://www.doi.org/10.1234/abc", "doi", "10.1234/abc"),
            ("doi.org/10.1234/abc", "doi", "10.1234/abc"),
            ("HTTP://DX.DOI.ORG/10.1234/abc", "doi", "10.1234/abc"),
            ("hdl:2027/abc.1", "hdl", "2027/abc.1"),
            ("https://hdl.handle.net/2027/abc.1", "hdl", "2027/abc.1"),
            ("ark:/12345/x6", "ark", "ark:/12345/x6"),
            ("ark:12345/x6", "ark", "ark:12345/x6"),
            ("https://n2t.net/ark:/12345/x6", "ark", "ark:/12345/x6"),
            ("urn:nbn:de:101:1-2009", "urn", "urn:nbn:de:101:1-2009"),
            (
                "https://nbn-resolving.org/urn:nbn:de:101:1-2009",
                "urn",
                "urn:nbn:de:101:1-2009",
            ),
        ] {
            let found = persistent(raw).map(|found| (found.kind, found.value.as_str().to_owned()));
            assert_eq!(found, Some((kind, value.to_owned())), "{raw}");
        }
        for raw in [
            "",
            "10.5",
            "10.12/5",
            "https://example.org/10.1234/abc",
            "see doi:10.1234/abc",
            "doi:abc",
            "10.1234/",
            "urn:x",
            "park:/1",
        ] {
            assert_eq!(persistent(raw), None, "{raw}");
        }
    }
}
