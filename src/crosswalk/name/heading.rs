//! The text of a name, taken apart: the name itself, the years of a life, and what the person or body did.

use std::borrow::Cow;

use super::key::{is_code, same_key};
use super::{kind, role};
use crate::crosswalk::value;
use crate::mods::Role;

/// The longest life that is believed, in years.
const LIFE_MAX: u32 = 130;

/// A name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Heading<'v> {
    /// The name.
    pub(in super::super) name: Cow<'v, str>,
    /// The years of a life, as they are given.
    pub(in super::super) life: Option<&'v str>,
    /// What it did, in the order of the text.
    pub(super) roles: Vec<Role>,
}

impl<'v> Heading<'v> {
    /// Takes roles and years off a name, from its ends inward, as long as there are any.
    ///
    /// Nothing is taken off where several are named, of whom the last alone may be meant.
    pub(in super::super) fn read(text: &'v str) -> Self {
        let text = text.trim();
        let mut heading = Self {
            name: Cow::Borrowed(text),
            life: None,
            roles: Vec::new(),
        };
        if is_code(text) {
            heading.name = Cow::Owned(words_of_code(text));
            return heading;
        }
        let mut name = text;
        while let Some(rest) = heading.take_end(name) {
            name = rest;
        }
        // "Ann Hale and Tom Pike, editors"
        let is_of_all = heading.life.is_none() && text.trim_end_matches([')', ']']).ends_with('s');
        let is_of_last = name.len() < text.len() && !is_of_all && kind::is_of_several(name);
        if let Some((role, rest)) = role::before(name).filter(|(_, rest)| !rest.is_empty()) {
            heading.roles.insert(0, role);
            name = rest;
        }
        if is_of_last || name.len() < text.len() && says_more(name) {
            (heading.life, heading.roles) = (None, Vec::new());
        } else {
            heading.name = Cow::Borrowed(name);
        }
        heading
    }

