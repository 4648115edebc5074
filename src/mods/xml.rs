//! How an element, an attribute and a text are written: the only file that knows quick-xml.
//!
//! Output goes to a buffer in memory, so writing cannot fail; text has passed [`Text`], so nothing is left to
//! check. quick-xml opens the elements, closes those that hold others, and indents them; attributes and texts go straight
//! to the buffer, because it takes each as one string that would be made only to be copied.

use std::io;

use memchr::memchr3;
use quick_xml::events::attributes::Attribute as EscapedAttribute;
use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::writer::Writer;

use super::text::Text;

/// An attribute: its name, and its value if it has one. An absent one is left out.
pub(crate) type Attribute<'a> = (&'static str, Option<&'a str>);

/// An attribute of an element of another namespace; its value comes from the source.
pub(crate) type ForeignAttribute<'a> = (&'static str, Option<Text<'a>>);

/// Writes indented XML into a buffer.
pub(crate) struct Xml<'b> {
    writer: Writer<Buffer<'b>>,
}

impl<'b> Xml<'b> {
    /// Starts writing at the end of `buffer`.
    pub(crate) fn new(buffer: &'b mut Vec<u8>) -> Self {
        Self {
            writer: Writer::new_with_indent(Buffer(buffer), b' ', 2),
        }
    }

    /// Returns how many bytes the buffer holds so far.
    pub(crate) fn position(&mut self) -> usize {
        self.buffer().0.len()
    }

    /// Writes an element that holds other elements.
    pub(crate) fn element(
        &mut self,
        name: &'static str,
        attributes: &[Attribute<'_>],
        content: impl FnOnce(&mut Self),
    ) {
        self.start(name, attributes.iter().copied());
        content(self);
        self.end(name);
    }

    /// Writes an element that holds a text alone.
    pub(crate) fn leaf(
        &mut self,
        name: &'static str,
        attributes: &[Attribute<'_>],
        text: &Text<'_>,
    ) {
        self.plain(name, attributes, text.as_str());
    }

    /// Writes an element that holds a text of the program's own.
    pub(crate) fn plain(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) {
        // As an empty element, which has a text put in.
        self.event(Event::Empty(BytesStart::new(name)));
        let buffer = self.buffer();
        buffer.close_with("/>", attributes.iter().copied(), ">");
        buffer.add_escaped(text);
        buffer.add("</");
        buffer.add(name);
        buffer.add(">");
    }

    /// Writes an element of another namespace that holds other elements.
    pub(crate) fn foreign<'a>(
        &mut self,
        name: &'static str,
        attributes: impl IntoIterator<Item = &'a ForeignAttribute<'a>>,
        content: impl FnOnce(&mut Self),
    ) {
        self.start(name, texts(attributes));
        content(self);
        self.end(name);
    }

    /// Writes an element of another namespace that holds nothing.
    pub(crate) fn foreign_empty<'a>(
        &mut self,
        name: &'static str,
        attributes: impl IntoIterator<Item = &'a ForeignAttribute<'a>>,
    ) {
        self.event(Event::Empty(BytesStart::new(name)));
        self.buffer().close_with("/>", texts(attributes), "/>");
    }

    fn start<'a>(&mut self, name: &'static str, attributes: impl Iterator<Item = Attribute<'a>>) {
        self.event(Event::Start(BytesStart::new(name)));
        self.buffer().close_with(">", attributes, ">");
    }

    fn end(&mut self, name: &'static str) {
        self.event(Event::End(BytesEnd::new(name)));
    }

    fn event(&mut self, event: Event<'_>) {
        self.writer
            .write_event(event)
            .expect("a buffer in memory takes every byte");
    }

    fn buffer(&mut self) -> &mut Buffer<'b> {
        self.writer.get_mut()
    }
}

fn texts<'a>(
    attributes: impl IntoIterator<Item = &'a ForeignAttribute<'a>>,
) -> impl Iterator<Item = Attribute<'a>> {
    let attributes = attributes.into_iter();
    attributes.map(|(name, value)| (*name, value.as_ref().map(Text::as_str)))
}

/// Where the XML goes.
struct Buffer<'b>(&'b mut Vec<u8>);

