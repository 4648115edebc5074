//! `relatedItem`: the host of a resource, and its constituents.

use super::{
    Identifier, Location, Note, PhysicalDescription, Text, TitleInfo, document::Gap, xml::Xml,
};

/// `relatedItem`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RelatedItem<'a> {
    /// `type`.
    pub kind: RelatedItemKind,
    /// `displayLabel`.
    pub display_label: &'static str,
    /// `xlink:href`: the record of the same resource in this file.
    pub href: Option<String>,
    /// `titleInfo`.
    pub title: RelatedTitle<'a>,
    /// `physicalDescription`.
    pub physical_description: PhysicalDescription<'a>,
    /// `note`.
    pub notes: Vec<Note<'a>>,
    /// `identifier`.
    pub identifiers: Vec<Identifier<'a>>,
    /// `location`.
    pub location: Location<'a>,
}

/// `type` of a related item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RelatedItemKind {
    /// What the resource is part of.
    Host,
    /// A part of the resource.
    Constituent,
}

/// The title of a related item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RelatedTitle<'a> {
    /// None is known.
    Absent,
    /// It is known now.
    Known(Text<'a>),
    /// It is known when the record takes its place in the file.
    Later,
}

impl RelatedItem<'_> {
    /// Writes the element; returns where the title goes if it comes later.
    pub(super) fn write(&self, xml: &mut Xml<'_>) -> Option<(usize, Gap)> {
        let kind = match self.kind {
            RelatedItemKind::Host => "host",
            RelatedItemKind::Constituent => "constituent",
        };
        let attributes = [
            ("type", Some(kind)),
            ("displayLabel", Some(self.display_label)),
            ("xlink:href", self.href.as_deref()),
        ];
        let mut title_at = None;
        xml.element("relatedItem", attributes, |xml| {
            match &self.title {
                RelatedTitle::Absent => {}
                RelatedTitle::Known(title) => TitleInfo::plain(title.clone()).write(xml),
                RelatedTitle::Later => title_at = Some((xml.position(), Gap::Host)),
            }
            self.physical_description.write(xml);
            self.notes.iter().for_each(|note| note.write(xml));
            self.identifiers
                .iter()
                .for_each(|identifier| identifier.write(xml));
            self.location.write(xml);
        });
        title_at
    }
}
