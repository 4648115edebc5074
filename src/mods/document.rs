//! The two kinds of document: one `mods`, or a `modsCollection` of many.
//!
//! Records are made one by one and put together as bytes, so that a file of any size passes through a buffer.
//! A record says nothing of its host while it is being made, because the host's own record may not be ready;
//! that is put in when the record takes its place in the file, where the host stands before it.

use std::borrow::Cow;
use std::ops::Range;

use super::{
    NAMESPACE, NameKind, SCHEMA_LOCATION, Text, TitleInfo, TypeOfResource, XLINK_NAMESPACE,
    XSI_NAMESPACE, xml::Xml,
};

/// What the root element of a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// A single `mods`.
    Record,
    /// A `modsCollection`.
    Collection,
}

impl DocumentKind {
    /// Returns what stands before the first record.
    pub fn head(self) -> String {
        let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
        match self {
            Self::Record => declaration.to_owned(),
            Self::Collection => format!(
                "{declaration}\n<modsCollection xmlns=\"{NAMESPACE}\" xmlns:xlink=\"{XLINK_NAMESPACE}\" \
                 xmlns:xsi=\"{XSI_NAMESPACE}\" xsi:schemaLocation=\"{SCHEMA_LOCATION}\">"
            ),
        }
    }

    /// Returns what stands after the last record.
    pub fn tail(self) -> &'static str {
        match self {
            Self::Record => "\n",
            Self::Collection => "\n</modsCollection>\n",
        }
    }
}

/// A record as bytes, with the places where belongs what only the record of its host says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenRecord {
    /// The `mods` element, a line feed before it.
    pub xml: Vec<u8>,
    /// Offsets into `xml` and what goes there, if the host's record is in the same file.
    pub gaps: Vec<(usize, Gap)>,
    /// The ranges of `xml` that are not about the resource: its record, its version, its place in the file.
    pub apart: Vec<Range<usize>>,
}

/// What goes into a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The title and the type of the host.
    Host,
    /// The `type` of a name, if the host knows what the name of this key is.
    NameKind(Box<str>),
}

/// What the records of its constituents say of a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// `title`.
    pub title: Option<Box<str>>,
    /// `subTitle`.
    pub sub_title: Option<Box<str>>,
    /// Whether it is a collection.
    pub is_collection: bool,
    /// Names that the host knows the kinds of, by their keys.
    pub kinds: Vec<(Box<str>, NameKind)>,
}

impl WrittenRecord {
    /// Returns the record's bytes in order, with what the host says in its places.
    pub fn pieces(&self, host: Option<&Host>) -> Vec<Cow<'_, [u8]>> {
        let mut pieces = Vec::new();
        let mut written = 0;
        for (at, gap) in host.iter().flat_map(|_| &self.gaps) {
            pieces.push(Cow::Borrowed(&self.xml[written..*at]));
            pieces.extend(host.map(|host| Cow::Owned(host.fill(gap))));
            written = *at;
        }
        pieces.push(Cow::Borrowed(&self.xml[written..]));
        pieces
    }

    /// Passes on what of these [pieces](Self::pieces) is about the resource, and whether the host says it.
    pub fn content<'p>(
        &self,
        pieces: &'p [Cow<'_, [u8]>],
        mut pass_on: impl FnMut(&'p [u8], bool),
    ) {
        let mut apart = self.apart.iter().peekable();
        let mut start = 0;
        for piece in pieces {
            let Cow::Borrowed(bytes) = piece else {
                pass_on(piece, true);
                continue;
            };
            let (mut at, end) = (start, start + bytes.len());
            while let Some(range) = apart.next_if(|range| range.start < end) {
                pass_on(&bytes[at - start..range.start - start], false);
                at = range.end;
            }
            pass_on(&bytes[at - start..], false);
            start = end;
        }
    }
}

impl Host {
    fn fill(&self, gap: &Gap) -> Vec<u8> {
        match gap {
            Gap::Host => self.description(),
            Gap::NameKind(key) => {
                let known = self.kinds.iter().find(|(name, _)| name == key);
                let kind = known.map(|(_, kind)| [" type=\"", kind.as_str(), "\""].concat());
                kind.unwrap_or_default().into_bytes()
            }
        }
    }

    /// Returns `titleInfo` and `typeOfResource` as they stand in the record of a constituent: written inside the
    /// elements that they have around them there, and taken out.
    fn description(&self) -> Vec<u8> {
        let text =
            |text: &Option<Box<str>>| text.as_deref().and_then(|text| Text::line(text.to_owned()));
        let title_info = text(&self.title).map(|title| TitleInfo {
            sub_title: text(&self.sub_title),
            ..TitleInfo::plain(title)
        });
        let mut bytes = Vec::new();
        let mut place = 0..0;
        Xml::new(&mut bytes).element("mods", [], |xml| {
            xml.element("relatedItem", [], |xml| {
                place.start = xml.position();
                if let Some(title) = &title_info {
                    title.write(xml);
                }
                if self.is_collection {
                    TypeOfResource::COLLECTION.write(xml);
                }
                place.end = xml.position();
            });
        });
        bytes[place].to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_host_says_stands_in_its_place() {
        let record = WrittenRecord {
            xml: b"<mods>\n  <relatedItem>\n  </relatedItem>\n</mods>".to_vec(),
            gaps: vec![(22, Gap::Host)],
            apart: Vec::new(),
        };
        let host = Host {
            title: Some("Letters & papers".into()),
            sub_title: Some("1885".into()),
            is_collection: true,
            kinds: Vec::new(),
        };
        let expected = "<mods>
  <relatedItem>
    <titleInfo>
      <title>Letters &amp; papers</title>
      <subTitle>1885</subTitle>
    </titleInfo>
    <typeOfResource collection=\"yes\">mixed material</typeOfResource>
  </relatedItem>
</mods>";
        let written = record.pieces(Some(&host)).concat();
        assert_eq!(String::from_utf8(written).as_deref(), Ok(expected));
        assert_eq!(record.pieces(None).concat(), record.xml);
    }
    #[test]
    fn the_host_tells_the_kind_of_a_name() {
        let record = WrittenRecord {
            xml: b"<name/><name/>".to_vec(),
            gaps: vec![
                (5, Gap::NameKind("ward".into())),
                (12, Gap::NameKind("wren".into())),
            ],
            apart: Vec::new(),
        };
        let host = Host {
            kinds: vec![("wren".into(), NameKind::Corporate)],
            ..Host::default()
        };
        let written = record.pieces(Some(&host)).concat();
        assert_eq!(written, b"<name/><name type=\"corporate\"/>");
    }

    #[test]
    fn what_is_not_of_the_resource_is_no_content() {
        let record = WrittenRecord {
            xml: b"ab(cd)ef(gh)".to_vec(),
            gaps: vec![(1, Gap::Host), (7, Gap::Host)],
            apart: vec![2..6, 8..12],
        };
        let host = Host {
            is_collection: true,
            ..Host::default()
        };
        let pieces = record.pieces(Some(&host));
        let (mut own, mut said) = (Vec::new(), 0);
        record.content(&pieces, |bytes, is_of_host| {
            if is_of_host {
                said += 1;
            } else {
                own.extend_from_slice(bytes);
            }
        });
        assert_eq!((own, said), (b"abef".to_vec(), 2));
    }
}
