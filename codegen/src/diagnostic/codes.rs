//! The stable codes of spec problems, and the long form of each.

/// Declares the codes: number, name, title and what `explain` prints.
macro_rules! codes {
    ($($(#[doc = $title:literal])+ $name:ident = $code:literal, $text:literal;)+) => {
        /// The code of a spec problem. `E` codes are errors, `W` codes warnings; a code never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $title])+ $name,)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$name),+];

            /// The printed form: `E012`.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$name => $code),+ }
            }

            /// In a sentence.
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => concat!($($title),+).trim()),+ }
            }

            /// Why it is a problem and what to do, in a paragraph.
            pub const fn text(self) -> &'static str {
                match self { $(Code::$name => $text),+ }
            }
        }
    };
}

codes! {
    /// A file of the spec cannot be read.
    Unreadable = "E001", "The spec needs surface.yaml, versions.yaml, permissions.yaml and errors.yaml, and reads quirks.yaml, types/ and nodes/ where they exist. A file was missing, there was a folder where a file belongs, or the system refused to open it. Nothing was generated.";
    /// A file is not UTF-8.
    NotUtf8 = "E002", "Spec files are UTF-8 text. The message gives the first byte that is not part of a valid character; the usual cause is an editor that saved in another encoding.";
    /// A file is too large to be hand-written.
    TooLarge = "E003", "A spec file is written and reviewed by people. A file of several megabytes is there by mistake. It is not read at all, so that no command runs out of memory on it.";
    /// A file is nested too deeply.
    TooDeep = "E004", "The spec language nests about a dozen levels. Deeper nesting comes from repeated brackets or wrong indentation; the rest of the file is not read.";
    /// A file is not YAML.
    Syntax = "E005", "The YAML parser stopped. The most common causes are a tab in the indentation, a string with `: ` or ` #` that is not quoted, and an unclosed bracket. A file holds exactly one document.";
    /// A file uses YAML anchors, aliases or tags.
    Anchor = "E006", "People read the spec next to Meta's page, so every value is where it belongs. What several places share is a type in types/. Refusing aliases also keeps a small file from expanding into a large one.";
    /// A file in the spec's folders is not a spec file, or is in the wrong one.
    StrayFile = "E007", "A file that is never read looks as if it were part of the spec. Spec files end in .yaml. A node is described in nodes/<node>.yaml, an edge in a file of its own in nodes/<node>/, with `edge` and `node` at its top, and types in types/. Move the file to its folder, or delete it.";
    /// The first line does not name the schema.
    SchemaLine = "E008", "The first line of every spec file names its JSON Schema, `# yaml-language-server: $schema=../schema/node.json`, so that an editor completes and checks while you type.";
    /// A character cannot be seen.
    Invisible = "E009", "Text that is copied from a page may bring along characters that no editor shows: a space that does not break, a mark without width, a change of the direction of writing. A name with one is another name, a line that is indented with one is not indented, and Rust refuses comments in which text runs backwards. Delete the character; in a sample write it as an escape, `\\u200b` in JSON or between double quotes.";
    /// A key is used twice.
    DuplicateKey = "E010", "YAML forbids using a key twice in a mapping, and most parsers silently keep one of the two. Only the author knows which one was meant.";
    /// A key is not part of the language.
    UnknownKey = "E011", "A misspelled key would be a fact that is never read. docs/spec.md lists the keys for each place.";
    /// A value has the wrong kind.
    WrongKind = "E012", "The place takes another kind of value: a list instead of a single string, a word that is not one of the choices, a string that is not a version. The message says what it takes.";
    /// A key is missing.
    MissingKey = "E013", "The key is required here. `short` and `handle` of a node and `request` of an operation are stated and never guessed, because they are the names users type; `body` and `idempotent` are stated because a wrong guess sends a call in the wrong form, or twice.";
    /// An item has no description.
    MissingDoc = "E014", "Everything that users of the crate see has a description in our own words; rustdoc and `explain` print it. Only a parameter with a `const` needs none.";
    /// An item has no source.
    MissingPage = "E015", "Every fact names the public page it comes from, with its own `page:` or the nearest one above. Without it the fact cannot be checked when Meta changes the page.";
    /// A name is declared otherwise than it is used.
    Misnamed = "E016", "Nothing names what is declared here, and what is named elsewhere in its place is declared nowhere; the two differ by a slip. Either correct the declaration, or every use of it.";
    /// A type is not defined.
    UnknownType = "E020", "A type expression names a scalar, a type in types/, or a node. docs/spec.md lists the expressions.";
    /// An error is not in the catalog.
    UnknownError = "E021", "Operations name errors as spec/errors.yaml does. A new code is one entry there.";
    /// A node is not defined.
    UnknownNode = "E022", "`id<Node>` and `node:` name a node as Meta does; it needs a file in nodes/, even if it has only `id` and `name`.";
    /// A permission is not defined.
    UnknownPermission = "E023", "Permissions are listed in spec/permissions.yaml with what each allows.";
    /// A version is not defined.
    UnknownVersion = "E024", "Versions are listed in spec/versions.yaml with their dates. `cargo xtask new-version` adds one.";
    /// A parameter is not defined.
    UnknownParam = "E025", "`args`, `rules` and the `call` of an example name parameters of the same operation.";
    /// A field is not defined.
    UnknownField = "E026", "`fields:` lists fields of what the operation returns; `call: {fields: ...}` requests such fields.";
    /// A type is never used.
    UnusedType = "E027", "A type that no parameter, field or return type reaches would be emitted without any use. Delete it, or use it where Meta's page does.";
    /// A name is not declared in surface.yaml.
    Undeclared = "E028", "Areas, categories of errors and what limits count per are lists of spec/surface.yaml, each with a sentence of what it means; other files choose from them. Correct the name, or declare it there.";
    /// An operation belongs to no area.
    NoArea = "E029", "Every operation belongs to an area, which is a feature of the crate: `area:` of its edge or, where the edge states none, of its node. Whoever turns areas off must know what goes with them.";
    /// Two names become one Rust name.
    NameClash = "E030", "In Rust each name means one thing. The two wire names differ, but become the same Rust name; `rust_name:` on one of them states another.";
    /// A name is not a Rust identifier.
    BadName = "E031", "Names that users type must be Rust identifiers in Rust's case: UpperCamelCase for types and variants, snake_case for methods and fields, no keywords. `rust_name:` or `rust_method:` states another name where the wire name cannot be one.";
    /// A constructor argument is not required.
    OptionalArg = "E032", "`args` are the parameters without which the call cannot be made. An argument must be `required: true`, without a `const`, and undisputed by all sources: changing `args` breaks every caller.";
    /// A key is used where it has no meaning.
    Misplaced = "E033", "The key is part of the language but means nothing here: `body` on a read, `sort_name` without `sort`, `length` on something other than digits. A fact without effect would mislead the next reader.";
    /// The same error is listed twice.
    DuplicateError = "E034", "A code and a subcode are one entry of the catalog. If they mean several things, each of the others is listed under `cases` of that entry, and is distinguished by its title, which must be unique among them.";
    /// A range ends before it starts.
    BadRange = "E035", "`since` is the first version that has the item, `deprecated` the first that deprecates it, `removed` the first that lacks it, in this order, and within the range of what the item belongs to.";
    /// An item was removed without saying what replaces it.
    NoReplacement = "E036", "Users of a removed item need to know what to do now: `removed: {at: v23.0, instead: ...}`.";
    /// The tiles of an attribute do not cover its item's range.
    BadTiles = "E037", "An attribute that changed is a list of tiles, oldest first. Each but the last says `until`, the first version to which the next one applies; together they cover the item's range without gaps or overlaps.";
    /// A parameter narrows something that is not an enum, or to values that the enum lacks.
    BadNarrowing = "E038", "`only` or `except` (not both) selects among the values of a shared enum, and names values that the enum lists. So does `requires` where it says what a value requires.";
    /// An example's call does not match its operation.
    BadCall = "E040", "The `call` of an example is compiled into a contract test and into the documentation. It gives parameters of the operation values of their types, and includes all required ones.";
    /// An example's request is not in normal form.
    BadRequest = "E041", "A request is: method and path on the first line with `{version}` for the version, then one line `?name = value` for each query parameter, one line `name = value` for each form field, or the JSON body.";
    /// An example's request does not match its operation.
    WrongRequest = "E042", "Method, path and parameters of the request must be those of the operation. The request is written by hand from Meta's page; if it disagrees with the spec, one of the two is wrong.";
    /// An example's response does not match the return type.
    BadResponse = "E043", "The body of a response must decode into what the operation returns, field by field. A field that the type lacks, or a value of another kind, means that the type is incomplete or the example is wrong.";
    /// An example's error does not match.
    BadError = "E044", "An error example answers with Graph's envelope, and the code and subcode in it are those of an error that the operation lists.";
    /// An example breaks a rule of its operation.
    BrokenRule = "E045", "The client refuses a call that breaks a rule, so an example that breaks one cannot be sent. `refused:` says that the refusal is the purpose of the example.";
    /// An operation has no example.
    NoExample = "E046", "Every operation has at least one example with request and response: it is the contract test, and the example in the documentation.";
    /// A quirk no longer matches the spec.
    StaleQuirk = "E050", "A quirk records where sources contradict each other and what the spec chose. Its `at` must lead to something, and the spec must have the value that the quirk says was chosen; otherwise one of the two was changed without the other.";
    /// The parts of a union, of an untagged type or of an object's constructors do not fit together.
    BadUnion = "E051", "A union is distinguished by a tag: either the members of its variants are next to the tag (`members`), or one member named like the tag does (`payload`). The variants of an untagged type are distinguished by their kind of JSON. What cannot be distinguished cannot be decoded, and a union of payloads needs an object around it (`spread: true`) in which members that the spec does not list are kept.";
    /// A field that expands to an edge does not match that edge.
    BadExpansion = "E052", "`expands` names an edge of the same node whose read returns what the field contains: Graph reads that edge within the node's `fields`, with the arguments of its read (`phone_numbers.limit(50){id}`).";
    /// A download does not match the answer that it starts from.
    BadDownload = "E053", "`download` belongs to a read and names fields of its answer: the URL of the bytes, their SHA-256, their number. `hosts` are the hosts that may see the token, without scheme or path.";
    /// A pace does not match the node that it is counted for.
    BadPace = "E054", "`paced: {rate: ...}` names a field of the operation's node, with dots for nested objects, whose type is an enum in types/, and how many calls a second Meta's page allows for its values. `pair` says how large a burst of calls with the same value of a parameter may be.";
    /// A choice does not match the parameters that it sets.
    BadChoice = "E058", "A setter in `choices` takes one of several kinds of identifier, and each kind is sent in a parameter of the operation: an optional `string` without a `const`. The parameter whose setter it is takes one of them, because a plain string sets that one. What `with` sends along is a parameter of the same part of the request, with a value that it takes.";
    /// A pattern cannot be compared.
    BadPattern = "E059", "`dropped` makes the client refuse a value, and `warned` log a warning, so their patterns are compared before each call, without an engine for regular expressions: characters, sets such as `[A-Za-z0-9]` and counts such as `{2}` or `{1,128}`, from `^` to `$`. A pattern matches the wrong kind of value by its own form, never as \"not the right one\".";
    /// The surface does not describe a crate.
    BadSurface = "E055", "spec/surface.yaml says what the whole crate is: `crate` is a name that Cargo takes, `base_url` a host without a path, and `doctests` name operations that have an example with a response, which the documentation of the client shows.";
    /// A version between two others is missing.
    VersionGap = "E056", "What exists in a version follows from the versions at which it came and went, so spec/versions.yaml lists every version between the oldest and the newest of the window, and what is retired is older than all of it. A version that is missing would never be asked for, and nothing would say so. `cargo xtask new-version` adds it, with the day of its release.";
    /// Code in a description names no language.
    NoLanguage = "E060", "Descriptions become rustdoc, and rustdoc compiles and runs every block of code that names no language. After the three backticks comes what the code is: ```json, ```text, ```http.";
    /// A description has lines that are code because they are indented.
    IndentedCode = "E061", "In Markdown, lines that are indented by four spaces more than their text are code, and rustdoc compiles it. A continuation of a list is indented as far as the text of its item; code is between fences that name its language.";
    /// A fence in a description is never closed.
    OpenFence = "E062", "A block of code ends at a line with the same characters as the line that began it. Without one, the rest of the page would be code.";
    /// A description has HTML.
    Html = "E063", "A line that begins with a tag is HTML to Markdown: rustdoc warns of tags that are not closed, and what is printed to terminals shows them. Names in angle brackets are written between backticks.";
    /// YAML cuts a text at ` #`.
    CutText = "E064", "In YAML, ` #` begins a comment where a text has no quotes, so what follows is lost without a word. In quotes, or below `>-` or `|`, it belongs to the text.";
    /// A text that is part of a sentence is more than a paragraph.
    NotAParagraph = "E065", "Causes and remedies stand in cells of tables and in messages of errors; rules, limits, downloads and what replaces something within sentences. A list, a block of code or a second paragraph has no room there. `notes` and the `doc` of an operation take any Markdown.";
    /// The spec and the evidence disagree.
    Disagrees = "E070", "spec/evidence/ holds, a fact a line, what Meta's machine-readable files say of each version, and the spec is held against it. Either the spec is wrong; or Meta's sources contradict each other, which is a quirk; or it is a habit of the source not to say such things, which is in the file beside the facts, with its reason.";
    /// A file of evidence cannot be read.
    BadFact = "E071", "A file of facts has the first version in full and of each later one what came (`+ `) and went (`- `), below lines like `## v21.0`. `cargo xtask evidence` writes it. A file in YAML beside it says where it is from.";
    /// A version has no evidence.
    NoEvidence = "E072", "Where the spec has evidence at all, it has some about every version of the window, or spec/versions.yaml says `evidence: none published` of the version: a guard that is off says so.";
    /// A habit of a source excuses nothing.
    UnusedHabit = "E073", "A name, a silence or an omission of a source says why the spec and the source may differ. Without such a difference it would only hide the next one.";
    /// A quirk rejects a source that does not contradict the spec.
    UnneededQuirk = "E074", "A quirk says that a machine-readable source was rejected, and the evidence of that source agrees with the spec. A quirk that no one needs would hide the next contradiction.";
    /// The spec says nothing of an operation.
    Uncovered = "E075", "Every operation that a source of evidence has, or had at an earlier version, is in the spec, or in `left_out` of spec/coverage.yaml with the reason. docs/coverage.md has a row for each.";
    /// A reason why something is left out is not needed.
    UnusedReason = "E076", "`left_out` of spec/coverage.yaml says why the spec lacks an operation that Meta has. A reason for what the spec has, or for what no one has, would hide the next operation of that name.";
    /// The constructor of a request changed.
    ChangedArgs = "W002", "`args` are the constructor's arguments. Adding, dropping or reordering one breaks every caller, so it belongs in a breaking release. spec/args.lock has what users have now; it is renewed when the version in Cargo.toml takes a breaking step.";
    /// A name leads to no member.
    UnknownMember = "E080", "`key`, `time`, `people`, `events` and the like name members of the type that an event or a value has, with dots between the names: `context.id`. Each name but the last is that of an object. `../` begins in what holds the list.";
    /// A webhook gives no events.
    BadWebhook = "E081", "A change is of a type, and lists within it are of events: `events` names a list of objects of the type that webhooks.yaml gives the kind, `event` says that the whole is one. Without either, it would never be seen. What is of no known type has neither.";
    /// A payload is not what its webhook says.
    BadPayload = "E082", "A payload is a notification: `{object, entry: [{id, changes: [{field, value}]}]}`, whose values match the types of their fields. It becomes a test: `sees` lists the events that Rust sees, and `undeclared` the members that no page documents.";
    /// An upload cannot go on where it broke off.
    BadResume = "E083", "`resume` belongs to an operation with `body: bytes` of a node that can be read: `arrived` is the field of the read that says how many bytes have arrived, `from` the required parameter that says where in the file the bytes begin. Both are `int`.";
    /// A permission is defined but not used.
    UnusedPermission = "W001", "The permission is listed in spec/permissions.yaml, but no operation names it. Name it where Meta's page does, or delete it.";
    /// Of an operation of the spec the evidence has the name alone.
    KnownByName = "W006", "Evidence has no more than the names of operations that the spec lacked when it was recorded. As long as it is not recorded again, nothing but the presence of the operation is compared.";
    /// A host is declared and no operation is on it.
    UnusedHost = "W005", "The client sends tokens to the hosts of spec/surface.yaml and nowhere else, so the list is no longer than it has to be. Name the host in `host:` of the operations that are on it, or delete it.";
    /// An example lists the versions that follow from what it uses.
    NeedlessVersions = "W004", "Where an example runs follows from what it uses: the operation, parameters, values, fields. A list of versions is only needed where it narrows that, and then says why; any other list stays behind when a version is added.";
    /// An area is declared and no operation belongs to it.
    UnusedArea = "W003", "An area is a feature of the crate, and this one would turn nothing on or off. Name it in `area:` of the nodes and edges that belong to it, or delete it from spec/surface.yaml.";
}

