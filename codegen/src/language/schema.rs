//! JSON Schema for the files of a spec, generated from [`crate::language::grammar`], for editors that complete and check while you type.

use serde_json::{Map, Value, json};

use crate::language::grammar::{self, Object, ValueKind};

/// The schemas by name, as the first lines of spec files name them: `schema/node.json` is `node`.
pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("surface", schema(&grammar::SURFACE)),
        ("versions", schema(&grammar::VERSIONS)),
        ("permissions", schema(&grammar::PERMISSIONS)),
        ("errors", schema(&grammar::ERRORS)),
        ("quirks", schema(&grammar::QUIRKS)),
        ("evidence", schema(&grammar::EVIDENCE)),
        ("coverage", schema(&grammar::COVERAGE)),
        ("types", schema(&grammar::TYPES)),
        ("node", schema(&grammar::NODE)),
        ("edge", schema(&grammar::EDGE_FILE)),
        ("webhooks", schema(&grammar::WEBHOOKS)),
        ("webhook", schema(&grammar::WEBHOOK)),
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
            properties.insert(key.name.into(), self.described(&key.kind, key.doc));
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
    fn described(&mut self, shape: &'static ValueKind, doc: &str) -> Value {
        let mut schema = self.shape(shape);
        if schema.contains_key("$ref") {
            schema = Map::from_iter([("allOf".into(), json!([schema]))]);
        }
        schema.insert("description".into(), doc.into());
        schema.into()
    }

    fn shape(&mut self, shape: &'static ValueKind) -> Map<String, Value> {
        let schema = match shape {
            ValueKind::Any => json!({}),
            // A string may look like a number: a title, a constant.
            ValueKind::Text => json!({"type": ["string", "number", "boolean"]}),
            ValueKind::Bool => json!({"type": "boolean"}),
            ValueKind::Int => json!({"type": "integer", "minimum": 0}),
            ValueKind::Version => json!({"type": "string", "pattern": r"^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$"}),
            ValueKind::Date => json!({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}),
            ValueKind::Bound => json!({
                "type": "string",
                "pattern": r"^(v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)|[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))$",
            }),
            ValueKind::Url => json!({"type": "string", "pattern": r"^https://[^/\s]\S*$"}),
            ValueKind::Type => json!({"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_<>]*$"}),
            ValueKind::Camel => json!({"type": "string", "pattern": "^[A-Z][A-Za-z0-9]*$"}),
            ValueKind::Snake => json!({"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}),
            ValueKind::Window => json!({"type": "string", "pattern": "^0*[1-9][0-9]*[smhd]$"}),
            ValueKind::ErrorCode => {
                json!({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+(-[0-9]+)?$"}]})
            }
            ValueKind::Choice(words) => json!({"enum": words}),
            ValueKind::List(inner) => json!({"type": "array", "items": self.shape(inner)}),
            ValueKind::Map(_, inner) => json!({"type": "object", "additionalProperties": self.shape(inner)}),
            ValueKind::Either(shapes) => json!({"anyOf": shapes.iter().map(|shape| Value::from(self.shape(shape))).collect::<Vec<_>>()}),
            ValueKind::Object(object) => json!({"$ref": format!("#/definitions/{}", self.definition(object))}),
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
