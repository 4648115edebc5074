//! `mods`: one record, its elements in the order they are written.

use std::mem;

use super::{
    Abstract, AccessCondition, Extension, Genre, Identifier, Language, Location, NAMESPACE, Name,
    Note, OriginInfo, PhysicalDescription, RecordInfo, RelatedItem, SCHEMA_LOCATION, Subject,
    TitleInfo, TypeOfResource, VERSION, XLINK_NAMESPACE, XSI_NAMESPACE,
    document::{DocumentKind, Gap, WrittenRecord},
    xml::{LeftOut, Xml},
};

/// `mods`, without its related items: those can be many, and are made while they are written.
///
/// The related items come after `accessCondition`, because readers that take the first identifier or the first
/// address of a record would otherwise take that of another resource.
pub(crate) struct Record<'a> {
    /// `ID`, unique in the file and an `NCName`.
    pub id: String,
    /// `titleInfo`.
    pub title_info: TitleInfo<'a>,
    /// `name`.
    pub names: Vec<Name<'a>>,
    /// `typeOfResource`.
    pub types_of_resource: Vec<TypeOfResource>,
    /// `genre`.
    pub genres: Vec<Genre<'a>>,
    /// `originInfo`.
    pub origin_info: Option<OriginInfo<'a>>,
    /// `language`.
    pub languages: Vec<Language<'a>>,
    /// `physicalDescription`.
    pub physical_description: PhysicalDescription<'a>,
    /// `abstract`.
    pub abstracts: Vec<Abstract<'a>>,
    /// `note`.
    pub notes: Vec<Note<'a>>,
    /// `subject`.
    pub subjects: Vec<Subject<'a>>,
    /// `identifier`.
    pub identifiers: Vec<Identifier<'a>>,
    /// `location`.
    pub location: Location<'a>,
    /// `accessCondition`.
    pub access_conditions: Vec<AccessCondition<'a>>,
    /// `extension`.
    pub extensions: Vec<Extension<'a>>,
    /// `recordInfo`.
    pub record_info: RecordInfo<'a>,
}

impl Record<'_> {
    /// Writes the record as a part of `document`, its constituents as they come, into a buffer that starts with room
    /// for `expected_bytes`. Returns what was too long besides.
    ///
    /// Where pieces are passed on, the first goes as far as the host, and the last is returned.
    pub(crate) fn write(
        &self,
        document: DocumentKind,
        host: Option<RelatedItem<'_>>,
        constituents: impl FnOnce(&mut dyn FnMut(&RelatedItem<'_>)),
        expected_bytes: usize,
        pass_on: Option<&mut dyn FnMut(WrittenRecord)>,
    ) -> (WrittenRecord, Vec<LeftOut>) {
        let mut bytes = Vec::with_capacity(expected_bytes);
        bytes.push(b'\n');
        let mut gaps = Vec::new();
        let mut xml = Xml::new(&mut bytes);
        let alone = document == DocumentKind::Record;
        let attributes = [
            ("xmlns", Some(NAMESPACE)),
            ("xmlns:xlink", Some(XLINK_NAMESPACE)),
            ("xmlns:xsi", alone.then_some(XSI_NAMESPACE)),
            ("xsi:schemaLocation", alone.then_some(SCHEMA_LOCATION)),
            ("version", Some(VERSION)),
            ("ID", Some(self.id.as_str())),
        ];
        xml.element("mods", attributes, |xml| {
            gaps.extend(self.write_description(xml));
            gaps.extend(host.and_then(|host| host.write(xml)));
            if let Some(pass_on) = pass_on {
                let gaps = mem::take(&mut gaps);
                let (xml_so_far, apart) = xml.take();
                pass_on(WrittenRecord {
                    xml: xml_so_far,
                    gaps,
                    apart,
                });
                xml.pass_on(move |(xml, apart)| {
                    pass_on(WrittenRecord {
                        xml,
                        gaps: Vec::new(),
                        apart,
                    });
                });
            }
            constituents(&mut |constituent| {
                constituent.write(xml);
            });
            self.extensions
                .iter()
                .for_each(|extension| extension.write(xml));
            xml.apart(|xml| self.record_info.write(xml));
        });
        let (apart, left_out) = xml.end();
        bytes.shrink_to_fit();
        let xml = bytes;
        (WrittenRecord { xml, gaps, apart }, left_out)
    }

    fn write_description(&self, xml: &mut Xml<'_>) -> Vec<(usize, Gap)> {
        self.title_info.write(xml);
        let gaps = self
            .names
            .iter()
            .filter_map(|name| name.write(xml))
            .collect();
        self.types_of_resource
            .iter()
            .for_each(|kind| kind.write(xml));
        self.genres.iter().for_each(|genre| genre.write(xml));
        self.origin_info
            .iter()
            .for_each(|origin_info| origin_info.write(xml));
        self.languages
            .iter()
            .for_each(|language| language.write("language", xml));
        self.physical_description.write(xml);
        self.abstracts.iter().for_each(|summary| summary.write(xml));
        self.notes.iter().for_each(|note| note.write(xml));
        self.subjects.iter().for_each(|subject| subject.write(xml));
        self.identifiers
            .iter()
            .for_each(|identifier| identifier.write(xml));
        self.location.write(xml);
        self.access_conditions
            .iter()
            .for_each(|condition| condition.write(xml));
        gaps
    }
}
