//! The title, or what can serve as one, as `titleInfo`.

use crate::arke::Entity;
use crate::mods::{Text, TitleInfo};

use super::markdown;

/// The punctuation that the International Standard Bibliographic Description puts before other title information.
const ISBD_SUBTITLE: &str = " : ";

/// Returns the title of an entity.
///
/// The pinax names it; else the manifest's label, a catalogue record, the first heading of the description or the name
/// of the file that the entity is supply it, and the PI at the worst. Leading articles stay in the title: `nonSort` is
/// printed wrongly by most readers.
pub(super) fn title_info<'v>(entity: &'v Entity<'v>) -> TitleInfo<'v> {
    if let Some(title) = entity
        .pinax
        .present()
        .and_then(|pinax| Text::line(pinax.title?))
    {
        return primary(title);
    }
    let label = || Text::line(entity.manifest.label.as_deref()?);
    let catalog_title = || Text::line(*entity.catalog_title.present()?);
    let heading = || Text::line(markdown::first_heading(entity.description.present()?)?);
    let filename = || Text::line(entity.own_file()?.filename.as_deref()?);
    let title = label()
        .or_else(catalog_title)
        .or_else(heading)
        .or_else(filename);
    let title = title.unwrap_or_else(|| Text::made(format!("Untitled Arke entity {}", entity.pi)));
    TitleInfo {
        supplied: true,
        ..primary(title)
    }
}

fn primary(title: Text<'_>) -> TitleInfo<'_> {
    let parts = title
        .as_str()
        .split_once(ISBD_SUBTITLE)
        .and_then(|(main, rest)| {
            Some((Text::line(main.to_owned())?, Text::line(rest.to_owned())?))
        });
    let (title, sub_title) = match parts {
        Some((main, rest)) => (main, Some(rest)),
        None => (title, None),
    };
    TitleInfo {
        title,
        sub_title,
        primary: true,
        supplied: false,
    }
}
