//! Rows of the report: what happened to an entity, why, and what to do.

use serde::Serialize;

use crate::arke::Pi;
use crate::arke::component::named;
use crate::arke::content::Unavailable;
use crate::crosswalk::{Diagnostics, Incomplete, Repair};
use crate::sanitize::shortened;
use crate::walk::{Failure, Found, Outcome, Visit};

use super::event::Event;

/// The longest name from the data in a row, in characters: a file's name is no longer.
const NAME_LENGTH_MAX: usize = 255;
/// The longest text from the data or from a server in the reason of a row, in characters.
const CAUSE_LENGTH_MAX: usize = 120;
/// The metadata of an entity, and the name of their document.
const METADATA: &str = "its metadata (pinax.json)";

/// One thing that happened to an entity.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row<'r> {
    /// The entity; as its parent lists it where it is no PI.
    pub(super) pi: String,
    /// The title of its record, if it has one.
    pub(super) title: Option<String>,
    /// The entity whose list it was found in.
    pub(super) parent: Option<String>,
    /// The title of that entity, as far as it is known.
    #[serde(skip)]
    pub(super) parent_title: Option<String>,
    /// Levels below the root.
    depth: u32,
    pub(super) event: Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'r str>,
    /// `absent`, `unreachable` or `unreadable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<&'static str>,
    /// The entity that this one was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    into: Option<String>,
    /// How many characters or children.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    /// Why, and what to do.
    pub(super) reason: String,
}

impl Row<'_> {
    fn new(visit: &Visit, event: Event, reason: impl Into<String>) -> Self {
        Self {
            pi: visit.pi.to_string(),
            title: visit.title().map(str::to_owned),
            parent: visit.parent.map(|parent| parent.to_string()),
            parent_title: visit.parent_title().map(str::to_owned),
            depth: visit.depth,
            event,
            component: None,
            field: None,
            state: None,
            into: None,
            number: None,
            reason: reason.into(),
        }
    }

    /// A child of the entity.
    fn of_child(visit: &Visit, child: String, event: Event, reason: String) -> Self {
        Self {
            pi: child,
            title: None,
            parent: Some(visit.pi.to_string()),
            parent_title: visit.title().map(str::to_owned),
            depth: visit.depth + 1,
            ..Self::new(visit, event, reason)
        }
    }
}

/// Passes on each row of an entity.
pub(super) fn rows_of(visit: &Visit, push: &mut impl FnMut(&Row<'_>)) {
    for &(merged, into) in &visit.merged {
        push(&merge(visit, merged, into));
    }
    match &visit.outcome {
        Outcome::Exported(conversion) => rows_of_record(visit, &conversion.diagnostics, push),
        Outcome::Failed(failure) => push(&failed(visit, failure)),
        Outcome::Deleted => {
            let reason = "the entity was deleted and has no record; nothing is to be done, unless its parent should no \
                          longer list it";
            push(&Row::new(visit, Event::Deleted, reason));
        }
        // What became of it is known before this.
        Outcome::Merged | Outcome::Unwritten(_) => {}
    }
    rows_of_children(visit, &visit.found, push);
}

fn merge(visit: &Visit, merged: Pi, into: Pi) -> Row<'static> {
    let nothing = "nothing is to be done, unless its parent should";
    let became = match &visit.outcome {
        Outcome::Exported(_) | Outcome::Unwritten(_) if into == visit.pi => {
            format!("which stands for it; {nothing} list the survivor")
        }
        Outcome::Exported(_) | Outcome::Unwritten(_) => format!(
            "whose survivor {} stands for it; {nothing} list that one",
            visit.pi
        ),
        Outcome::Merged => {
            format!("whose survivor has a place of its own; {nothing} list the survivor")
        }
        Outcome::Deleted => {
            format!("and {} was deleted; {nothing} no longer list it", visit.pi)
        }
        Outcome::Failed(_) => format!(
            "but no record came of that, because {} failed: what is to be done stands there",
            visit.pi
        ),
    };
    let reason = format!("the entity was merged into {into}, {became}");
    Row {
        pi: merged.to_string(),
        title: None,
        into: Some(into.to_string()),
        ..Row::new(visit, Event::Merged, reason)
    }
}

fn failed(visit: &Visit, failure: &Failure) -> Row<'static> {
    let lost = "the entity has no record, and its children, if it has any, are unknown and were not visited";
    let (what, remedy) = match failure {
        Failure::Manifest(why) if why.is_unknown() => (
            "its manifest is not known to the archive",
            "have it put there, or taken out of the list, then export again",
        ),
        Failure::Manifest(Unavailable::Unreachable(_)) => {
            ("its manifest could not be fetched", "export again")
        }
        Failure::Manifest(Unavailable::Unreadable(_)) => (
            "its manifest was fetched but could not be read",
            "have the manifest corrected, then export again",
        ),
        Failure::Merges(_) => (
            "no entity survives its merges",
            "correct the merges, then export again",
        ),
    };
    let state = match failure {
        Failure::Manifest(why) => Some(why.kind()),
        Failure::Merges(_) => None,
    };
    let cause = shortened(&failure.to_string(), CAUSE_LENGTH_MAX);
    let reason = format!("{what} ({cause}): {lost}; {remedy}");
    Row {
        state,
        ..Row::new(visit, Event::Failed, reason)
    }
}

