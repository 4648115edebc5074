//! JSON as it is written, which can hold what a parser would refuse or lose.

use super::random::Random;
use super::words::pick;

/// A value to be written.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    /// These bytes as they stand, JSON or not.
    Raw(Vec<u8>),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Names and values, a name as often as it is there.
    Object(Vec<(Self, Self)>),
}

/// How documents are written: all of these mean the same.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// What ends a line; nothing has all of it on one.
    line_end: &'static str,
    /// What stands behind a colon or a comma.
    gap: &'static str,
    escapes: Escapes,
}

/// Which characters are written as escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escapes {
    /// Those that have to be.
    Needed,
    /// These and the slash.
    Slash,
    /// Those that are not ASCII, in small digits.
    NotAscii,
    /// All, in great digits.
    All,
}

impl Json {
    /// `null`.
    pub(crate) fn null() -> Self {
        Self::raw("null")
    }

    /// A token as it stands.
    pub(crate) fn raw(token: impl AsRef<[u8]>) -> Self {
        Self::Raw(token.as_ref().to_vec())
    }

    /// An object.
    pub(crate) fn object<'n>(members: impl IntoIterator<Item = (&'n str, Self)>) -> Self {
        let members = members.into_iter();
        Self::Object(members.map(|(name, value)| (name.into(), value)).collect())
    }

    /// Returns the members of an object; of anything else none.
    pub(crate) fn into_members(self) -> Vec<(Self, Self)> {
        match self {
            Self::Object(members) => members,
            _ => Vec::new(),
        }
    }

    /// A list.
    pub(crate) fn list<T: Into<Self>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }

    /// Returns the bytes of the document.
    pub(crate) fn write(&self, style: Style) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.append(style, 0, &mut bytes);
        bytes
    }

    fn append(&self, style: Style, depth: usize, to: &mut Vec<u8>) {
        match self {
            Self::Raw(token) => to.extend_from_slice(token),
            Self::Text(text) => append_text(text, style.escapes, to),
            Self::List(values) => {
                to.push(b'[');
                for (place, value) in values.iter().enumerate() {
                    style.separate(place, depth + 1, to);
                    value.append(style, depth + 1, to);
                }
                style.close(values.len(), depth, to);
                to.push(b']');
            }
            Self::Object(members) => {
                to.push(b'{');
                for (place, (name, value)) in members.iter().enumerate() {
                    style.separate(place, depth + 1, to);
                    name.append(style, depth + 1, to);
                    to.push(b':');
                    to.extend_from_slice(style.gap.as_bytes());
                    value.append(style, depth + 1, to);
                }
                style.close(members.len(), depth, to);
                to.push(b'}');
            }
        }
    }
}

impl Style {
    /// Draws one; most are of the kind that programs write.
    pub(crate) fn draw(random: &mut Random) -> Self {
        let (line_end, gap) = pick(
            random,
            &[
                ("\n", " "),
                ("\n", " "),
                ("", ""),
                ("", ""),
                ("", " "),
                ("\r\n", " "),
                ("\n\n\t", " \t\r\n "),
            ],
        );
        let escapes = pick(
            random,
            &[
                Escapes::Needed,
                Escapes::Needed,
                Escapes::Needed,
                Escapes::Needed,
                Escapes::Needed,
                Escapes::Slash,
                Escapes::NotAscii,
                Escapes::NotAscii,
                Escapes::All,
            ],
        );
        Self {
            line_end,
            gap,
            escapes,
        }
    }

    /// The plainest.
    pub(crate) fn compact() -> Self {
        Self {
            line_end: "",
            gap: "",
            escapes: Escapes::Needed,
        }
    }

    fn separate(self, place: usize, depth: usize, to: &mut Vec<u8>) {
        if place > 0 {
            to.push(b',');
        }
        if self.line_end.is_empty() {
            if place > 0 {
                to.extend_from_slice(self.gap.as_bytes());
            }
        } else {
            self.break_line(depth, to);
        }
    }

    fn close(self, values: usize, depth: usize, to: &mut Vec<u8>) {
        if values > 0 && !self.line_end.is_empty() {
            self.break_line(depth, to);
        }
    }

    fn break_line(self, depth: usize, to: &mut Vec<u8>) {
        to.extend_from_slice(self.line_end.as_bytes());
        to.extend(std::iter::repeat_n(b' ', 2 * depth));
    }
}

fn append_text(text: &str, escapes: Escapes, to: &mut Vec<u8>) {
    to.push(b'"');
    for character in text.chars() {
        let short = match character {
            '"' => Some(b'"'),
            '\\' => Some(b'\\'),
            '\n' => Some(b'n'),
            '\r' => Some(b'r'),
            '\t' => Some(b't'),
            '\u{8}' => Some(b'b'),
            '\u{C}' => Some(b'f'),
            '/' if escapes == Escapes::Slash => Some(b'/'),
            _ => None,
        };
        let is_escaped = match escapes {
            Escapes::Needed | Escapes::Slash => character < ' ',
            Escapes::NotAscii => character < ' ' || !character.is_ascii(),
            Escapes::All => true,
        };
        match short {
            Some(short) if escapes != Escapes::All => to.extend([b'\\', short]),
            _ if is_escaped => append_units(character, escapes, to),
            _ => to.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    to.push(b'"');
}

fn append_units(character: char, escapes: Escapes, to: &mut Vec<u8>) {
    for unit in character.encode_utf16(&mut [0; 2]) {
        let escape = if escapes == Escapes::All {
            format!("\\u{unit:04X}")
        } else {
            format!("\\u{unit:04x}")
        };
        to.extend_from_slice(escape.as_bytes());
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::raw(number.to_string())
    }
}
