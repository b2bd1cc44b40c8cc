//! A message made of a template.

use whatsapp_graph::{
    message_template::MessageTemplate,
    types::{
        SentBody, SentButton, SentComponent, SentCopyCodeButton, SentHeader, SentQuickReplyButton, SentUrlButton, TemplateButton,
        TemplateComponent, TemplateMessage, TemplateParameter, TemplateParameterValue,
    },
};

use crate::{
    check::{self, Mismatch, Mismatches, Reason, as_json},
    places::{self, Asks},
};

/// The values for a template, from which [`finish`](Self::finish) makes a message that fits it.
#[derive(Debug)]
pub struct Fill<'a> {
    template: &'a MessageTemplate,
    header: Vec<TemplateParameter>,
    body: Vec<TemplateParameter>,
    buttons: Vec<(usize, String)>,
    more: Vec<SentComponent>,
}

impl<'a> Fill<'a> {
    /// Begins with a template as it was read, with name, language and components.
    pub fn new(template: &'a MessageTemplate) -> Self {
        Self { template, header: Vec::new(), body: Vec::new(), buttons: Vec::new(), more: Vec::new() }
    }

    /// The value of the header: a text, or what it shows.
    #[must_use]
    pub fn header(mut self, value: impl Into<TemplateParameterValue>) -> Self {
        self.header = vec![TemplateParameter::new(value)];
        self
    }

    /// The values of the variables of the body, in the order of their numbers.
    #[must_use]
    pub fn body(mut self, values: impl IntoIterator<Item = impl Into<TemplateParameter>>) -> Self {
        self.body.extend(values.into_iter().map(Into::into));
        self
    }

    /// The value of the variable of this name, in the header or in the body, where the template has it.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>, value: impl Into<TemplateParameterValue>) -> Self {
        let name = name.into();
        let parameter = TemplateParameter::new(value).parameter_name(name.clone());
        let components = self.template.components.as_deref().unwrap_or_default();
        match places::asked(&as_json(&components), 0).places.get("header") {
            Some(Asks::Variables(names)) if names.contains(&name) => self.header.push(parameter),
            _ => self.body.push(parameter),
        }
        self
    }

    /// What a button takes: the end of its URL, the code that it copies, or what it sends back. Buttons are counted from 0.
    #[must_use]
    pub fn button(mut self, index: usize, value: impl Into<String>) -> Self {
        self.buttons.push((index, value.into()));
        self
    }

    /// Any other component: cards, an expiration, what a flow or a catalog starts with.
    #[must_use]
    pub fn component(mut self, component: impl Into<SentComponent>) -> Self {
        self.more.push(component.into());
        self
    }

    /// Makes the message.
    ///
    /// # Errors
    /// Every place where the values do not fit the template.
    pub fn finish(self) -> Result<TemplateMessage, Mismatches> {
        let mut found = Vec::new();
        let (name, language) = (self.template.name.clone(), self.template.language.clone());
        for (at, read) in [("name", &name), ("language", &language)] {
            if read.is_none() {
                found.push(Mismatch::new(at, Reason::Unread));
            }
        }
        let mut components: Vec<SentComponent> = Vec::new();
        if !self.header.is_empty() {
            components.push(SentHeader::new(self.header).into());
        }
        if !self.body.is_empty() {
            components.push(SentBody::new(self.body).into());
        }
        for (index, value) in self.buttons {
            match button(self.template, index, value) {
                Some(button) => components.push(SentComponent::Button(button)),
                None => found.push(Mismatch::new(format!("buttons[{index}]"), Reason::TooMany { expected: 0, found: 1 })),
            }
        }
        components.extend(self.more);
        let mut message = TemplateMessage::new(name.unwrap_or_default(), language.unwrap_or_default());
        if !components.is_empty() {
            message = message.components(components);
        }
        check::all(found)?;
        check::check(self.template, &message)?;
        Ok(message)
    }
}

/// The value for the button at this position, if the template has one there that takes a text.
fn button(template: &MessageTemplate, index: usize, value: String) -> Option<SentButton> {
    let components = template.components.as_deref().unwrap_or_default();
    let buttons =
        components.iter().find_map(|component| if let TemplateComponent::Buttons(all) = component { Some(&all.buttons) } else { None });
    let at = i64::try_from(index).ok()?;
    match buttons?.get(index)? {
        TemplateButton::Url(_) => Some(SentButton::Url(SentUrlButton::new(at, [value]))),
        TemplateButton::QuickReply(_) => Some(SentButton::QuickReply(SentQuickReplyButton::new(at, [value]))),
        TemplateButton::CopyCode(_) => Some(SentButton::CopyCode(SentCopyCodeButton::new(at, [value]))),
        _ => None,
    }
}
