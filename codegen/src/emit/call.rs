//! An example's call as Rust: the same for documentation and contract tests.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    model::{Api, Example, Operation, Param, Shape, Type},
    names::snake,
};

/// A call in Rust.
pub(super) struct Call {
    text: String,
    names: BTreeSet<String>,
}

impl Call {
    /// `client.phone_number("106").register("212834")`.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The `use` line for what the call takes from the crate; nothing if it takes nothing.
    pub(super) fn imports(&self) -> String {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        match names.as_slice() {
            [] => String::new(),
            [one] => format!("use whatsapp_graph::{one};\n"),
            many => format!("use whatsapp_graph::{{{}}};\n", many.join(", ")),
        }
    }
}

/// Writes an example's call as a user would.
pub(super) fn call(api: &Api, operation: &Operation, example: &Example) -> Call {
    let mut writer = Writer { api, names: BTreeSet::new() };
    let (entry, method) = path(api, operation, Some(&example.path));
    let value = |name: &str| example.call.iter().find(|(param, _)| param == name).map(|(_, value)| value);
    let args: Vec<String> = operation
        .args
        .iter()
        .map(|&arg| &operation.params[arg])
        .map(|param| writer.argument(param.ty.rust(), value(&param.name).unwrap_or(&Value::Null)))
        .collect();
    let mut lines = vec![entry, format!(".{method}({})", args.join(", "))];
    for (name, value) in &example.call {
        let Some((index, param)) = operation.params.iter().enumerate().find(|(_, param)| param.name == *name) else { continue };
        if operation.args.contains(&index) {
            continue;
        }
        lines.extend(writer.setter(operation, param, value));
    }
    Call { text: lines.concat(), names: writer.names }
}

/// What leads to an operation: `client.waba("10").phone_numbers()` and `create`. Without an example's path the placeholders' names stand in.
pub(crate) fn path(api: &Api, operation: &Operation, placeholders: Option<&[String]>) -> (String, String) {
    let mut given = placeholders.map(|given| given.iter());
    let mut text = String::from("client");
    let home = api.operations().find(|(_, _, _, other)| other.id == operation.id);
    if let Some((node, edge, below, _)) = home {
        let mut next = |name: &str| match &mut given {
            Some(given) => format!("{:?}", given.next().map_or("1", String::as_str)),
            None => name.to_owned(),
        };
        if !node.root {
            text.push_str(&format!(".{}({})", node.handle, next("id")));
        }
        if let Some(edge) = edge.filter(|_| !operation.action) {
            text.push_str(&format!(".{}()", edge.handle));
        }
        if let Some(below) = below {
            text.push_str(&format!(".{}({})", below.handle, next(&below.placeholder)));
        }
    }
    (text, operation.call.clone())
}

struct Writer<'a> {
    api: &'a Api,
    names: BTreeSet<String>,
}

