/// A version of the Graph API.
///
/// Open: [`ApiVersion::new`] makes versions that this crate has no constant for, and calls them with the newest surface that it knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApiVersion(Version);

impl ApiVersion {
    /// `ApiVersion::new(99, 0)` is v99.0.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self(Version(major, minor))
    }

    /// The day of release, as an ISO date; nothing for a version that the spec does not list.
    pub fn released(self) -> Option<&'static str> {
        self.info().map(|info| info.released)
    }

    /// The day until which Graph serves it, as an ISO date; nothing while Meta has not said so.
    pub fn expires(self) -> Option<&'static str> {
        self.info().and_then(|info| info.expires)
    }

    /// Every version that the spec lists, oldest first.
    pub fn known() -> impl Iterator<Item = Self> {
        error_catalog::ERROR_CATALOG.versions.iter().map(|info| Self(info.version))
    }

    /// The versions of the window, oldest first: those that Graph had not retired when the crate was released.
    pub fn window() -> impl Iterator<Item = Self> {
        Self::known().filter(|version| *version >= Self::OLDEST)
    }

    fn info(self) -> Option<&'static VersionInfo> {
        error_catalog::ERROR_CATALOG.versions.iter().find(|info| info.version == self.0)
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

/// The versions that have an operation, and the days.
///
/// `contains` is `const`, so that a program can insist when it is compiled:
///
/// ```
/// use {{library}}::{ApiVersion, description::OPERATIONS};
///
/// assert!(OPERATIONS.iter().all(|operation| operation.availability.contains(ApiVersion::{{newest}}.into())));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Availability(pub(crate) graph_runtime::Availability);

impl Availability {
    /// Whether a version has it, on some day at least, by the spec; an expired version is served as a later one.
    pub const fn contains(&self, version: ApiVersion) -> bool {
        self.0.contains(version.0)
    }

    /// Whether a version has it on a day.
    pub const fn contains_on(&self, version: ApiVersion, day: Day) -> bool {
        self.0.contains_on(version.0, day)
    }

    /// Whether a version has it, but deprecated, on some day at least.
    pub const fn is_deprecated(&self, version: ApiVersion) -> bool {
        self.0.is_deprecated(version.0)
    }

    /// From when on it is there; nothing if it always was.
    pub fn since(&self) -> Option<Bound> {
        self.0.since
    }

    /// From when on it is gone.
    pub fn removed(&self) -> Option<Bound> {
        self.0.removed
    }
}
