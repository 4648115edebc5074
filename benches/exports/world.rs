//! What a run is made of: a tree with the time each answer takes, and the least time that an export of it can take.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::archive::Answers;
use crate::support::{Tree, archive, pi};

/// How many requests may be in flight at the same time.
const REQUESTS_IN_FLIGHT: u32 = 64;

/// An entity as the bound needs it.
struct Entity {
    /// How long its manifest takes.
    manifest: Duration,
    /// How long each of the components takes that a record wants.
    components: Vec<Duration>,
    children: Vec<String>,
}

/// The answers to all requests for a tree, `latency` by path.
pub(crate) fn answers(tree: &Tree, latency: impl Fn(&str) -> Duration) -> Answers {
    let manifests = tree.entities.iter().map(|(pi, body)| {
        let path = format!("/entities/{pi}");
        (path, Bytes::from(body.clone()))
    });
    let components = tree
        .ipfs
        .iter()
        .map(|(cid, body)| (format!("/ipfs/{cid}"), body.clone()));
    manifests
        .chain(components)
        .map(|(path, body)| {
            let after = latency(&path);
            (path, (body, after))
        })
        .collect()
}

/// 40 to 80 ms, uniform, by the path alone.
pub(crate) fn far_away(path: &str) -> Duration {
    Duration::from_millis(40) + archive::shuffled(7, Duration::from_millis(40))(path)
}

/// No time at all.
pub(crate) fn at_once(_: &str) -> Duration {
    Duration::ZERO
}

/// The least time in which a tree can be exported `width` entities at a time: the largest of three.
///
/// - No manifest is known before that of its parent: the longest way from the root, with the slowest component of its
///   last entity.
/// - An entity holds one of `width` places as long as its slowest component takes, and none before the root's manifest
///   is here: that, and the sum over all entities divided by `width`.
/// - No more than 64 requests are in flight: the sum over all divided by 64.
pub(crate) fn lower_bound(tree: &Tree, answers: &Answers, width: u32) -> Duration {
    let entities: HashMap<&str, Entity> = tree
        .entities
        .iter()
        .map(|(pi, body)| (pi.as_str(), Entity::read(pi, body, answers)))
        .collect();
    let root = pi(0);
    let mut longest = Duration::ZERO;
    let mut open = vec![(root.as_str(), Duration::ZERO)];
    while let Some((pi, known)) = open.pop() {
        let entity = &entities[pi];
        let here = known + entity.manifest;
        longest = longest.max(here + entity.assembly());
        open.extend(entity.children.iter().map(|child| (child.as_str(), here)));
    }
    let assemblies: Duration = entities.values().map(Entity::assembly).sum();
    let requests: Duration = entities.values().map(Entity::requests).sum();
    longest
        .max(entities[root.as_str()].manifest + assemblies / width)
        .max(requests / REQUESTS_IN_FLIGHT)
}

impl Entity {
    fn read(pi: &str, body: &str, answers: &Answers) -> Self {
        let manifest: Value = serde_json::from_str(body).expect("a manifest");
        let components = manifest["components"].as_object().expect("components");
        let children = manifest["children_pi"].as_array().expect("children");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Self {
            manifest: answers[&format!("/entities/{pi}")].1,
            components: components
                .values()
                .filter_map(|cid| answers.get(&format!("/ipfs/{}", text(cid))))
                .map(|(_, after)| *after)
                .collect(),
            children: children.iter().map(text).collect(),
        }
    }

    fn assembly(&self) -> Duration {
        self.components.iter().max().copied().unwrap_or_default()
    }

    fn requests(&self) -> Duration {
        self.manifest + self.components.iter().sum::<Duration>()
    }
}
