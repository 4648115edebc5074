//! `abstract`: the summary and the description.

use crate::arke::{ComponentRole, Entity, Pinax};
use crate::mods::{Abstract, Text, TitleInfo};

use super::value::{Kind, is_nothing, is_one_of, key, words};
use super::{Context, markdown};

/// Returns the abstracts: the summary first, because brief displays take one.
pub(super) fn abstracts<'v>(
    entity: &'v Entity<'v>,
    pinax: &Pinax<'v>,
    title: &TitleInfo<'_>,
    context: &Context<'_>,
) -> Vec<Abstract<'v>> {
    let says = |text: &Text<'_>| !is_nothing(text.as_str(), Kind::Other);
    let summary = pinax.description.or(entity.manifest.description.as_deref());
    let summary = summary.and_then(Text::block).filter(says);
    let description = entity
        .description
        .present()
        .and_then(|markdown| Text::block(without_title(markdown::flatten(markdown), title)));
    let adds_nothing = |description: &Text<'_>| {
        let description = description.as_str();
        let (heading, rest) = description.split_once("\n\n").unwrap_or((description, ""));
        let is_headed = is_one_of(&words(heading), "headings");
        let description = if is_headed { rest } else { description };
        let description = description.trim_end_matches(['.', '!', '…']);
        let summary = summary.as_ref().map_or("", Text::as_str);
        // What is longer cannot stand in it.
        description.len() <= summary.len() && key(summary).contains(&key(description))
    };
    let description = description.filter(|text| says(text) && !adds_nothing(text));
    let mut components = entity.manifest.components.iter();
    let component = components.find(|component| component.role == ComponentRole::Description);
    let cid = component.and_then(|component| component.cid.as_deref());
    let address = cid.map(|cid| context.component_url(cid));
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

/// Returns a description without the heading at its head, if that is only the title again.
fn without_title(description: String, title: &TitleInfo<'_>) -> String {
    let (heading, rest) = description.split_once("\n\n").unwrap_or((&description, ""));
    let sub_title = title.sub_title.iter().map(Text::as_str);
    let whole: Vec<&str> = std::iter::once(title.title.as_str())
        .chain(sub_title)
        .collect();
    let titles = [whole.join(" : "), whole.join(": ")];
    let is_title = |title: &String| heading.len() <= 2 * title.len() && key(title) == key(heading);
    if titles.iter().any(is_title) {
        return rest.to_owned();
    }
    description
}
