//! The two kinds of document: one `mods`, or a `modsCollection` of many.
//!
//! Records are made one by one and put together as bytes, so that a file of any size passes through a buffer.
//! A record holds no title for its host while it is being made, because the host's own record may not be ready;
//! the title is put in when the record takes its place in the file, where the host stands before it.

use std::borrow::Cow;

use super::{
    NAMESPACE, SCHEMA_LOCATION, Text, TitleInfo, XLINK_NAMESPACE, XSI_NAMESPACE, xml::Xml,
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

/// A record as bytes, with the place where the title of its host belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenRecord {
    /// The `mods` element, a line feed before it.
    pub xml: Vec<u8>,
    /// Offset into `xml` at which the host's title goes, if its host's record is in the same file.
    pub host_title_at: Option<usize>,
}

/// The title of a host, as the records of its constituents show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostTitle {
    /// `title`.
    pub title: Box<str>,
    /// `subTitle`.
    pub sub_title: Option<Box<str>>,
}

impl WrittenRecord {
    /// Returns the record's bytes in order, with the host's title in its place.
    pub fn pieces(&self, host_title: Option<&HostTitle>) -> Vec<Cow<'_, [u8]>> {
        let (Some(at), Some(title)) = (self.host_title_at, host_title) else {
            return vec![Cow::Borrowed(&self.xml)];
        };
        let (before, after) = self.xml.split_at(at);
        vec![
            Cow::Borrowed(before),
            Cow::Owned(host_title_info(title)),
            Cow::Borrowed(after),
        ]
    }
}

/// Returns the host's `titleInfo` as it stands in a record: written inside the elements that it has around it there,
/// and taken out.
fn host_title_info(host_title: &HostTitle) -> Vec<u8> {
    let Some(title) = Text::line(&*host_title.title) else {
        return Vec::new();
    };
    let title_info = TitleInfo {
        sub_title: host_title.sub_title.as_deref().and_then(Text::line),
        ..TitleInfo::plain(title)
    };
    let mut bytes = Vec::new();
    let mut place = 0..0;
    Xml::new(&mut bytes).element("mods", [], |xml| {
        xml.element("relatedItem", [], |xml| {
            place.start = xml.position();
            title_info.write(xml);
            place.end = xml.position();
        });
    });
    bytes[place].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_of_the_host_stands_in_its_place() {
        let record = WrittenRecord {
            xml: b"<mods>\n  <relatedItem>\n  </relatedItem>\n</mods>".to_vec(),
            host_title_at: Some(22),
        };
        let host_title = HostTitle {
            title: "Letters & papers".into(),
            sub_title: Some("1885".into()),
        };
        let expected = "<mods>
  <relatedItem>
    <titleInfo>
      <title>Letters &amp; papers</title>
      <subTitle>1885</subTitle>
    </titleInfo>
  </relatedItem>
</mods>";
        let written = record.pieces(Some(&host_title)).concat();
        assert_eq!(String::from_utf8(written).as_deref(), Ok(expected));
        assert_eq!(record.pieces(None).concat(), record.xml);
    }
}