impl Buffer<'_> {
    /// Adds attributes to the tag that was written last, which ends with `closed` as quick-xml has it unless it is told
    /// otherwise, and closes it anew.
    fn close_with<'a>(
        &mut self,
        closed: &'static str,
        attributes: impl Iterator<Item = Attribute<'a>>,
        close: &'static str,
    ) {
        debug_assert!(self.0.ends_with(closed.as_bytes()));
        self.0.truncate(self.0.len() - closed.len());
        for (name, value) in attributes {
            let Some(value) = value else { continue };
            self.0.push(b' ');
            self.add(name);
            self.0.extend_from_slice(b"=\"");
            if needs_no_escape(value.as_bytes()) {
                self.add(value);
            } else {
                let EscapedAttribute { value, .. } = (name, value).into();
                self.add(&value);
            }
            self.0.push(b'"');
        }
        self.add(close);
    }

    /// Adds a clean text, escaped as quick-xml's `partial_escape` does it byte by byte.
    fn add_escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = memchr3(b'<', b'>', b'&', rest.as_bytes()) {
            self.add(&rest[..at]);
            self.add(match rest.as_bytes()[at] {
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&amp;",
            });
            rest = &rest[at + 1..];
        }
        self.add(rest);
    }

    fn add(&mut self, text: &str) {
        append(self.0, text.as_bytes());
    }
}

impl io::Write for Buffer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        append(self.0, bytes);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Tells whether nothing in the value of an attribute is one of what quick-xml escapes there, byte by byte. A block is
/// looked at whole.
fn needs_no_escape(value: &[u8]) -> bool {
    let is_escaped = |&byte: &u8| {
        matches!(
            byte,
            b'<' | b'>' | b'&' | b'\'' | b'"' | b'\t' | b'\n' | b'\r'
        )
    };
    let (blocks, rest) = value.as_chunks::<16>();
    let has_escaped =
        |block: &[u8; 16]| block.iter().fold(false, |any, byte| any | is_escaped(byte));
    !blocks.iter().any(has_escaped) && !rest.iter().any(is_escaped)
}

/// Appends bytes. Most are a name or a word, for which a call of musl's `memcpy` costs more than the bytes: those are
/// moved as two blocks that may overlap.
fn append(buffer: &mut Vec<u8>, bytes: &[u8]) {
    match bytes.len() {
        0..4 => bytes.iter().for_each(|byte| buffer.push(*byte)),
        4..8 => append_blocks::<4>(buffer, bytes),
        8..16 => append_blocks::<8>(buffer, bytes),
        16..32 => append_blocks::<16>(buffer, bytes),
        32..=64 => append_blocks::<32>(buffer, bytes),
        _ => buffer.extend_from_slice(bytes),
    }
}

/// Appends at least one block, and no more bytes than two.
fn append_blocks<const BYTES: usize>(buffer: &mut Vec<u8>, bytes: &[u8]) {
    debug_assert!((BYTES..=2 * BYTES).contains(&bytes.len()));
    let end = buffer.len() + bytes.len();
    if let (Some(first), Some(last)) = (bytes.first_chunk::<BYTES>(), bytes.last_chunk::<BYTES>()) {
        buffer.extend_from_slice(first);
        buffer.truncate(end - BYTES);
        buffer.extend_from_slice(last);
    }
}

#[cfg(test)]
mod tests {
    use quick_xml::escape::partial_escape;

    use super::*;

    #[test]
    fn a_text_is_escaped_as_quick_xml_does_it() {
        for text in ["", "plain", "<", "a & b <c> \"d\" 'é'", "&&", "ends with >"] {
            let mut bytes = b"before ".to_vec();
            Buffer(&mut bytes).add_escaped(text);
            let expected = format!("before {}", partial_escape(text));
            assert_eq!(String::from_utf8(bytes), Ok(expected));
        }
    }

    #[test]
    fn an_attribute_is_escaped_as_quick_xml_does_it_wherever_it_has_to_be() {
        let attribute = |value: &str| EscapedAttribute::from(("a", value)).value.into_owned();
        for length in 0..40 {
            let plain = "x".repeat(length);
            for sign in (0..0x80_u8).map(char::from) {
                for at in 0..=length {
                    let (before, after) = plain.split_at(at);
                    let value = format!("{before}{sign}{after}");
                    let mut bytes = b"<b/>".to_vec();
                    let attributes = [("a", Some(&*value)), ("none", None)];
                    Buffer(&mut bytes).close_with("/>", attributes.into_iter(), ">");
                    let expected = format!("<b a=\"{}\">", attribute(&value));
                    assert_eq!(String::from_utf8(bytes), Ok(expected));
                }
            }
        }
    }

    #[test]
    fn bytes_of_any_number_are_appended() {
        let bytes: Vec<u8> = (0..100).collect();
        for length in 0..bytes.len() {
            let mut buffer = vec![7; 3];
            append(&mut buffer, &bytes[..length]);
            assert_eq!(buffer[..3], [7; 3], "{length}");
            assert_eq!(buffer[3..], bytes[..length]);
        }
    }
}
