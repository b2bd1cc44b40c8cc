//! Puts mutants into a copy of the tree, each behind a switch.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::Woven;
use crate::list::{Fate, Mutant};

/// The module that every mutated crate gets. It says whether the mutant of a number is on, and records which were asked for.
const SWITCH: &str = include_str!("switch.rs");

/// Weaves what is still open into the copy.
pub fn all(mutants: &mut [Mutant], tree: &Path) -> Woven {
    let mut files: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, mutant) in mutants.iter().enumerate() {
        files.entry(mutant.file.clone()).or_default().push(index);
    }
    let root = files.keys().next().map(|file| format!("{}/src/", file.split('/').next().unwrap())).unwrap();
    std::fs::write(tree.join(&root).join("mutant_switch.rs"), SWITCH).unwrap();
    let lib = format!("{root}lib.rs");
    files.entry(lib.clone()).or_default();
    let mut woven = Woven::new();
    for (file, indices) in files {
        let source = std::fs::read_to_string(&file).unwrap();
        let (mut text, places) = weave(&source, mutants, &indices);
        if file == lib {
            text.push_str("\n#[doc(hidden)]\npub mod mutant_switch;\n");
        }
        let path = tree.join(&file);
        if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            std::fs::write(path, text).unwrap();
        }
        woven.insert(file, places);
    }
    woven
}

/// Copies what is under version control. The copy starts from scratch, except for what was built.
pub fn copy(tree: &Path) {
    let _ = std::fs::remove_dir_all(tree);
    let output = Command::new("git").args(["ls-files", "-z"]).output().unwrap();
    for file in String::from_utf8(output.stdout).unwrap().split_terminator('\0').filter(|file| Path::new(file).exists()) {
        let to = tree.join(file);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(file, to).unwrap();
    }
}

/// The part of the source around a mutant that is written twice: with the change and without.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    /// The beginning of a function's body.
    Body,
    /// An expression.
    Expression,
    /// The guard of an arm, or the place where it would be.
    Arm { guard: bool },
}

/// Bytes of a file, in an order that ranges do not have.
type Place = (usize, usize);

fn weave(source: &str, mutants: &mut [Mutant], indices: &[usize]) -> (String, Vec<(Range<usize>, usize)>) {
    let file = syn::parse_file(source).unwrap();
    let mut hosts = Hosts::default();
    hosts.visit_file(&file);
    let mut edits: Vec<Edit> = Vec::new();
    for &index in indices {
        let mutant = &mutants[index];
        if mutant.fate != Fate::Open {
            continue;
        }
        let span = (mutant.span.start, mutant.span.end);
        let host = match mutant.genre.as_str() {
            // `impl Trait` is one type, so that the change cannot be next to what it replaces.
            "FnValue" if mutant.returns.contains("impl ") => None,
            "FnValue" => Some(((span.0, span.0), Host::Body)),
            "MatchArm" => hosts.arms.get(&span).copied(),
            "MatchArmGuard" => hosts.guards.get(&span).copied(),
            _ => hosts.expressions.get(&span).copied(),
        };
        let Some((at, host)) = host else {
            mutants[index].fate = Fate::Alone;
            continue;
        };
        match edits.iter_mut().find(|edit| edit.at == at && edit.host == host) {
            Some(edit) => edit.mutants.push(index),
            None => edits.push(Edit { at, host, mutants: vec![index] }),
        }
    }
    // Outer ones first: a body before what it begins with, and of expressions the wider.
    edits.sort_by_key(|edit| (edit.at.0, edit.host != Host::Body, std::cmp::Reverse(edit.at.1)));
    let mut out = Out { source, mutants, text: String::new(), places: Vec::new() };
    out.part(0, source.len(), &mut edits.as_slice());
    (out.text, out.places)
}

struct Edit {
    at: Place,
    host: Host,
    mutants: Vec<usize>,
}

struct Out<'a> {
    source: &'a str,
    mutants: &'a [Mutant],
    text: String,
    places: Vec<(Range<usize>, usize)>,
}

