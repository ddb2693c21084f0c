//! What happens after the server has refused a save: the form reads the record again, and saves it with the
//! changes of both if they do not meet in one field.

use epic_events::reason::Reason;

use super::run_step;
use crate::{
    app::{context::Context, overlay::Effect},
    form::Form,
    keys::{self, Action, KeyContext},
    messages::Arg,
    record::Record,
    tone::{Status, Tone},
};

impl Form {
    /// Completes a refused save if the record contains the values that were to be saved. If others have
    /// changed other fields only, saves again. Otherwise shows why the save was refused.
    pub(super) fn on_reread(&mut self, record: Record, ctx: &Context<'_>) -> Vec<Effect> {
        let is_stored = self.is_stored_in(&record, ctx.now);
        let reason = self.refusal.as_ref().map(|error| error.reason);
        let mut effects = vec![Effect::Replace(record.clone())];
        if reason != Some(Reason::EtagOutdated) {
            if is_stored {
                return self.on_saved(record, ctx);
            }
            self.show_refusal(ctx);
            return effects;
        }
        // The same version would be refused again.
        let target = self.target.as_ref();
        let is_newer = target.is_some_and(|target| target.etag() != record.etag());
        let has_conflict = self.merge_saved(record.clone(), ctx.now);
        if is_stored {
            return self.on_saved(record, ctx);
        }
        self.change_notice = self.merged(ctx).map(|fields| Status {
            text: ctx
                .messages
                .with("form-merged", &[("fields", Arg::Text(&fields))]),
            tone: Tone::Dim,
        });
        if is_newer
            && !has_conflict
            && let Some(request) = self.build(ctx.messages, ctx.now)
        {
            self.refusal = None;
            effects.push(run_step(self.start_save(request, &ctx.cells())));
            return effects;
        }
        self.show_refusal(ctx);
        effects
    }

    /// The labels of what others have saved meanwhile, as a text; `None` without any.
    pub(super) fn merged(&self, ctx: &Context<'_>) -> Option<String> {
        let labels = self.came_in.iter();
        let labels: Vec<_> = labels.map(|label| ctx.messages.get(label)).collect();
        (!labels.is_empty()).then(|| labels.join(", "))
    }

    /// Shows the error of a refused save.
    pub(super) fn show_refusal(&mut self, ctx: &Context<'_>) {
        let Some(error) = self.refusal.take() else {
            return;
        };
        let is_outdated = error.reason == Reason::EtagOutdated;
        let has_other = self
            .visible_fields()
            .any(|(_, field)| field.alternative.is_some());
        let key = if has_other {
            keys::name_of(KeyContext::Form, Action::Swap, ctx.messages)
        } else {
            String::new()
        };
        let outdated = is_outdated.then(|| ctx.messages.form_outdated(&error, &key, ctx.now));
        self.show_error(error, ctx.messages, ctx.time());
        if let Some(sentence) = outdated {
            self.warn(sentence);
        }
    }
}
