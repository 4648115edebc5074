//! How an element, an attribute and a text are written: the only file that knows quick-xml.
//!
//! Output goes to a buffer in memory, so writing cannot fail; text has passed [`Text`], so nothing is left to check.

use std::borrow::Cow;
use std::io::{self, Write};
use std::mem;
use std::ops::Range;

use memchr::memchr3_iter;
use quick_xml::events::{self, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;

use super::text::{Text, has_byte};

/// An attribute: its name, and its value if it has one. An absent one is left out.
pub(crate) type Attribute<'a> = (&'static str, Option<&'a str>);

/// How long a text or the value of an attribute may be, in bytes. libxml2, and so lxml, PHP, Nokogiri and xmllint, refuse
/// a whole file at 10,000,000.
pub(crate) const TEXT_BYTES_MAX: usize = 9_000_000;
/// How long a piece of a document is, at the least, when it is passed on; none is twice as long.
const PIECE_BYTES: usize = 64 * 1024;

/// Writes indented XML into a buffer.
pub(crate) struct Xml<'b> {
    writer: Writer<Buffer<'b>>,
    /// What is inside the tag that is being written: one buffer for all tags.
    tag: String,
    left_out: Vec<LeftOut>,
}

/// A text or an attribute that was too long to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// The element, and the attribute if it was one.
    pub name: String,
    /// How long it was, in bytes.
    pub bytes: usize,
}

/// What is written and not passed on.
struct Buffer<'b> {
    bytes: &'b mut Vec<u8>,
    /// The ranges of it that are not of the resource.
    apart: Vec<Range<usize>>,
    /// Where the one that is being written starts.
    apart_from: Option<usize>,
    pass_on: Option<PassOn<'b>>,
}

/// Takes what is written, piece by piece.
type PassOn<'b> = Box<dyn FnMut(Piece) + 'b>;

/// Bytes of a document, and the ranges of them that are [apart](Xml::apart).
pub(crate) type Piece = (Vec<u8>, Vec<Range<usize>>);

impl Buffer<'_> {
    fn end_apart(&mut self) {
        if let Some(start) = self.apart_from.take()
            && start < self.bytes.len()
        {
            self.apart.push(start..self.bytes.len());
        }
    }

    fn take(&mut self) -> Piece {
        let is_apart = self.apart_from.is_some();
        self.end_apart();
        self.apart_from = is_apart.then_some(0);
        (mem::take(self.bytes), mem::take(&mut self.apart))
    }
}

