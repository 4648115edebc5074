//! Markdown as plain text, for elements whose readers show markup as it is written.
//!
//! Parsed as `CommonMark` (<https://spec.commonmark.org/0.31.2/>) with tables, then written without its marks:
//!
//! | Markdown | text |
//! |---|---|
//! | headings, emphasis, code, quotations | what they hold |
//! | signs of emphasis within a word, formulas in `$` | as they are: `3*5*7`, `$x*y$` |
//! | metadata before the text | its lines |
//! | a fence around all of it, ```` ```markdown ```` | nothing |
//! | paragraphs and other blocks | with one blank line between them |
//! | line break within a paragraph | a blank, since some readers drop line ends; a hard one stays |
//! | list | `- ` or the number, two blanks deeper for a list in a list |
//! | link, image | its text, then the address and title in parentheses; once if both are the same |
//! | row of a table | cells with ` \| ` between them |
//! | HTML | as it is, without comments |
//! | definition of a link that nothing refers to | at the end, since a note can look like one |

mod plain;

use std::ops::Range;

use foldhash::{HashSet, HashSetExt as _};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::value::{Kind, is_nothing, is_one_of, key, words};

use plain::Plain;

/// How many signs may mean something in a text that is parsed: each can become a node of some 60 bytes. A description of
/// 4 MiB in prose has fewer.
const SIGNS_MAX: usize = 1 << 18;

/// Tells why a text is left as it is written, with its marks, if it is.
pub(super) fn unflattened(markdown: &str) -> Option<String> {
    let is_sign = |byte: &u8| byte.is_ascii_punctuation() || *byte == b'\n';
    let signs = markdown.bytes().filter(|byte| is_sign(byte)).count();
    (signs > SIGNS_MAX).then(|| {
        format!("{signs} signs and lines, of which {SIGNS_MAX} at the most are read as Markdown; left as it is written")
    })
}

/// Writes Markdown as plain text.
pub(super) fn flatten(markdown: &str) -> String {
    if unflattened(markdown).is_some() {
        return markdown.to_owned();
    }
    let (matter, markdown) = without_front_matter(markdown);
    let events = parser(markdown).into_offset_iter();
    // Labels are compared as CommonMark does: without regard to case and to the kind of white space.
    let mut definitions: Vec<(String, Range<usize>)> = events
        .reference_definitions()
        .iter()
        .map(|(label, definition)| (key(label), definition.span.clone()))
        .collect();
    definitions.sort_by_key(|(_, source)| source.start);
    let mut used = HashSet::new();
    let mut plain = Plain::default();
    plain.text.reserve(markdown.len());
    plain.lines(matter);
    plain.break_lines(2);
    for (event, source) in events {
        if let Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) = &event {
            used.insert(key(id));
        }
        match event {
            Event::Start(Tag::Item) => plain.mark(&markdown[source]),
            Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => {
                plain.push_sign(markdown, &source, 1);
            }
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => {
                plain.push_sign(markdown, &source, 2);
            }
            event => plain.event(event),
        }
    }
    for (label, source) in definitions {
        if !used.contains(&label) {
            plain.open_block();
            plain.lines(markdown[source].trim());
        }
    }
    plain.text
}

/// Returns the first heading of the first level that says something, as plain text without addresses.
pub(super) fn first_heading(markdown: &str) -> Option<String> {
    if unflattened(markdown).is_some() {
        return None;
    }
    let (_, markdown) = without_front_matter(markdown);
    // "Overview" stands above any text.
    let is_title =
        |text: &str| !is_nothing(text, Kind::Other) && !is_one_of(&words(text), "headings");
    let mut heading: Option<Plain<'_>> = None;
    for event in parser(markdown) {
        match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            }) => heading = Some(Plain::default()),
            Event::End(TagEnd::Heading(HeadingLevel::H1)) => {
                let text = heading.take().map(|heading| heading.text.trim().to_owned());
                if let Some(text) = text.filter(|text| is_title(text)) {
                    return Some(text);
                }
            }
            Event::Start(_) | Event::End(_) => {}
            event => {
                if let Some(heading) = &mut heading {
                    heading.event(event);
                }
            }
        }
    }
    None
}

fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_MATH)
}

