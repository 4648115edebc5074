//! How an element, an attribute and a text are written: the only file that knows quick-xml.
//!
//! Output goes to a buffer in memory, so writing cannot fail; text has passed [`Text`], so nothing is left to check.

use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;

use super::text::Text;

/// An attribute: its name, and its value if it has one. An absent one is left out.
pub(crate) type Attribute<'a> = (&'static str, Option<&'a str>);

/// Writes indented XML into a buffer.
pub(crate) struct Xml<'b> {
    writer: Writer<&'b mut Vec<u8>>,
}

impl<'b> Xml<'b> {
    /// Starts writing at the end of `buffer`.
    pub(crate) fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self {
            writer: Writer::new_with_indent(buffer, b' ', 2),
        }
    }

    /// Returns how many bytes the buffer holds so far.
    pub(crate) fn position(&self) -> usize {
        self.writer.get_ref().len()
    }

    /// Returns where the attributes of an element start: the first from `start` on.
    pub(crate) fn behind_name(&self, name: &str, start: usize) -> usize {
        let from_start = &self.writer.get_ref()[start..];
        let opens = from_start.iter().take_while(|byte| **byte != b'<').count();
        start + opens + 1 + name.len()
    }

    /// Writes an element that holds other elements.
    pub(crate) fn element<'a>(
        &mut self,
        name: &'static str,
        attributes: impl IntoIterator<Item = Attribute<'a>>,
        content: impl FnOnce(&mut Self),
    ) {
        self.event(Event::Start(tag(name, attributes)));
        content(self);
        self.event(Event::End(BytesEnd::new(name)));
    }

    /// Writes an element that holds a text alone.
    pub(crate) fn leaf<'a>(
        &mut self,
        name: &'static str,
        attributes: impl IntoIterator<Item = Attribute<'a>>,
        text: &Text<'_>,
    ) {
        self.plain(name, attributes, text.as_str());
    }

    /// Writes an element that holds a text of the program's own.
    pub(crate) fn plain<'a>(
        &mut self,
        name: &'static str,
        attributes: impl IntoIterator<Item = Attribute<'a>>,
        text: &str,
    ) {
        // `BytesText::new` would escape quotes too.
        let text = BytesText::from_escaped(partial_escape(text));
        self.element(name, attributes, |xml| xml.event(Event::Text(text)));
    }

    /// Writes an element that holds nothing.
    pub(crate) fn empty<'a>(
        &mut self,
        name: &'static str,
        attributes: impl IntoIterator<Item = Attribute<'a>>,
    ) {
        self.event(Event::Empty(tag(name, attributes)));
    }

    fn event(&mut self, event: Event<'_>) {
        self.writer
            .write_event(event)
            .expect("a buffer in memory takes every byte");
    }
}

fn tag<'a>(
    name: &'static str,
    attributes: impl IntoIterator<Item = Attribute<'a>>,
) -> BytesStart<'static> {
    let present = attributes
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    BytesStart::new(name).with_attributes(present)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_indented_and_what_has_to_be_escaped_is() {
        let mut bytes = Vec::new();
        let signs = "a & b <c> \"d\" 'e'\t\n\u{E9}";
        Xml::new(&mut bytes).element("a", [("b", Some(signs)), ("none", None)], |xml| {
            xml.plain("c", [], signs);
            xml.empty("d", [("e", Some("f"))]);
            xml.element("g", [], |xml| xml.plain("h", [], ""));
        });
        let expected = "<a b=\"a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos;&#9;&#10;\u{E9}\">
  <c>a &amp; b &lt;c&gt; \"d\" 'e'\t\n\u{E9}</c>
  <d e=\"f\"/>
  <g>
    <h></h>
  </g>
</a>";
        assert_eq!(String::from_utf8(bytes).as_deref(), Ok(expected));
    }
}
