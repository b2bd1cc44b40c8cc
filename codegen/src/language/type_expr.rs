//! Type expressions: `list<QualityRating>`, `id<Business>`.

/// A type expression, its names not resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeExpr {
    /// `string`, `digits`, `bool`, `int`, `float`, `timestamp`, `timestamp_text`, `json`.
    Scalar(Scalar),
    /// `id`: the identifier of the node that the field belongs to.
    OwnId,
    /// `id<Node>`.
    Id(String),
    /// `list<T>`.
    List(Box<TypeExpr>),
    /// `map<T>`.
    Map(Box<TypeExpr>),
    /// `page<T>`.
    Page(Box<TypeExpr>),
    /// A type of the spec or a node.
    Named(String),
}

/// A type without parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A text.
    String,
    /// A string of digits.
    Digits,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// A moment.
    Timestamp,
    /// A point in time, sent as a string.
    TimestampText,
    /// A whole number that is a string in some places, sent as a string.
    IntString,
    /// Uploaded bytes.
    File,
    /// Any JSON.
    Json,
}

/// The scalars by name.
pub const SCALARS: &[(&str, Scalar)] = &[
    ("string", Scalar::String),
    ("digits", Scalar::Digits),
    ("bool", Scalar::Bool),
    ("int", Scalar::Int),
    ("float", Scalar::Float),
    ("timestamp", Scalar::Timestamp),
    ("timestamp_text", Scalar::TimestampText),
    ("int_text", Scalar::IntString),
    ("file", Scalar::File),
    ("json", Scalar::Json),
];

impl TypeExpr {
    /// Reads an expression; nothing if it is not one. Lists and maps nest up to sixteen deep.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_within(text.trim(), 16)
    }

    fn parse_within(text: &str, depth: usize) -> Option<Self> {
        if let Some((_, scalar)) = SCALARS.iter().find(|(name, _)| *name == text) {
            return Some(Self::Scalar(*scalar));
        }
        if text == "id" {
            return Some(Self::OwnId);
        }
        let Some((outer, rest)) = text.split_once('<') else {
            return is_name(text).then(|| Self::Named(text.into()));
        };
        let inner = rest.strip_suffix('>')?.trim();
        if outer == "id" {
            return is_name(inner).then(|| Self::Id(inner.into()));
        }
        let inner = Box::new(Self::parse_within(inner, depth.checked_sub(1)?)?);
        match outer {
            "list" => Some(Self::List(inner)),
            "map" => Some(Self::Map(inner)),
            "page" => Some(Self::Page(inner)),
            _ => None,
        }
    }

    /// The names of types and nodes in it; `true` marks those within `id<>`.
    pub fn names(&self) -> Vec<(&str, bool)> {
        match self {
            Self::Scalar(_) | Self::OwnId => Vec::new(),
            Self::Id(node) => vec![(node, true)],
            Self::Named(name) => vec![(name, false)],
            Self::List(inner) | Self::Map(inner) | Self::Page(inner) => inner.names(),
        }
    }
}

/// Whether a text can be the name of a type or a node.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase()) && text.chars().all(|next| next.is_ascii_alphanumeric()) && text != "Self"
}

#[cfg(test)]
mod tests {
    use super::{Scalar, TypeExpr};

    #[test]
    fn expressions_nest() {
        assert_eq!(
            TypeExpr::parse("page<list<map<int>>>"),
            Some(TypeExpr::Page(Box::new(TypeExpr::List(Box::new(TypeExpr::Map(Box::new(TypeExpr::Scalar(Scalar::Int))))))))
        );
        assert_eq!(TypeExpr::parse("id<Business>"), Some(TypeExpr::Id("Business".into())));
    }

    #[test]
    fn broken_expressions_are_none() {
        for text in ["", "list<", "list<>", "strin", "set<int>", "id<id>", &format!("{}int{}", "list<".repeat(99), ">".repeat(99))] {
            assert_eq!(TypeExpr::parse(text), None, "{text}");
        }
    }
}
