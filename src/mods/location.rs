//! `location`: who holds a resource, and at which address it is.

use super::{Text, Uri, xml::Xml};

/// `location`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Location<'a> {
    /// `physicalLocation`: the institutions that hold the resource.
    pub physical_locations: Vec<Text<'a>>,
    /// `url`.
    pub urls: Vec<Url>,
}

/// `url` of a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// The address.
    pub uri: Uri,
    /// `access`: what is found there.
    pub access: UrlAccess,
    /// `usage="primary"`: the one address of the resource to show.
    pub primary: bool,
    /// `displayLabel`.
    pub display_label: Option<&'static str>,
}

/// What an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UrlAccess {
    /// A page that shows the resource among others.
    ObjectInContext,
    /// The file itself.
    RawObject,
    /// A small image of it.
    Preview,
}

impl Url {
    /// An address without attributes but what it leads to.
    pub(crate) fn new(uri: Uri, access: UrlAccess) -> Self {
        Self {
            uri,
            access,
            primary: false,
            display_label: None,
        }
    }
}

impl Location<'_> {
    pub(super) fn write(&self, xml: &mut Xml<'_>) {
        if self.physical_locations.is_empty() && self.urls.is_empty() {
            return;
        }
        xml.element("location", [], |xml| {
            self.physical_locations
                .iter()
                .for_each(|institution| xml.leaf("physicalLocation", [], institution));
            for url in &self.urls {
                let access = match url.access {
                    UrlAccess::ObjectInContext => "object in context",
                    UrlAccess::RawObject => "raw object",
                    UrlAccess::Preview => "preview",
                };
                let attributes = [
                    ("usage", url.primary.then_some("primary")),
                    ("access", Some(access)),
                    ("displayLabel", url.display_label),
                ];
                xml.plain("url", attributes, url.uri.as_str());
            }
        });
    }
}