/// How early a problem is met: an earlier one may be the cause of a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// A file is not read.
    Reading,
    /// A part of a file is not read.
    Structure,
    /// What was read is wrong.
    Meaning,
    /// What was read does not fit something else that was read: an example, a source, a quirk. A wrong declaration is the cause of it.
    Use,
    /// A warning.
    Warning,
}

impl Code {
    /// How early it is met.
    pub fn stage(self) -> Stage {
        match self {
            Self::Unreadable
            | Self::NotUtf8
            | Self::TooLarge
            | Self::TooDeep
            | Self::Syntax
            | Self::Anchor
            | Self::StrayFile
            | Self::Invisible => Stage::Reading,
            Self::DuplicateKey | Self::UnknownKey | Self::WrongKind => Stage::Structure,
            Self::UnusedType
            | Self::BadCall
            | Self::WrongRequest
            | Self::BadResponse
            | Self::BadError
            | Self::BrokenRule
            | Self::BadPayload
            | Self::StaleQuirk
            | Self::Disagrees
            | Self::UnusedHabit
            | Self::UnneededQuirk
            | Self::Uncovered
            | Self::UnusedReason => Stage::Use,
            _ if self.is_error() => Stage::Meaning,
            _ => Stage::Warning,
        }
    }

    /// Whether it keeps `gen` from running.
    pub fn is_error(self) -> bool {
        self.name().starts_with('E')
    }

    /// The code of that name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Code;

    #[test]
    fn a_number_is_one_code() {
        let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
