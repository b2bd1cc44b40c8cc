//! A field of `fields=` with arguments and nested fields: `phone_numbers.limit(50){id,quality_rating}`.

use std::fmt;

/// A field, its arguments and the fields requested within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expansion {
    /// The field.
    pub(crate) name: String,
    /// Names and values, in their order.
    pub(crate) arguments: Vec<(String, String)>,
    /// Fields within it.
    pub(crate) fields: Vec<Expansion>,
}

impl Expansion {
    /// Reads one field; nothing if the text is not one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (field, rest) = Self::one(text, 8)?;
        rest.is_empty().then_some(field)
    }

    fn one(text: &str, depth: usize) -> Option<(Self, &str)> {
        let (name, mut rest) = word(text)?;
        let mut field = Self { name: name.into(), arguments: Vec::new(), fields: Vec::new() };
        while let Some(after) = rest.strip_prefix('.') {
            let (name, after) = word(after)?;
            let (value, after) = enclosed(after.strip_prefix('(')?)?;
            field.arguments.push((name.into(), value.into()));
            rest = after;
        }
        if let Some(mut within) = rest.strip_prefix('{') {
            let depth = depth.checked_sub(1)?;
            loop {
                let (inner, after) = Self::one(within.trim_start(), depth)?;
                field.fields.push(inner);
                let after = after.trim_start();
                if let Some(after) = after.strip_prefix('}') {
                    rest = after;
                    break;
                }
                within = after.strip_prefix(',')?;
            }
        }
        Some((field, rest))
    }
}

/// As it is written in `fields=`.
impl fmt::Display for Expansion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (name, value) in &self.arguments {
            write!(f, ".{name}({value})")?;
        }
        if let [first, rest @ ..] = self.fields.as_slice() {
            write!(f, "{{{first}")?;
            rest.iter().try_for_each(|field| write!(f, ",{field}"))?;
            f.write_str("}")?;
        }
        Ok(())
    }
}

fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// Up to the parenthesis that closes the one before `text`; parentheses within JSON strings do not count.
fn enclosed(text: &str) -> Option<(&str, &str)> {
    let (mut open, mut quoted, mut escaped) = (0usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => open += 1,
            ')' if !quoted && open == 0 => return Some((&text[..at], &text[at + 1..])),
            ')' if !quoted => open -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Expansion;

    fn field(name: &str) -> Expansion {
        Expansion { name: name.into(), arguments: Vec::new(), fields: Vec::new() }
    }

    #[test]
    fn fields_nest_and_take_arguments() {
        let text = r#"accounts.limit(25).filtering([{"field":"a)"}]){id,numbers.limit(50){id, name}}"#;
        let inner =
            Expansion { arguments: vec![("limit".into(), "50".into())], fields: vec![field("id"), field("name")], ..field("numbers") };
        let arguments = vec![("limit".into(), "25".into()), ("filtering".into(), r#"[{"field":"a)"}]"#.into())];
        assert_eq!(Expansion::parse(text), Some(Expansion { arguments, fields: vec![field("id"), inner], ..field("accounts") }));
    }

    #[test]
    fn a_quoted_parenthesis_within_others_closes_none() {
        for argument in [r#"f((")"), 1)"#, r#"("(" , ")")"#, r#"("\")")"#] {
            let arguments = vec![("limit".into(), argument.to_owned())];
            assert_eq!(Expansion::parse(&format!("a.limit({argument})")), Some(Expansion { arguments, ..field("a") }), "{argument}");
        }
    }

    #[test]
    fn what_is_no_field_is_none() {
        for text in ["", "a.", "a.limit", "a.limit(5", "a{", "a{}", "a{b", "a{b}c", "a b", &"a{".repeat(99)] {
            assert_eq!(Expansion::parse(text), None, "{text}");
        }
    }
}
