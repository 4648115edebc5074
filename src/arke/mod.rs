//! The archive's data, as it arrives.
//!
//! Everything here takes bytes or JSON and gives typed views that borrow from them. The data is written by many
//! programs, language models among them, and nothing upstream checks it: a reader here refuses only what cannot
//! be an entity at all, and otherwise takes what it can and says what it could not.

pub mod cheimarros;
pub mod cid;
pub mod component;
pub mod entity;
pub mod fields;
pub mod file_ref;
pub mod json;
pub mod manifest;
pub mod nara;
pub mod pi;
pub mod pinax;

pub use cheimarros::Cheimarros;
pub use component::{Component, ComponentRole};
pub use entity::{Entity, Lack, Part};
pub use fields::FieldProblem;
pub use file_ref::FileRef;
pub use manifest::{Child, Manifest, ManifestError, ManifestReading};
pub use pi::Pi;
pub use pinax::Pinax;
