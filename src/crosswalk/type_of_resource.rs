//! `typeOfResource` and `genre`, from a type of the DCMI vocabulary, of MODS itself or in a word of daily use.
//!
//! The classic strings of MODS are coarser than the DCMI types, so a type that they cannot express is a `genre`
//! as well; the others are not, because catalogues build facets of genres. A word of daily use is both. Types:
//! <https://www.dublincore.org/specifications/dublin-core/dcmi-terms/#section-7>; strings, and under which of them the
//! words belong: <https://www.loc.gov/standards/mods/userguide/typeofresource.html>; scheme of the addresses:
//! <https://id.loc.gov/vocabulary/resourceTypes.html>.

use std::sync::LazyLock;

use foldhash::{HashSet, HashSetExt as _};

use super::table::Tables;
use super::{distinct, joined, value};
use crate::arke::Term;
use crate::mods::{Authority, Genre, Text, TypeOfResource, Uri};

/// The classic strings, the DCMI types, MIME types, and prefixes of types.
static TYPES: LazyLock<Tables<3>> = LazyLock::new(|| Tables::read(include_str!("types.tsv")));

/// A row of the classic strings: a string, and the code of the same type in the scheme of addresses.
type Classic = [&'static str; 3];

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

/// Reads the types of a resource, and its genres, which stand once whatever field they are of.
pub(super) fn kinds<'a>(raws: &[Term<'a>], genres: &[Term<'a>]) -> Kinds<'a> {
    let readings: Vec<_> = raws.iter().flat_map(read_each).collect();
    let is_changed = readings.iter().any(|reading| reading.is_changed);
    let types = distinct(readings.iter().filter_map(|reading| reading.kind.clone()));
    let of_types = readings.into_iter().map(|reading| reading.genre);
    let genres = of_types.chain(genres.iter().map(genre)).flatten();
    let mut seen = HashSet::new();
    Kinds {
        types,
        genres: genres
            .filter(|genre| seen.insert(value::key(genre.term.as_str())))
            .collect(),
        changed: is_changed.then(|| joined(raws)).flatten(),
    }
}

fn genre<'a>(raw: &Term<'a>) -> Option<Genre<'a>> {
    Some(Genre {
        term: Text::line(raw.text)?,
        authority: None,
        uri: raw.uri.and_then(Uri::parse),
    })
}

/// Reads a type, or several with slashes between them: "Text/Image".
fn read_each<'a>(raw: &Term<'a>) -> Vec<TypeReading<'a>> {
    let whole = read(raw);
    if whole.kind.is_some() || !raw.text.contains('/') {
        return vec![whole];
    }
    let parts = raw.text.split('/').map(|part| read(&Term::of(part)));
    let parts: Vec<_> = parts.collect();
    let are_types = parts.iter().all(|part| part.kind.is_some());
    if are_types { parts } else { vec![whole] }
}

/// Reads the type of a resource; what is none of MODS or DCMI is a genre without an authority, or one besides.
fn read<'a>(raw: &Term<'a>) -> TypeReading<'a> {
    let Some(given) = Text::line(raw.text) else {
        return TypeReading::default();
    };
    let lower = given.as_str().to_lowercase();
    let key = key(&lower);
    if let Some([_, code, genre]) = TYPES.find("dcmi", &key) {
        let classic = by_code(code);
        let term = classic.map_or("", |[term, ..]| term);
        let is_said = |term: &str| squeezed(term) == squeezed(&lower);
        return TypeReading {
            is_changed: !is_said(term) && !is_said(genre),
            kind: classic.map(|classic| type_of_resource(classic, key == "collection")),
            genre: (!genre.is_empty()).then(|| Genre {
                term: Text::fixed(genre),
                authority: Some("dct"),
                uri: None,
            }),
        };
    }
    let named = classic(|[term, ..]| squeezed(term) == key);
    let addressed = || {
        let path = lower.strip_prefix(&RESOURCE_TYPES.to_lowercase())?;
        by_code(path.strip_prefix('/')?)
    };
    let medium = || by_code(TYPES.find("media", &lower)?[1]);
    if let Some(classic) = named.or_else(addressed).or_else(medium) {
        return TypeReading {
            is_changed: named.is_none(),
            kind: Some(type_of_resource(classic, false)),
            genre: None,
        };
    }
    let words = value::words(given.as_str());
    let singular = words.strip_suffix('s').unwrap_or(&words);
    let worded =
        classic(|[term, ..]| value::is_one_of(&words, term) || value::is_one_of(singular, term));
    let worded = worded.map(|classic| type_of_resource(classic, false));
    // "Photograph (albumen print)"
    let qualified = || read(&Term::of(raw.text.split_once(" (")?.0)).kind;
    let is_heading = !value::is_number(raw.text) && !value::is_address(raw.text);
    let genre = genre(raw).filter(|_| is_heading);
    TypeReading {
        kind: worded.or_else(qualified),
        is_changed: genre.is_none(),
        genre,
    }
}

