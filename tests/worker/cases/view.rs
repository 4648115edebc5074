//! What a reader sees of a record, an element a line.

use roxmltree::Node;

pub(super) const MODS: &str = "http://www.loc.gov/mods/v3";

/// Returns what is seen of one kind of element; any other name is a path of elements, whose texts are seen.
pub(super) fn view(record: Node<'_, '_>, kind: &str) -> Vec<String> {
    let all =
        |name: &str, line: fn(Node<'_, '_>) -> String| children(record, name).map(line).collect();
    match kind {
        "titles" => all("titleInfo", title),
        "names" => all("name", name),
        "subjects" => all("subject", subject),
        "notes" => all("note", text),
        "dates" => children(record, "originInfo")
            .flat_map(|origin| children(origin, "dateCreated"))
            .map(date)
            .collect(),
        "languages" => all("language", joined),
        "rights" => all("accessCondition", with_href),
        "identifiers" => all("identifier", with_type),
        "files" => children(record, "relatedItem")
            .filter(|item| item.attribute("displayLabel") == Some("Digital object"))
            .map(joined)
            .collect(),
        "source" => record
            .descendants()
            .filter(|node| node.tag_name().name() == "source")
            .flat_map(|source| source.descendants())
            .flat_map(
                |node| match (node.attribute("name"), node.attribute("value")) {
                    (Some(name), Some(value)) => vec![format!("{name}={value}")],
                    _ => node
                        .attributes()
                        .map(|value| format!("{}={}", value.name(), value.value()))
                        .collect(),
                },
            )
            .collect(),
        path => texts(record, &path.split('/').collect::<Vec<_>>()),
    }
}

/// "title : subtitle", and whether it is supplied.
fn title(title: Node<'_, '_>) -> String {
    let parts: Vec<String> = title
        .children()
        .filter(Node::is_element)
        .map(text)
        .collect();
    let supplied = title.attribute("supplied").map(|_| " (supplied)");
    format!("{}{}", parts.join(" : "), supplied.unwrap_or_default())
}

/// "personal: Ward, Violet, 1866-1952 [photographer]", the role of the creator left out.
fn name(name: Node<'_, '_>) -> String {
    let parts: Vec<String> = children(name, "namePart").map(text).collect();
    let roles = texts(name, &["role", "roleTerm"]);
    let roles: Vec<String> = roles
        .into_iter()
        .filter(|role| role != "creator")
        .map(|role| format!(" [{role}]"))
        .collect();
    let kind = name.attribute("type").map(|kind| format!("{kind}: "));
    format!(
        "{}{}{}",
        kind.unwrap_or_default(),
        parts.join(", "),
        roles.concat()
    )
}

/// "topic Harbors, geographic Port Amory".
fn subject(subject: Node<'_, '_>) -> String {
    let terms =
        subject
            .children()
            .filter(Node::is_element)
            .map(|term| match term.tag_name().name() {
                "name" => format!("name {}", name(term)),
                "cartographics" => format!("coordinates {}", joined(term)),
                element => format!("{element} {}", text(term)),
            });
    terms.collect::<Vec<_>>().join(", ")
}

/// "1885 w3cdtf key approximate".
fn date(date: Node<'_, '_>) -> String {
    let key = date.attribute("keyDate").map(|_| "key");
    let said = [
        Some(text(date).as_str()),
        date.attribute("encoding"),
        key,
        date.attribute("point"),
        date.attribute("qualifier"),
    ]
    .map(|said| said.map(str::to_owned));
    said.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn with_type(node: Node<'_, '_>) -> String {
    format!("{}: {}", node.attribute("type").unwrap_or("-"), text(node))
}

fn with_href(node: Node<'_, '_>) -> String {
    let href = node
        .attributes()
        .find(|attribute| attribute.name() == "href");
    format!("{} <{}>", text(node), href.map_or("", |href| href.value()))
}

/// The texts of all that is in an element.
fn joined(node: Node<'_, '_>) -> String {
    let leaves = node
        .descendants()
        .filter(Node::is_text)
        .filter_map(|node| node.text());
    leaves
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn text(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().to_owned()
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children()
        .filter(move |child| child.has_tag_name((MODS, name)))
}

fn texts(node: Node<'_, '_>, path: &[&str]) -> Vec<String> {
    let Some((name, rest)) = path.split_first() else {
        return vec![text(node)];
    };
    children(node, name)
        .flat_map(|child| texts(child, rest))
        .collect()
}
