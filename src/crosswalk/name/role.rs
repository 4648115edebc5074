//! Roles said in the text of a name, as relators: "(photographer)", ", interviewer", "Photographed by".

use std::sync::LazyLock;

use foldhash::HashMap;

use crate::mods::Role;

/// The relators of <https://id.loc.gov/vocabulary/relators.html> that texts name: term, code, and words for it besides
/// its own term, in lower case.
const RELATORS: &str = include_str!("relators.tsv");

/// Relators by the words for them.
static BY_WORD: LazyLock<HashMap<&str, Role>> = LazyLock::new(|| {
    let rows = RELATORS.lines().filter_map(|row| {
        let (term, rest) = row.split_once('\t')?;
        let (code, words) = rest.split_once('\t').unwrap_or((rest, ""));
        Some((
            Role { term, code },
            words
                .split(", ")
                .filter(|word| !word.is_empty())
                .chain([term]),
        ))
    });
    rows.flat_map(|(role, words)| words.map(move |word| (word, role)))
        .collect()
});

/// Returns the roles that a text consists of, "author and illustrator"; none if there is anything else in it.
pub(super) fn roles(text: &str) -> Vec<Role> {
    let parts = text.split([',', '/', '&', ';']);
    let parts = parts.flat_map(|part| part.split(" and "));
    let roles: Option<Vec<Role>> = parts.map(role).collect();
    roles.unwrap_or_default()
}

/// Returns the roles that a field of its own gives, in words or by the code or address of a relator.
///
/// In the text of a name a code is none: "(Col.)" is a colonel, no collector.
pub(super) fn given(text: &str) -> Vec<Role> {
    let address = text.rsplit_once("/relators/");
    let code = address.map_or(text, |(_, code)| code);
    let coded = BY_WORD.values().find(|role| role.code == code);
    coded.map_or_else(|| roles(text), |role| vec![*role])
}

/// Tells whether a role is so short that it may be a forename.
pub(super) fn is_short(text: &str) -> bool {
    text.trim_end_matches('.').len() <= 3
}

fn role(text: &str) -> Option<Role> {
    let text = text.trim().trim_end_matches(['.', ':']).to_lowercase();
    BY_WORD.get(text.as_str()).copied()
}

/// Splits a name at the words before it that say what it did: "Photographed by Violet Ward", "Editor: Violet Ward".
pub(super) fn before(text: &str) -> Option<(Role, &str)> {
    if let Some((before, name)) = text.split_once(':') {
        return Some((role(before)?, name.trim()));
    }
    let mut ends = text.match_indices(' ').map(|(at, _)| at).take(3);
    ends.find_map(|at| {
        let (before, name) = text.split_at(at);
        // "Editor Violet Ward" may be a firm's name, "edited by Violet Ward" is none.
        let last = before.rsplit(' ').next()?;
        let is_phrase = ["by", "to", "with"]
            .iter()
            .any(|end| last.eq_ignore_ascii_case(end));
        is_phrase.then_some(())?;
        Some((role(before)?, name.trim()))
    })
}