impl Write for Buffer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let bytes = &bytes[..bytes.len().min(PIECE_BYTES)];
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() >= PIECE_BYTES
            && let Some(mut pass_on) = self.pass_on.take()
        {
            pass_on(self.take());
            self.pass_on = Some(pass_on);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'b> Xml<'b> {
    /// Starts writing at the end of `buffer`.
    pub(crate) fn new(buffer: &'b mut Vec<u8>) -> Self {
        let buffer = Buffer {
            bytes: buffer,
            apart: Vec::new(),
            apart_from: None,
            pass_on: None,
        };
        Self {
            writer: Writer::new_with_indent(buffer, b' ', 2),
            tag: String::new(),
            left_out: Vec::new(),
        }
    }

    /// Returns what of the buffer is [apart](Self::apart), and what was too long to be written.
    pub(crate) fn end(self) -> (Vec<Range<usize>>, Vec<LeftOut>) {
        (self.writer.into_inner().apart, self.left_out)
    }

    /// Returns how many bytes the buffer holds so far.
    pub(crate) fn position(&self) -> usize {
        self.writer.get_ref().bytes.len()
    }

    /// Takes what the buffer holds so far.
    pub(crate) fn take(&mut self) -> Piece {
        self.writer.get_mut().take()
    }

    /// Writes what is not of the resource, but of its record or its place in the file.
    pub(crate) fn apart(&mut self, content: impl FnOnce(&mut Self)) {
        let start = self.position();
        self.writer.get_mut().apart_from = Some(start);
        content(self);
        self.writer.get_mut().end_apart();
    }

    /// From here on, passes on what the buffer holds whenever it is enough for a piece.
    pub(crate) fn pass_on(&mut self, pass_on: impl FnMut(Piece) + 'b) {
        self.writer.get_mut().pass_on = Some(Box::new(pass_on));
    }

    /// Returns where the attributes of an element start: the first from `start` on.
    pub(crate) fn behind_name(&self, name: &str, start: usize) -> usize {
        let from_start = &self.writer.get_ref().bytes[start..];
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
        self.set_tag(name, attributes);
        let tag = BytesStart::from_content(&*self.tag, name.len());
        write(&mut self.writer, Event::Start(tag));
        content(self);
        write(&mut self.writer, Event::End(BytesEnd::new(name)));
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
        if self.is_too_long(text, || name.to_owned()) {
            return;
        }
        self.element(name, attributes, |xml| xml.text(text));
    }

    /// Writes an element that holds nothing.
    pub(crate) fn empty<'a>(
        &mut self,
        name: &'static str,
        attributes: impl IntoIterator<Item = Attribute<'a>>,
    ) {
        self.set_tag(name, attributes);
        let tag = BytesStart::from_content(&*self.tag, name.len());
        write(&mut self.writer, Event::Empty(tag));
    }

    /// Writes a text piece by piece, as pages of text hold little that is to be escaped.
    fn text(&mut self, text: &str) {
        let mut piece = |piece| {
            let piece = BytesText::from_escaped(piece);
            write(&mut self.writer, Event::Text(piece));
        };
        let mut start = 0;
        for at in memchr3_iter(b'&', b'<', b'>', text.as_bytes()) {
            piece(&text[start..at]);
            piece(match text.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                _ => "&gt;",
            });
            start = at + 1;
        }
        piece(&text[start..]);
    }

    fn set_tag<'a>(
        &mut self,
        name: &'static str,
        attributes: impl IntoIterator<Item = Attribute<'a>>,
    ) {
        self.tag.clear();
        self.tag.push_str(name);
        for (attribute, value) in attributes {
            let Some(value) = value else { continue };
            if self.is_too_long(value, || format!("{name} {attribute}")) {
                continue;
            }
            // Most hold nothing that is to be escaped, which quick-xml looks for byte after byte.
            let value = if has_byte(value, may_be_escaped) {
                events::attributes::Attribute::from((attribute, value)).value
            } else {
                Cow::Borrowed(value)
            };
            self.tag.push(' ');
            self.tag.push_str(attribute);
            self.tag.push_str("=\"");
            self.tag.push_str(&value);
            self.tag.push('"');
        }
    }

    /// Tells whether a text may not be written, and notes it then.
    fn is_too_long(&mut self, text: &str, name: impl FnOnce() -> String) -> bool {
        let is_too_long = text.len() > TEXT_BYTES_MAX;
        if is_too_long {
            let (name, bytes) = (name(), text.len());
            self.left_out.push(LeftOut { name, bytes });
        }
        is_too_long
    }
}

/// Tells whether a byte is one that the value of an attribute may have to escape.
fn may_be_escaped(byte: u8) -> bool {
    matches!(byte, ..b' ' | b'<' | b'>' | b'&' | b'\'' | b'"')
}

fn write(writer: &mut Writer<Buffer<'_>>, event: Event<'_>) {
    writer
        .write_event(event)
        .expect("a buffer in memory takes every byte");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_passed_on_piece_by_piece_is_what_is_written_at_once() {
        let text = "é & b\n".repeat(PIECE_BYTES);
        let write = |xml: &mut Xml<'_>| {
            xml.plain("a", [], &text);
            xml.element("b", [], |xml| xml.plain("c", [], &text));
        };
        let mut whole = Vec::new();
        write(&mut Xml::new(&mut whole));
        let (mut rest, mut pieces) = (Vec::new(), Vec::new());
        let mut xml = Xml::new(&mut rest);
        xml.pass_on(|(piece, _)| pieces.push(piece));
        write(&mut xml);
        drop(xml);
        assert!(pieces.len() > 10 && pieces.iter().all(|piece| piece.len() < 2 * PIECE_BYTES));
        assert!([pieces.concat(), rest].concat() == whole);
    }

    #[test]
    fn what_is_apart_is_known_wherever_a_piece_ends() {
        let text = "x".repeat(3 * PIECE_BYTES);
        let (mut rest, mut pieces) = (Vec::new(), Vec::new());
        let mut xml = Xml::new(&mut rest);
        xml.pass_on(|piece| pieces.push(piece));
        xml.plain("a", [], "one");
        xml.apart(|xml| xml.plain("b", [], &text));
        xml.plain("c", [], "two");
        let (apart, _) = xml.end();
        pieces.push((rest, apart));
        assert!(pieces.len() > 2);
        let mut own = Vec::new();
        for (bytes, apart) in pieces {
            let is_own = |at: &usize| !apart.iter().any(|range| range.contains(at));
            own.extend((0..bytes.len()).filter(is_own).map(|at| bytes[at]));
        }
        assert_eq!(
            String::from_utf8(own).as_deref(),
            Ok("<a>one</a>\n<c>two</c>")
        );
    }

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