    /// Returns what is before the years or the roles at the end of a name.
    fn take_end(&mut self, name: &'v str) -> Option<&'v str> {
        // "Ward, Violet 1866-1952", but not "Ward, Violet, ca. 1866-1952"
        let bare = name.rsplit_once(' ').filter(|(_, end)| is_life(end));
        let bare = bare.filter(|_| !name.ends_with([')', ']', '）']));
        let part = last_part(name).filter(|(_, end)| bare.is_none() || is_life(end));
        let (before, end) = part.or(bare)?;
        let before = before.trim_end_matches([' ', ',']);
        if before.is_empty() {
            return None;
        }
        if self.life.is_none() && is_life(end) {
            self.life = Some(end.trim_end_matches('.'));
            return Some(before);
        }
        // "Ward, Ed" is somebody's forename.
        if role::is_short(end) && !name.ends_with([')', ']']) && !before.contains(' ') {
            return None;
        }
        let (life, rest) = life_and_rest(end);
        let roles = role::roles(rest);
        if roles.is_empty() {
            return None;
        }
        self.life = self.life.or(life);
        self.roles.splice(0..0, roles);
        Some(before)
    }

    /// Returns the form in which a name is the same as another, and what tells one of two namesakes from the other.
    pub(super) fn identity(&self) -> (String, Option<String>) {
        (same_key(&self.name), self.life.map(value::words))
    }
}

/// Splits a name before what stands in brackets or behind a comma or a dash at its end.
fn last_part(name: &str) -> Option<(&str, &str)> {
    if !name.contains([',', ')', ']', '）', '-', '–', '—', ':']) {
        return None;
    }
    let name = name
        .strip_suffix('.')
        .filter(|name| name.ends_with([')', ']']))
        .unwrap_or(name);
    for (open, close) in [('(', ')'), ('[', ']'), ('（', '）')] {
        if let Some(inside) = name.strip_suffix(close) {
            return inside.rsplit_once(open);
        }
    }
    [", ", " - ", " – ", " — ", ",", ": "]
        .iter()
        .filter_map(|sign| name.rsplit_once(sign))
        .max_by_key(|(before, _)| before.len())
        .map(|(before, end)| (before, end.trim()))
}

/// Splits the years of a life off the roles beside them: "photographer, 1866-1952".
fn life_and_rest(text: &str) -> (Option<&str>, &str) {
    let last = text.rsplit_once([',', ';']);
    let last = last.map(|(rest, life)| (life.trim(), rest));
    let mut ends = text.split_once([',', ';']).into_iter().chain(last);
    let found = ends.find(|(life, _)| is_life(life));
    found.map_or((None, text), |(life, rest)| (Some(life), rest))
}

/// Tells whether a text is the years of a life: a span that a life can have, or a year that is said to be of one.
pub(super) fn is_life(text: &str) -> bool {
    // This is asked of the parts of each name, and most have no figure.
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let all = value::words(text);
    let words = || all.split(' ');
    let is_figure = |word: &str| {
        let digits = word.trim_end_matches(char::is_alphabetic);
        let is_year_or_century = matches!((digits.len(), word.len()), (4, 4 | 5) | (2, 4));
        is_year_or_century && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_of_life = |word: &str| value::is_one_of(word, "life");
    let is_of_years = |word: &str| value::is_one_of_any(word, &["life", "any years"]);
    let years: Vec<u32> = words()
        .filter_map(|word| word.get(..4)?.parse().ok())
        .collect();
    let is_span = text.contains(['-', '–', '—']) || all.contains(" to ");
    let is_possible = match years[..] {
        [from, to] => from <= to && to - from <= LIFE_MAX,
        [] | [_] => true,
        _ => false,
    };
    is_possible
        && words().any(is_figure)
        && words().all(|word| is_figure(word) || is_of_years(word))
        && (is_span || words().any(is_of_life))
}

/// Tells whether a name says behind its beginning what somebody did or when they lived: it is no name of one then.
pub(super) fn says_more(name: &str) -> bool {
    let mut further = name.split([',', '(', ')', '[', ']']).skip(1).map(str::trim);
    let is_role = |part: &str| !role::is_short(part) && !role::roles(part).is_empty();
    let phrases = [" by ", " from ", " c/o "];
    further.any(|part| is_role(part) || is_life(part) || role::before(part).is_some())
        || phrases.iter().any(|phrase| name.contains(phrase))
}

/// Writes a code of the graph as words: `elizabeth_b_strong` as "Elizabeth B Strong".
fn words_of_code(code: &str) -> String {
    let words = code.split('_').filter(|word| !word.is_empty());
    let words = words.map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect()
    });
    words.collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, life: Option<&str>, roles: &[&str]) {
        let heading = Heading::read(text);
        let codes: Vec<&str> = heading.roles.iter().map(|role| role.code).collect();
        assert_eq!(
            (&*heading.name, heading.life, &codes[..]),
            (name, life, roles),
            "{text}"
        );
    }

    #[test]
    fn a_role_is_taken_off() {
        for (text, name, roles) in [
            ("Violet Ward (photographer)", "Violet Ward", &["pht"][..]),
            ("Ward, Violet, photographer", "Ward, Violet", &["pht"]),
            ("Ward, Violet [editor]", "Ward, Violet", &["edt"]),
            ("Ward, Violet, ed.", "Ward, Violet", &["edt"]),
            ("Ward (ed.)", "Ward", &["edt"]),
            (
                "Violet Ward (author and illustrator)",
                "Violet Ward",
                &["aut", "ill"],
            ),
            (
                "Ward, Violet, author, illustrator",
                "Ward, Violet",
                &["aut", "ill"],
            ),
            ("Violet Ward – interviewer", "Violet Ward", &["ivr"]),
            ("Photographed by Violet Ward", "Violet Ward", &["pht"]),
            ("Photographs by Violet Ward", "Violet Ward", &["pht"]),
            ("By Violet Ward", "Violet Ward", &["cre"]),
            ("Editor: Ward, Violet", "Ward, Violet", &["edt"]),
            ("Ward, Violet (Hrsg.)", "Ward, Violet", &["edt"]),
            ("Ward, Violet (fotógrafa)", "Ward, Violet", &["pht"]),
            ("Ward, Violet, attributed to", "Ward, Violet", &["att"]),
        ] {
            check(text, name, None, roles);
        }
    }

    #[test]
    fn years_of_a_life_are_taken_off() {
        for (text, name, life) in [
            ("Ward, Violet, 1866-1952", "Ward, Violet", "1866-1952"),
            ("Ward, Violet (1866–1952)", "Ward, Violet", "1866–1952"),
            ("Ward, Violet, 1866-", "Ward, Violet", "1866-"),
            ("Ward, Violet, b. 1866", "Ward, Violet", "b. 1866"),
            ("Ward, Violet 1866-1952", "Ward, Violet", "1866-1952"),
            ("Ward（1866–1952）", "Ward", "1866–1952"),
            ("Violet Ward (d. 1952)", "Violet Ward", "d. 1952"),
            (
                "Ward, Violet, ca. 1866-1952?",
                "Ward, Violet",
                "ca. 1866-1952?",
            ),
            (
                "Ward, Violet, active 19th century",
                "Ward, Violet",
                "active 19th century",
            ),
            ("Ward, Violet, fl. 1880s", "Ward, Violet", "fl. 1880s"),
            (
                "Ward, Violet M. E. (Violet Mary), 1866-1952.",
                "Ward, Violet M. E. (Violet Mary)",
                "1866-1952",
            ),
        ] {
            check(text, name, Some(life), &[]);
        }
        check(
            "Ward, Violet, 1866-1952, photographer",
            "Ward, Violet",
            Some("1866-1952"),
            &["pht"],
        );
        check(
            "Ward, Violet, photographer, 1866-1952",
            "Ward, Violet",
            Some("1866-1952"),
            &["pht"],
        );
        check(
            "Violet Ward (photographer, 1866-1952)",
            "Violet Ward",
            Some("1866-1952"),
            &["pht"],
        );
    }

    #[test]
    fn what_is_part_of_a_name_stays() {
        for text in [
            "Henderson, Robert (President)",
            "Peter M. Hale, Sheriff",
            "Ward, Violet (1952-1866)",
            "Class of 1885 (Old Hall)",
            "Conference on Ferns (2nd : 1890 : Port Amory)",
            "Violet Ward, 1885",
            "Violet Ward, c. 1885",
            "Roosevelt, Theodore, Jr.",
            "(photographer)",
            "Editor Publishing Co",
            "Ward: a name",
            "Smith-Ward, Violet",
            "Ward, Ed",
            "Violet Ward (trans)",
            "Alice Ward (1866-1952), Violet Ward (1870-1940)",
            "Alice Ward, Violet Ward (1870-1940)",
            "Alice Ward/Violet Ward (1870-1940)",
            "Vincent van Gogh & Paul Gauguin (1848-1903)",
            "Ward, Violet and Hale, Ann, photographer",
            "Ward, Violet, author, and Hale, Ann, editor",
            "Interviewer: Violet Ward, interviewee: Ann Hale",
            "Translated by Violet Ward from the French",
        ] {
            check(text, text, None, &[]);
        }
        check("elizabeth_b_strong", "Elizabeth B Strong", None, &[]);
        for (text, name, life) in [
            ("Ward, Ed, 1866-1952", "Ward, Ed", "1866-1952"),
            (
                "Ann I, Queen of Amory, 1866-1952",
                "Ann I, Queen of Amory",
                "1866-1952",
            ),
            (
                "García Márquez, Gabriel, 1927-2014",
                "García Márquez, Gabriel",
                "1927-2014",
            ),
            (
                "Harper & Brothers (1817-1901)",
                "Harper & Brothers",
                "1817-1901",
            ),
        ] {
            check(text, name, Some(life), &[]);
        }
    }
}
