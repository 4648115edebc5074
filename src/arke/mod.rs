//! The archive's data, as it arrives.
//!
//! Everything here takes bytes or JSON and gives typed views that borrow from them. The data is written by many
//! programs, language models among them, and nothing upstream checks it: a reader here refuses only what cannot
//! be an entity at all, and otherwise takes what it can and says what it could not.

mod address;
pub(crate) mod cheimarros;
pub(crate) mod cid;
pub(crate) mod component;
pub mod content;
pub mod entity;
mod facts;
mod fields;
pub(crate) mod file_ref;
pub mod json;
pub mod manifest;
pub(crate) mod nara;
pub(crate) mod pi;
pub(crate) mod pinax;
mod term;

pub use component::{Component, ComponentRole};
pub use content::Unavailable;
pub use entity::{Entity, Part};
pub use facts::Facts;
pub(crate) use fields::FieldProblem;
pub(crate) use file_ref::FileRef;
pub use manifest::{Child, Manifest, ManifestError, ManifestReading};
pub use pi::Pi;
pub(crate) use pinax::Pinax;
pub(crate) use term::Term;
