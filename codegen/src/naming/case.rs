//! From names on the wire to names in Rust.

/// Words that cannot be Rust identifiers, in the edition of the emitted crate.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override",
    "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized",
    "use", "virtual", "where", "while", "yield",
];

/// Writes the words of a name in lower case: split at `_`, `-`, `/`, `.`, spaces, and where case changes. With each character goes whether it begins a word.
fn words(name: &str, mut write: impl FnMut(char, bool)) {
    let mut before: Option<char> = None;
    let mut begins = true;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        if character.is_alphanumeric() {
            let after_lower = before.is_some_and(char::is_lowercase);
            // `TIER_1K` is two words, and `oauth2Token` is two words as well.
            let after_other = before.is_some_and(|before| before.is_uppercase() || before.is_ascii_digit());
            let before_lower = after_other && characters.peek().is_some_and(|next| next.is_lowercase());
            begins |= character.is_uppercase() && (after_lower || before_lower);
            for lower in character.to_lowercase() {
                write(lower, std::mem::take(&mut begins));
            }
        } else {
            begins = true;
        }
        before = Some(character);
    }
}

/// `IN_COUNTRY_STORAGE` and `phone_number` as `InCountryStorage` and `PhoneNumber`.
pub fn upper_camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    words(name, |character, begins| if begins { camel.extend(character.to_uppercase()) } else { camel.push(character) });
    camel
}

/// `PhoneNumber` and `oauth/access_token` as `phone_number` and `oauth_access_token`.
pub fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 8);
    words(name, |character, begins| {
        if begins && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(character);
    });
    snake
}

/// Whether a name is a Rust identifier in `UpperCamelCase`.
pub fn is_upper_camel(name: &str) -> bool {
    is_identifier(name) && name.starts_with(|first: char| first.is_ascii_uppercase()) && !name.contains('_')
}

/// Whether a name is a Rust identifier in `snake_case`.
pub fn is_snake(name: &str) -> bool {
    is_identifier(name) && !name.starts_with('_') && !name.chars().any(|character| character.is_ascii_uppercase())
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
        && !KEYWORDS.contains(&name)
}

/// Whether a name is a Rust keyword.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::{is_snake, is_upper_camel, snake, upper_camel};

    #[test]
    fn names_change_case_and_keep_their_words() {
        for (name, as_upper_camel, as_snake) in [
            ("IN_COUNTRY_STORAGE_ENABLED", "InCountryStorageEnabled", "in_country_storage_enabled"),
            ("phone_number", "PhoneNumber", "phone_number"),
            ("PhoneNumber", "PhoneNumber", "phone_number"),
            ("oauth/access_token", "OauthAccessToken", "oauth_access_token"),
            ("TIER_1K", "Tier1k", "tier_1k"),
            ("DTLS-SRTP", "DtlsSrtp", "dtls_srtp"),
            ("WABAAnalytics", "WabaAnalytics", "waba_analytics"),
        ] {
            assert_eq!((upper_camel(name).as_str(), snake(name).as_str()), (as_upper_camel, as_snake));
        }
    }

    #[test]
    fn keywords_and_wrong_case_are_no_names() {
        assert!(is_snake("phone_number") && !is_snake("type") && !is_snake("PhoneNumber") && !is_snake("1st"));
        assert!(is_upper_camel("PhoneNumber") && !is_upper_camel("phone_number") && !is_upper_camel("Self") && !is_upper_camel("100"));
    }
}
