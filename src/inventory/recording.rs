//! The rows of the inventory, made of each entity in its turn.

use data_encoding::HEXLOWER;
use ring::digest::{Context, Digest, SHA256};

use crate::arke::Pi;
use crate::crosswalk::Conversion;
use crate::job::Change;
use crate::sanitize::cell;
use crate::walk::{InFile, Outcome, Visit};

use super::Inventory;
use super::comparison::Now;
use super::row::{self, Place, Row, State};

/// How long a fingerprint is, in bytes.
const FINGERPRINT_BYTES: usize = 16;

impl Inventory<'_> {
    /// Takes an entity in its turn, and its place in the file if it has one.
    pub(crate) fn record(&mut self, visit: &Visit, in_file: Option<&InFile>) {
        self.record_merged(visit);
        match (&visit.outcome, in_file) {
            (Outcome::Exported(conversion), Some(in_file)) => {
                self.record_record(visit, conversion, in_file);
            }
            (Outcome::Failed(failure), _) => {
                let lacking = row::failure(failure);
                self.without_record(visit, visit.pi, State::Failed, lacking, true);
            }
            (Outcome::Deleted, _) => {
                self.without_record(visit, visit.pi, State::Deleted, String::new(), false);
            }
            // Its row is that of its merge.
            (Outcome::Merged | Outcome::Unwritten(_) | Outcome::Exported(_), _) => {}
        }
        for child in &visit.found.malformed {
            self.push(&Row {
                pi: cell(child).into(),
                change: None,
                state: State::Failed,
                depth: visit.depth + 1,
                parent: Some(visit.pi),
                lacking: "it is no PI".to_owned(),
                record: None,
            });
        }
    }

    fn record_merged(&mut self, visit: &Visit) {
        let is_unread = matches!(visit.outcome, Outcome::Failed(_));
        for &(merged, into) in &visit.merged {
            let words = format!("merged into {into}");
            self.without_record(visit, merged, State::Merged, words, is_unread);
        }
        if let (Outcome::Merged, Some((_, comparison))) = (&visit.outcome, &mut self.compared)
            && let Some((_, into)) = visit.merged.last()
        {
            for (merged, _) in &visit.merged {
                comparison.merge(*merged, *into);
            }
        }
    }

    /// Takes an entity without a record; `lists_unread` says that what it lists is not known.
    fn without_record(
        &mut self,
        visit: &Visit,
        pi: Pi,
        state: State,
        lacking: String,
        lists_unread: bool,
    ) {
        let now = if state == State::Failed {
            Now::Failed
        } else {
            Now::Tombstone
        };
        let change = self.classify(pi, &now, lists_unread);
        self.push(&Row {
            change,
            ..row::without_record(visit, pi, state, lacking)
        });
    }

    fn record_record(&mut self, visit: &Visit, conversion: &Conversion, in_file: &InFile) {
        let start = self.position;
        self.position += in_file.length;
        let fingerprint = hexadecimal(&in_file.fingerprint);
        let source = hexadecimal(&source_of(conversion, in_file));
        let lacking = row::lacking(conversion);
        let mut change = None;
        if self.compared.is_some() {
            let facts = &conversion.facts;
            let now = Now::Record {
                fingerprint: &fingerprint,
                source: &source,
                version: &facts
                    .version
                    .map(|version| version.to_string())
                    .unwrap_or_default(),
                modified: &facts.modified,
                lacking: &lacking,
            };
            change = self.classify(visit.pi, &now, visit.depth >= self.max_depth);
            if matches!(change, Some(Change::New | Change::Changed)) {
                self.changes.add(start, self.position);
            }
            if let Some(change) = change {
                let (pi, title) = (visit.pi, &conversion.title);
                self.named.push(change, || row::name(pi.to_string(), title));
            }
        }
        let place = Place {
            fingerprint,
            source,
            // Without the line feed before it.
            start: start + 1,
            length: in_file.length - 1,
        };
        self.push(&Row {
            pi: visit.pi.to_string().into(),
            change,
            state: State::of(conversion),
            depth: visit.depth,
            parent: visit.parent,
            lacking,
            record: Some((conversion, place)),
        });
    }

    fn classify(&mut self, pi: Pi, now: &Now<'_>, lists_unread: bool) -> Option<Change> {
        let (_, comparison) = self.compared.as_mut()?;
        comparison.classify(pi, now, lists_unread)
    }

    fn push(&mut self, row: &Row<'_>) {
        self.rows += 1;
        row.write(&mut self.csv);
    }
}

/// Returns the hash of all that a record was made of.
fn source_of(conversion: &Conversion, in_file: &InFile) -> Digest {
    let mut source = Context::new(&SHA256);
    source.update(&conversion.facts.hash);
    if let Some(said) = &in_file.said_by_host {
        source.update(said.as_ref());
    }
    source.finish()
}

/// Returns as much of a hash as a row has of it.
fn hexadecimal(hash: &Digest) -> String {
    HEXLOWER.encode(&hash.as_ref()[..FINGERPRINT_BYTES])
}
