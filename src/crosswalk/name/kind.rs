//! What a name is that of, by its form alone: "Okafor, Miriam" a person, "Harbour Survey Office" a body.
//!
//! In doubt it is nothing: a name without a type does no harm, and a wrong one is printed wrongly.

use super::heading::says_more;
use super::key::{inverted, words_key};
use crate::crosswalk::value::{is_one_of, is_one_of_any, table};
use crate::mods::NameKind;

/// The longest surname, forenames, and name behind a title of courtesy, in words.
const WORDS_MAX: usize = 3;

/// Says what a name is that of, if its form does. `is_place` knows the places of the entity.
pub(super) fn by_form(name: &str, is_place: impl Fn(&str) -> bool) -> Option<NameKind> {
    let key = words_key(name);
    let is_person = is_courteous(name) || is_inverted(name, is_place);
    let opened = name.strip_suffix(')');
    let bracketed = opened.and_then(|name| name.rsplit_once('('));
    let (head, rest) = bracketed.or(name.rsplit_once(',')).unwrap_or_default();
    let head_key = words_key(head);
    // "Ann Hale, Record Office" is somebody there, and so are "Hale, Ann, Record Office" and "Ann Hale (Record Office)".
    let is_of_member = is_full(head) && rest.trim().contains(' ') && !is_body(head, &head_key);
    let is_body = is_body(name, &key) && !is_of_member;
    let office = head_key.rsplit(' ').next().unwrap_or_default();
    match (is_person, is_body) {
        // "Editor, Amory Times"
        _ if says_more(name) || is_one_of(office, "occupations") => None,
        // "Church, Wilhelmina"
        (true, false) if !key.split(' ').any(is_of_body) => Some(NameKind::Personal),
        // "(2nd : 1890 : Port Amory)" is behind the name of a meeting.
        (false, true) if behind_courtesy(name).is_none() && !name.contains(" : ") => {
            Some(NameKind::Corporate)
        }
        _ => None,
    }
}

/// Tells whether a name reads as those of several persons: "Clara Benn, Otto Reese", but not "Ann I, Queen of Amory".
pub(super) fn is_of_several(name: &str) -> bool {
    let joined = [
        " and ", " & ", " und ", " et ", " with ", " to ", " - ", " + ", "/",
    ];
    let halves = joined.iter().find_map(|sign| name.split_once(sign));
    let is_person = |part: &&str| is_full(part) && !part.contains(" of ");
    let persons = name.split(", ").filter(is_person).count();
    !is_body(name, &words_key(name))
        && (persons > 1 || halves.is_some_and(|(one, other)| is_full(one) && is_full(other)))
}

/// Tells whether a text has two words of a name, forename and surname.
fn is_full(text: &str) -> bool {
    let is_name = |word: &&str| is_capital(word) && !is_one_of(&words_key(word), "particles");
    text.split_whitespace().filter(is_name).count() > 1
}

/// Tells whether a word says that a name is that of a body.
fn is_body(name: &str, key: &str) -> bool {
    let mut words = key.split(' ');
    let ends = |word: &str| table("body ends").iter().any(|end| word.ends_with(end));
    let is_certain = |word: &str| is_one_of(word, "bodies") || ends(word);
    let is_possible = |word: &str| is_one_of(word, "bodies or surnames");
    let has_modifier = || {
        let signs = ["'s ", "’s ", " & Co", " and Co", " Co."];
        signs.iter().any(|sign| name.contains(sign))
            || key.split(' ').any(|word| is_one_of(word, "body modifiers"))
    };
    key.split(' ').any(is_certain)
        || words.any(is_possible) && has_modifier()
        || table("body signs").iter().any(|sign| name.contains(sign))
        || name.split_whitespace().any(|word| word.starts_with("U.S."))
}

/// Tells whether a word can be one of a body's name.
fn is_of_body(word: &str) -> bool {
    is_one_of_any(word, &["bodies", "bodies or surnames"])
}

/// Returns the words behind the titles of courtesy before a name, if there are any titles.
fn behind_courtesy(name: &str) -> Option<impl Iterator<Item = &str> + Clone> {
    let mut words = name.split(',').next()?.split_whitespace();
    let titles = words.clone().take_while(|word| is_honorific(word)).count();
    let starts_with_title = words.clone().next().is_some_and(is_title);
    starts_with_title.then(|| {
        words.by_ref().take(titles).for_each(drop);
        words
    })
}

/// Tells whether a word is a title, or an abbreviation that stands behind one: "Prof. em. Dr. h.c.".
fn is_honorific(word: &str) -> bool {
    is_title(word) || word.ends_with('.') && words_key(word).contains(' ')
}

fn is_title(word: &str) -> bool {
    let key = words_key(word);
    is_one_of(&key, "titles") || word.ends_with('.') && is_one_of(&key, "short titles")
}

/// Tells whether a title of courtesy stands before what reads as a person; "Lady Margaret Hall" does not.
fn is_courteous(name: &str) -> bool {
    let Some(rest) = behind_courtesy(name) else {
        return false;
    };
    let is_particle = |word: &&str| is_one_of(&words_key(word), "particles");
    let reads_as_name = |word: &str| {
        let key = words_key(word);
        let ends = table("no person ends").iter().any(|end| key.ends_with(end));
        let is_other = is_one_of_any(&key, &["no persons", "body modifiers"]);
        let has_sign = word.contains(|c: char| c == '&' || c.is_numeric());
        is_capital(word) && !ends && !is_other && !has_sign && !key.contains(' ')
    };
    let mut names = rest.filter(|word| !is_particle(word));
    let count = names.clone().count();
    let mut further = name.split(", ").skip(1);
    (1..=WORDS_MAX).contains(&count)
        && names.all(|word| reads_as_name(word) || is_initials(word))
        && further.all(|part| behind_courtesy(part).is_none())
}

