//! The operations, each with what the spec says of it and what a call needs, found by any of its names.

use graph_runtime::OperationInfo;
use whatsapp_graph::description::OPERATIONS;

use crate::description::{Content, Field, Named, Operation, Param, Shape, Type, Variant};
use crate::operations::SPEC;
use crate::problem::Problem;
use crate::text::did_you_mean;

/// An operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) operation: &'static Operation,
    pub(crate) info: &'static OperationInfo,
}

/// Every operation, in the order of the spec.
pub(crate) fn all() -> impl Iterator<Item = Known> {
    SPEC.operations.iter().copied().flatten().filter_map(|operation| Some(Known { operation, info: info(operation.id)? }))
}

/// The areas without which hardly a program does, separated by commas.
pub(crate) fn essential_areas() -> String {
    joined(SPEC.areas.iter().filter(|area| area.essential).map(|area| area.name))
}

/// The fields of webhooks without which hardly a program does that receives them.
pub(crate) fn essential_fields() -> String {
    joined(SPEC.webhooks.fields.iter().filter(|field| field.essential).map(|field| field.name))
}

fn joined(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(",")
}

fn info(id: &str) -> Option<&'static OperationInfo> {
    OPERATIONS.iter().copied().find(|info| info.id == id)
}

/// `RegisterPhoneNumber` as a shell likes it: `register-phone-number`.
pub(crate) fn kebab(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

impl Known {
    /// The name that is shown: `register-phone-number`.
    pub(crate) fn name(self) -> String {
        kebab(self.info.request)
    }

    /// The placeholders of its path.
    pub(crate) fn placeholders(self) -> impl Iterator<Item = &'static str> {
        self.operation.path.iter().filter_map(crate::description::Segment::placeholder)
    }
}

/// Letters and digits, in lowercase.
fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The operation of this name: `register-phone-number`, `RegisterPhoneNumber`, `WhatsAppBusinessPhoneNumber.register.create`, or as much of the
/// last as only one has: `register`.
pub(crate) fn find(name: &str) -> Result<Known, Box<Problem>> {
    let wanted = bare(name);
    if let Some(known) = all().find(|known| bare(known.info.request) == wanted || bare(known.info.id) == wanted) {
        return Ok(known);
    }
    let ends = |known: &Known| {
        let parts: Vec<&str> = known.info.id.split('.').skip(1).collect();
        bare(&parts.concat()) == wanted || (parts.len() > 1 && parts.first().is_some_and(|edge| bare(edge) == wanted))
    };
    let found: Vec<Known> = all().filter(ends).collect();
    if let [known] = found[..] {
        return Ok(known);
    }
    let place = format!("call {name}");
    if !found.is_empty() {
        let names: Vec<String> = found.iter().map(|known| known.name()).collect();
        return Err(Problem::usage(format!("several operations are called `{name}`"))
            .at(place)
            .why(names.join(", "))
            .remedy("name one of these"));
    }
    let names: Vec<String> = all().map(Known::name).collect();
    let near = did_you_mean(name, names.iter().map(String::as_str)).or_else(|| {
        let having: Vec<&str> = names.iter().filter(|known| bare(known).contains(&wanted)).map(String::as_str).take(8).collect();
        (!having.is_empty() && !wanted.is_empty()).then(|| format!("these have the word: {}", having.join(", ")))
    });
    Err(Problem::usage(format!("no operation is called `{name}`"))
        .at(place)
        .maybe(near)
        .remedy("`whatsapp-graph-cli operations WORD…` lists those with these words"))
}

/// A place for a value: a parameter, or a member of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) name: &'static str,
    pub(crate) ty: Type,
    pub(crate) only: Option<&'static [&'static str]>,
    pub(crate) doc: &'static str,
    pub(crate) required: bool,
    pub(crate) constant: Option<&'static str>,
    /// The parameter that it is, or is among.
    pub(crate) param: Option<&'static Param>,
    /// What it chooses between, if it is the tag of a union.
    pub(crate) variants: &'static [Variant],
}

impl Slot {
    fn of(name: &'static str, ty: Type, doc: &'static str) -> Self {
        Self { name, ty, only: None, doc, required: false, constant: None, param: None, variants: &[] }
    }
}