/// Takes off metadata that stands between two rules before the text, and the fence that language models put around all
/// of it.
fn without_front_matter(markdown: &str) -> (&str, &str) {
    let fenced = markdown
        .trim()
        .strip_prefix("```markdown\n")
        .and_then(|rest| rest.strip_suffix("\n```"));
    let markdown = fenced
        .filter(|text| !text.contains("```"))
        .unwrap_or(markdown);
    let parts = markdown
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"));
    let is_field = |line: &str| line.starts_with(['#', ' ', '-']) || line.contains(':');
    parts
        .filter(|(matter, _)| matter.lines().all(is_field))
        .unwrap_or(("", markdown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(markdown: &str, expected: &str) {
        assert_eq!(flatten(markdown), expected, "{markdown:?}");
    }

    #[test]
    fn marks_of_headings_emphasis_and_code_go() {
        check("# One\n\n## Two ##\nThree\n===\n", "One\n\nTwo\n\nThree");
        check("*a* **b** ***c*** _d_ `e_f*g`", "a b c d e_f*g");
        check(
            "snake_case, 5 * 3 * 2 and ~1885",
            "snake_case, 5 * 3 * 2 and ~1885",
        );
        check("```rust\nlet x;\n\n  y\n```\nend", "let x;\n\n  y\n\nend");
        check("a\n\n    code\n", "a\n\ncode");
    }

    #[test]
    fn escapes_and_entities_are_the_characters_they_mean() {
        check("1\\. \\*a\\* &amp; &eacute;", "1. *a* & é");
    }

    #[test]
    fn blocks_have_one_blank_line_between_them() {
        check("a\n\n\n\n\nb\n\n---\n\n\nc\n", "a\n\nb\n\nc");
        check("```\na\n\n\n\n\nb\n```", "a\n\nb");
    }

    #[test]
    fn only_hard_line_breaks_stay() {
        check("a\nb", "a b");
        check("a  \nb\\\nc", "a\nb\nc");
        check("- a  \n  b", "- a\n  b");
    }

    #[test]
    fn nesting_without_end_does_not_swell_the_text() {
        let raw = "- ".repeat(20_000) + "x";
        assert!(flatten(&raw).len() < 20 * raw.len());
    }

    #[test]
    fn lists_keep_their_marks_and_depth() {
        check("a\n* b\n* c\n\nd", "a\n\n- b\n- c\n\nd");
        check("- a\n  - b\n    + c\n- d", "- a\n  - b\n    - c\n- d");
        check("- a\n\n  b\n\n- c", "- a\n\n  b\n\n- c");
        check("1) a\n2) b", "1. a\n2. b");
        check("- > a\n- # b", "- a\n\n- b");
    }

    #[test]
    fn a_number_before_an_item_is_not_counted_anew() {
        check(
            "1885. A letter\n1920. A reply",
            "1885. A letter\n1920. A reply",
        );
    }

    #[test]
    fn signs_of_formulas_and_sizes_stay() {
        check("3*5*7 and 2**3**2 = x", "3*5*7 and 2**3**2 = x");
        check(
            "$x*y$ and $a*b$ of $\\{n\\}$",
            "$x*y$ and $a*b$ of $\\{n\\}$",
        );
        check("$$a_1 * b_2 * c$$", "$$a_1 * b_2 * c$$");
        check("sold at $5 to *Ward* for $6", "sold at $5 to Ward for $6");
        check("9*12 cm, 13*18 cm", "9*12 cm, 13*18 cm");
        check("**Letters**: *two*", "Letters: two");
    }

    #[test]
    fn metadata_before_the_text_is_no_heading() {
        let raw = "---\n# of the keepers\ntitle: Log\n---\n\n# Lamps\n\n---\n*one*\n\n---\n";
        check(raw, "# of the keepers\ntitle: Log\n\nLamps\n\none");
        assert_eq!(first_heading(raw).as_deref(), Some("Lamps"));
    }

    #[test]
    fn a_heading_that_says_nothing_is_no_title() {
        assert_eq!(first_heading("# Overview\n\na"), None);
        assert_eq!(
            first_heading("# [Untitled]\n\n# Lamps").as_deref(),
            Some("Lamps")
        );
    }

    #[test]
    fn a_fence_around_all_of_it_goes() {
        check("```markdown\n# A\n\n*b*\n```\n", "A\n\nb");
        assert_eq!(first_heading("```markdown\n# A\n```").as_deref(), Some("A"));
        // Here it is an example.
        check("```markdown\n*b*\n```\n\n```\nc\n```", "*b*\n\nc");
    }

    #[test]
    fn quotations_lose_their_marks() {
        check("> a\n> b\n>\n> > c\n\nd", "a b\n\nc\n\nd");
    }

    #[test]
    fn a_link_is_its_text_and_its_address() {
        check("[a *b*](http://x.org/) c", "a b (http://x.org/) c");
        check("[a](http://x.org/ \"T\")", "a (http://x.org/, T)");
        check("[a][1]\n\n[1]: http://x.org/", "a (http://x.org/)");
        check("[A b]\n\n[a  B]: http://x.org/", "A b (http://x.org/)");
        check("[](http://x.org/)", "http://x.org/");
        check("[a]()", "a");
        check("[a][none]", "[a][none]");
    }

    #[test]
    fn an_address_that_is_its_own_text_stands_once() {
        check("<http://x.org/> <a@x.org>", "http://x.org/ a@x.org");
        check("[http://x.org/](http://x.org/)", "http://x.org/");
        check("http://x.org/a_b_c", "http://x.org/a_b_c");
    }

    #[test]
    fn an_image_is_its_description_and_its_address() {
        check("![The *pier*](p.jpg)", "The pier (p.jpg)");
        check("[![a](p.jpg)](http://x.org/)", "a (p.jpg) (http://x.org/)");
    }

    #[test]
    fn tables_are_rows_of_cells() {
        check(
            "| a | b |\n|---|:-:|\n| c | |\n| | *d* |\n\ne",
            "a | b\nc |\n | d\n\ne",
        );
    }

    #[test]
    fn html_stays_but_not_its_comments() {
        check("a <b>c</b> <!-- d --> e", "a <b>c</b>  e");
        check("<div>\n*a*\n</div>\n\nb", "<div>\n*a*\n</div>\n\nb");
        check("<!-- a\n\nb -->c\n\nd", "c\n\nd");
        check("a <!-- b", "a <!-- b");
        check("<!-- a", "<!-- a");
    }

    #[test]
    fn a_note_that_looks_like_a_definition_is_not_lost() {
        check(
            "a\n\n[Note]: undated\n[2]: b\n\nc",
            "a\n\nc\n\n[Note]: undated\n\n[2]: b",
        );
        check("a[^1]\n\n[^1]: see below", "a[^1]\n\n[^1]: see below");
    }

    #[test]
    fn nothing_comes_of_nothing() {
        for markdown in ["", " \n", "#", "---", "<!-- a -->"] {
            check(markdown, "");
        }
    }

    #[test]
    fn no_letter_or_digit_is_lost_or_moved() {
        const LINES: [&str; 24] = [
            "plain",
            "",
            "# h1",
            "h2\n---",
            "*a* __b__",
            "**open",
            "`code",
            "```",
            "- item",
            "  - nested",
            "1885. item",
            "> quote",
            "    indented",
            "| c | d |",
            "|---|---|",
            "hard  ",
            "a\\",
            "<b>x</b>",
            "<div>",
            "[x] [y](",
            "!",
            "~~s~~ ^t^",
            "\tt",
            "[^1] w",
        ];
        let letters =
            |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
        for first in LINES {
            for second in LINES {
                for third in LINES {
                    let markdown = format!("{first}\n{second}\n{third}\nend");
                    let plain = flatten(&markdown);
                    assert_eq!(letters(&plain), letters(&markdown), "{markdown:?}");
                    assert!(!plain.contains("\n\n\n"), "{markdown:?}");
                }
            }
        }
    }

    #[test]
    fn the_first_heading_is_the_first_of_the_first_level() {
        for (markdown, expected) in [
            (
                "## Two\n\n# *One* `a` [b](http://x.org/)\n\n# Other",
                Some("One a b"),
            ),
            ("One\ntwo\n===", Some("One two")),
            ("#\n\n# One", Some("One")),
            ("# A <!-- b -->", Some("A")),
            ("## Two", None),
            ("#NoHeading", None),
            ("", None),
        ] {
            assert_eq!(first_heading(markdown).as_deref(), expected, "{markdown:?}");
        }
    }
}
