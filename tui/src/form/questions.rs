//! The questions that a form asks before it is sent, in the order of its specification.

use super::{Form, spec::Question, values::FormValues};
use crate::{
    api::{ApiRequest, Page},
    messages::Arg,
    record::{Record, table::CellContext},
};

/// A save, while questions are asked before it is sent.
#[derive(Clone)]
pub(super) struct Save {
    request: ApiRequest,
    /// The index of the current question.
    question: usize,
    /// The records that the current question depends on, as far as they have been read.
    records: Vec<Record>,
}

/// The next step of a save.
pub enum Step {
    /// Sends the request that saves the form.
    Send(ApiRequest),
    /// Reads a page that the current question depends on.
    Read(ApiRequest),
    /// Asks the current question. Title and text are in the user's language.
    Ask {
        /// The title.
        title: String,
        /// The question.
        text: String,
    },
}

impl Form {
    /// Starts a save with its first question.
    pub fn start_save(&mut self, request: ApiRequest, context: &CellContext<'_>) -> Step {
        let save = Save {
            request,
            question: 0,
            records: Vec::new(),
        };
        self.next_step(save, context)
    }

    /// Whether the form waits for the records that a question depends on.
    #[must_use]
    pub const fn is_reading(&self) -> bool {
        self.busy && self.save.is_some()
    }

    /// Ends a save that was not sent.
    pub fn stop_save(&mut self) {
        self.save = None;
        self.refusal = None;
        self.busy = false;
    }

    /// Continues with a page that was read; `None` if the save was stopped.
    pub fn on_read(&mut self, page: Page, context: &CellContext<'_>) -> Option<Step> {
        let mut save = self.save.take_if(|_| self.busy)?;
        let question = self.spec.questions.get(save.question)?;
        save.records.extend(page.records);
        let values = self.changes(context);
        let next = Some(page.next_page_token).filter(|token| !token.is_empty());
        if let Some(request) = next.and_then(|token| (question.list)(&values, token)) {
            self.save = Some(save);
            return Some(Step::Read(request));
        }
        let text = (question.text)(&values, &save.records, context);
        Some(self.ask(save, question, text, context))
    }

    /// Asks whether to save although a page could not be read; `None` if the save was stopped.
    pub fn on_unread(&mut self, error: &str, context: &CellContext<'_>) -> Option<Step> {
        let save = self.save.take_if(|_| self.busy)?;
        let question = self.spec.questions.get(save.question)?;
        let args = [("error", Arg::Text(error))];
        let text = context.messages.with(question.unread, &args);
        Some(self.ask(save, question, Some(text), context))
    }

    /// Continues after the current question was answered with yes; `None` if none was asked. The same
    /// question is not asked again.
    pub fn on_yes(&mut self, text: String, context: &CellContext<'_>) -> Option<Step> {
        let save = self.save.take()?;
        self.confirmed.push(text);
        Some(self.after(save, context))
    }

    fn changes<'a>(&'a self, context: &CellContext<'a>) -> FormValues<'a> {
        FormValues {
            form: self,
            now: context.now,
            all: false,
        }
    }

    fn next_step(&mut self, save: Save, context: &CellContext<'_>) -> Step {
        let Some(question) = self.spec.questions.get(save.question) else {
            self.busy = true;
            return Step::Send(save.request);
        };
        let values = self.changes(context);
        if let Some(request) = (question.list)(&values, String::new()) {
            self.busy = true;
            self.save = Some(save);
            return Step::Read(request);
        }
        let text = (question.text)(&values, &[], context);
        self.ask(save, question, text, context)
    }

    fn ask(
        &mut self,
        save: Save,
        question: &Question,
        text: Option<String>,
        context: &CellContext<'_>,
    ) -> Step {
        match text.filter(|text| !self.confirmed.contains(text)) {
            None => self.after(save, context),
            Some(text) => {
                self.busy = false;
                self.save = Some(save);
                let title = context.messages.get(question.title);
                Step::Ask { title, text }
            }
        }
    }

    fn after(&mut self, mut save: Save, context: &CellContext<'_>) -> Step {
        save.question += 1;
        save.records.clear();
        self.next_step(save, context)
    }
}
