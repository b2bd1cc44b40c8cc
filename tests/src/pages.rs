//! The code of the pages that people read, compiled by rustdoc. `cargo test -p contract-tests --test pages` holds that none is missing.

macro_rules! pages {
    ($($name:ident: $path:literal,)*) => {
        $(
            #[doc = include_str!(concat!("../../", $path))]
            pub struct $name;
        )*
    };
}

pages! {
    Readme: "README.md",
    BookErrors: "docs/book/errors.md",
    BookInstall: "docs/book/install.md",
    BookLimits: "docs/book/limits.md",
    BookMetrics: "docs/book/metrics.md",
    BookMigrating: "docs/book/migrating.md",
    BookOnboarding: "docs/book/onboarding.md",
    BookReads: "docs/book/reads.md",
    BookReceive: "docs/book/receive.md",
    BookSend: "docs/book/send.md",
    BookTemplates: "docs/book/templates.md",
    BookTenants: "docs/book/tenants.md",
    BookVersions: "docs/book/versions.md",
    Mock: "docs/mock.md",
    Fleet: "docs/fleet.md",
    FleetReadme: "fleet/README.md",
    FlowsReadme: "flows-endpoint/README.md",
    MockReadme: "mock/README.md",
    TemplatesReadme: "templates/README.md",
    GeneratedReadme: "generated/README.md",
    RuntimeReadme: "runtime/README.md",
}
