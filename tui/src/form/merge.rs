//! Compares and merges a form with its record, as it was saved after the form was opened.

use jiff::Zoned;

use super::{
    Form,
    field::{Alternative, Field},
    spec::FieldSpec,
};
use crate::record::{Record, value::Value};

/// Who has changed a field.
struct Change {
    spec: &'static FieldSpec,
    /// Whether the user has, to something else than what is saved now.
    by_me: bool,
    /// Whether another collaborator has, to something else than the user.
    by_them: bool,
}

impl Change {
    fn of(field: &Field, saved: &Value, now: &Zoned) -> Self {
        let is_stored = field.is_stored_as(saved, now);
        let is_new = *saved != field.saved && !matches!(saved, Value::Nothing);
        Self {
            spec: field.spec,
            by_me: field.locked.is_none() && field.is_changed(now) && !is_stored,
            by_them: is_new && !is_stored,
        }
    }
}

impl Form {
    /// Whether the record contains every change of the user, in the form in which the server stores
    /// it.
    #[must_use]
    pub fn is_stored_in(&self, record: &Record, now: &Zoned) -> bool {
        let mut changed = self.fields.iter().filter(|field| field.is_changed(now));
        changed.all(|field| {
            let stored = record.value(field.spec.name);
            matches!(stored, Value::Nothing) || field.is_stored_as(&stored, now)
        })
    }

    /// Merges the record that another collaborator has saved. A field or unit that only one of both has
    /// changed gets that change. One that both have changed keeps the input and the saved value, between
    /// which the user can swap. Returns whether there is such a field.
    pub fn merge_saved(&mut self, theirs: Record, now: &Zoned) -> bool {
        let changes = self.fields.iter();
        let changes = changes.map(|it| Change::of(it, &theirs.value(it.spec.name), now));
        let changes: Vec<_> = changes.collect();
        let is_contested = |spec: &FieldSpec| {
            let same = || changes.iter().filter(|it| it.spec.is_one_with(spec));
            same().any(|it| it.by_me) && same().any(|it| it.by_them)
        };
        let mut came_in = Vec::new();
        for (field, change) in self.fields.iter_mut().zip(&changes) {
            let saved = theirs.value(field.spec.name);
            let Ok(mine) = field.value(now) else {
                continue;
            };
            let is_changed = field.is_changed(now) && field.locked.is_none();
            let is_stored = field.is_stored_as(&saved, now);
            field.saved = saved.clone();
            field.alternative = None;
            if mine == saved || matches!(saved, Value::Nothing) {
                continue;
            }
            let alternative = |is_theirs, value| Some(Alternative { is_theirs, value });
            match (is_stored, is_contested(field.spec), is_changed) {
                (true, ..) => field.set(saved, now),
                (false, true, true) => field.alternative = alternative(true, saved),
                // A field that the user has not changed displays the saved value.
                (false, true, false) => {
                    field.set(saved, now);
                    field.alternative = alternative(false, mine);
                }
                (false, false, true) => {}
                (false, false, false) => {
                    field.set(saved, now);
                    if change.by_them {
                        came_in.push(field.spec.label);
                    }
                }
            }
        }
        for label in came_in {
            if !self.came_in.contains(&label) {
                self.came_in.push(label);
            }
        }
        self.link_periods(now);
        self.target = Some(theirs);
        self.change_notice = None;
        changes.iter().any(|change| is_contested(change.spec))
    }
}
