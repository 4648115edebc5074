//! Entities in assembly at the same time, as the archive sees it from the components asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::support::script::{Gauge, Present, UNPOISONED};
use crate::support::tree::Tree;

/// Which entities are being put together: from their first component asked for to their last one sent.
#[derive(Debug, Default)]
pub(super) struct Assemblies {
    /// The first entity that lists a component.
    owners: HashMap<String, String>,
    /// How many of an entity's own components are still to be sent.
    missing: Mutex<HashMap<String, (usize, Option<Present>)>>,
    open: Arc<Gauge>,
}

impl Assemblies {
    /// Those of a tree.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut owners = HashMap::new();
        let mut missing = HashMap::new();
        for (pi, body) in &tree.entities {
            let manifest: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
            let components = manifest["components"].as_object().into_iter().flatten();
            let cids = components.filter_map(|(_, cid)| cid.as_str());
            for cid in cids.filter(|cid| tree.ipfs.contains_key(*cid)) {
                owners.entry(cid.to_owned()).or_insert_with(|| {
                    missing.entry(pi.clone()).or_insert((0, None)).0 += 1;
                    pi.clone()
                });
            }
        }
        Self {
            owners,
            missing: Mutex::new(missing),
            open: Arc::default(),
        }
    }

    /// Notes that a component is asked for.
    pub(super) fn ask(&self, cid: &str) {
        if let Some(pi) = self.owners.get(cid) {
            let mut missing = self.missing.lock().expect(UNPOISONED);
            let entity = missing.get_mut(pi).expect("a known entity");
            entity.1.get_or_insert_with(|| self.open.enter());
        }
    }

    /// Notes that a component is sent.
    pub(super) fn send(&self, cid: &str) {
        if let Some(pi) = self.owners.get(cid) {
            let mut missing = self.missing.lock().expect(UNPOISONED);
            let entity = missing.get_mut(pi).expect("a known entity");
            entity.0 = entity.0.saturating_sub(1);
            entity.1.take_if(|_| entity.0 == 0);
        }
    }

    /// The most entities that were being put together at once.
    pub(super) fn most(&self) -> usize {
        self.open.most()
    }
}