impl Out<'_> {
    /// Writes the source from one place to another, with the edits that begin before its end.
    fn part(&mut self, mut from: usize, to: usize, edits: &mut &[Edit]) {
        while let Some((edit, rest)) = edits.split_first().filter(|(edit, _)| edit.at.0 < to) {
            *edits = rest;
            self.text.push_str(&self.source[from..edit.at.0]);
            self.edit(edit, edits);
            from = edit.at.1;
        }
        self.text.push_str(&self.source[from..to]);
    }

    fn edit(&mut self, edit: &Edit, inner: &mut &[Edit]) {
        let (from, to) = edit.at;
        match &edit.host {
            Host::Body => {
                for &index in &edit.mutants {
                    let with = self.mutants[index].with.clone();
                    self.mutant(index, |on| format!("if {on} {{ return {with}; }} "));
                }
            }
            Host::Expression => {
                self.text.push('(');
                for &index in &edit.mutants {
                    let mutant = &self.mutants[index];
                    let changed = [&self.source[from..mutant.span.start], &mutant.with, &self.source[mutant.span.end..to]].concat();
                    self.mutant(index, |on| format!("if {on} {{ {changed} }} else "));
                }
                self.text.push_str("{ ");
                self.part(from, to, inner);
                self.text.push_str(" })");
            }
            Host::Arm { guard } => {
                let (always, never): (Vec<_>, Vec<_>) = edit.mutants.iter().partition(|index| self.mutants[**index].with == "true");
                self.text.push_str(if *guard { "true" } else { " if true" });
                for index in never {
                    self.mutant(index, |on| format!(" && !{on}"));
                }
                if *guard {
                    self.text.push_str(" && (");
                    for index in always {
                        self.mutant(index, |on| format!("{on} || "));
                    }
                    self.text.push('(');
                    self.part(from, to, inner);
                    self.text.push_str("))");
                }
            }
        }
    }

    fn mutant(&mut self, index: usize, text: impl FnOnce(String) -> String) {
        let from = self.text.len();
        self.text.push_str(&text(format!("crate::mutant_switch::on({})", index + 1)));
        self.places.push((from..self.text.len(), index));
    }
}

/// What may hold a mutant and where that is, by what the mutant replaces.
#[derive(Default)]
struct Hosts {
    expressions: BTreeMap<Place, (Place, Host)>,
    arms: BTreeMap<Place, (Place, Host)>,
    guards: BTreeMap<Place, (Place, Host)>,
}

fn place(of: &impl Spanned) -> Place {
    let range = of.span().byte_range();
    (range.start, range.end)
}

/// `if let … && …`: no other operator is allowed there, and it is not a separate expression.
fn is_chain(expression: &syn::Expr) -> bool {
    match expression {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(binary) => is_chain(&binary.left) || is_chain(&binary.right),
        _ => false,
    }
}

impl<'ast> Visit<'ast> for Hosts {
    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        if !is_chain(&node.left) && !is_chain(&node.right) {
            self.expressions.insert(place(&node.op), (place(node), Host::Expression));
        }
        visit::visit_expr_binary(self, node);
    }

    fn visit_expr_unary(&mut self, node: &'ast syn::ExprUnary) {
        self.expressions.insert(place(&node.op), (place(node), Host::Expression));
        visit::visit_expr_unary(self, node);
    }

    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        for field in &node.fields {
            self.expressions.insert(place(field), (place(node), Host::Expression));
        }
        visit::visit_expr_struct(self, node);
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        let (at, guard) = match &node.pat {
            syn::Pat::Guard(pattern) => (place(&pattern.guard), true),
            pattern => ((place(pattern).1, place(pattern).1), false),
        };
        self.arms.insert(place(node), (at, Host::Arm { guard }));
        if guard {
            self.guards.insert(at, (at, Host::Arm { guard }));
        }
        visit::visit_arm(self, node);
    }
}
