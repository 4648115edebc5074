//! Wide and deep trees: rows 23 and 25.

use crate::support::outcome::{export, export_by};
use crate::support::small_trees::family;
use crate::support::tree::ORIGIN;
use crate::support::{Tree, World, pi};

#[tokio::test]
async fn row_23_a_hundred_thousand_children() {
    let mut tree = Tree::default();
    let children: Vec<String> = (1..=100_000).map(pi).collect();
    tree.titled(&pi(0), ORIGIN, &children, "The root");
    let world = World::of(tree).await;
    let worker = world
        .worker()
        .options(serde_json::json!({"recursive": true, "maxDepth": 0}))
        .env("FLY_VM_MEMORY_MB", "256");
    worker.run().await.expect_code(0);
    let metrics = &world.callback.only().body["metrics"];
    assert_eq!(metrics["entities_beyond_max_depth"], 100_000);
    let peak = metrics["peak_memory_mb"].as_u64().expect("a number");
    assert!(peak < 150, "{peak} MiB");
    let record = String::from_utf8(world.file()).expect("UTF-8");
    let constituents = record.matches("type=\"constituent\"").count();
    assert_eq!(constituents, 100_000);

    // Each of them asked for, more than may wait at the same time, and the file checked by the schema.
    let outcome = export(World::of(family(300)).await, &[]).await;
    outcome.expect_pis(0..=300);
}

#[tokio::test]
async fn row_25_the_maximum_depth() {
    let mut tree = Tree::default();
    tree.titled(&pi(0), ORIGIN, &[pi(1)], "The root");
    tree.titled(&pi(1), &pi(0), &[pi(2), pi(3)], "Its child");
    let world = World::of(tree).await;
    let worker = world
        .worker()
        .options(serde_json::json!({"recursive": true, "maxDepth": 1}));
    let outcome = export_by(world, &worker).await;
    outcome.expect_pis([0, 1]);
    assert_eq!(outcome.metric("entities_beyond_max_depth"), 2);
    assert_eq!((outcome.asked_for(2), outcome.asked_for(3)), (0, 0));
    let document = outcome.document.as_ref().expect("a file");
    assert!(
        !document.text().contains("maxDepth"),
        "nothing in the record"
    );
}
