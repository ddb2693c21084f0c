//! The latest changes, which every stream reads at its own position.

use std::collections::VecDeque;

use epic_events::v1::{ChangeKind, WatchChangesResponse};

use super::CAPACITY;

/// The latest changes of a feed, at most [`CAPACITY`] of them.
pub(super) struct Latest {
    /// A random number, which tells the positions of this server from others. Another one after each gap, so
    /// that no stream continues over it.
    feed: u64,
    /// Number of changes since `feed` was chosen.
    count: u64,
    changes: VecDeque<WatchChangesResponse>,
}

/// How far a stream has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    feed: u64,
    count: u64,
}

impl Position {
    /// The position as a token of `WatchChanges`.
    fn token(self) -> String {
        format!("{:016x}-{}", self.feed, self.count)
    }

    /// The position of a token; `None` for a text that is none.
    pub(super) fn parse(token: &str) -> Option<Self> {
        let (feed, count) = token.split_once('-')?;
        let position = Self {
            feed: u64::from_str_radix(feed, 16).ok()?,
            count: count.parse().ok()?,
        };
        (position.token() == token).then_some(position)
    }

    /// A message about the stream itself.
    pub(super) fn message(self, kind: ChangeKind) -> WatchChangesResponse {
        WatchChangesResponse {
            kind: kind.into(),
            resume_token: self.token(),
            ..WatchChangesResponse::default()
        }
    }
}

impl Default for Latest {
    fn default() -> Self {
        Self {
            feed: rand::random(),
            count: 0,
            changes: VecDeque::new(),
        }
    }
}

impl Latest {
    /// The position after the latest change.
    pub(super) fn end(&self) -> Position {
        Position {
            feed: self.feed,
            count: self.count,
        }
    }

    /// Adds a change.
    pub(super) fn add(&mut self, change: WatchChangesResponse) {
        self.count += 1;
        if self.changes.len() >= CAPACITY {
            self.changes.pop_front();
        }
        self.changes.push_back(WatchChangesResponse {
            resume_token: self.end().token(),
            ..change
        });
    }

    /// Forgets all changes, because some are missing: every stream begins anew.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Whether a stream can continue at `position`.
    pub(super) fn continues(&self, position: Position) -> bool {
        self.unread(position).is_some()
    }

    /// The next message of a stream at `position`, and the position after it; `None` when it has read all.
    /// A stream that cannot continue is told to reload.
    pub(super) fn next(&self, position: Position) -> Option<(WatchChangesResponse, Position)> {
        let Some(unread) = self.unread(position) else {
            return Some((self.end().message(ChangeKind::Reload), self.end()));
        };
        let change = self.changes.get(self.changes.len() - unread)?;
        let count = position.count + 1;
        Some((change.clone(), Position { count, ..position }))
    }

    /// Number of changes after `position`; `None` when it is of another feed, or they are not kept.
    fn unread(&self, position: Position) -> Option<usize> {
        if position.feed != self.feed {
            return None;
        }
        let unread = usize::try_from(self.count.checked_sub(position.count)?).ok()?;
        (unread <= self.changes.len()).then_some(unread)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn change(id: usize) -> WatchChangesResponse {
        WatchChangesResponse {
            id: i64::try_from(id).unwrap(),
            ..WatchChangesResponse::default()
        }
    }

    /// The records after `position` until a reload or the end, and the token of the last message.
    fn read(latest: &Latest, mut position: Position) -> (Vec<i64>, Option<String>) {
        let (mut ids, mut token) = (Vec::new(), None);
        while let Some((message, next)) = latest.next(position) {
            (position, token) = (next, Some(message.resume_token));
            if message.kind == i32::from(ChangeKind::Reload) {
                ids.push(-1);
            } else {
                ids.push(message.id);
            }
        }
        (ids, token)
    }

    #[test]
    fn a_stream_continues_exactly_after_its_token() {
        let mut latest = Latest::default();
        let start = latest.end();
        assert_eq!(read(&latest, start), (vec![], None));
        latest.add(change(1));
        let (_, first) = latest.next(start).unwrap();
        latest.add(change(2));
        let (ids, token) = read(&latest, start);
        assert_eq!(ids, [1, 2]);
        assert_eq!(read(&latest, first).0, [2]);
        let parsed = Position::parse(&token.unwrap()).unwrap();
        assert_eq!(parsed, latest.end());
        assert!(latest.continues(parsed));
    }

    #[test]
    fn what_is_not_kept_is_loaded_again() {
        let mut latest = Latest::default();
        let start = latest.end();
        latest.add(change(0));
        let first = latest.end();
        for id in 1..=CAPACITY {
            latest.add(change(id));
        }
        assert_eq!(read(&latest, start).0, [-1]);
        assert_eq!(read(&latest, first).0.len(), CAPACITY);
        let last = latest.end();
        latest.forget();
        assert_eq!(read(&latest, last), (vec![-1], Some(latest.end().token())));
        assert!(!latest.continues(last));
    }

    #[test]
    fn a_position_of_another_server_or_of_the_future_is_loaded_again() {
        let mut latest = Latest::default();
        latest.add(change(1));
        let end = latest.end();
        let count = end.count + 1;
        for position in [Latest::default().end(), Position { count, ..end }] {
            assert_eq!(read(&latest, position).0, [-1]);
        }
    }

    #[test]
    fn a_token_has_one_form() {
        let token = "00000000000000ff-7";
        assert_eq!(Position::parse(token).unwrap().token(), token);
        for other in [
            "",
            "-",
            "7",
            "ff-7",
            "00000000000000FF-7",
            "00000000000000ff-07",
            "00000000000000ff-+7",
            "00000000000000ff--1",
            "00000000000000ff-99999999999999999999",
        ] {
            assert_eq!(Position::parse(other), None, "{other}");
        }
    }
}