impl Writer<'_> {
    fn setter(&mut self, operation: &Operation, param: &Param, value: &Value) -> Vec<String> {
        if let (Type::Filters(_), Some(filter)) = (param.ty.rust(), &operation.filter) {
            return value.as_array().into_iter().flatten().flat_map(|entry| self.filters(filter, entry)).collect();
        }
        vec![format!(".{}({})", param.rust, self.argument(param.ty.rust(), value))]
    }

    fn filters(&mut self, filter: &crate::model::FilterType, entry: &Value) -> Vec<String> {
        let mut lines = Vec::new();
        for (field, operators) in entry.as_object().into_iter().flatten() {
            let Some(known) = filter.filters.iter().find(|known| known.field == *field) else { continue };
            for (operator, value) in operators.as_object().into_iter().flatten() {
                let arguments = match (operator.as_str(), value) {
                    ("IN_RANGE", Value::Array(ends)) => ends.iter().map(|end| self.argument(&known.ty, end)).collect::<Vec<_>>().join(", "),
                    ("IN" | "NOT_IN", value) => self.argument(&Type::List(Box::new(known.ty.clone())), value),
                    (_, value) => self.argument(&known.ty, value),
                };
                self.names.insert(filter.name.clone());
                lines.push(format!(".filter({}::{}().{}({arguments}))", filter.name, known.rust, operator_method(operator)));
            }
        }
        lines
    }

    /// A value as an argument of a method that takes `impl Into<T>`.
    fn argument(&mut self, ty: &Type, value: &Value) -> String {
        match (ty, value) {
            (Type::List(inner), Value::Array(items)) => {
                format!("[{}]", items.iter().map(|item| self.element(inner, item)).collect::<Vec<_>>().join(", "))
            }
            (Type::Fields(name), Value::Array(items)) => {
                let inner = Type::Enum(name.clone());
                format!("[{}]", items.iter().map(|item| self.element(&inner, item)).collect::<Vec<_>>().join(", "))
            }
            (Type::Map(inner), Value::Object(members)) => {
                let members: Vec<String> =
                    members.iter().map(|(key, value)| format!("({key:?}, {})", self.element(inner, value))).collect();
                format!("[{}]", members.join(", "))
            }
            (Type::Timestamp { .. }, value) => text(value),
            _ => self.element(ty, value),
        }
    }

    /// A value where Rust wants exactly its type.
    fn element(&mut self, ty: &Type, value: &Value) -> String {
        match (ty, value) {
            (Type::Enum(name), Value::String(wire)) => self.variant(name, wire),
            (Type::Object(name), Value::Object(_)) => self.object(name, value),
            (Type::Bool | Type::Int | Type::Float, value) => text(value),
            (Type::Id(_), value) => format!("{:?}", text(value)),
            (_, Value::String(text)) => format!("{text:?}"),
            (_, value) => {
                self.names.insert("serde_json".into());
                format!("serde_json::json!({value})")
            }
        }
    }

    fn variant(&mut self, name: &str, wire: &str) -> String {
        self.names.insert(name.to_owned());
        let known = match self.api.named(name).map(|ty| &ty.shape) {
            Some(Shape::Enum(values)) => values.iter().find(|value| value.value == wire),
            _ => None,
        };
        known.map_or_else(|| format!("{name}::from({wire:?})"), |known| format!("{name}::{}", known.variant))
    }

    fn object(&mut self, name: &str, value: &Value) -> String {
        self.names.insert(name.to_owned());
        let Some(Shape::Object { fields, args, .. }) = self.api.named(name).map(|ty| &ty.shape) else { return "Default::default()".into() };
        let (fields, args) = (fields.clone(), args.clone());
        let arguments: Vec<String> =
            args.iter().map(|&arg| self.argument(fields[arg].ty.rust(), value.get(&fields[arg].name).unwrap_or(&Value::Null))).collect();
        let mut text = format!("{name}::new({})", arguments.join(", "));
        for (key, value) in value.as_object().into_iter().flatten() {
            match fields.iter().position(|field| field.name == *key) {
                Some(index) if args.contains(&index) => {}
                Some(index) => text.push_str(&format!(".{}({})", fields[index].rust, self.argument(fields[index].ty.rust(), value))),
                None => text.push_str(&format!(".with_param({key:?}, {})", text_literal(value))),
            }
        }
        text
    }
}

/// `in_range` for `IN_RANGE`; `IN` is `is_in`, because `in` is a keyword.
pub(super) fn operator_method(operator: &str) -> String {
    if operator == "IN" { "is_in".into() } else { snake(operator) }
}

/// The text of a scalar.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

fn text_literal(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| format!("{text:?}"))
}

#[cfg(test)]
mod tests {
    use super::operator_method;

    #[test]
    fn operators_are_methods() {
        assert_eq!((operator_method("IN_RANGE").as_str(), operator_method("IN").as_str()), ("in_range", "is_in"));
    }
}
