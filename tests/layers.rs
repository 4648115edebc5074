//! The layers of `src`: which room may use which, and which rooms are pure.
//!
//! A room is a folder or a file directly under `src`. The code is read as text, without comments, texts in quotes and
//! tests; a name of another room is found wherever it stands behind `crate::`, or behind `super::` where that is the
//! crate. What stands there and is no room, an item of `lib.rs` or a glob, is a breach too.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// The rooms, a layer a line: each may use the lines below its own, never a neighbour or a line above.
const LAYERS: [&[&str]; 12] = [
    &["main", "lib"],
    &["supervisor"],
    &["export", "finish"],
    &["callback", "inventory", "report", "progress"],
    &["walk"],
    &["source", "destination"],
    &["config", "http", "journal"],
    &["job"],
    &["crosswalk"],
    &["arke", "mods"],
    &[
        "shutdown",
        "panics",
        "log",
        "memory",
        "files",
        "allocator",
        "copy",
    ],
    &["sanitize", "suggest", "version", "words"],
];

/// The pure rooms, and pure files of others: clock and chance come in as arguments.
const PURE: [&str; 9] = [
    "job/",
    "arke/",
    "walk/",
    "crosswalk/",
    "mods/",
    "report/",
    "inventory/",
    "journal/entry.rs",
    "supervisor/state.rs",
];
/// The files of a pure room that are not: they wait, and do what takes long beside the walk.
const IMPURE: [&str; 4] = [
    "inventory/beside.rs",
    "walk/large.rs",
    "walk/mod.rs",
    "walk/waiting.rs",
];

/// What a pure room may not name: crates and modules that touch the world.
const FORBIDDEN: &str = r"(?x)
    \b(?:tokio|reqwest|hyper_util|aws_\w+|clap|rustls|fastrand|tempfile)\s*(?:::|;|\bas\b)
    | \bstd::(?:\{[^;]*\b)?(?:fs|env|net|process|thread)\b
    | \b(?:Instant|SystemTime)(?:::now\b|\s+as\b) | \.elapsed\(";

#[test]
fn each_room_uses_the_layers_below_it_alone_and_pure_rooms_touch_nothing() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = files_below(&src);
    assert!(files.len() > 50, "only {} files in src", files.len());
    let breaches: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let code = fs::read_to_string(path).expect("a file of src");
            let name = path.strip_prefix(&src).expect("below src");
            breaches(&name.to_string_lossy(), &code)
        })
        .collect();
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn each_kind_of_breach_is_noticed() {
    for (file, code, breach) in [
        ("arke/pi.rs", "use crate::export::export;", "a line above"),
        ("mods/text.rs", "use crate::arke::Pi;", "a neighbour"),
        (
            "arke/pi.rs",
            "fn f() { crate::mods::text(); }",
            "a neighbour, in a path",
        ),
        (
            "source/mod.rs",
            "use super::destination::Output;",
            "a neighbour, behind super",
        ),
        (
            "http/get.rs",
            "use super::super::config::Config;",
            "a neighbour, behind two supers",
        ),
        (
            "callback.rs",
            "use super::report::Report;",
            "a neighbour, from a file of its own",
        ),
        (
            "log.rs",
            "use crate::{sanitize, export};",
            "a line above, in braces",
        ),
        (
            "arke/pi.rs",
            "use crate::export;",
            "a line above, as a whole",
        ),
        (
            "arke/pi.rs",
            "use super::super::http as h;",
            "the same, renamed",
        ),
        ("arke/pi.rs", "use crate::Cli;", "an item of lib.rs"),
        ("arke/pi.rs", "use crate::{Cli, sanitize};", "one in braces"),
        ("arke/pi.rs", "use crate::*;", "all there is"),
        (
            "log.rs",
            "#[cfg(test)]\nmod tests;\nuse crate::export::export;",
            "a line above, below the name of the tests",
        ),
        ("attic/mod.rs", "fn f() {}", "a room without a layer"),
        ("job/ledger.rs", "use crate::attic::Chest;", "a use of one"),
        ("arke/pi.rs", "use std::fs::read;", "files"),
        ("arke/pi.rs", "use std::{env, fmt};", "the environment"),
        (
            "arke/pi.rs",
            "use std::{fmt::{self, Debug}, fs};",
            "files, behind other braces",
        ),
        ("arke/pi.rs", "use std::thread::sleep;", "threads"),
        ("report/row.rs", "use tokio::time::sleep;", "a runtime"),
        (
            "report/row.rs",
            "extern crate tokio;",
            "the same, as a crate",
        ),
        ("mods/uri.rs", "fn f() { reqwest::get(); }", "the network"),
        ("job/options.rs", "use clap::Args;", "the command line"),
        (
            "walk/window/mod.rs",
            "fn f() { let now = Instant::now(); }",
            "a clock",
        ),
        (
            "walk/visit.rs",
            "use std::time::Instant as Moment;",
            "a clock of another name",
        ),
        (
            "walk/visit.rs",
            "fn f(start: Instant) { start.elapsed(); }",
            "a clock that is asked for a time that has passed",
        ),
        (
            "crosswalk/note.rs",
            "fn f() { std::time::SystemTime::now(); }",
            "another clock",
        ),
        ("walk/load.rs", "fn f() { fastrand::f64(); }", "chance"),
        (
            "supervisor/state.rs",
            "use std::process::id;",
            "processes, in a pure file",
        ),
    ] {
        assert!(
            !breaches(file, code).is_empty(),
            "{breach}: {code} in {file}"
        );
    }
}

