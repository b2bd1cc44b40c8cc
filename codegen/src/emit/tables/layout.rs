//! How tables are laid out: nested literals, each on one line where it fits. They are of few shapes and make most of the text that is generated, so they
//! are not read as Rust and printed again.

use std::collections::BTreeSet;

/// How wide a line gets.
const WIDTH: usize = 120;

/// Items as they were put together, laid out, and the words in them that are no part of a text and do not follow another: `Option` of `Option::Some`.
pub(super) fn laid_out(body: &str) -> (String, BTreeSet<&str>) {
    let mut reader = Reader { text: body, at: 0, words: BTreeSet::new() };
    let mut out = String::with_capacity(body.len() + body.len() / 4);
    while reader.at < body.len() {
        let line = body[reader.at..].split_inclusive('\n').next().unwrap_or_default();
        let start = line.trim_start();
        if start.starts_with("//") || start.starts_with("#[") || start.is_empty() {
            out.push_str(line);
            reader.at += line.len();
            continue;
        }
        for piece in reader.pieces(Until::Item) {
            piece.print(0, 1, &mut out);
        }
        out.push_str(";\n");
        let rest = &body[reader.at..];
        reader.at += rest.len() - rest.strip_prefix('\n').unwrap_or(rest).len();
    }
    (out, reader.words)
}

/// Where an element or an item ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// At a comma or the bracket that closes the list.
    Element,
    /// At a semicolon.
    Item,
}

/// Part of an element.
enum Piece<'a> {
    Text(&'a str),
    /// What is in brackets.
    List {
        open: char,
        elements: Vec<Vec<Piece<'a>>>,
        wide: usize,
    },
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    words: BTreeSet<&'a str>,
}

impl<'a> Reader<'a> {
    /// The pieces up to the end of an element or an item. The end of an item is passed.
    fn pieces(&mut self, until: Until) -> Vec<Piece<'a>> {
        let bytes = self.text.as_bytes();
        let mut pieces = Vec::new();
        let mut start = self.at;
        loop {
            let here = bytes.get(self.at).copied();
            let ends = match here {
                None => true,
                Some(b';') => until == Until::Item,
                Some(b',' | b')' | b']' | b'}') => until == Until::Element,
                Some(_) => false,
            };
            if ends || matches!(here, Some(b'(' | b'[' | b'{')) {
                let text = &self.text[start..self.at];
                let text = if pieces.is_empty() { text.trim_start() } else { text };
                let text = if ends { text.trim_end() } else { text };
                if !text.is_empty() {
                    pieces.push(Piece::Text(text));
                }
            }
            match here {
                _ if ends => {
                    self.at += usize::from(until == Until::Item && here.is_some());
                    return pieces;
                }
                Some(open @ (b'(' | b'[' | b'{')) => {
                    self.at += 1;
                    pieces.push(self.list(open.into()));
                    start = self.at;
                }
                Some(b'"') => self.string(),
                Some(c) if c.is_ascii_alphabetic() || c == b'_' => self.word(),
                _ => self.at += 1,
            }
        }
    }

    /// A list, whose bracket is open.
    fn list(&mut self, open: char) -> Piece<'a> {
        let mut elements = Vec::new();
        while self.at < self.text.len() {
            let element = self.pieces(Until::Element);
            if !element.is_empty() {
                elements.push(element);
            }
            let end = self.text.as_bytes().get(self.at);
            self.at = self.text.len().min(self.at + 1);
            if end != Some(&b',') {
                break;
            }
        }
        let within: usize = elements.iter().flatten().map(Piece::wide).sum();
        let between = 2 * elements.len().saturating_sub(1);
        let pad = if open == '{' && !elements.is_empty() { 2 } else { 0 };
        Piece::List { open, elements, wide: within + between + pad + 2 }
    }

    fn string(&mut self) {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let mut escaped = false;
        let end = rest.iter().position(|&byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        self.at += end.map_or(rest.len() + 1, |end| end + 2);
    }

    fn word(&mut self) {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if !self.text[..self.at].ends_with("::") {
            self.words.insert(&rest[..end]);
        }
        self.at += end;
    }
}

