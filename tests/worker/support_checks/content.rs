//! Checks of the trees that tests make and of the schema that judges documents.

use std::fs;

use bytes::Bytes;

use crate::support::{Tree, pi, schema, shared};

#[test]
fn a_cid_is_the_hash_of_the_bytes() {
    // A well-known one: that of no bytes.
    let empty = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    assert_eq!(Tree::default().component(Bytes::new()), empty);
    let Some(folder) = shared("ARKE_1885_DIR", "../shared/arke-1885") else {
        return;
    };
    let real = Tree::from_folder(&folder);
    assert_eq!(real.entities.len(), 6);
    for (cid, bytes) in &real.ipfs {
        assert_eq!(&Tree::default().component(bytes.clone()), cid);
    }
}

#[test]
fn a_synthetic_tree_is_the_same_each_time() {
    let tree = Tree::synthetic(10, 3, 2, 400);
    assert_eq!(tree.entities.len(), 10);
    assert_eq!(tree.ipfs.len(), 10 * (3 + 2));
    assert_eq!(Tree::synthetic(10, 3, 2, 400).entities, tree.entities);
    assert!(tree.entities[&pi(0)].contains(&pi(3)));
    assert!(!tree.entities[&pi(0)].contains(&pi(4)));
    assert_eq!(pi(32 * 32 + 1), "01K9Z3K4GM0000000000000101");
}

#[test]
fn the_schema_tells_good_records_from_bad_ones() {
    let Some(folder) = shared("MODS_EXAMPLES_DIR", "../shared/examples") else {
        return;
    };
    for name in [
        "single-record.xml",
        "incomplete-record.xml",
        "collection-with-hierarchy.xml",
    ] {
        let good = fs::read_to_string(folder.join(name)).expect("an example");
        assert_eq!(schema::validate(good.as_bytes()), Ok(()), "{name}");
        for (from, to) in [
            ("titleInfo", "titelInfo"),
            ("version=\"3.8\"", "version=\"9\""),
            ("</mods>", ""),
        ] {
            let bad = good.replace(from, to);
            assert!(
                bad != good && schema::validate(bad.as_bytes()).is_err(),
                "{name}: {from} as {to}"
            );
        }
    }
}
