//! The templates of two accounts, beside each other.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;
use whatsapp_graph::{
    WabaId,
    message_template::MessageTemplate,
    types::{TemplateCategory, TemplateParameterFormat},
    whatsapp_business_account::CreateMessageTemplate,
};

use crate::{check::as_json, places::word};

/// What a template is known by in every account: identifiers differ, names and languages do not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Key {
    /// The name.
    pub name: String,
    /// Language and region.
    pub language: String,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.language)
    }
}

/// How the templates of one name and language differ.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Difference {
    /// The target has no such template.
    OnlyInSource,
    /// The source has no such template.
    OnlyInTarget,
    /// The two are in different categories, and so have different prices.
    Category {
        /// That of the source.
        source: Option<TemplateCategory>,
        /// That of the target.
        target: Option<TemplateCategory>,
    },
    /// Meta has changed the category of a template, or is about to.
    Recategorized {
        /// Whether it is the template of the target.
        in_target: bool,
        /// What it was.
        from: Option<TemplateCategory>,
        /// What it is, or will be.
        to: Option<TemplateCategory>,
    },
    /// The contents differ, apart from examples.
    Components,
    /// Variables are written differently.
    ParameterFormat,
    /// Messages are tried for another time.
    TimeToLive,
}

/// What keeps a template from being copied as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The template was read without this field.
    Unread(&'static str),
    /// The header of this place has a file: a read answers its URL, and `create` takes the handle of an upload.
    Media(String),
    /// A button for one-time codes is read as the URL that it has become.
    OneTimeCode,
    /// The button of this place opens a flow, which belongs to the other account.
    Flow(String),
}

/// The templates of one name and language.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Step<'a> {
    /// Name and language.
    pub key: Key,
    /// The template of the source.
    pub source: Option<&'a MessageTemplate>,
    /// The template of the target.
    pub target: Option<&'a MessageTemplate>,
    /// How they differ; nothing if they are the same.
    pub differences: Vec<Difference>,
}

/// The templates of two accounts, beside each other, by name and language.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    steps: Vec<Step<'a>>,
}

impl<'a> Plan<'a> {
    /// Compares the templates of an account with those of another one. Both are as they were read, with name, language, category and components;
    /// templates without name or language are left out.
    pub fn between(source: impl IntoIterator<Item = &'a MessageTemplate>, target: impl IntoIterator<Item = &'a MessageTemplate>) -> Self {
        let mut pairs: BTreeMap<Key, (Option<&MessageTemplate>, Option<&MessageTemplate>)> = BTreeMap::new();
        for template in source {
            if let Some(key) = key(template) {
                pairs.entry(key).or_default().0 = Some(template);
            }
        }
        for template in target {
            if let Some(key) = key(template) {
                pairs.entry(key).or_default().1 = Some(template);
            }
        }
        let steps = pairs.into_iter().map(|(key, (source, target))| Step { key, source, target, differences: differences(source, target) });
        Self { steps: steps.collect() }
    }

    /// Every name and language, with what was found.
    pub fn steps(&self) -> impl Iterator<Item = &Step<'a>> {
        self.steps.iter()
    }

    /// Those that differ.
    pub fn changes(&self) -> impl Iterator<Item = &Step<'a>> {
        self.steps.iter().filter(|step| !step.differences.is_empty())
    }

    /// What creates in an account what it lacks, each as a request for [`Client::send`](whatsapp_graph::Client::send), or what prevents it.
    pub fn creations(&self, target: impl Into<WabaId>) -> Vec<(&Key, Result<CreateMessageTemplate, Vec<Obstacle>>)> {
        let target = target.into();
        let missing = self.steps.iter().filter(|step| step.target.is_none());
        missing.filter_map(|step| Some((&step.key, creation(&step.key, step.source?, target.clone())))).collect()
    }
}

fn key(template: &MessageTemplate) -> Option<Key> {
    Some(Key { name: template.name.clone()?, language: template.language.clone()? })
}