#[test]
fn what_is_allowed_is_no_breach() {
    for (file, code) in [
        (
            "walk/mod.rs",
            "use tokio::time::sleep;\nuse crate::source::Source;",
        ),
        (
            "walk/window/mod.rs",
            "use super::load::Load;\nuse super::super::sanitize;",
        ),
        (
            "export/mod.rs",
            "use crate::walk::Walk;\nuse crate::report::Report;",
        ),
        (
            "mods/text.rs",
            "/// Not `crate::arke`: that is [`std::fs`]'s.\nconst T: &str = \"crate::arke::Pi\";",
        ),
        (
            "mods/text.rs",
            "#[cfg(test)]\nmod tests {\n    use std::fs::read;\n}",
        ),
        ("walk/window/tests.rs", "use std::env;"),
        ("config/cli.rs", "use clap::Args;\nuse crate::mods::Uri;"),
    ] {
        assert_eq!(
            breaches(file, code),
            Vec::<String>::new(),
            "{code} in {file}"
        );
    }
}

/// Returns what is wrong in a file, by its name below `src`.
fn breaches(file: &str, code: &str) -> Vec<String> {
    let room = file.split(['/', '.']).next().unwrap_or_default();
    if file.ends_with("/tests.rs") {
        return Vec::new();
    }
    let Some(layer) = layer_of(room) else {
        return vec![format!("{file}: {room} has no layer")];
    };
    let code = without_words(code);
    let used = used_rooms(file, &code)
        .into_iter()
        .filter(|used| used != room);
    let mut breaches: Vec<String> = used
        .filter(|used| layer_of(used).is_none_or(|below| below <= layer))
        .map(|used| format!("{file}: {room} may not use {used}"))
        .collect();
    if PURE.iter().any(|pure| file.starts_with(pure)) && !IMPURE.contains(&file) {
        let found = pattern(FORBIDDEN)
            .find(&code)
            .map(|found| found.as_str().to_owned());
        breaches.extend(found.map(|found| format!("{file}: {room} is pure and names {found}")));
    }
    breaches
}

fn layer_of(room: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&room))
}

/// Returns the rooms that a file names.
fn used_rooms(file: &str, code: &str) -> Vec<String> {
    let depth = file.matches('/').count() + usize::from(!file.ends_with("/mod.rs"));
    let is_top = matches!(file, "lib.rs" | "main.rs");
    let root = if is_top {
        "crate::".to_owned()
    } else {
        format!("(?:crate::|(?:super::){{{depth}}})")
    };
    let one = pattern(&format!(r"\b{root}(\w+|\*)"));
    let braces = pattern(&format!(r"\b{root}\{{([^;]*)\}};"));
    let member = pattern(r"(?:^|,)\s*(\w+|\*)");
    let single = one.captures_iter(code).map(|found| found[1].to_owned());
    let several = braces.captures_iter(code).flat_map(|found| {
        let members = member.captures_iter(found.get(1).map_or("", |list| list.as_str()));
        members
            .map(|member| member[1].to_owned())
            .collect::<Vec<_>>()
    });
    single
        .chain(several)
        .filter(|room| room != "super")
        .collect()
}

/// Returns the code without its tests, comments and texts.
fn without_words(code: &str) -> String {
    let code = code.split("#[cfg(test)]\nmod tests {").next();
    let code = code.unwrap_or_default();
    pattern(r#"(?s)"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])'|//[^\n]*"#)
        .replace_all(code, "\"\"")
        .into_owned()
}

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern")
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = paths
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect();
    files.sort();
    files
}
