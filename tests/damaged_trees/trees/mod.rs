//! Trees with damaged JSON, each made from a seed and a number alone.
//!
//! - [`tree`]: the tree, its files and its CIDs
//! - [`shape`]: which entities there are, and what has become of them
//! - [`entity`], [`manifest`]: what the API answers for an entity, and its components
//! - [`pinax`], [`graph`], [`files`], [`markdown`]: what the components hold
//! - [`samples`], [`words`]: what the fields hold
//! - [`json`]: JSON as it is written
//! - [`damage`], [`faults`]: what happens to it

mod damage;
mod entity;
mod faults;
mod files;
mod graph;
mod json;
mod manifest;
mod markdown;
mod pinax;
#[path = "../../worker/support/random.rs"]
mod random;
mod samples;
mod shape;
mod tree;
mod words;

pub(crate) use tree::Tree;