impl Piece<'_> {
    fn wide(&self) -> usize {
        match self {
            Self::Text(text) => text.chars().count(),
            Self::List { wide, .. } => *wide,
        }
    }

    /// Prints it at a depth; `after` is what the line still needs behind it.
    fn print(&self, depth: usize, after: usize, out: &mut String) {
        let (open, elements, wide) = match self {
            Self::Text(text) => return out.push_str(text),
            Self::List { open, elements, wide } => (*open, elements, *wide),
        };
        let close = match open {
            '(' => ')',
            '[' => ']',
            _ => '}',
        };
        let column = out.len() - out.rfind('\n').map_or(0, |end| end + 1);
        let fits = column + wide + after <= WIDTH;
        out.push(open);
        match elements.as_slice() {
            elements if fits => {
                let pad = if open == '{' && !elements.is_empty() { " " } else { "" };
                out.push_str(pad);
                for (at, element) in elements.iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    for piece in element {
                        piece.print(depth, 0, out);
                    }
                }
                out.push_str(pad);
            }
            // What holds one list that is broken is not broken itself.
            [only] if open == '(' && matches!(only.last(), Some(Self::List { .. })) => {
                for piece in only {
                    piece.print(depth, after + 1, out);
                }
            }
            elements => {
                for element in elements {
                    out.push('\n');
                    (0..=depth).for_each(|_| out.push_str("    "));
                    for piece in element {
                        piece.print(depth + 1, 1, out);
                    }
                    let is_rest = matches!(element.first(), Some(Self::Text(text)) if text.starts_with(".."));
                    out.push_str(if is_rest { "" } else { "," });
                }
                out.push('\n');
                (0..depth).for_each(|_| out.push_str("    "));
            }
        }
        out.push(close);
    }
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn what_fits_is_on_one_line() {
        let (text, words) = laid_out(
            "/// A node, (all) of it;\nstatic NODE: Node = Node { name: \"a, \\\"(b]\", list: &[\n1,\n2,\n], none: &[], ..Node::EMPTY };\nmod one;\n",
        );
        assert_eq!(
            text,
            "/// A node, (all) of it;\nstatic NODE: Node = Node { name: \"a, \\\"(b]\", list: &[1, 2], none: &[], ..Node::EMPTY };\nmod one;\n"
        );
        assert_eq!(words.into_iter().collect::<Vec<_>>(), ["NODE", "Node", "list", "mod", "name", "none", "one", "static"]);
    }

    #[test]
    fn what_does_not_is_broken_from_outside() {
        let long = "x".repeat(100);
        let (text, _) = laid_out(&format!(
            "static A: A = A {{ b: Some(B {{ c: \"{long}\", d: (1, 2), ..B::EMPTY }}), e: f(\"{long}\", 1), ..A::EMPTY }};\n"
        ));
        let expected = format!(
            "static A: A = A {{\n    b: Some(B {{\n        c: \"{long}\",\n        d: (1, 2),\n        ..B::EMPTY\n    }}),\n    e: f(\"{long}\", 1),\n    ..A::EMPTY\n}};\n"
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn a_line_is_as_wide_as_it_may_be_with_what_ends_it() {
        let text = |letters: usize| laid_out(&format!("static A: B = &[\"{}\", 1];\n", "x".repeat(letters))).0;
        assert_eq!(text(97).lines().map(str::len).collect::<Vec<_>>(), [120]);
        assert_eq!(text(98).lines().count(), 4, "the semicolon would be in column 121");
        let nested = |letters: usize| laid_out(&format!("static A: B = B {{ c: &[\"{}\", 1], ..B::EMPTY }};\n", "x".repeat(letters))).0;
        assert_eq!(nested(104).lines().nth(1).map(str::len), Some(120));
        assert_eq!(nested(105).lines().count(), 7, "the comma would be in column 121");
    }

    #[test]
    fn what_is_never_closed_ends_all_the_same() {
        assert_eq!(laid_out("static A: &[u8] = &[1, \"a").0, "static A: &[u8] = &[1, \"a];\n");
    }
}
