//! Which credentials an operation takes: all of them, one of them, or none.

use serde_json::{Map, Value};

/// The credentials of one operation
#[derive(Debug, Default)]
pub(super) struct Requirements {
    schemes: Vec<(&'static str, bool)>,
    scopes: Vec<String>,
}

impl Requirements {
    /// Adds a scheme; one that is demanded once is demanded
    pub(super) fn add(&mut self, name: &'static str, required: bool) {
        match self.schemes.iter_mut().find(|(other, _)| *other == name) {
            Some((_, demanded)) => *demanded |= required,
            None => self.schemes.push((name, required)),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.schemes.is_empty()
    }

    /// Adds a scope, which stands with every scheme
    pub(super) fn require_scope(&mut self, scope: &str) {
        if !self.scopes.iter().any(|other| other == scope) {
            self.scopes.push(scope.to_owned());
        }
    }

    pub(super) fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// OpenAPI's `security`: a list of alternatives, each an object of what is needed together; empty where no
    /// credential is taken
    ///
    /// Demanded credentials are needed together. Optional ones are alternatives, next to none at all (`{}`); unless there are
    /// several of them and the operation answers 401: then one of them is needed.
    pub(super) fn write(&self, answers_401: bool) -> Vec<Value> {
        let together = |names: &[&'static str]| -> Value {
            names
                .iter()
                .map(|name| ((*name).to_owned(), Value::from(self.scopes.clone())))
                .collect::<Map<_, _>>()
                .into()
        };
        let of =
            |demanded| self.schemes.iter().filter(move |(_, required)| *required == demanded).map(|(name, _)| *name);
        let demanded: Vec<&'static str> = of(true).collect();
        let mut alternatives: Vec<Value> =
            of(false).map(|optional| together(&[demanded.as_slice(), &[optional]].concat())).collect();
        if self.schemes.is_empty() {
            return alternatives;
        }
        if alternatives.len() < 2 || !answers_401 || !demanded.is_empty() {
            alternatives.push(together(&demanded));
        }
        alternatives
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Requirements;

    fn written(schemes: &[(&'static str, bool)], answers_401: bool) -> Value {
        let mut requirements = Requirements::default();
        schemes.iter().for_each(|(name, required)| requirements.add(name, *required));
        requirements.write(answers_401).into()
    }

    #[test]
    fn demanded_ones_are_needed_together_and_optional_ones_are_alternatives() {
        assert_eq!(written(&[], true), json!([]));
        assert_eq!(written(&[("A", true)], true), json!([{ "A": [] }]));
        assert_eq!(written(&[("A", true), ("B", true)], true), json!([{ "A": [], "B": [] }]));
        assert_eq!(written(&[("A", false)], true), json!([{ "A": [] }, {}]));
        assert_eq!(written(&[("A", false), ("B", false)], false), json!([{ "A": [] }, { "B": [] }, {}]));
        assert_eq!(written(&[("A", false), ("B", false)], true), json!([{ "A": [] }, { "B": [] }]));
        assert_eq!(written(&[("A", true), ("B", false)], true), json!([{ "A": [], "B": [] }, { "A": [] }]));
        assert_eq!(written(&[("A", false), ("A", true)], true), json!([{ "A": [] }]));
    }
}
