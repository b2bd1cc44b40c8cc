//! JSON Schema for the files of a spec, generated from [`crate::language::grammar`], for editors that complete and check while you type.

use serde_json::{Map, Value, json};

use crate::language::grammar::{self, Object, Shape};

/// The schemas by name, as the first lines of spec files name them: `schema/node.json` is `node`.
pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("surface", schema(&grammar::SURFACE)),
        ("versions", schema(&grammar::VERSIONS)),
        ("permissions", schema(&grammar::PERMISSIONS)),
        ("errors", schema(&grammar::ERRORS)),
        ("quirks", schema(&grammar::QUIRKS)),
        ("types", schema(&grammar::TYPES)),
        ("node", schema(&grammar::NODE)),
        ("edge", schema(&grammar::EDGE_FILE)),
    ]
}

fn schema(object: &'static Object) -> Value {
    let mut writer = Writer { definitions: Vec::new() };
    let mut schema = Map::new();
    schema.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into());
    schema.insert("title".into(), object.name.into());
    schema.extend(writer.object(object));
    let definitions: Map<String, Value> = writer.definitions.into_iter().map(|(_, name, value)| (name, value)).collect();
    schema.insert("definitions".into(), definitions.into());
    schema.into()
}

/// Writes each mapping of the language once; the others point at it.
struct Writer {
    definitions: Vec<(*const Object, String, Value)>,
}

impl Writer {
    fn object(&mut self, object: &'static Object) -> Map<String, Value> {
        let mut properties = Map::new();
        for key in object.keys() {
            properties.insert(key.name.into(), self.described(&key.shape, key.doc));
        }
        let required: Vec<&str> = object.keys().filter(|key| key.required).map(|key| key.name).collect();
        let mut schema = Map::new();
        schema.insert("type".into(), "object".into());
        schema.insert("properties".into(), properties.into());
        schema.insert("required".into(), required.into());
        schema.insert("additionalProperties".into(), false.into());
        schema
    }

    /// In draft 7 keywords next to a `$ref` are ignored, so a reference with a description is in an `allOf`.
    fn described(&mut self, shape: &'static Shape, doc: &str) -> Value {
        let mut schema = self.shape(shape);
        if schema.contains_key("$ref") {
            schema = Map::from_iter([("allOf".into(), json!([schema]))]);
        }
        schema.insert("description".into(), doc.into());
        schema.into()
    }

    fn shape(&mut self, shape: &'static Shape) -> Map<String, Value> {
        let schema = match shape {
            Shape::Any => json!({}),
            // A string may look like a number: a title, a constant.
            Shape::Text => json!({"type": ["string", "number", "boolean"]}),
            Shape::Bool => json!({"type": "boolean"}),
            Shape::Int => json!({"type": "integer", "minimum": 0}),
            Shape::Version => json!({"type": "string", "pattern": r"^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"}),
            Shape::Date => json!({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}),
            Shape::Url => json!({"type": "string", "pattern": r"^https://[^/\s]\S*$"}),
            Shape::Type => json!({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_<>]*$"}),
            Shape::Camel => json!({"type": "string", "pattern": "^[A-Z][A-Za-z0-9]*$"}),
            Shape::Snake => json!({"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}),
            Shape::Window => json!({"type": "string", "pattern": "^0*[1-9][0-9]*[smhd]$"}),
            Shape::ErrorCode => json!({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+(-[0-9]+)?$"}]}),
            Shape::Choice(words) => json!({"enum": words}),
            Shape::List(inner) => json!({"type": "array", "items": self.shape(inner)}),
            Shape::Map(_, inner) => json!({"type": "object", "additionalProperties": self.shape(inner)}),
            Shape::Either(shapes) => json!({"anyOf": shapes.iter().map(|shape| Value::from(self.shape(shape))).collect::<Vec<_>>()}),
            Shape::Object(object) => json!({"$ref": format!("#/definitions/{}", self.definition(object))}),
        };
        if let Value::Object(schema) = schema { schema } else { Map::new() }
    }

    /// The name under which a mapping is defined.
    fn definition(&mut self, object: &'static Object) -> String {
        let identity = std::ptr::from_ref(object);
        if let Some((_, name, _)) = self.definitions.iter().find(|(known, _, _)| *known == identity) {
            return name.clone();
        }
        let base = object.name.trim_start_matches("an ").trim_start_matches("a ").replace(' ', "_");
        let position = self.definitions.len();
        let is_taken = self.definitions.iter().any(|(_, taken, _)| *taken == base);
        let name = if is_taken { format!("{base}_{position}") } else { base };
        self.definitions.push((identity, name.clone(), Value::Null));
        let schema = self.object(object);
        self.definitions[position].2 = schema.into();
        name
    }
}
