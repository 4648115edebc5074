//! The title, or what can serve as one, as `titleInfo`.

use crate::arke::{Entity, Pinax};
use crate::mods::{Text, TitleInfo};

use super::markdown;
use super::value::{self, Kind};

/// The punctuation that the International Standard Bibliographic Description puts before other title information.
const ISBD_SUBTITLE: &str = " : ";

/// A title, and where it is from if that is neither the pinax nor the manifest.
pub(super) struct FoundTitle<'v> {
    pub(super) title_info: TitleInfo<'v>,
    pub(super) source: Option<Text<'v>>,
}

/// Returns the title of an entity.
///
/// The pinax names it; else the manifest's label, a catalogue record, the group that the manifest's note names, the
/// first heading of the description or the name of the file that the entity is supply it, and the PI at the worst.
/// Leading articles stay in the title: `nonSort` is printed wrongly by most readers.
pub(super) fn title_info<'v>(entity: &'v Entity<'v>, pinax: &Pinax<'v>) -> FoundTitle<'v> {
    if let Some(title) = pinax.title.and_then(Text::line) {
        return FoundTitle {
            title_info: primary(title),
            source: None,
        };
    }
    let manifest = entity.manifest;
    let catalog_title = entity
        .catalog_record
        .present()
        .and_then(|catalog| catalog.title);
    let sources = [
        (manifest.label.as_deref().and_then(said), None),
        (
            catalog_title.and_then(said),
            Some("the catalogue record (catalog_record)"),
        ),
        (manifest.group().and_then(group), None),
    ];
    let heading = || Text::line(markdown::first_heading(entity.description.present()?)?);
    let filename = || Text::name(entity.own_file()?.filename.as_deref()?);
    let known = sources
        .into_iter()
        .find_map(|(title, source)| Some((title?, source)));
    let supplied = || {
        let untitled = || Text::made(format!("Untitled Arke entity {}", entity.pi));
        (heading().or_else(filename).unwrap_or_else(untitled), None)
    };
    let (title, source) = known.unwrap_or_else(supplied);
    FoundTitle {
        title_info: TitleInfo {
            supplied: true,
            ..primary(title)
        },
        source: source.map(Text::fixed),
    }
}

/// Returns a text as a title, unless it says nothing.
fn said(text: &str) -> Option<Text<'_>> {
    Text::line(text).filter(|text| !value::is_nothing(text.as_str(), Kind::Other))
}

/// Returns the name of a group as a title, "Wedding Invitations" of `Wedding_Invitations`.
fn group(name: &str) -> Option<Text<'_>> {
    said(name)?;
    Text::line(name.replace('_', " "))
}

fn primary(title: Text<'_>) -> TitleInfo<'_> {
    let (main, rest) = split(title.as_str());
    let rest = rest.and_then(|rest| Text::line(rest.to_owned()));
    let main = if main.len() == title.as_str().len() {
        None
    } else {
        Text::line(main.to_owned())
    };
    TitleInfo {
        title: main.unwrap_or(title),
        sub_title: rest,
        primary: true,
        supplied: false,
    }
}

/// Splits a title at the first colon of ISBD; one at an end separates nothing, one between figures is a ratio or a time.
fn split(title: &str) -> (&str, Option<&str>) {
    let title = title.trim_start_matches(": ");
    let title = title.strip_suffix(" :").unwrap_or(title);
    let is_figure = |sign: Option<char>| sign.is_some_and(char::is_numeric);
    let parts = title
        .match_indices(ISBD_SUBTITLE)
        .map(|(at, colon)| (&title[..at], &title[at + colon.len()..]));
    let mut parts = parts.filter(|(main, rest)| {
        !is_figure(main.chars().next_back()) || !is_figure(rest.chars().next())
    });
    match parts.next() {
        Some((main, rest)) => (main, Some(rest)),
        None => (title, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_colon_of_isbd_splits() {
        for (title, main, rest) in [
            ("Lettres : une sélection", "Lettres", Some("une sélection")),
            (
                "Letters : a selection : volume 2",
                "Letters",
                Some("a selection : volume 2"),
            ),
            (
                "Letters 1885 : a selection",
                "Letters 1885",
                Some("a selection"),
            ),
            (
                "Mixtures of 3 : 1 and 2 : 1",
                "Mixtures of 3 : 1 and 2 : 1",
                None,
            ),
            ("Meeting at 10 : 30 a.m.", "Meeting at 10 : 30 a.m.", None),
            (
                "Meeting at 10 : 30 : minutes",
                "Meeting at 10 : 30",
                Some("minutes"),
            ),
            (": Letters", "Letters", None),
            ("Letters :", "Letters", None),
            ("Box 4: Folder 2", "Box 4: Folder 2", None),
            (":", ":", None),
        ] {
            assert_eq!(split(title), (main, rest), "{title}");
        }
    }
}
