//! `typeOfResource` and `genre`, from a type of the DCMI vocabulary.
//!
//! The classic strings of MODS are coarser than the DCMI types, so a type that they cannot express is a `genre`
//! as well; the others are not, because catalogues build facets of genres. Types:
//! <https://www.dublincore.org/specifications/dublin-core/dcmi-terms/#section-7>; strings:
//! <https://www.loc.gov/standards/mods/userguide/typeofresource.html>; scheme of the addresses:
//! <https://id.loc.gov/vocabulary/resourceTypes.html>.

use super::{distinct, joined};
use crate::arke::Term;
use crate::mods::{Authority, Genre, Text, TypeOfResource};

/// A classic string, and the code of the same type in the scheme of addresses.
type Classic = (&'static str, &'static str);

const TEXT: Classic = ("text", "txt");
const STILL_IMAGE: Classic = ("still image", "img");
const MOVING_IMAGE: Classic = ("moving image", "mov");
const SOUND: Classic = ("sound recording", "aud");
const OBJECT: Classic = ("three dimensional object", "art");
const SOFTWARE: Classic = ("software, multimedia", "mul");
const MIXED: Classic = ("mixed material", "mix");

/// DCMI type in lower case, classic string, and genre where the string says too little.
const TYPES: [(&str, Option<Classic>, Option<&str>); 12] = [
    ("text", Some(TEXT), None),
    ("image", Some(STILL_IMAGE), None),
    ("stillimage", Some(STILL_IMAGE), None),
    ("movingimage", Some(MOVING_IMAGE), None),
    ("sound", Some(SOUND), None),
    ("physicalobject", Some(OBJECT), None),
    ("collection", Some(MIXED), Some("collection")),
    ("dataset", Some(SOFTWARE), Some("dataset")),
    (
        "interactiveresource",
        Some(SOFTWARE),
        Some("interactive resource"),
    ),
    ("software", Some(SOFTWARE), Some("software")),
    ("service", Some(SOFTWARE), Some("online system or service")),
    ("event", None, Some("event")),
];
/// What may stand before the name of a type, in lower case.
const PREFIXES: [&str; 4] = [
    "http://purl.org/dc/dcmitype/",
    "https://purl.org/dc/dcmitype/",
    "dcmitype:",
    "dctype:",
];
const RESOURCE_TYPES: &str = "http://id.loc.gov/vocabulary/resourceTypes";

/// The types of a resource.
#[derive(Debug, Default)]
pub(super) struct Kinds<'a> {
    /// Each once.
    pub(super) types: Vec<TypeOfResource>,
    /// Each once.
    pub(super) genres: Vec<Genre<'a>>,
    /// The source's own words, where they are in neither.
    pub(super) changed: Option<Text<'a>>,
}

/// What a text says of the type of a resource.
#[derive(Debug, Default)]
struct TypeReading<'a> {
    kind: Option<TypeOfResource>,
    genre: Option<Genre<'a>>,
    /// Whether the source said it in a word that is in neither.
    is_changed: bool,
}

/// Reads the types of a resource.
pub(super) fn kinds<'a>(raws: &[Term<'a>]) -> Kinds<'a> {
    let readings: Vec<_> = raws.iter().map(|raw| read(raw.text)).collect();
    let is_changed = readings.iter().any(|reading| reading.is_changed);
    let (kinds, genres): (Vec<_>, Vec<_>) = readings
        .into_iter()
        .map(|reading| (reading.kind, reading.genre))
        .unzip();
    Kinds {
        types: distinct(kinds.into_iter().flatten()),
        genres: distinct(genres.into_iter().flatten()),
        changed: is_changed.then(|| joined(raws)).flatten(),
    }
}

/// Reads the type of a resource; what is no DCMI type is a genre without an authority.
fn read(raw: &str) -> TypeReading<'_> {
    let Some(given) = Text::line(raw) else {
        return TypeReading::default();
    };
    let lower = given.as_str().to_lowercase();
    let key = key(&lower);
    let Some((_, classic, genre)) = TYPES.iter().find(|(name, ..)| *name == key) else {
        return TypeReading {
            genre: Some(Genre {
                term: given,
                authority: None,
            }),
            ..TypeReading::default()
        };
    };
    let mut terms = classic.iter().map(|(term, _)| term).chain(genre);
    TypeReading {
        is_changed: !terms.any(|term| squeezed(term) == squeezed(&lower)),
        kind: classic.map(type_of_resource),
        genre: genre.map(|term| Genre {
            term: Text::fixed(term),
            authority: Some("dct"),
        }),
    }
}

