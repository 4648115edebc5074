//! `description.md`: Markdown of every kind, whole and broken.

use super::faults::IN_STRINGS;
use super::random::Random;
use super::words::{any_character, odd, pages, pick, sentence, text};

/// Blocks in which `@` stands for a text on one line.
#[rustfmt::skip]
const BLOCKS: [&str; 62] = [
    "# @", "## @ ##", "### @", "###### @", "####### @", "#@", "#", "@\n===", "@\n---", "  # @",
    "@", "@\n@", "@  \n@", "@\\\n@", "*@* **@** ***@*** _@_ __@__", "**@", "`@` ``a ` @``", "`@", "~~@~~",
    "[@](https://example.org/a?b=c&d=e \"@\")", "[@](<a b>)", "[@](javascript:alert(1))", "[@]()", "[https://example.org](https://example.org)",
    "<https://example.org/x>", "https://example.org/bare", "<ada@example.org>", "![@](a.jpg \"@\")", "[![@](a.jpg)](b)",
    "[@][one]\n\n[one]: https://example.org/1 '@'", "[one][]\n\n[ONE]: <x y>", "[two]: https://example.org/unused", "[1]: note @\n[2]: @",
    "text[^1]\n\n[^1]: @", "- @\n- @\n  - @\n    - @", "* @\n\n* @", "+ @\n+ @", "1. @\n2. @\n10. @", "7) @\n8) @", "- [ ] @\n- [x] @",
    "- @\n\n  @\n\n      @", "-\n- \n-", "- - - 1. @", "> @\n> @\n>> @", "> - @\n@", "    @\n    @", "\t@", "```\n@\n```", "```rust\n@", "~~~\n@\n~~~",
    "| a | b |\n|---|:-:|\n| @ | \\| @ |\n| @ |", "|@|\n|-|", "---", "***", "<div>\n@\n</div>", "@ <b>@</b> <br/>", "<!-- @ -->",
    "<!-- @\n\n@", "@ <!-- @ --> @", "&amp; &copy; &#0; &#x41; &#xD800; &nosuch; @", "\\* \\# \\[ \\\\ \\a @", "$@$ $$@$$",
];

/// Draws a description.
pub(crate) fn description(random: &mut Random) -> Vec<u8> {
    let mut bytes = match random.below(40) {
        0 => Vec::new(),
        1 => pick(random, &[" ", "\n\n", "\u{FEFF}", "\0", "\u{A0}"])
            .as_bytes()
            .to_vec(),
        2 => random_bytes(random),
        3 => {
            let bytes = random.index(60_000);
            pages(random, bytes).into_bytes()
        }
        4 => nested(random).into_bytes(),
        _ => blocks(random).into_bytes(),
    };
    if random.happens(8) {
        bytes.splice(0..0, *b"\xEF\xBB\xBF");
    }
    if random.happens(18) {
        for _ in 0..=random.below(3) {
            // Within a character, too.
            let at = random.index(bytes.len() + 1);
            let fault = pick(random, &IN_STRINGS);
            bytes.splice(at..at, fault.iter().copied());
        }
    }
    if random.happens(4) {
        bytes.truncate(random.index(bytes.len() + 1));
    }
    bytes
}

fn blocks(random: &mut Random) -> String {
    let line_end = pick(random, &["\n", "\n", "\n", "\n", "\r\n", "\r"]);
    let mut markdown = String::new();
    if random.happens(60) {
        markdown = format!("# {}\n\n## Overview\n\n", line(random));
    }
    for _ in 0..=random.below(12) {
        for (place, piece) in pick(random, &BLOCKS).split('@').enumerate() {
            if place > 0 {
                markdown.push_str(&line(random));
            }
            markdown.push_str(piece);
        }
        markdown.push_str(pick(random, &["\n\n", "\n\n", "\n", "\n\n\n\n", ""]));
    }
    markdown.replace('\n', line_end)
}

fn line(random: &mut Random) -> String {
    let text = match random.below(8) {
        0 => odd(random),
        1 => text(random),
        2 => format!("*{}* `{}`", sentence(random), sentence(random)),
        _ => sentence(random),
    };
    text.replace(['\r', '\n'], " ")
}

/// Marks within marks, as many as a parser or what writes them may mind.
fn nested(random: &mut Random) -> String {
    let times = 1 + random.index(200);
    let mark = pick(
        random,
        &[
            "> ", "- ", "1. ", "*", "**", "[", "![", "<b>", "`", "\\", "_a",
        ],
    );
    let end = pick(random, &["", "](x)", "*", "</b>"]);
    [&mark.repeat(times), &*line(random), &end.repeat(times)].concat()
}

fn random_bytes(random: &mut Random) -> Vec<u8> {
    let count = random.index(400);
    if random.happens(50) {
        let text: String = (0..count).map(|_| any_character(random)).collect();
        return text.into_bytes();
    }
    let byte = |_| u8::try_from(random.below(256)).expect("below 256");
    (0..count).map(byte).collect()
}
