//! Where names are in the emitted crate, and the path by which a user writes them.

use std::collections::HashMap;

use super::{Part, edge_handle, field_enum, filter_builder, id_type, item_handle, library, node_handle, reserved};
use crate::model::{Api, Node, Object, Operation, Site, Type, TypeDef};

/// The modules of all names that emitted files import or users write.
#[derive(Debug)]
pub struct Places {
    library: String,
    /// The public module of each name; what is at the root is not listed.
    modules: HashMap<String, String>,
}

impl Places {
    /// Of every name of an API.
    pub fn of(api: &Api) -> Self {
        let mut places = Self { library: library(&api.surface.package), modules: HashMap::new() };
        for reexport in reserved::REEXPORTS {
            for name in reexport.names {
                places.put((*name).to_owned(), reexport.module.unwrap_or_default());
            }
        }
        for ty in &api.types {
            // An edge's module is private: what it holds is seen through its node's.
            places.put(ty.name.clone(), ty.module.split_once("::").map_or(ty.module.as_str(), |(module, _)| module));
        }
        for ty in &api.types {
            if let TypeDef::Object(Object { alternatives: Some(alternatives), .. }) = &ty.def {
                places.put(alternatives.name.clone(), ty.module.split_once("::").map_or(ty.module.as_str(), |(module, _)| module));
            }
        }
        for node in &api.nodes {
            places.node(node);
        }
        for Site { node, operation, .. } in api.sites() {
            places.operation(operation, &node.module);
        }
        places
    }

    fn node(&mut self, node: &Node) {
        if node.root {
            return;
        }
        for name in [node.rust_name.clone(), field_enum(&node.rust_name), node_handle(&node.rust_name)] {
            self.put(name, &node.module);
        }
        self.put(id_type(&node.rust_name), "");
        for edge in &node.edges {
            self.put(edge_handle(&node.rust_name, &edge.handle), &node.module);
            self.put(item_handle(&node.rust_name, &edge.handle), &node.module);
        }
    }

    fn operation(&mut self, operation: &Operation, module: &str) {
        self.put(operation.request.clone(), module);
        for part in Part::ALL {
            self.put(part.of(&operation.request), module);
        }
        for choice in &operation.choices {
            self.put(choice.name.clone(), module);
        }
        if let Some(filter) = &operation.filter {
            self.put(filter.name.clone(), module);
            for field in &filter.filters {
                self.put(filter_builder(&filter.name, &field.field), module);
            }
        }
    }

    fn put(&mut self, name: String, module: &str) {
        self.modules.insert(name, module.to_owned());
    }

    /// The name by which programs know the crate.
    pub fn library(&self) -> &str {
        &self.library
    }

    /// The public module of a name; empty for the root.
    pub fn module(&self, name: &str) -> &str {
        self.modules.get(name).map_or("", String::as_str)
    }

    /// The path of a name below the root: `types::CodeMethod`, `Client`.
    pub fn below(&self, name: &str) -> String {
        match self.module(name) {
            "" => name.to_owned(),
            module => format!("{module}::{name}"),
        }
    }

    /// The path within the crate: `crate::types::CodeMethod`.
    pub fn within(&self, name: &str) -> String {
        format!("crate::{}", self.below(name))
    }

    /// The path that a program writes: `page_graph::types::MessagingType`.
    pub fn path(&self, name: &str) -> String {
        format!("{}::{}", self.library, self.below(name))
    }

    /// The type that a program writes.
    pub fn ty(&self, ty: &Type) -> String {
        type_text(ty, &|name| if name == "BTreeMap" { "std::collections::BTreeMap".into() } else { self.path(name) })
    }
}

/// A type in Rust without the paths of its names: `Page<PhoneNumber>`.
pub fn type_name(ty: &Type) -> String {
    type_text(ty, &str::to_owned)
}

fn type_text(ty: &Type, name: &dyn Fn(&str) -> String) -> String {
    match ty {
        Type::String | Type::Digits => "String".into(),
        Type::Secret { .. } => name("Secret"),
        Type::Bool => "bool".into(),
        Type::Int => "i64".into(),
        Type::Float => "f64".into(),
        Type::Id(short) => name(&id_type(short)),
        Type::Timestamp { .. } => name("Timestamp"),
        Type::Json => name("Value"),
        Type::List(inner) => format!("Vec<{}>", type_text(inner, name)),
        Type::Map(inner) => format!("{}<String, {}>", name("BTreeMap"), type_text(inner, name)),
        Type::Page(inner) => format!("{}<{}>", name("Page"), type_text(inner, name)),
        Type::Enum(own) | Type::Object(own) | Type::Union(own) | Type::Untagged(own) => name(own),
        Type::IntString => name("IntString"),
        Type::File => name("File"),
        Type::Fields(own) => format!("{}<{}>", name("Fields"), name(own)),
        Type::Filters(own) => format!("Vec<{}>", name(own)),
        Type::Cursor => name("Cursor"),
    }
}

/// What leads to an operation: `client.waba("10").phone_numbers()` and `create`. Without an example's path the placeholders' names are shown.
pub fn call_path(api: &Api, operation: &Operation, placeholders: Option<&[String]>) -> (String, String) {
    let mut given = placeholders.map(|given| given.iter());
    let mut text = String::from("client");
    let site = api.sites().find(|site| site.operation.id == operation.id);
    if let Some(Site { node, edge, item, .. }) = site {
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
        if let Some(item) = item {
            let placeholders: Vec<String> = item.placeholders.iter().map(|placeholder| next(placeholder)).collect();
            text.push_str(&format!(".{}({})", item.handle, placeholders.join(", ")));
        }
    }
    (text, operation.rust_name.clone())
}
