//! Reads one field after another, remembers what was wrong, and knows every name there is. The derive writes the calls.

use std::collections::BTreeMap;

use super::effective::MASK;
use super::sources::Variable;
use super::{Effective, EffectiveSetting, Problems, Rules, SettingValue, Settings, SettingsError, Source};

/// Stands between the name of a section and what is in it
const DIVIDER: &str = "__";

/// A field, as the derive has found it
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The variable's name, or the section's; in capitals
    pub name: &'static str,
    /// Where the variable is
    pub place: Place,
    /// Masked
    pub is_secret: bool,
    /// The doc comment
    pub description: &'static str,
}

/// Where a field's variable is
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the section of its struct
    Here,
    /// Outside of all sections
    Root,
    /// A section without a name of its own
    Flat,
}

/// What is used for a variable that is not set
pub enum Default<'d, T> {
    /// A text, read as the variable's would be
    Text(&'d str),
    /// A value; nothing where a field that it is made of is wrong
    Value(&'d dyn Fn() -> Option<T>),
}

impl<T> std::fmt::Debug for Default<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Default")
    }
}

/// What a field of settings can be: a value in a variable, a section, or either as an option
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no setting",
    label = "neither a section nor what a variable can hold",
    note = "derive `Settings` for a section or an enum without data, or implement `fastrail::settings::SettingValue`"
)]
pub trait Setting: Sized {
    /// What rules are about
    type Value;

    /// Names its variables
    fn list(listing: &mut Listing, field: &Field, has_default: bool);

    /// Reads it
    fn read(reader: &mut Reader, field: &Field, rules: &Rules<Self::Value>) -> Option<Self>;
}

/// What a section is one of: nothing that a rule could be about
#[derive(Clone, Copy, Debug)]
pub enum NoValue {}

impl<T: SettingValue> Setting for T {
    type Value = T;

    fn list(listing: &mut Listing, field: &Field, has_default: bool) {
        listing.add(field, has_default);
    }

    fn read(reader: &mut Reader, field: &Field, rules: &Rules<T>) -> Option<T> {
        match reader.given(field, rules) {
            Given::Fits(value) => Some(value),
            Given::Wrong => None,
            Given::Missing => {
                reader.missing(field);
                None
            }
        }
    }
}

impl<T: Setting> Setting for Option<T> {
    type Value = T::Value;

    fn list(listing: &mut Listing, field: &Field, _: bool) {
        T::list(listing, field, true);
    }

    fn read(reader: &mut Reader, field: &Field, rules: &Rules<T::Value>) -> Option<Self> {
        let mut inside = reader.listing();
        T::list(&mut inside, field, false);
        // What makes a section wanted is a setting that it cannot do without; else any of it.
        let decides = |name: &Name| name.is_required || inside.names.iter().all(|name| !name.is_required);
        let wanted = inside.names.iter().filter(|name| decides(name)).find(|name| reader.is_set(&name.name));
        match wanted.map(|name| name.name.clone()) {
            None => {
                inside.names.iter().for_each(|name| reader.unset(name));
                Some(None)
            }
            Some(name) => {
                let outer = reader.beside.replace(name);
                let read = T::read(reader, field, rules).map(Some);
                reader.beside = outer;
                read
            }
        }
    }
}

/// The names of variables
#[derive(Debug)]
pub struct Listing {
    /// What names begin with here
    scope: String,
    prefix: String,
    names: Vec<Name>,
}

#[derive(Debug)]
struct Name {
    name: String,
    is_required: bool,
    description: &'static str,
}

impl Listing {
    fn of<T: Settings>(prefix: &str) -> Self {
        let mut listing = Self { scope: prefix.to_owned(), prefix: prefix.to_owned(), names: Vec::new() };
        T::list_fields(&mut listing);
        listing
    }

    fn name(&self, field: &Field) -> String {
        match field.place {
            Place::Root => format!("{}{}", self.prefix, field.name),
            Place::Here | Place::Flat => format!("{}{}", self.scope, field.name),
        }
    }

    fn add(&mut self, field: &Field, has_default: bool) {
        let name = self.name(field);
        if self.names.iter().all(|known| known.name != name) {
            self.names.push(Name { name, is_required: !has_default, description: field.description });
        }
    }

