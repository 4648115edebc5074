//! Texts of every kind: names, sentences, markup, and characters that something stumbles over.

use super::random::Random;

/// Names of people, bodies and things, in many scripts.
pub(crate) const NAMES: [&str; 30] = [
    "Ada Thornbury",
    "Thornbury, Ada, 1851-1929",
    "Dr. P.T. Halloran",
    "Capt. J. R. O'Malley, R.N.",
    "Port Amory Botanic Garden",
    "U.S. Coast Survey",
    "Halloran & Sons, Ltd.",
    "The \"Lark\" Press",
    "Société d'horticulture",
    "Unknown",
    "Unknown photographer",
    "Various",
    "Anonymous",
    "[s.n.]",
    "N/A",
    "Müller, Jürgen",
    "Nguyễn Thị Hoa",
    "Ирина Петрова",
    "حسن البستاني",
    "福州林德园",
    "やまだ たろう",
    "Ŵilliam  of\tYork",
    "e\u{301}cole normale",
    "école normale",
    "Keʻoni Kahalewai",
    "person_ada",
    "ADA THORNBURY",
    ".,;:--",
    "John Smith (1820?-1887)",
    "𝔄𝔡𝔞 𝕋𝕙𝕠𝕣𝕟𝕓𝕦𝕣𝕪",
];

/// What sentences are made of.
const PHRASES: [&str; 22] = [
    "letters received at the garden",
    "a ledger of rainfall",
    "Records of the fern house : a survey",
    "see also no. 12 & 13",
    "pressed between 1881 and 1934",
    "the gale of 3 March 1903",
    "Harbors--History",
    "price 5 < 6 > 4",
    "\"so to say\"",
    "it's 100 % certain",
    "“curly” ‘quotes’ — and non\u{2011}breaking hyphens",
    "Ordnungsmäßigkeit der Gewächshäuser",
    "Мели воды и тепла",
    "漢字とかな",
    "مراسلات الحديقة",
    "📷 🇦🇺 👩‍👩‍👧",
    "x = a\\b\\u0041",
    "C:\\new\\table",
    "http://example.org/a?b=c&d=e#f",
    "null",
    "true",
    "1885",
];

/// Pieces that XML, JSON or Markdown, or who counts characters, may stumble over.
const STUMBLING: [&str; 56] = [
    "\0",
    "\u{1}",
    "\u{8}",
    "\u{B}",
    "\u{C}",
    "\u{1B}[31m",
    "\u{1F}",
    "\u{7F}",
    "\u{85}",
    "\u{9C}",
    "\u{A0}",
    "\u{AD}",
    "\u{200B}",
    "\u{200D}",
    "\u{202E}abc\u{202C}",
    "\u{2066}x\u{2069}",
    "\u{2028}",
    "\u{2029}",
    "\u{3000}",
    "\u{E000}",
    "\u{FEFF}",
    "\u{FFFC}",
    "\u{FFFD}",
    "\u{FFFE}",
    "\u{FFFF}",
    "\u{1FFFE}",
    "\u{10FFFF}",
    "\u{FDD0}",
    "a\u{300}\u{301}\u{302}\u{303}",
    "ﬁ Å K Ω",
    "\r\n",
    "\r",
    "\n",
    "\n\n\n",
    "\t",
    "   ",
    "]]>",
    "</mods>",
    "</modsCollection>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<?xml version=\"1.0\"?>",
    "<!DOCTYPE x [<!ENTITY y \"z\">]>",
    "&amp;",
    "&#0;",
    "&#xFFFE;",
    "&lt;b&gt;",
    "&",
    "<",
    ">",
    "'",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
];

/// Draws one of these.
pub(crate) fn pick<T: Clone>(random: &mut Random, from: &[T]) -> T {
    from[random.index(from.len())].clone()
}

/// Draws a text: a name, some phrases, or these with something to stumble over.
pub(crate) fn text(random: &mut Random) -> String {
    match random.below(10) {
        0..3 => pick(random, &NAMES).to_owned(),
        3..7 => sentence(random),
        _ => odd(random),
    }
}

/// Draws some phrases.
pub(crate) fn sentence(random: &mut Random) -> String {
    let phrases: Vec<&str> = (0..=random.below(5))
        .map(|_| pick(random, &PHRASES))
        .collect();
    phrases.join(pick(random, &[" ", ", ", ". ", "\n", "\r\n", " : "]))
}

/// Draws a text that has something to stumble over.
pub(crate) fn odd(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(6) {
        let from: &[&str] = if random.happens(50) {
            &STUMBLING
        } else {
            &PHRASES
        };
        text.push_str(pick(random, from));
    }
    text
}

/// Draws a single character, of any plane.
pub(crate) fn any_character(random: &mut Random) -> char {
    let limit = pick(random, &[0x80, 0x100, 0x3000, 0x1_0000, 0x11_0000]);
    let number = u32::try_from(random.below(limit)).expect("below 0x110000");
    char::from_u32(number).unwrap_or('\u{FFFD}')
}

/// Draws lines of text, of about so many bytes, with page breaks.
pub(crate) fn pages(random: &mut Random, bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 64);
    while text.len() < bytes {
        match random.below(60) {
            0 => text.push('\u{C}'),
            1 => text.push_str(&odd(random)),
            2 => text.push(any_character(random)),
            _ => text.push_str(pick(random, &PHRASES)),
        }
        text.push_str(pick(random, &[" ", " ", "\n", "\r\n", ", "]));
    }
    text
}
