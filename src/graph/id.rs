//! Resource ids, as far as they are known.
//!
//! `/subscriptions/{s}/resourceGroups/{g}/providers/Microsoft.Storage/storageAccounts/{name}`: any piece in braces may be
//! unknown.

use crate::value::Value;

/// A resource id taken apart.
#[derive(Clone, Debug)]
pub struct ResourceId {
    /// The id's subscription, if it has one.
    pub subscription_id: Option<Value>,
    /// The id's resource group, if it has one.
    pub resource_group: Option<Value>,
    /// Full type; empty for a resource group or subscription.
    pub resource_type: String,
    /// Names from the outermost to the innermost.
    pub names: Vec<Value>,
    /// For an extension resource the number of leading names that belong to what it extends, with that one's type.
    pub extends: Option<(String, usize)>,
}

impl ResourceId {
    /// Takes a value apart; `None` if it is no id, or not known well enough to tell.
    pub fn parse(value: &Value) -> Option<ResourceId> {
        let segments = value.split('/');
        let (first, rest) = segments.split_first()?;
        if first.as_str() != Some("") {
            return None;
        }
        let mut id = ResourceId {
            subscription_id: None,
            resource_group: None,
            resource_type: String::new(),
            names: Vec::new(),
            extends: None,
        };
        let mut rest = rest;
        loop {
            match rest {
                [] => break,
                [word, value, after @ ..] if is_word(word, "subscriptions") => {
                    id.subscription_id = Some(value.clone());
                    rest = after;
                }
                [word, value, after @ ..] if is_word(word, "resourceGroups") => {
                    id.resource_group = Some(value.clone());
                    rest = after;
                }
                [word, namespace, after @ ..] if is_word(word, "providers") => {
                    if !id.resource_type.is_empty() {
                        id.extends = Some((id.resource_type.clone(), id.names.len()));
                    }
                    id.resource_type = namespace.as_str()?.to_owned();
                    rest = after;
                }
                [segment, name, after @ ..] if !id.resource_type.is_empty() => {
                    id.resource_type.push('/');
                    id.resource_type.push_str(segment.as_str()?);
                    id.names.push(name.clone());
                    rest = after;
                }
                [_, ..] => return None,
            }
        }
        Some(id)
    }

    /// The resource itself where the id is that of a part of it: `.../databaseAccounts/x/privateLinkResources/Sql`.
    pub fn of_whole(mut self) -> ResourceId {
        if let Some((whole, part)) = self.resource_type.rsplit_once('/')
            && part.eq_ignore_ascii_case("privateLinkResources")
        {
            self.resource_type.truncate(whole.len());
            self.names.pop();
        }
        self
    }

    /// Names of the resource itself, without those of what it extends.
    pub fn own_names(&self) -> &[Value] {
        let extended = self.extends.as_ref().map_or(0, |(_, names)| *names);
        &self.names[extended..]
    }
}

fn is_word(value: &Value, word: &str) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.eq_ignore_ascii_case(word))
}

/// Whether two names are the same: `None` if nobody knows.
pub fn same(left: &Value, right: &Value) -> Option<bool> {
    match (left.as_str(), right.as_str()) {
        (Some(left), Some(right)) => Some(left.eq_ignore_ascii_case(right)),
        _ if left.identity() == right.identity() => Some(true),
        _ => None,
    }
}

/// Whether all of two lists of names are the same: `None` if nobody knows.
pub fn all_same<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Option<bool> {
    let mut result = Some(true);
    for (left, right) in pairs {
        match same(left, right) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}
