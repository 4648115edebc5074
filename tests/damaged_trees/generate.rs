//! Makes trees with damaged JSON from a seed, for the worker to export.
//!
//! ```text
//! cargo run --example damaged-trees -- --seed 1 --trees 4000 DIR
//! ```
//!
//! writes `DIR/00001` to `DIR/04000`, each a tree as `--fixtures` reads it: `entities/{PI}` and `ipfs/{CID}`. A tree has
//! 1 to 8 entities on up to three levels and one root, which no other entity lists. They hold what the archive may hold,
//! in right and in wrong forms: manifests of all generations; entities that are deleted, merged, unknown or cannot be
//! read; children that are no PIs, stand twice or lead in a circle; components of every kind, and in them fields of every
//! type. A third of the documents is damaged: lone surrogates, bytes that are no UTF-8, raw control characters, numbers
//! and escapes that JSON has not, documents cut short or replaced, and so on. Some CIDs prove nothing, some are wrong.
//!
//! Most trees can be exported all the same; the rest ends in an error, which has to stay the same as well. The same seed
//! gives the same bytes, whatever the number of trees. Nothing of the worker is used to make them, so what is made never
//! changes with what is tested.
//!
//! That a change of the worker changes no byte of what comes out is shown by holding it against the worker before:
//!
//! ```text
//! tests/damaged_trees/compare OLD_WORKER NEW_WORKER DIR
//! ```
//!
//! exports each tree with both, and prints what differs in the files, reports, callbacks and exit codes.
//! `--tree FOLDER` adds a tree that is exported in every mode, as in `--tree fixtures/messy`; `--help` tells the rest.

mod trees;

use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread;

use anyhow::{Context as _, Result, bail, ensure};

use trees::Tree;

const USAGE: &str = "usage: damaged-trees [--seed N] [--trees N] DIR";
/// The most trees that keep names of five digits.
const TREES_MAX: u64 = 99_999;

/// What is to be made.
struct Order {
    seed: u64,
    trees: u64,
    folder: PathBuf,
}

fn main() -> Result<()> {
    let order = order(std::env::args().skip(1))?;
    fs::create_dir_all(&order.folder)?;
    let is_empty = fs::read_dir(&order.folder)?.next().is_none();
    ensure!(is_empty, "{} is not empty", order.folder.display());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let order = &order;
        let shares: Vec<_> = (0..threads)
            .map(|share| scope.spawn(move || make(order, share, threads)))
            .collect();
        shares
            .into_iter()
            .try_for_each(|share| share.join().expect("no thread panics"))
    })
}

fn order(mut arguments: impl Iterator<Item = String>) -> Result<Order> {
    let (mut seed, mut trees, mut folder) = (1, 1000, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seed" => seed = number(&argument, arguments.next())?,
            "--trees" => trees = number(&argument, arguments.next())?,
            other if other.starts_with('-') || folder.is_some() => bail!(USAGE),
            other => folder = Some(PathBuf::from(other)),
        }
    }
    ensure!(trees <= TREES_MAX, "at most {TREES_MAX} trees can be made");
    Ok(Order {
        seed,
        trees,
        folder: folder.context(USAGE)?,
    })
}

fn number(flag: &str, given: Option<String>) -> Result<u64> {
    let given = given.context(USAGE)?;
    u64::from_str(&given).with_context(|| format!("{flag} {given}"))
}

/// Makes every so many of the trees.
fn make(order: &Order, share: usize, of: usize) -> Result<()> {
    for number in (1..=order.trees).skip(share).step_by(of) {
        let folder = order.folder.join(format!("{number:05}"));
        write(&Tree::damaged(order.seed, number), &folder)?;
    }
    Ok(())
}

fn write(tree: &Tree, folder: &Path) -> Result<()> {
    tree.write(folder)
        .with_context(|| format!("failed to write {}", folder.display()))
}