fn rows_of_record(visit: &Visit, diagnostics: &Diagnostics, push: &mut impl FnMut(&Row<'_>)) {
    if let Some(incomplete) = &diagnostics.incomplete {
        push(&incomplete_record(visit, incomplete));
    }
    for (key, why) in diagnostics.lacking() {
        push(&component_failed(visit, key, why));
    }
    for repair in &diagnostics.repairs {
        push(&repaired_field(visit, repair));
    }
    if diagnostics.characters_replaced > 0 {
        let number = diagnostics.characters_replaced;
        let characters = if number == 1 {
            "1 character that XML forbids or that was broken was"
        } else {
            &format!("{number} characters that XML forbids or that were broken were")
        };
        let reason = format!(
            "{characters} removed or replaced in its texts; compare the record with the entity if that matters"
        );
        push(&Row {
            number: Some(number as u64),
            ..Row::new(visit, Event::Repaired, reason)
        });
    }
}

fn repaired_field<'r>(visit: &Visit, repair: &'r Repair) -> Row<'r> {
    let Repair {
        component,
        field,
        reason,
    } = repair;
    let document = match component.as_deref() {
        None => "its entry in the archive (the manifest)".to_owned(),
        Some("pinax.json") => METADATA.to_owned(),
        Some(key) => named(key, NAME_LENGTH_MAX),
    };
    let why = shortened(reason, CAUSE_LENGTH_MAX);
    let reason = format!(
        "field {field} of {document}: {why}; correct the field if the record should have all of it"
    );
    let component = component.as_deref();
    Row {
        component: component.map(|key| shortened(key, NAME_LENGTH_MAX)),
        field: Some(&**field),
        ..Row::new(visit, Event::Repaired, reason)
    }
}

fn incomplete_record(visit: &Visit, incomplete: &Incomplete) -> Row<'static> {
    let lost = "the record has no descriptive metadata of its own";
    let (state, reason) = match incomplete {
        Incomplete::Absent => {
            let remedy = "add it to the entity, then export again";
            let reason = format!("the entity has no metadata (no pinax.json): {lost}; {remedy}");
            ("absent", reason)
        }
        Incomplete::Unavailable(why) => {
            let (what, remedy) = words(why);
            let cause = shortened(why.cause(), CAUSE_LENGTH_MAX);
            let reason = format!("{METADATA} {what} ({cause}): {lost}; {remedy}");
            (why.kind(), reason)
        }
    };
    Row {
        component: Some("pinax.json".to_owned()),
        state: Some(state),
        ..Row::new(visit, Event::Incomplete, reason)
    }
}

fn component_failed(visit: &Visit, key: &str, why: &Unavailable) -> Row<'static> {
    let (what, remedy) = words(why);
    let reason = format!(
        "{} {what} ({}): what it holds is not in the record; {remedy}",
        named(key, CAUSE_LENGTH_MAX),
        shortened(why.cause(), CAUSE_LENGTH_MAX),
    );
    Row {
        component: Some(shortened(key, NAME_LENGTH_MAX)),
        state: Some(why.kind()),
        ..Row::new(visit, Event::ComponentFailed, reason)
    }
}

/// Says what happened to a component and what to do.
fn words(why: &Unavailable) -> (&'static str, &'static str) {
    match why {
        _ if why.is_unknown() => (
            "is not known to the archive",
            "have it put there, then export again",
        ),
        Unavailable::Unreachable(_) => ("could not be fetched", "export again"),
        Unavailable::Unreadable(_) => (
            "could not be read",
            "have it corrected in the archive, then export again",
        ),
    }
}

fn rows_of_children(visit: &Visit, found: &Found, push: &mut impl FnMut(&Row<'_>)) {
    let pi = visit.pi;
    for child in &found.malformed {
        let reason = format!(
            "{pi} lists it as a child, but it is no PI; correct the list, then export again"
        );
        let child = shortened(child, NAME_LENGTH_MAX);
        push(&Row::of_child(visit, child, Event::Failed, reason));
    }
    for child in &found.repeated_named {
        let reason = format!(
            "{pi} lists it although it was found before: what became of it is told once, at its first place; nothing is \
             to be done, unless the list is wrong"
        );
        let child = child.to_string();
        push(&Row::of_child(visit, child, Event::Repeated, reason));
    }
    if found.origins > 0 {
        let reason = "it lists the root of the whole archive (26 zeros) as a child, which stands for no entity and was not \
                      followed; correct the list";
        push(&Row {
            number: Some(found.origins),
            ..Row::new(visit, Event::OriginListed, reason)
        });
    }
    if found.beyond_max_depth > 0 {
        let number = found.beyond_max_depth;
        let children = if number == 1 {
            "1 of its children lies below maxDepth and was"
        } else {
            &format!("{number} of its children lie below maxDepth and were")
        };
        let reason = format!(
            "{children} not visited; export with a greater maxDepth, or export this entity by itself"
        );
        push(&Row {
            number: Some(number),
            ..Row::new(visit, Event::BeyondMaxDepth, reason)
        });
    }
}
