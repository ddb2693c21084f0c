//! The open overlays, the last one in front.

use super::{Component, Overlay};
use crate::app::network::owner::OverlayId;

/// A method of a component, scheduled to run at the end of the update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Hook {
    Open,
    Refresh,
}

struct Entry {
    id: OverlayId,
    /// The overlay that has opened it and receives its outcome.
    opener: Option<OverlayId>,
    /// The number of frames that had been drawn when it opened.
    frames: u64,
    overlay: Overlay,
}

/// The open overlays, the last one in front.
#[derive(Default)]
pub struct Overlays {
    entries: Vec<Entry>,
    last_id: u64,
    /// The number of frames that have been drawn.
    frames: u64,
    /// The number of frames that had been drawn when the current input arrived.
    frames_at_input: u64,
    /// Whether the input before it arrived after the same frame.
    is_burst: bool,
    due: Vec<(OverlayId, Hook)>,
}

impl Overlays {
    /// Whether no overlay is open.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The overlay in front.
    #[must_use]
    pub fn front(&self) -> Option<&Overlay> {
        self.entries.last().map(|entry| &entry.overlay)
    }

    /// All open overlays, the last one in front.
    pub fn iter(&self) -> impl Iterator<Item = &Overlay> {
        self.entries.iter().map(|entry| &entry.overlay)
    }

    /// Whether the predicate is true for any open overlay.
    pub(in crate::app) fn any(&self, predicate: impl Fn(&dyn Component) -> bool) -> bool {
        self.iter().any(|overlay| predicate(overlay.component()))
    }

    pub(in crate::app) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Overlay> {
        self.entries.iter_mut().map(|entry| &mut entry.overlay)
    }

    pub(crate) fn with_ids(&self) -> impl Iterator<Item = (OverlayId, &Overlay)> {
        self.entries.iter().map(|entry| (entry.id, &entry.overlay))
    }

    pub(crate) fn front_id(&self) -> Option<OverlayId> {
        self.entries.last().map(|entry| entry.id)
    }

    pub(in crate::app) fn get_mut(&mut self, id: OverlayId) -> Option<&mut Overlay> {
        let mut entries = self.entries.iter_mut();
        let entry = entries.find(|entry| entry.id == id)?;
        Some(&mut entry.overlay)
    }

    /// Counts a frame.
    pub(in crate::app) const fn on_frame(&mut self) {
        self.frames += 1;
    }

    /// Begins the handling of an input that arrived after this number of frames.
    pub(in crate::app) const fn on_arrival(&mut self, frames: u64) {
        self.is_burst = self.frames_at_input == frames;
        self.frames_at_input = frames;
    }

    /// Whether the current input arrived together with the one before, as those of a text do that is pasted
    /// without brackets.
    pub(in crate::app) const fn is_burst(&self) -> bool {
        self.is_burst
    }

    /// Whether the current input arrived before the overlay was on the screen.
    pub(in crate::app) fn is_unseen(&self, id: OverlayId) -> bool {
        let entry = self.entries.iter().find(|entry| entry.id == id);
        entry.is_some_and(|entry| self.frames_at_input <= entry.frames)
    }

    /// Opens an overlay in front. An opener that has been closed is ignored.
    pub(in crate::app) fn open(&mut self, overlay: Overlay, opener: Option<OverlayId>) {
        self.last_id += 1;
        let id = OverlayId(self.last_id);
        let is_open = |id: &OverlayId| self.entries.iter().any(|entry| entry.id == *id);
        self.entries.push(Entry {
            id,
            opener: opener.filter(is_open),
            frames: self.frames,
            overlay,
        });
        self.due.push((id, Hook::Open));
    }

    pub(in crate::app) fn opener(&self, id: OverlayId) -> Option<OverlayId> {
        self.entries.iter().find(|entry| entry.id == id)?.opener
    }

    /// Closes an overlay and all overlays that it opened. Returns the closed overlays.
    pub(in crate::app) fn close(&mut self, id: OverlayId) -> Vec<OverlayId> {
        let mut closed = vec![id];
        // An overlay lies above its opener.
        for entry in &self.entries {
            if entry.opener.is_some_and(|opener| closed.contains(&opener)) {
                closed.push(entry.id);
            }
        }
        self.entries.retain(|entry| !closed.contains(&entry.id));
        closed
    }

    pub(in crate::app) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Schedules a refresh of every overlay.
    pub(in crate::app) fn refresh_all(&mut self) {
        let all = self.entries.iter().map(|entry| (entry.id, Hook::Refresh));
        self.due.extend(all);
    }

    /// Schedules a refresh of the stale overlays.
    pub(in crate::app) fn refresh_stale(&mut self) {
        let is_stale = |entry: &&Entry| entry.overlay.component().is_stale();
        let stale = self.entries.iter().filter(is_stale);
        self.due
            .extend(stale.map(|entry| (entry.id, Hook::Refresh)));
    }

    /// The next hook to run.
    pub(in crate::app) fn next_hook(&mut self) -> Option<(OverlayId, Hook)> {
        (!self.due.is_empty()).then(|| self.due.remove(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::overlay::help::Help;

    /// Opens overlays, each with the opener at this index, closes one, and returns the indices of
    /// those that are still open.
    fn open_after_closing(openers: &[Option<usize>], closed: usize) -> Vec<usize> {
        let mut overlays = Overlays::default();
        let mut ids: Vec<OverlayId> = Vec::new();
        for opener in openers {
            let opener = opener.map(|index| ids[index]);
            overlays.open(Help::default().into(), opener);
            ids.extend(overlays.front_id());
        }
        overlays.close(ids[closed]);
        let open = overlays.with_ids().map(|(id, _)| id);
        open.filter_map(|id| ids.iter().position(|it| *it == id))
            .collect()
    }

    #[test]
    fn closing_an_overlay_closes_what_it_has_opened() {
        let cases = [
            (vec![None], 0, vec![]),
            (vec![None, Some(0), Some(1)], 0, vec![]),
            (vec![None, Some(0), Some(1)], 1, vec![0]),
            (vec![None, None], 0, vec![1]),
            (vec![None, Some(0), None, Some(2)], 0, vec![2, 3]),
        ];
        for (openers, closed, expected) in cases {
            assert_eq!(
                open_after_closing(&openers, closed),
                expected,
                "{openers:?} {closed}"
            );
        }
    }
}