fn classic(is_meant: impl Fn(&Classic) -> bool) -> Option<Classic> {
    let mut classics = TYPES.rows("classic").iter();
    classics.find(|classic| is_meant(classic)).copied()
}

fn by_code(code: &str) -> Option<Classic> {
    classic(|[_, known, _]| *known == code)
}

/// Returns a name without its prefix, a sign and the "s" of a plural at its end, and without what is between its words.
fn key(lower: &str) -> String {
    let mut prefixes = TYPES.rows("prefix").iter();
    let name = prefixes.find_map(|[prefix, ..]| lower.strip_prefix(prefix));
    squeezed(name.unwrap_or(lower).trim_end_matches(['.', '/', 's']))
}

fn squeezed(name: &str) -> String {
    name.replace([' ', '-', '_', ',', '(', ')'], "")
}

fn type_of_resource([term, code, _]: Classic, collection: bool) -> TypeOfResource {
    TypeOfResource {
        term,
        authority: Authority {
            code: None,
            uri: Some(RESOURCE_TYPES),
            value_uri: Some(format!("{RESOURCE_TYPES}/{code}")),
        },
        collection,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks type, the code in its address, and genre; a term with an authority is followed by it.
    #[track_caller]
    fn check(raws: &[&str], expected_type: Option<(&str, &str)>, expected_genre: Option<&str>) {
        for raw in raws {
            let TypeReading { kind, genre, .. } = read(&Term::of(raw));
            let kind = kind.map(|kind| {
                assert_eq!(kind.collection, raw.eq_ignore_ascii_case("collection"));
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
                "StillImage.",
                "Still Images",
                "images",
                "http://purl.org/dc/dcmitype/StillImage/",
                "http://id.loc.gov/vocabulary/resourceTypes/img",
                "image/jpeg",
                "image/x-png",
            ],
            Some(("still image", "img")),
            None,
        );
        check(
            &["Sound recording (musical)"],
            Some(("sound recording-musical", "aum")),
            None,
        );
    }

    #[test]
    fn other_values_are_genres_as_they_are() {
        for raw in [
            "Letters & Diaries",
            "Print",
            "Speech",
            "Audio/Visual",
            "image/still",
            "Ticket (stub)",
            "Scrapbook",
        ] {
            check(&[raw], None, Some(raw));
        }
        check(&["http://example.org/StillImage"], None, None);
    }

    #[test]
    fn the_strings_of_mods_are_types_and_no_genres() {
        for &[term, code, _] in TYPES.rows("classic") {
            check(&[term, &term.to_uppercase()], Some((term, code)), None);
            let address = format!("{RESOURCE_TYPES}/{code}");
            check(&[&address], Some((term, code)), None);
        }
    }

    #[test]
    fn a_word_of_daily_use_is_a_type_and_a_genre() {
        for (raw, term, code) in [
            ("Photograph", "still image", "img"),
            ("Photographs", "still image", "img"),
            ("Postcard", "still image", "img"),
            ("Letter", "text", "txt"),
            ("diaries", "text", "txt"),
            ("Map", "cartographic", "car"),
            ("Sheet music", "notated music", "not"),
            ("Audio", "sound recording", "aud"),
            ("Oral history", "sound recording", "aud"),
            ("Video", "moving image", "mov"),
            ("Object", "three dimensional object", "art"),
            ("Text (Letter)", "text", "txt"),
            ("Photograph (albumen print)", "still image", "img"),
        ] {
            check(&[raw], Some((term, code)), Some(raw));
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
            "image/jpeg",
        ] {
            assert!(read(&Term::of(raw)).is_changed, "{raw}");
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
            assert!(!read(&Term::of(raw)).is_changed, "{raw}");
        }
    }
}