/// Returns a name without its prefix, and without blanks, hyphens and underscores.
fn key(lower: &str) -> String {
    let name = PREFIXES
        .iter()
        .find_map(|prefix| lower.strip_prefix(prefix));
    squeezed(name.unwrap_or(lower))
}

fn squeezed(name: &str) -> String {
    name.replace([' ', '-', '_'], "")
}

fn type_of_resource(classic: Classic) -> TypeOfResource {
    let (term, code) = classic;
    TypeOfResource {
        term,
        authority: Authority {
            code: None,
            uri: Some(RESOURCE_TYPES),
            value_uri: Some(format!("{RESOURCE_TYPES}/{code}")),
        },
        collection: classic == MIXED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks type, the code in its address, and genre; a term with an authority is followed by it.
    #[track_caller]
    fn check(raws: &[&str], expected_type: Option<(&str, &str)>, expected_genre: Option<&str>) {
        for raw in raws {
            let TypeReading { kind, genre, .. } = read(raw);
            let kind = kind.map(|kind| {
                assert_eq!(kind.collection, kind.term == "mixed material");
                assert_eq!(kind.authority.uri, Some(RESOURCE_TYPES));
                let address = kind.authority.value_uri.expect("an address");
                (
                    kind.term,
                    address.replace(&format!("{RESOURCE_TYPES}/"), ""),
                )
            });
            let kind = kind.as_ref().map(|(term, code)| (*term, code.as_str()));
            let genre = genre.map(|genre| {
                let authority = genre.authority.map(|code| format!(" ({code})"));
                format!("{}{}", genre.term.as_str(), authority.unwrap_or_default())
            });
            assert_eq!(
                (kind, genre.as_deref()),
                (expected_type, expected_genre),
                "{raw:?}"
            );
        }
    }

    #[test]
    fn dcmi_types_have_a_classic_string_or_a_genre() {
        for (raw, term, code, genre) in [
            ("Text", "text", "txt", None),
            ("Image", "still image", "img", None),
            ("StillImage", "still image", "img", None),
            ("MovingImage", "moving image", "mov", None),
            ("Sound", "sound recording", "aud", None),
            ("PhysicalObject", "three dimensional object", "art", None),
            (
                "Collection",
                "mixed material",
                "mix",
                Some("collection (dct)"),
            ),
            (
                "Dataset",
                "software, multimedia",
                "mul",
                Some("dataset (dct)"),
            ),
            (
                "InteractiveResource",
                "software, multimedia",
                "mul",
                Some("interactive resource (dct)"),
            ),
            (
                "Software",
                "software, multimedia",
                "mul",
                Some("software (dct)"),
            ),
            (
                "Service",
                "software, multimedia",
                "mul",
                Some("online system or service (dct)"),
            ),
        ] {
            check(&[raw], Some((term, code)), genre);
        }
        check(&["Event"], None, Some("event (dct)"));
    }

    #[test]
    fn a_type_is_known_however_it_is_written() {
        check(
            &[
                "still image",
                "Still Image",
                "STILLIMAGE",
                " still-image ",
                "still_image",
                "http://purl.org/dc/dcmitype/StillImage",
                "https://purl.org/dc/dcmitype/StillImage",
                "dcmitype:StillImage",
                "dctype:StillImage",
            ],
            Some(("still image", "img")),
            None,
        );
    }

    #[test]
    fn other_values_are_genres_as_they_are() {
        for raw in [
            "Postcard",
            "Letters & Diaries",
            "http://example.org/StillImage",
            "Texts",
        ] {
            check(&[raw], None, Some(raw));
        }
    }

    #[test]
    fn a_type_is_changed_if_its_word_is_lost() {
        for raw in [
            "Image",
            "Sound",
            "PhysicalObject",
            "Service",
            "dcmitype:Text",
        ] {
            assert!(read(raw).is_changed, "{raw}");
        }
        for raw in [
            "Text",
            "still_image",
            "MovingImage",
            "Collection",
            "Dataset",
            "Event",
            "Postcard",
            "Unknown",
        ] {
            assert!(!read(raw).is_changed, "{raw}");
        }
    }
}
