//! How an element, an attribute and a text are written: the only file that knows quick-xml.
//!
//! Output goes to a buffer in memory, so writing cannot fail; text has passed [`Text`], so nothing is left to
//! check. An element without content is never written by the helpers here that take an `Option`.

use std::borrow::Cow;
use std::fmt;

use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;

use super::text::Text;

/// An attribute: its name, and its value if it has one. An absent one is left out.
pub type Attribute<'a> = (&'static str, Option<&'a str>);

/// Writes indented XML into a buffer.
pub struct Xml<'b> {
    writer: Writer<&'b mut Vec<u8>>,
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
        self.event(Event::Start(start(name, attributes)));
        content(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// Writes an element that holds a text alone.
    pub fn leaf(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &Text<'_>) {
        self.plain(name, attributes, text.as_str());
    }

    /// Writes an element that holds a text of the program's own.
    pub fn plain(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.event(Event::Start(start(name, attributes)));
        self.event(Event::Text(BytesText::from_escaped(partial_escape(text))));
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// Writes an element of another namespace.
    pub fn foreign(&mut self, element: &Foreign<'_>) {
        let mut tag = BytesStart::new(element.name);
        for (key, value) in &element.attributes {
            tag.push_attribute((*key, value.as_str()));
        }
        if element.children.is_empty() {
            self.event(Event::Empty(tag));
            return;
        }
        self.event(Event::Start(tag));
        for child in &element.children {
            self.foreign(child);
        }
        self.event(Event::End(BytesEnd::new(element.name)));
    }

    fn event(&mut self, event: Event<'_>) {
        self.writer
            .write_event(event)
            .expect("a buffer in memory takes every byte");
    }
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

fn start<'a>(name: &'static str, attributes: &[Attribute<'a>]) -> BytesStart<'a> {
    let mut tag = BytesStart::new(name);
    for (key, value) in attributes {
        if let Some(value) = value {
            tag.push_attribute((*key, Cow::Borrowed(*value)));
        }
    }
    tag
}