/// The parameters of an operation, those of a union that is spread among them.
pub(crate) fn slots(operation: &'static Operation) -> Vec<Slot> {
    let mut slots = Vec::new();
    for param in operation.params {
        if param.spread {
            let mut spread = Vec::new();
            members(param.ty, &mut spread);
            slots.extend(spread.into_iter().map(|slot| Slot { param: Some(param), required: slot.required && param.required, ..slot }));
        } else {
            let Param { name, ty, only, doc, required, constant, .. } = param;
            slots.push(Slot {
                name,
                ty: *ty,
                only: *only,
                doc,
                required: *required,
                constant: *constant,
                param: Some(param),
                variants: &[],
            });
        }
    }
    slots
}

/// The members of an object or a union, each once.
pub(crate) fn members(ty: Type, to: &mut Vec<Slot>) {
    let Type::Named(Named { shape, .. }) = ty else { return };
    match shape {
        Shape::Object(fields) => fields.iter().for_each(|field| field_slots(field, to)),
        Shape::Union { tag, variants } => {
            add(to, Slot { required: true, variants, ..Slot::of(tag, Type::String, "Which kind it is.") });
            for variant in *variants {
                match variant.content {
                    Content::Members(ty) => {
                        let mut own = Vec::new();
                        members(ty, &mut own);
                        // Others may be chosen, which have no need of them.
                        for slot in own {
                            add(to, Slot { required: slot.required && variants.len() == 1, ..slot });
                        }
                    }
                    Content::Payload(name, ty) => add(to, Slot::of(name, ty, variant.doc)),
                    Content::Nothing => {}
                }
            }
        }
        Shape::Several(types) => types.iter().for_each(|ty| members(*ty, to)),
        Shape::Enum(_) => {}
    }
}

fn field_slots(field: &'static Field, to: &mut Vec<Slot>) {
    if field.spread {
        members(field.ty, to);
    } else {
        let Field { name, ty, only, doc, always, constant, .. } = field;
        add(to, Slot { only: *only, required: *always, constant: *constant, ..Slot::of(name, *ty, doc) });
    }
}

fn add(to: &mut Vec<Slot>, slot: Slot) {
    if to.iter().all(|known| known.name != slot.name) {
        to.push(slot);
    }
}

impl Slot {
    /// The values that it has, where they are listed.
    pub(crate) fn values(&self) -> Vec<&'static str> {
        if self.variants.is_empty() { values(self.ty, self.only) } else { self.variants.iter().map(|variant| variant.tag).collect() }
    }
}

/// The values of an enum.
fn values(ty: Type, only: Option<&'static [&'static str]>) -> Vec<&'static str> {
    match ty {
        Type::Named(Named { shape: Shape::Enum(values), .. }) | Type::Fields(Named { shape: Shape::Enum(values), .. }) => {
            only.map_or_else(|| values.to_vec(), <[_]>::to_vec)
        }
        Type::List(inner) => values(*inner, only),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails should panic")]

    use super::{OPERATIONS, all, find, kebab};

    /// Nothing of an operation is in a file of Rust that is written by hand: whatever the spec has is here.
    #[test]
    fn every_operation_of_the_crate_is_here_by_each_of_its_names() {
        assert_eq!(all().count(), OPERATIONS.len());
        for info in OPERATIONS {
            assert_eq!(find(&kebab(info.request)).unwrap().info.id, info.id);
            assert_eq!(find(info.id).unwrap().info.id, info.id);
        }
    }

    #[test]
    fn the_end_of_an_id_will_do_where_only_one_has_it() {
        let end = |id: &'static str| id.split_once('.').filter(|(_, end)| end.contains('.')).map(|(_, end)| end);
        let ends: Vec<_> = OPERATIONS.iter().filter_map(|info| Some((info, end(info.id)?))).collect();
        let times = |wanted: &str| ends.iter().filter(|(_, end)| *end == wanted).count();
        let (alone, shared): (Vec<_>, Vec<_>) = ends.iter().partition(|(_, end)| times(end) == 1);
        assert!(!alone.is_empty() && !shared.is_empty());
        for (info, end) in alone {
            assert_eq!(find(end).unwrap().info.id, info.id);
        }
        for (_, end) in shared {
            assert!(find(end).is_err(), "{end} is of several");
        }
    }
}
