//! Where somebody is signed in, as far as it was read, and where one stands in it.

use epic_events::v1::Session;

/// Somebody's sessions, as far as they were read.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// Whose: number and name; one's own without.
    pub of: Option<(i64, String)>,
    /// What has come, the one used last first.
    pub all: Option<Vec<Session>>,
    /// The one that one stands on.
    pub selected: usize,
    /// Why there are none, in words.
    pub refused: Option<String>,
}

impl Sessions {
    /// The session that one stands on.
    #[must_use]
    pub fn current(&self) -> Option<&Session> {
        self.all.as_ref()?.get(self.selected)
    }

    /// Takes what has come; the selection stays with its session.
    pub(crate) fn take(&mut self, sessions: Vec<Session>) {
        let stood = self.current().map(|session| session.id.clone());
        let at = sessions
            .iter()
            .position(|it| Some(&it.id) == stood.as_ref());
        let last = sessions.len().saturating_sub(1);
        self.selected = at.unwrap_or(self.selected.min(last));
        self.all = Some(sessions);
        self.refused = None;
    }

    pub(crate) fn remove(&mut self, id: &str) {
        let left = self.all.take().unwrap_or_default().into_iter();
        self.take(left.filter(|session| session.id != id).collect());
    }

    pub(crate) fn step(&mut self, by: isize) {
        let last = self.all.as_ref().map_or(0, Vec::len).saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(by).min(last);
    }
}