fn differences(source: Option<&MessageTemplate>, target: Option<&MessageTemplate>) -> Vec<Difference> {
    let mut found = Vec::new();
    for (template, in_target) in [(source, false), (target, true)] {
        found.extend(template.and_then(|template| recategorized(template, in_target)));
    }
    let (Some(source), Some(target)) = (source, target) else {
        found.insert(0, if source.is_some() { Difference::OnlyInSource } else { Difference::OnlyInTarget });
        return found;
    };
    if source.category != target.category {
        found.push(Difference::Category { source: source.category.clone(), target: target.category.clone() });
    }
    if content(source) != content(target) {
        found.push(Difference::Components);
    }
    if format(source) != format(target) {
        found.push(Difference::ParameterFormat);
    }
    if source.message_send_ttl_seconds != target.message_send_ttl_seconds {
        found.push(Difference::TimeToLive);
    }
    found
}

fn recategorized(template: &MessageTemplate, in_target: bool) -> Option<Difference> {
    let (was, is, will) = (&template.previous_category, &template.category, &template.correct_category);
    if will.is_some() && will != is {
        return Some(Difference::Recategorized { in_target, from: is.clone(), to: will.clone() });
    }
    (was.is_some() && was != is).then(|| Difference::Recategorized { in_target, from: was.clone(), to: is.clone() })
}

fn format(template: &MessageTemplate) -> &TemplateParameterFormat {
    template.parameter_format.as_ref().unwrap_or(&TemplateParameterFormat::Positional)
}

/// The components without what every read may answer differently: an example's signed URL expires.
fn content(template: &MessageTemplate) -> Vec<Value> {
    let mut components = as_json(&template.components.as_deref().unwrap_or_default());
    components.iter_mut().for_each(without_examples);
    components
}

fn without_examples(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("example");
            members.values_mut().for_each(without_examples);
        }
        Value::Array(values) => values.iter_mut().for_each(without_examples),
        _ => {}
    }
}

fn creation(key: &Key, source: &MessageTemplate, target: WabaId) -> Result<CreateMessageTemplate, Vec<Obstacle>> {
    let mut obstacles = Vec::new();
    if source.category.is_none() {
        obstacles.push(Obstacle::Unread("category"));
    }
    if source.components.is_none() {
        obstacles.push(Obstacle::Unread("components"));
    }
    let components = as_json(&source.components.as_deref().unwrap_or_default());
    obstruct(&components, "", &mut obstacles);
    let has_buttons = components.iter().any(|component| word(component, "type").as_deref() == Some("buttons"));
    if source.category == Some(TemplateCategory::Authentication) && has_buttons {
        obstacles.push(Obstacle::OneTimeCode);
    }
    let Some(category) = source.category.clone().filter(|_| obstacles.is_empty()) else { return Err(obstacles) };
    let mut request = CreateMessageTemplate::new(target, key.name.clone(), key.language.clone(), category);
    request.body.components.clone_from(&source.components);
    request.body.parameter_format.clone_from(&source.parameter_format);
    request.body.message_send_ttl_seconds = source.message_send_ttl_seconds;
    request.body.cta_url_link_tracking_opted_out = source.cta_url_link_tracking_opted_out;
    Ok(request)
}

fn obstruct(components: &[Value], prefix: &str, obstacles: &mut Vec<Obstacle>) {
    for component in components {
        let kind = word(component, "type").unwrap_or_default();
        if component.pointer("/example/header_handle").is_some() {
            obstacles.push(Obstacle::Media(format!("{prefix}{kind}")));
        }
        for (at, button) in component.get("buttons").and_then(Value::as_array).into_iter().flatten().enumerate() {
            if button.get("flow_id").is_some_and(|id| !id.is_null()) {
                obstacles.push(Obstacle::Flow(format!("{prefix}buttons[{at}]")));
            }
        }
        for (at, card) in component.get("cards").and_then(Value::as_array).into_iter().flatten().enumerate() {
            let components = card.get("components").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            obstruct(components, &format!("{prefix}cards[{at}]."), obstacles);
        }
    }
}
