//! The pure part of an export: JSON to record to XML, without a file, a network or a clock.

#[cfg_attr(test, expect(unused_imports, reason = "its tests are not run here"))]
#[path = "../src/allocator/mod.rs"]
mod allocator;
#[expect(dead_code, unused_imports, reason = "the tests use more of it")]
#[path = "../tests/worker/support/mod.rs"]
mod support;

use arke_mods_export_worker::arke::content::{Content, FetchedComponent};
use arke_mods_export_worker::arke::entity;
use arke_mods_export_worker::arke::{ManifestReading, Pi, manifest};
use arke_mods_export_worker::crosswalk::{Context, Options, crosswalk};
use bytes::Bytes;
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use support::Tree;
use support::tree::Shape;

/// That of the worker.
#[global_allocator]
static ALLOCATOR: allocator::BySize = allocator::BySize;

fn main() {
    allocator::cache_freed_blocks();
    divan::main();
}

/// The bodies of an entity: its manifest, and its components by key.
struct Bodies {
    pi: Pi,
    manifest: Vec<u8>,
    components: Vec<(String, Bytes)>,
}

impl Bodies {
    fn usual() -> Vec<Self> {
        Self::of(&Tree::of(Shape {
            entities: 100,
            fan_out: 8,
            refs: 3,
            ocr_bytes: 5_000,
            people: 15,
        }))
    }

    fn of(tree: &Tree) -> Vec<Self> {
        let entities = tree.entities.iter();
        entities
            .map(|(pi, manifest)| {
                let value: serde_json::Value = serde_json::from_str(manifest).expect("JSON");
                let components = value["components"].as_object().expect("components");
                let body = |cid: &serde_json::Value| {
                    tree.ipfs.get(cid.as_str().unwrap_or_default()).cloned()
                };
                Self {
                    pi: pi.parse().expect("a PI"),
                    manifest: manifest.clone().into_bytes(),
                    components: components
                        .iter()
                        .filter_map(|(key, cid)| Some((key.clone(), body(cid)?)))
                        .collect(),
                }
            })
            .collect()
    }

    fn len(&self) -> usize {
        let components = self.components.iter().map(|(_, body)| body.len());
        self.manifest.len() + components.sum::<usize>()
    }

    /// Returns the size of the record made of them.
    fn export(&self, context: &Context<'_>) -> usize {
        let Ok(ManifestReading::Entity(manifest)) = manifest::read(&self.manifest, self.pi) else {
            panic!("a manifest")
        };
        let listed = manifest.components.iter().enumerate();
        let fetched: Vec<FetchedComponent> = listed
            .filter_map(|(index, component)| {
                let mut bodies = self.components.iter();
                let (_, body) = bodies.find(|(key, _)| **key == *component.key)?;
                Some(FetchedComponent {
                    index,
                    content: Content::read(component.role, body.clone()),
                })
            })
            .collect();
        entity::with_entity(self.pi, &manifest, &fetched, |entity| {
            crosswalk(entity, context).record.xml.len()
        })
    }
}

fn bench(bencher: Bencher<'_, '_>, bodies: &[Bodies]) {
    let context = Context {
        options: Options::default(),
        site_url: "https://arke.institute",
        ipfs_url: "https://ipfs.arke.institute",
        position: None,
    };
    bencher
        .counter(BytesCount::new(
            bodies.iter().map(Bodies::len).sum::<usize>(),
        ))
        .counter(ItemsCount::new(bodies.len()))
        .bench(|| {
            bodies
                .iter()
                .map(|bodies| bodies.export(&context))
                .sum::<usize>()
        });
}

/// 100 entities as most are: a pinax, a description, a graph of 20 entities, 3 files with 5 kB of OCR text.
#[divan::bench]
fn usual_entities(bencher: Bencher<'_, '_>) {
    bench(bencher, &Bodies::usual());
}

/// One entity with 36,000 children.
#[divan::bench]
fn many_children(bencher: Bencher<'_, '_>) {
    let shape = Shape {
        entities: 36_001,
        fan_out: 36_000,
        refs: 0,
        ocr_bytes: 0,
        people: 0,
    };
    let bodies = Bodies::of(&Tree::of_titles(shape));
    bench(bencher, &bodies[..1]);
}
