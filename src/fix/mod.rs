//! Fixes: what has to be written otherwise so that a finding is no more, in the language and the layout of the file.
//!
//! ```text
//! Repair     the value written at 'Standard_LRS' is to be Standard_ZRS       rules::repair
//! Fix        param skuName string = 'Standard_LRS'   ->  'Standard_ZRS'      here
//!            @allowed([ 'Standard_LRS' ])            ->  one value more
//! ```
//!
//! A value is changed where it was written: as a literal, a parameter's default, a module's argument, in a parameter file. What is
//! computed there, loaded from a file, chosen among allowed values, or written in a module that was restored is left alone.

// Most of the many kinds of syntax are no place for an edit.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is no literal, object or declaration is left alone"
)]

mod bicep;
mod child;
mod json;
mod layout;
mod literal;
mod members;
mod parameter;
mod tree;

use crate::diagnostic::{Deployed, Fix, Safety, TextEdit};
use crate::project::Project;
use crate::rules::definition::Literal;
use crate::rules::outcome::Place;
use crate::rules::repair::{Child, Repair, Rewrite};
use crate::source::{FileId, Span};
use crate::value::{Step, Trace};
use layout::Layout;
use literal::member;
use members::Edit;
use parameter::{Admission, admission};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use tree::Tree;

/// Makes fixes for what is found in one template and its modules.
pub struct Editor<'a> {
    project: &'a Project,
    trees: RefCell<FxHashMap<FileId, Option<Rc<Tree>>>>,
}

/// What is known of a repair beside what it changes.
pub struct Around<'a> {
    /// Whether what is written at a place becomes different properties, so that it cannot be changed for one of them.
    pub is_shared: &'a dyn Fn(&Place) -> bool,
    /// Whether something passes that is declared at the same place, such as another item of a loop.
    pub others_pass: bool,
}

/// A fix that is being put together.
struct Draft {
    edits: Vec<TextEdit>,
    is_safe: bool,
}

