//! Trees with damaged JSON, made from a seed: the real worker ends each export of them as it should.
//!
//! `generate.rs` tells what they are, how to make many of them, and how to hold two workers against each other on them.

mod trees;

use std::fs;
use std::path::Path;
use std::process::Command;

use roxmltree::Document;

use trees::Tree;

const SEED: u64 = 1;
const TREES: u64 = 60;

/// Exports a tree; returns the file if there is one, and what the worker said.
fn export(folder: &Path) -> (Option<Vec<u8>>, String) {
    let output = folder.join("out");
    let worker = Command::new(env!("CARGO_BIN_EXE_arke-mods-export-worker"))
        .env_clear()
        .args(["--task-id", "x", "--fixtures"])
        .arg(folder)
        .arg("--output")
        .arg(&output)
        .output()
        .expect("the worker starts");
    let said = [worker.stdout, worker.stderr].concat();
    let said = String::from_utf8(said).expect("UTF-8");
    let files = fs::read_dir(output.join("exports/x")).into_iter().flatten();
    let mut xml = files
        .map(|file| file.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"));
    let file = xml.next().map(|path| fs::read(path).expect("a file"));
    let code = i32::from(file.is_none());
    assert_eq!(worker.status.code(), Some(code), "{said}");
    (file, said)
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for number in 1..=TREES {
        let tree = Tree::damaged(SEED, number);
        assert!(tree == Tree::damaged(SEED, number), "tree {number}");
        assert!(tree != Tree::damaged(SEED + 1, number), "tree {number}");
    }
}

#[test]
fn damaged_trees_are_exported_or_end_in_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let exported = (1..=TREES).filter(|&number| {
        let folder = folder.path().join(number.to_string());
        let tree = Tree::damaged(SEED, number);
        tree.write(&folder)
            .expect("a folder that can be written to");
        let (file, said) = export(&folder);
        assert!(!said.contains("internal error"), "tree {number}: {said}");
        if let Some(file) = &file {
            let xml = str::from_utf8(file).expect("UTF-8");
            Document::parse(xml).unwrap_or_else(|error| panic!("tree {number}: {error}\n{xml}"));
        }
        file.is_some()
    });
    let exported = exported.count() as u64;
    assert!(exported > TREES * 7 / 10, "{exported} of {TREES}");
}