    /// Names the variables of a field of any kind
    pub fn field<T: Setting>(&mut self, field: &Field, has_default: bool) {
        T::list(self, field, has_default);
    }

    /// Names a section's variables; one that has a default needs none of them
    pub fn section<T: Settings>(&mut self, field: &Field, has_default: bool) {
        let inner = scope(&self.scope, field);
        let outer = std::mem::replace(&mut self.scope, inner);
        let before = self.names.len();
        T::list_fields(self);
        self.scope = outer;
        if has_default {
            self.names[before..].iter_mut().for_each(|name| name.is_required = false);
        }
    }
}

fn scope(outer: &str, field: &Field) -> String {
    match field.place {
        Place::Flat => outer.to_owned(),
        Place::Here | Place::Root => format!("{outer}{}{DIVIDER}", field.name),
    }
}

/// What a variable has come to
enum Given<T> {
    Fits(T),
    Wrong,
    Missing,
}

/// The variables that are set, what was wrong so far, and what the settings have come to
pub struct Reader {
    prefix: String,
    scope: String,
    variables: BTreeMap<String, Variable>,
    problems: Problems,
    effective: Effective,
    /// The variable that makes an optional section wanted
    beside: Option<String>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("scope", &self.scope).finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) fn new(prefix: String, variables: Vec<Variable>, problems: Problems) -> Self {
        let mut known = BTreeMap::new();
        for variable in variables {
            let is_empty = variable.value.as_deref() == Some("");
            // An empty variable counts, as the default: it hides what the sources after it say.
            known
                .entry(variable.name.clone())
                .or_insert(Variable { is_ours: variable.is_ours && !is_empty, ..variable });
        }
        let effective = Effective::default();
        Self { scope: prefix.clone(), prefix, variables: known, problems, effective, beside: None }
    }

    pub(super) fn read<T: Settings>(mut self) -> Result<(T, Effective), SettingsError> {
        let listing = Listing::of::<T>(&self.prefix);
        self.refuse_unknown(&listing);
        let settings = T::read_fields(&mut self);
        let effective = self.effective;
        self.problems.unless_any(settings.map(|settings| (settings, effective)))
    }

    /// Tells every variable that must be meant for the program and is no setting
    fn refuse_unknown(&mut self, listing: &Listing) {
        let section = |name: &str| {
            let inner = name.strip_prefix(&self.prefix)?;
            inner.split_once(DIVIDER).map(|(section, _)| section.to_owned())
        };
        let sections: Vec<String> = listing.names.iter().filter_map(|known| section(&known.name)).collect();
        for variable in self.variables.values() {
            let name = &variable.name;
            let has_prefix = !self.prefix.is_empty() && name.starts_with(&self.prefix);
            let is_ours =
                variable.is_ours || has_prefix || section(name).is_some_and(|section| sections.contains(&section));
            if !is_ours || listing.names.iter().any(|known| known.name == *name) {
                continue;
            }
            self.problems.note(name.clone(), unknown(name, &variable.source, listing));
        }
    }

    fn listing(&self) -> Listing {
        Listing { scope: self.scope.clone(), prefix: self.prefix.clone(), names: Vec::new() }
    }

    fn name(&self, field: &Field) -> String {
        self.listing().name(field)
    }

    fn is_set(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|variable| variable.value.as_deref() != Some(""))
    }

    /// Reads a field, of any kind, that has no default
    pub fn field<T: Setting>(
        &mut self,
        field: &Field,
        rules: impl FnOnce(Rules<T::Value>) -> Rules<T::Value>,
    ) -> Option<T> {
        T::read(self, field, &rules(Rules::default()))
    }

    /// Reads a value that has a default
    pub fn value<T: SettingValue>(
        &mut self,
        field: &Field,
        rules: impl FnOnce(Rules<T>) -> Rules<T>,
        default: &Default<'_, T>,
    ) -> Option<T> {
        match self.given(field, &rules(Rules::default())) {
            Given::Fits(value) => return Some(value),
            Given::Wrong => return None,
            Given::Missing => {}
        }
        let name = self.name(field);
        let value = match default {
            Default::Value(make) => make()?,
            Default::Text(text) => match T::parse(text) {
                Ok(value) => value,
                Err(message) => {
                    let message = format!("has the default `{text}` in the code, which {message}");
                    self.problems.note(name, message);
                    return None;
                }
            },
        };
        self.note(name, field, &value, Source::Default);
        Some(value)
    }

    /// Reads the fields of a section
    pub fn section<T: Settings>(&mut self, field: &Field) -> Option<T> {
        let inner = scope(&self.scope, field);
        let outer = std::mem::replace(&mut self.scope, inner);
        let read = T::read_fields(self);
        self.scope = outer;
        read
    }

    /// Lets a struct's own check look at it
    pub fn check<T>(&mut self, settings: T, check: impl Fn(&T, &mut Problems)) -> Option<T> {
        let mut problems = Problems::new(&self.prefix);
        check(&settings, &mut problems);
        let is_fine = problems.is_empty();
        if let Err(error) = problems.unless_any(Some(())) {
            error
                .problems()
                .iter()
                .for_each(|problem| self.problems.note(problem.name.clone(), problem.message.clone()));
        }
        is_fine.then_some(settings)
    }

    fn given<T: SettingValue>(&mut self, field: &Field, rules: &Rules<T>) -> Given<T> {
        let name = self.name(field);
        let Some(variable) = self.variables.get(&name).filter(|_| self.is_set(&name)) else { return Given::Missing };
        let source = variable.source.clone();
        let is_secret = field.is_secret || T::IS_SECRET;
        let shown = |expected: String, text: &str| match is_secret {
            true => format!("should be {expected}"),
            false => format!("should be {expected}, and is '{}'", text.escape_debug()),
        };
        let verdict = match &variable.value {
            None => Err("is no UTF-8".to_owned()),
            Some(text) => match T::parse(text) {
                // The bounds tell more than the type.
                Err(message) if message == T::expected() => Err(shown(rules.expected(), text)),
                Err(message) => Err(shown(message, text)),
                Ok(value) => match rules.verdict(&value) {
                    Ok(()) => Ok(value),
                    Err(message) if message.is_empty() => Err(shown(rules.expected(), text)),
                    Err(message) => Err(message),
                },
            },
        };
        match verdict {
            Ok(value) => {
                self.note(name, field, &value, source);
                Given::Fits(value)
            }
            Err(message) => {
                self.problems.note(name, message);
                Given::Wrong
            }
        }
    }

    fn missing(&mut self, field: &Field) {
        let name = self.name(field);
        let message = match &self.beside {
            Some(beside) => format!("is required beside {beside}"),
            None => "is required".to_owned(),
        };
        self.problems.note(name, message);
    }

    fn unset(&mut self, name: &Name) {
        let (name, description) = (name.name.clone(), name.description);
        self.effective.note(EffectiveSetting { name, value: None, source: Source::Default, description });
    }

    fn note<T: SettingValue>(&mut self, name: String, field: &Field, value: &T, source: Source) {
        let value = if field.is_secret || T::IS_SECRET { MASK.to_owned() } else { value.show() };
        let description = field.description;
        self.effective.note(EffectiveSetting { name, value: Some(value), source, description });
    }
}

/// Why a name is refused, and which one was meant
fn unknown(name: &str, source: &Source, listing: &Listing) -> String {
    let inside = format!("{name}{DIVIDER}");
    if let Some(known) = listing.names.iter().find(|known| known.name.starts_with(&inside)) {
        return format!("is a section, whose settings are variables of their own, such as {}", known.name);
    }
    let place = match source {
        Source::File(_) => format!("in {source}"),
        _ => "in the environment".to_owned(),
    };
    let names = listing.names.iter().map(|known| known.name.as_str());
    let nearest = names.map(|known| (strsim::damerau_levenshtein(known, name), known)).min();
    let hint = match nearest {
        Some((distance, known)) if distance <= 2.max(known.len() / 4) => format!("; did you mean {known}?"),
        _ => String::new(),
    };
    format!("is not a setting, but set {place}{hint}")
}