impl<'a> Editor<'a> {
    /// An editor of the files of a project.
    pub fn new(project: &'a Project) -> Editor<'a> {
        Editor {
            project,
            trees: RefCell::default(),
        }
    }

    /// The fix that a repair comes to; `None` where it cannot be written.
    pub fn fix(&self, repair: &Repair, around: &Around) -> Option<Fix> {
        let mut draft = Draft {
            edits: Vec::new(),
            is_safe: repair.deployed == Deployed::InPlace && !around.others_pass,
        };
        let mut changes = repair.changes.as_slice();
        while let Some((first, rest)) = changes.split_first() {
            changes = rest;
            match first {
                Rewrite::Replaced { place, to } => {
                    self.may_change(repair, place, around, &mut draft)?;
                    self.replace(place, to, &mut draft)?;
                }
                Rewrite::Added { within, .. } => {
                    self.may_change(repair, within, around, &mut draft)?;
                    let all = std::iter::once(first).chain(rest);
                    let members: Vec<_> = all.map_while(|one| added_to(one, within)).collect();
                    changes = &rest[members.len() - 1..];
                    self.add(within, &members, &mut draft)?;
                }
                Rewrite::Removed { key } => {
                    self.may_change(repair, key, around, &mut draft)?;
                    self.remove(repair, key, &mut draft)?;
                }
                Rewrite::Child(child) => {
                    draft.is_safe = false;
                    self.add_child(repair.declaration, child, &mut draft)?;
                }
            }
        }
        draft.finish(repair)
    }

    fn tree(&self, file: FileId) -> Option<Rc<Tree>> {
        let mut trees = self.trees.borrow_mut();
        let parse = || Tree::parse(file, &self.project.source(file)).map(Rc::new);
        trees.entry(file).or_insert_with(parse).clone()
    }

    /// Whether what stands at a place may be changed for one resource, and whether that is safe.
    fn may_change(
        &self,
        repair: &Repair,
        place: &Place,
        around: &Around,
        draft: &mut Draft,
    ) -> Option<()> {
        let is_own = repair.declaration.contains(place.span) && place.trace.is_none();
        if !self.project.is_editable(place.span.file)
            || steps(place).any(is_elsewhere)
            || !is_own && (around.is_shared)(place)
        {
            return None;
        }
        draft.is_safe &= is_own && !self.tree(place.span.file)?.is_in_loop(place.span);
        Some(())
    }

    fn replace(&self, place: &Place, to: &Literal, draft: &mut Draft) -> Option<()> {
        let file = place.span.file;
        let (edit, to) = self.tree(file)?.replace(place.span, to)?;
        draft.edit(file, edit);
        for step in steps(place) {
            if step.step == Step::Parameter {
                self.admit(step.span, &to, draft)?;
            }
        }
        Some(())
    }

    /// Lets the parameter that is read at a place take a value.
    fn admit(&self, read_at: Span, to: &Literal, draft: &mut Draft) -> Option<()> {
        match admission(&*self.tree(read_at.file)?, read_at, to) {
            Admission::Taken => Some(()),
            Admission::With(edits) if self.project.is_editable(read_at.file) => {
                for edit in edits {
                    draft.edit(read_at.file, edit);
                }
                Some(())
            }
            Admission::With(_) | Admission::Refused => None,
        }
    }

    fn add(
        &self,
        within: &Place,
        members: &[(&[Box<str>], &Literal)],
        draft: &mut Draft,
    ) -> Option<()> {
        let file = within.span.file;
        let tree = self.tree(file)?;
        let object = tree.object(within.span)?;
        let notation = tree.notation();
        let written: Vec<_> = members
            .iter()
            .map(|(names, to)| {
                let (name, inner) = names.split_first()?;
                let value = crate::rules::repair::nested(inner, to);
                Some(move |layout: &Layout| member(name, &value, notation, layout))
            })
            .collect::<Option<_>>()?;
        let written: Vec<&dyn Fn(&Layout) -> String> = written
            .iter()
            .map(|one| one as &dyn Fn(&Layout) -> String)
            .collect();
        for edit in object.add(tree.text(), notation, &written) {
            draft.edit(file, edit);
        }
        Some(())
    }

    fn remove(&self, repair: &Repair, key: &Place, draft: &mut Draft) -> Option<()> {
        // An object that is written elsewhere may be that of several resources.
        if !repair.declaration.contains(key.span) {
            return None;
        }
        let tree = self.tree(key.span.file)?;
        let (members, position) = tree.property(key.span)?;
        for edit in members.remove(tree.text(), tree.notation(), position) {
            draft.edit(key.span.file, edit);
        }
        Some(())
    }

    fn add_child(&self, declaration: Span, child: &Child, draft: &mut Draft) -> Option<()> {
        let file = declaration.file;
        if !self.project.is_editable(file) {
            return None;
        }
        for edit in child::add(&*self.tree(file)?, declaration, child)? {
            draft.edit(file, edit);
        }
        Some(())
    }
}

impl Draft {
    fn edit(&mut self, file: FileId, (range, text): Edit) {
        self.edits.push(TextEdit {
            span: Span::new(file, range.start as u32, range.end as u32),
            text,
        });
    }

    /// The fix, unless two of its edits overlap or nothing is written otherwise.
    fn finish(mut self, repair: &Repair) -> Option<Fix> {
        self.edits.sort_by_key(|edit| edit.span);
        self.edits.dedup();
        let overlap = self.edits.windows(2).any(|pair| {
            let [one, other] = pair else { return false };
            one.span.file == other.span.file && other.span.start < one.span.end
                || one.span == other.span
        });
        if overlap || self.edits.is_empty() {
            return None;
        }
        Some(Fix {
            title: repair.title.clone(),
            safety: if self.is_safe {
                Safety::Safe
            } else {
                Safety::Unsafe
            },
            deployed: Some(repair.deployed),
            edits: self.edits,
        })
    }
}

/// The places that a value went through, the last first.
fn steps(place: &Place) -> impl Iterator<Item = &Trace> {
    std::iter::successors(place.trace.as_deref(), |step| step.earlier.as_deref())
}

/// Whether what a value went through leads to where nothing is to be changed: a loaded file, a choice that nobody made.
fn is_elsewhere(step: &Trace) -> bool {
    match step.step {
        Step::Loaded | Step::Choice(_) => true,
        Step::Parameter
        | Step::Variable
        | Step::Passed(_)
        | Step::Given(_)
        | Step::Chosen
        | Step::Output(_) => false,
    }
}

/// What is added to an object that is written at a place.
fn added_to<'a>(change: &'a Rewrite, place: &Place) -> Option<(&'a [Box<str>], &'a Literal)> {
    match change {
        Rewrite::Added { within, names, to } if within.span == place.span => Some((names, to)),
        Rewrite::Added { .. }
        | Rewrite::Replaced { .. }
        | Rewrite::Removed { .. }
        | Rewrite::Child(_) => None,
    }
}
