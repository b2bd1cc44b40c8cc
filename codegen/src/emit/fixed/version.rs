/// A version of the Graph API.
///
/// Open: [`ApiVersion::new`] makes versions that this crate has no constant for, and calls them with the newest surface that it knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion(Version);

impl ApiVersion {
    /// `ApiVersion::new(23, 0)` is v23.0.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self(Version(major, minor))
    }

    /// The day of release, as `2025-05-29`; nothing for a version that the spec does not list.
    pub fn released(self) -> Option<&'static str> {
        self.meta().map(|meta| meta.released)
    }

    /// The day until which Graph serves it, as `2027-10-08`; nothing while Meta has not said so.
    pub fn expires(self) -> Option<&'static str> {
        self.meta().and_then(|meta| meta.expires)
    }

    /// Every version that the spec lists, oldest first.
    pub fn known() -> impl Iterator<Item = Self> {
        catalogue::CATALOGUE.versions.iter().map(|meta| Self(meta.version))
    }

    fn meta(self) -> Option<&'static VersionMeta> {
        catalogue::CATALOGUE.versions.iter().find(|meta| meta.version == self.0)
    }
}

impl From<ApiVersion> for Version {
    fn from(version: ApiVersion) -> Self {
        version.0
    }
}

impl From<Version> for ApiVersion {
    fn from(version: Version) -> Self {
        Self(version)
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ApiVersion {
    type Err = <Version as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}