fn is_initials(word: &str) -> bool {
    word.ends_with('.') && word.split('.').all(|part| part.chars().count() <= 2)
}

/// Tells whether a word does not start in lower case; most scripts have no case.
fn is_capital(word: &str) -> bool {
    word.chars()
        .next()
        .is_some_and(|first| first.is_alphabetic() && !first.is_lowercase())
}

/// Tells whether a name has the form "Last, First" of a person: "Harper & Brothers, New York" has not, nor have
/// "Clara Benn, Otto Reese" and "Hale, Sheriff".
fn is_inverted(name: &str, is_place: impl Fn(&str) -> bool) -> bool {
    let name = match name.rsplit_once(',') {
        Some((before, suffix))
            if is_one_of(&words_key(suffix), "suffixes") && before.contains(',') =>
        {
            before
        }
        _ => name,
    };
    let Some((last, first)) = inverted(name) else {
        return false;
    };
    // "(President)" and "(Violet Mary)" explain the name.
    let first = first.split('(').next().unwrap_or_default().trim();
    let (last_key, first_key) = (words_key(last), words_key(first));
    let words = || last_key.split(' ').chain(first_key.split(' '));
    let has_sign = |c: char| c == '&' || c.is_numeric();
    !is_full(last)
        && last.split_whitespace().count() <= WORDS_MAX
        && first.split_whitespace().count() <= 2 * WORDS_MAX
        && is_capital(first)
        && !name.contains(has_sign)
        && !words().any(|word| is_one_of(word, "in no surname"))
        && !first_key.split(' ').any(|word| is_one_of(word, "offices"))
        && !is_one_of(&first_key, "places")
        && !(is_one_of(&first_key, "places or forenames")
            && is_one_of_any(&last_key, &["places", "places or forenames"]))
        && !is_place(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: Option<NameKind>, names: &[&str]) {
        for name in names {
            assert_eq!(
                by_form(name, |place| place == "Port Amory"),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn a_body_is_known_by_a_word() {
        check(
            Some(NameKind::Corporate),
            &[
                "Harbour Survey Office",
                "Port Amory (N.Y.). Harbour Office",
                "Smith & Sons, Ltd.",
                "U.S. Coast Survey",
                "The Bank, London",
                "Oxford University Press",
                "First Baptist Church",
                "St. Mary's Church",
                "Church of England",
                "Ward & Co",
                "Eastman Kodak Co.",
                "Supreme Court",
                "Nationalmuseum, Stockholm",
                "Bayerische Landesbibliothek",
                "Société savante",
                "Universidad de Puerto Amory",
                "東京大学",
                "Interior, Department of the",
            ],
        );
    }

    #[test]
    fn a_person_is_known_by_the_form_of_the_name() {
        check(
            Some(NameKind::Personal),
            &[
                "Okafor, Miriam",
                "Mr. Bruce",
                "Dr Ana Petrović",
                "Mrs. J. Ward",
                "Prof. em. Dr. h.c. Ana Petrović",
                "Dr. Margaret Chen, IBM Research",
                "Lady Margaret Beaufort",
                "Capt. Thorne",
                "van der Berg, Jan",
                "De la Cruz, Maria",
                "Roosevelt, Theodore, Jr.",
                "Thorne, Leopold, Sir",
                "Henderson, Robert (President)",
                "Nightingale, Florence",
                "O'Neill, Ann",
                "Ward, Ed",
                "Saint-Odile, Sœur",
                "Singer, Isaac Bashevis",
                "Woolf, Virginia",
                "al-Bustānī, Ḥasan",
                "山田, 太郎",
            ],
        );
    }

    #[test]
    fn what_nothing_tells_stays_untyped() {
        check(
            None,
            &[
                "Miriam Okafor",
                "A, B, C",
                "Bruce",
                "Mr",
                "M. Okafor and others",
                "Harper & Brothers, New York",
                "Smith, John and Jane",
                "Sons of the Sea, Port Amory",
                "Clara Benn, Otto Reese",
                "Peter M. Hale, Sheriff",
                "Hale, Sheriff",
                "Wren, Port Amory",
                "Louvre, Paris",
                "Lincoln, Nebraska",
                "Ward, plumber",
                "Ward family",
                "Conference on Ferns (2nd : 1890 : Port Amory)",
                "Editor, Amory Times",
                "Editor, Harbour Survey Office",
                "Cambridge, Mass.",
                "Atlanta, Georgia",
                "Vincent van Gogh, Paul Gauguin",
                "Ann Hale, Harbour Survey Office",
                "Hale, Ann, Harbour Survey Office",
                "Ann Hale (Harbour Survey Office)",
                "Ann Hale c/o Harbour Survey Office",
            ],
        );
    }

    #[test]
    fn the_word_of_a_body_in_the_name_of_a_person_decides_nothing() {
        check(
            None,
            &[
                "Church, Wilhelmina",
                "Miss Church",
                "Sir John Church",
                "Walter Henry Chapel",
                "F. E. Church",
                "John Hall and Mary Ward",
                "Chapel, Walter Henry",
                "Bureau, Ann",
            ],
        );
    }

    #[test]
    fn a_body_with_a_title_of_courtesy_is_no_person() {
        check(
            None,
            &[
                "Sister Cities International",
                "Lady Margaret Hall",
                "Hon Hai Precision Industry",
                "Captain Thorne Cruises",
                "Dr Pepper Bottling",
                "Dr. Alder's Homes",
                "Miss Porter and Daughters",
                "Mr. and Mrs. Ward",
                "Lady Bird Lake",
                "Sir Walter Insurance",
                "Miss Amory Pageant",
                "Mr. Ward, Mrs. Hale",
            ],
        );
    }
}
