//! Plain text, as it is written of the events of Markdown.

use std::mem;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};

const BETWEEN_CELLS: &str = " | ";

/// How deep lists are indented; a text of list marks alone can nest without end.
const DEPTH_SHOWN_MAX: usize = 8;

/// The text so far, and what is due before more of it.
#[derive(Default)]
pub(super) struct Plain<'a> {
    pub(super) text: String,
    /// Line ends that are due before the next text.
    line_ends: usize,
    /// How many lists are open.
    depth: usize,
    /// Whether the text of an item is due, which stands on the line of its mark.
    is_after_mark: bool,
    links: Vec<Link<'a>>,
    /// The lines of an open block of HTML; a comment may go over several.
    html: String,
}

/// An open link or image.
struct Link<'a> {
    /// Where its text starts.
    start: usize,
    address: CowStr<'a>,
    title: CowStr<'a>,
    /// Whether the text is the address.
    is_bare: bool,
}

impl<'a> Plain<'a> {
    pub(super) fn event(&mut self, event: Event<'a>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(end) => self.end(end),
            Event::Text(text) | Event::Code(text) => self.lines(&text),
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(html) => self.lines(&without_comments(&html)),
            Event::SoftBreak => self.push(" "),
            Event::HardBreak => self.break_lines(1),
            Event::Rule => self.open_block(),
            Event::InlineMath(formula) => self.lines(&format!("${formula}$")),
            Event::DisplayMath(formula) => self.lines(&format!("$${formula}$$")),
            // Extensions that are off.
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::List(_) => {
                if self.depth == 0 {
                    self.open_block();
                } else {
                    self.break_lines(1);
                }
                self.depth += 1;
            }
            Tag::TableHead | Tag::TableRow => self.break_lines(1),
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            }
            | Tag::Image {
                link_type,
                dest_url,
                title,
                ..
            } => self.open_link(link_type, dest_url, title),
            Tag::Paragraph
            | Tag::Heading { .. }
            | Tag::BlockQuote(_)
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::Table(_) => self.open_block(),
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::List(_) => {
                self.depth -= 1;
                self.break_lines(if self.depth == 0 { 2 } else { 1 });
            }
            TagEnd::Item => {
                self.is_after_mark = false;
                self.break_lines(1);
            }
            TagEnd::Link | TagEnd::Image => self.close_link(),
            TagEnd::TableCell => self.push(BETWEEN_CELLS),
            TagEnd::TableHead | TagEnd::TableRow => {
                let row = self.text.strip_suffix(BETWEEN_CELLS);
                self.text.truncate(row.map_or(self.text.len(), str::len));
            }
            TagEnd::HtmlBlock => {
                let html = mem::take(&mut self.html);
                self.lines(&without_comments(&html));
                self.break_lines(2);
            }
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::Table => self.break_lines(2),
            _ => {}
        }
    }

    pub(super) fn open_block(&mut self) {
        if !self.is_after_mark {
            self.break_lines(2);
        }
    }

    pub(super) fn break_lines(&mut self, count: usize) {
        self.line_ends = self.line_ends.max(count);
    }

    /// Writes the mark of an item: its number as it is given, which may be a year, or a hyphen.
    pub(super) fn mark(&mut self, item: &str) {
        let item = item.trim_start();
        let digits = item.len() - item.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        self.break_lines(1);
        // The mark stands one step further out than the text of its item.
        self.depth -= 1;
        match &item[..digits] {
            "" => self.push("- "),
            number => self.push(&format!("{number}. ")),
        }
        self.depth += 1;
        self.is_after_mark = true;
    }

    /// Writes text that may have line ends of its own.
    pub(super) fn lines(&mut self, text: &str) {
        for (before, line) in text.split('\n').enumerate() {
            if before > 0 {
                // A second line end makes a blank line; further ones would make more.
                self.line_ends = (self.line_ends + 1).min(2);
            }
            if !line.is_empty() {
                self.push(line);
            }
        }
    }

    /// Writes the sign of emphasis where it begins within a word, which is arithmetic as often.
    pub(super) fn push_sign(&mut self, markdown: &str, source: &Range<usize>, length: usize) {
        let before = markdown[..source.start].bytes().next_back();
        if before.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            self.push(&markdown[source.start..source.start + length]);
        }
    }

    fn push(&mut self, text: &str) {
        if self.line_ends > 0 && !self.text.is_empty() {
            self.text.truncate(self.text.trim_end_matches(' ').len());
            self.text.extend(std::iter::repeat_n('\n', self.line_ends));
            self.text
                .extend(std::iter::repeat_n("  ", self.depth.min(DEPTH_SHOWN_MAX)));
        }
        self.line_ends = 0;
        self.is_after_mark = false;
        self.text.push_str(text);
    }

    fn open_link(&mut self, kind: LinkType, address: CowStr<'a>, title: CowStr<'a>) {
        self.push("");
        self.links.push(Link {
            start: self.text.len(),
            address,
            title,
            is_bare: matches!(kind, LinkType::Autolink | LinkType::Email),
        });
    }

    fn close_link(&mut self) {
        let Some(link) = self.links.pop() else {
            return;
        };
        let text = self.text.get(link.start..).unwrap_or_default();
        let is_shown = link.is_bare || text == &*link.address;
        let address = if is_shown { "" } else { &*link.address };
        let mut parts = vec![address, &*link.title];
        parts.retain(|part| !part.is_empty());
        match (parts.is_empty(), text.is_empty()) {
            (true, _) => {}
            (false, true) => self.push(&parts.join(", ")),
            (false, false) => self.push(&format!(" ({})", parts.join(", "))),
        }
    }
}

/// Drops what stands between `<!--` and `-->`; a comment without an end is text.
fn without_comments(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, (_, after))) = rest
        .split_once("<!--")
        .and_then(|(before, comment)| Some((before, comment.split_once("-->")?)))
    {
        kept.push_str(before);
        rest = after;
    }
    kept + rest
}
