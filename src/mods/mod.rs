//! The MODS 3.8 vocabulary, and its XML.
//!
//! One type an element, named as the standard names it, with the attributes and children this program uses;
//! nothing here knows where the values come from. The schema leaves most orders free; a record's order is the
//! order of the fields of [`Record`]. Schema: <https://www.loc.gov/standards/mods/v3/mods-3-8.xsd>; meaning of
//! the elements: <https://www.loc.gov/standards/mods/userguide/>.

mod abstract_;
mod access_condition;
mod authority;
pub mod document;
mod extension;
mod genre;
mod identifier;
mod language;
mod location;
mod name;
mod note;
mod origin_info;
mod physical_description;
mod record;
mod record_info;
mod related_item;
mod subject;
mod summary;
pub(crate) mod text;
mod title_info;
mod type_of_resource;
mod uri;
pub(crate) mod xml;

pub(crate) use abstract_::Abstract;
pub(crate) use access_condition::AccessCondition;
pub(crate) use authority::Authority;
pub(crate) use extension::Extension;
pub(crate) use genre::Genre;
pub(crate) use identifier::Identifier;
pub(crate) use language::{Language, LanguageTerm};
pub(crate) use location::{Location, Url, UrlAccess};
pub use name::NameKind;
pub(crate) use name::{Name, Role};
pub(crate) use note::Note;
pub(crate) use origin_info::{Date, DateEncoding, DatePoint, DateQualifier, OriginInfo};
pub(crate) use physical_description::PhysicalDescription;
pub(crate) use record::Record;
pub(crate) use record_info::RecordInfo;
pub(crate) use related_item::{RelatedItem, RelatedItemKind, RelatedTitle};
pub(crate) use subject::{Subject, SubjectTerm};
pub use summary::Summary;
pub(crate) use text::Text;
pub(crate) use title_info::TitleInfo;
pub(crate) use type_of_resource::TypeOfResource;
pub(crate) use uri::Uri;

/// The namespace of MODS 3.
pub(crate) const NAMESPACE: &str = "http://www.loc.gov/mods/v3";
/// The namespace of the link attributes.
pub(crate) const XLINK_NAMESPACE: &str = "http://www.w3.org/1999/xlink";
/// The namespace of `xsi:schemaLocation`.
pub(crate) const XSI_NAMESPACE: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// Namespace and address of the schema, as `xsi:schemaLocation` wants them.
pub(crate) const SCHEMA_LOCATION: &str =
    "http://www.loc.gov/mods/v3 http://www.loc.gov/standards/mods/v3/mods-3-8.xsd";
/// The version of the schema that each record names.
pub(crate) const VERSION: &str = "3.8";
