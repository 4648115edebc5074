//! A tree in a folder: that it is one, and its root, where no PI is given.

use std::collections::HashSet;
use std::path::Path;

use crate::arke::Pi;
use crate::arke::manifest::{self, Child, ManifestReading};
use crate::files;

use super::setting::Reader;

/// The most that is read of a manifest; the longest that the archive gives has a quarter of it.
const MANIFEST_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A setting, and what is wrong with it in words.
type Problem = (&'static str, String);

impl Reader {
    /// Checks that a folder is one of those that `--fixtures` reads.
    pub(super) async fn check_tree(&mut self, folder: &Path) {
        let is_folder = async |path: &Path| {
            let metadata = tokio::fs::metadata(path).await;
            metadata.is_ok_and(|metadata| metadata.is_dir())
        };
        let what = if !is_folder(folder).await {
            "is no folder"
        } else if !is_folder(&folder.join("entities")).await {
            "holds no folder \"entities\""
        } else {
            return;
        };
        let problem = format!(
            "{} {what} (one that holds entities/{{PI}} and ipfs/{{CID}} is expected)",
            folder.display()
        );
        self.problem("--fixtures", &problem);
    }
}

/// Returns the entity of a folder that no other lists; if there is none, the one without a parent.
///
/// # Errors
///
/// Names a setting, and says in words why no single entity is the root and which could be.
pub(super) async fn sole_root(folder: &Path) -> Result<Pi, Problem> {
    let folder = folder.to_owned();
    let finding = tokio::task::spawn_blocking(move || find(&folder));
    finding
        .await
        .unwrap_or_else(|broken| match broken.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(cancelled) => Err(("--fixtures", cancelled.to_string())),
        })
}

fn find(folder: &Path) -> Result<Pi, Problem> {
    let entities = folder.join("entities");
    let failed = |error| ("--fixtures", format!("{}: {error}", entities.display()));
    let mut pis = Vec::new();
    for entry in std::fs::read_dir(&entities).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        pis.extend(name.to_str().and_then(|name| name.parse::<Pi>().ok()));
    }
    let mut listed = HashSet::new();
    let mut parentless = Vec::new();
    for &pi in &pis {
        let file = entities.join(pi.to_string());
        let body = files::read(&file, MANIFEST_BYTES_MAX)
            .map_err(|error| ("--fixtures", format!("{}: {error}", file.display())))?;
        match manifest::read(&body, pi) {
            Ok(ManifestReading::Entity(manifest)) => {
                if manifest.parent.is_none_or(Pi::is_origin) {
                    parentless.push(pi);
                }
                listed.extend(manifest.children.iter().filter_map(|child| match child {
                    Child::Entity(child) if *child != pi => Some(*child),
                    Child::Entity(_) | Child::Malformed(_) => None,
                }));
            }
            // A survivor is found by way of the entity that was merged into it.
            Ok(ManifestReading::Merged { into }) => listed.extend([into]),
            Ok(ManifestReading::Deleted) | Err(_) => listed.extend([pi]),
        }
    }
    let unlisted: Vec<Pi> = pis.into_iter().filter(|pi| !listed.contains(pi)).collect();
    let mut candidates = if unlisted.is_empty() {
        parentless
    } else {
        unlisted
    };
    candidates.sort_by_key(ToString::to_string);
    let folder = entities.display();
    let problem = match candidates[..] {
        [root] => return Ok(root),
        [] => format!("is missing, and {folder} holds no entity to start from (name it)"),
        _ => {
            let number = candidates.len();
            let names = candidates.iter().take(10).map(ToString::to_string);
            let names = names.collect::<Vec<_>>().join(", ");
            format!("is missing, and {number} of {folder} could be the root (name one): {names}")
        }
    };
    Err(("PI", problem))
}
