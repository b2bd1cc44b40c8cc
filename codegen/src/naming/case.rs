//! From names on the wire to names in Rust.

/// Words that cannot be Rust identifiers, in the edition of the emitted crate.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override",
    "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized",
    "use", "virtual", "where", "while", "yield",
];

/// The words of a name: split at `_`, `-`, `/`, `.`, spaces, and where case changes.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (index, &character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            continue;
        }
        let after_lower = index > 0 && characters[index - 1].is_lowercase();
        // `TIER_1K` is two words, and `oauth2Token` is two words as well.
        let after_other = index > 0 && (characters[index - 1].is_uppercase() || characters[index - 1].is_ascii_digit());
        let before_lower = after_other && characters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if character.is_uppercase() && (after_lower || before_lower) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
        word.extend(character.to_lowercase());
    }
    words.extend((!word.is_empty()).then_some(word));
    words
}

/// `IN_COUNTRY_STORAGE` and `phone_number` as `InCountryStorage` and `PhoneNumber`.
pub fn upper_camel(name: &str) -> String {
    words(name)
        .iter()
        .map(|word| {
            let mut characters = word.chars();
            characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
        })
        .collect()
}

/// `PhoneNumber` and `oauth/access_token` as `phone_number` and `oauth_access_token`.
pub fn snake(name: &str) -> String {
    words(name).join("_")
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
