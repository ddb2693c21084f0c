//! Compares and merges a form with its record, as it was saved after the form was opened.

use jiff::Zoned;

use super::{Form, field::Alternative};
use crate::record::{Record, value::Value};

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

    /// Merges the record that another collaborator has saved. A field that differs from the input
    /// keeps both values, between which the user can swap.
    pub fn merge_saved(&mut self, theirs: Record, now: &Zoned) {
        for field in &mut self.fields {
            let saved = theirs.value(field.spec.name);
            let Ok(mine) = field.value(now) else {
                continue;
            };
            let is_changed = field.is_changed(now);
            let is_stored = field.is_stored_as(&saved, now);
            field.saved = saved.clone();
            field.alternative = None;
            if mine == saved || matches!(saved, Value::Nothing) {
                continue;
            }
            if is_stored {
                field.set(saved, now);
                continue;
            }
            // A field that the user has not changed displays the saved value.
            if is_changed && field.locked.is_none() {
                field.alternative = Some(Alternative {
                    is_theirs: true,
                    value: saved,
                });
            } else {
                field.set(saved, now);
                field.alternative = Some(Alternative {
                    is_theirs: false,
                    value: mine,
                });
            }
        }
        self.link_periods(now);
        self.target = Some(theirs);
        self.change_notice = None;
    }
}
