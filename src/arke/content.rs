//! Content of a component: what is kept of it as it is fetched, or why there is none.

use bytes::Bytes;

use super::address;
use super::component::ComponentRole;
use super::file_ref::FileRef;
use super::json;

/// Why a listed component is not in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// It could not be had.
    Unreachable(String),
    /// It was had, or cannot be asked for, and is not what it should be.
    Unreadable(String),
}

impl Unavailable {
    /// Says what happened, in words.
    pub fn cause(&self) -> &str {
        match self {
            Self::Unreachable(cause) | Self::Unreadable(cause) => cause,
        }
    }

    /// Names the kind: `unreachable` or `unreadable`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Unreadable(_) => "unreadable",
        }
    }

    /// Tells whether the archive says that it does not have it: asking again brings nothing.
    pub fn is_unknown(&self) -> bool {
        // Behind a status stands what another way to it came to, if that is another thing.
        let is_status = |cause: &str| matches!(cause, "404 Not Found" | "410 Gone");
        matches!(self, Self::Unreachable(cause) if is_status(cause))
    }

    /// The manifest names the component and holds nothing it could be asked for by.
    pub fn without_cid() -> Self {
        Self::Unreadable("the manifest holds no CID for it".to_owned())
    }
}

/// A component as it was fetched: its place in the manifest's list, and its content.
#[derive(Clone, Debug)]
pub struct FetchedComponent {
    /// Index into the [components](super::Manifest::components) of the manifest.
    pub index: usize,
    /// The content, or why there is none.
    pub content: Result<Content, Unavailable>,
}

/// What is kept of a component until the record is written.
#[derive(Clone, Debug)]
pub enum Content {
    /// The bytes of a document of which there is one at the most; parsed when the record is made.
    Document(Bytes),
    /// What is told of a digitized file, of which there may be many; its bytes are gone.
    File(Box<FileRef>),
}

impl Content {
    /// Reads the bytes of a component of this role.
    ///
    /// # Errors
    ///
    /// Says why the metadata of a file cannot be read. A document that cannot is found out when the record is made.
    pub fn read(role: ComponentRole, body: Bytes) -> Result<Self, Unavailable> {
        if !role.is_file() {
            return Ok(Self::Document(body));
        }
        let file = json::read(&body).and_then(|(mut value, characters_replaced)| {
            let stripped = address::strip(&mut value);
            let mut file = FileRef::read(&value)?;
            file.problems.extend(stripped);
            file.characters_replaced = characters_replaced;
            Ok(file)
        });
        let file = file.map_err(Unavailable::Unreadable)?;
        Ok(Self::File(Box::new(file)))
    }

    /// Returns roughly how many bytes it takes at the most, until it is in the record.
    pub fn weight(&self) -> usize {
        match self {
            Self::Document(body) => DOCUMENT_WEIGHT * body.len(),
            Self::File(file) => file.weight(),
        }
    }
}

/// How many times its length a document weighs: parsed, and written with its marks, it takes about so much.
const DOCUMENT_WEIGHT: usize = 4;
