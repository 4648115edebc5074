//! How an element, an attribute and a text are written: the only file that knows quick-xml.
//!
//! Output goes to a buffer in memory, so writing cannot fail; text has passed [`Text`], so nothing is left to
//! check. An element without content is never written by the helpers here that take an `Option`.

use std::fmt;

use memchr::memchr3;
use quick_xml::events::attributes::Attribute as EscapedAttribute;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;

use super::text::Text;

/// An attribute: its name, and its value if it has one. An absent one is left out.
pub type Attribute<'a> = (&'static str, Option<&'a str>);

/// Writes indented XML into a buffer.
pub struct Xml<'b> {
    writer: Writer<&'b mut Vec<u8>>,
    /// The tag or text that is being written; kept, so that none takes memory of its own.
    scratch: String,
}

impl fmt::Debug for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Xml").finish_non_exhaustive()
    }
}

impl<'b> Xml<'b> {
    /// Starts writing at the end of `buffer`.
    pub fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self {
            writer: Writer::new_with_indent(buffer, b' ', 2),
            scratch: String::new(),
        }
    }

    /// Returns how many bytes the buffer holds so far.
    pub fn position(&mut self) -> usize {
        self.writer.get_mut().len()
    }

    /// Writes an element that holds other elements.
    pub fn element(
        &mut self,
        name: &'static str,
        attributes: &[Attribute<'_>],
        content: impl FnOnce(&mut Self),
    ) {
        self.start(name, attributes);
        content(self);
        self.end(name);
    }

    /// Writes an element that holds a text alone.
    pub fn leaf(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &Text<'_>) {
        self.plain(name, attributes, text.as_str());
    }

    /// Writes an element that holds a text of the program's own.
    pub fn plain(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.start(name, attributes);
        let text = escaped(text, &mut self.scratch);
        write(&mut self.writer, Event::Text(BytesText::from_escaped(text)));
        self.end(name);
    }

    /// Writes an element of another namespace.
    pub fn foreign(&mut self, element: &Foreign<'_>) {
        let attributes = element.attributes.iter();
        let attributes = attributes.map(|(key, value)| (*key, value.as_str()));
        let tag = tag(&mut self.scratch, element.name, attributes);
        if element.children.is_empty() {
            write(&mut self.writer, Event::Empty(tag));
            return;
        }
        write(&mut self.writer, Event::Start(tag));
        for child in &element.children {
            self.foreign(child);
        }
        self.end(element.name);
    }

    fn start(&mut self, name: &'static str, attributes: &[Attribute<'_>]) {
        let present = attributes.iter();
        let present = present.filter_map(|&(key, value)| Some((key, value?)));
        let tag = tag(&mut self.scratch, name, present);
        write(&mut self.writer, Event::Start(tag));
    }

    fn end(&mut self, name: &'static str) {
        write(&mut self.writer, Event::End(BytesEnd::new(name)));
    }
}

fn write(writer: &mut Writer<&mut Vec<u8>>, event: Event<'_>) {
    writer
        .write_event(event)
        .expect("a buffer in memory takes every byte");
}

/// Makes a tag in the scratch.
fn tag<'s, 'a>(
    scratch: &'s mut String,
    name: &'static str,
    attributes: impl Iterator<Item = (&'static str, &'a str)>,
) -> BytesStart<'s> {
    scratch.clear();
    scratch.push_str(name);
    for attribute in attributes {
        let EscapedAttribute { key, value } = attribute.into();
        scratch.push(' ');
        scratch.push_str(key.as_ref());
        scratch.push_str("=\"");
        scratch.push_str(&value);
        scratch.push('"');
    }
    BytesStart::from_content(&**scratch, name.len())
}

/// Escapes a clean text, as quick-xml's `partial_escape` does byte by byte: pages of OCR are most of a file.
fn escaped<'t>(text: &'t str, scratch: &'t mut String) -> &'t str {
    scratch.clear();
    let mut rest = text;
    while let Some(at) = memchr3(b'<', b'>', b'&', rest.as_bytes()) {
        scratch.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'<' => scratch.push_str("&lt;"),
            b'>' => scratch.push_str("&gt;"),
            _ => scratch.push_str("&amp;"),
        }
        rest = &rest[at + 1..];
    }
    if scratch.is_empty() {
        return text;
    }
    scratch.push_str(rest);
    scratch
}

/// An element of another namespace inside `extension`, its data in attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign<'a> {
    /// Name with its prefix.
    pub name: &'static str,
    /// Attributes in order; the outermost element declares the prefix.
    pub attributes: Vec<(&'static str, Text<'a>)>,
    /// Elements inside, in order.
    pub children: Vec<Self>,
}

#[cfg(test)]
mod tests {
    use quick_xml::escape::partial_escape;

    use super::escaped;

    #[test]
    fn a_text_is_escaped_as_quick_xml_does_it() {
        let mut scratch = "left over".to_owned();
        for text in ["", "plain", "<", "a & b <c> \"d\" 'é'", "&&", "ends with >"] {
            assert_eq!(escaped(text, &mut scratch), partial_escape(text));
        }
    }
}
