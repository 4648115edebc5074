//! The MODS 3.8 vocabulary, and its XML.
//!
//! One type an element, named as the standard names it, with the attributes and children this program uses;
//! nothing here knows where the values come from. The schema leaves most orders free; a record's order is the
//! order of the fields of [`Record`]. Schema: <https://www.loc.gov/standards/mods/v3/mods-3-8.xsd>; meaning of
//! the elements: <https://www.loc.gov/standards/mods/userguide/>.

pub mod document;
pub mod element;
pub mod language;
pub mod name;
pub mod origin;
pub mod physical;
pub mod record;
pub mod record_info;
pub mod related_item;
pub mod subject;
pub mod text;
pub mod uri;
pub mod xml;

pub use element::{
    AccessCondition, Authority, Extension, Genre, Identifier, Note, Summary, TitleInfo,
    TypeOfResource,
};
pub use language::{Language, LanguageTerm};
pub use name::{Name, NameKind, Role};
pub use origin::{Date, DateEncoding, DatePoint, DateQualifier, OriginInfo};
pub use physical::{Location, PhysicalDescription, Url, UrlAccess};
pub use record::Record;
pub use record_info::RecordInfo;
pub use related_item::{RelatedItem, RelatedItemKind, RelatedTitle};
pub use subject::{Subject, SubjectTerm};
pub use text::Text;
pub use uri::Uri;

/// The namespace of MODS 3.
pub const NAMESPACE: &str = "http://www.loc.gov/mods/v3";
/// The namespace of the link attributes.
pub const XLINK_NAMESPACE: &str = "http://www.w3.org/1999/xlink";
/// The namespace of `xsi:schemaLocation`.
pub const XSI_NAMESPACE: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// Namespace and address of the schema, as `xsi:schemaLocation` wants them.
pub const SCHEMA_LOCATION: &str =
    "http://www.loc.gov/mods/v3 http://www.loc.gov/standards/mods/v3/mods-3-8.xsd";
/// The version of the schema that each record names.
pub const VERSION: &str = "3.8";
