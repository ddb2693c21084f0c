//! The calls that wait for a permit: groups take turns, and so do the members of each group.

use std::collections::{HashMap, VecDeque};

use tokio::sync::oneshot;

use crate::auth::fair_queue::{Caller, QueueError, QueuePermit};

/// A call that waits.
type Waiting = oneshot::Sender<QueuePermit>;

/// The waiting calls of one priority.
pub(super) struct WaitQueue {
    groups: HashMap<String, Group>,
    /// Every group with a waiting call, the next group first.
    order: VecDeque<String>,
    length: usize,
    length_max: usize,
}

/// The waiting calls of a group.
#[derive(Default)]
struct Group {
    /// The calls of each member, in the order of their arrival.
    members: HashMap<String, VecDeque<Waiting>>,
    /// Every member with a waiting call, the next member first.
    order: VecDeque<String>,
    length: usize,
}

impl WaitQueue {
    pub(super) fn new(length_max: usize) -> Self {
        Self {
            groups: HashMap::new(),
            order: VecDeque::new(),
            length: 0,
            length_max,
        }
    }

    /// Adds a call, which receives its permit through the returned channel.
    ///
    /// # Errors
    /// [`QueueError::Full`].
    pub(super) fn push(
        &mut self,
        caller: &Caller,
    ) -> Result<oneshot::Receiver<QueuePermit>, QueueError> {
        if self.length == self.length_max {
            self.remove_cancelled();
        }
        if self.length == self.length_max {
            self.evict_for(caller)?;
        }
        let (admit, waiting) = oneshot::channel();
        let group = self.groups.entry(caller.group.clone()).or_default();
        if group.length == 0 {
            self.order.push_back(caller.group.clone());
        }
        group.push(&caller.member, admit);
        self.length += 1;
        Ok(waiting)
    }

    /// Removes a call, to make room for a call of `caller`: the last call of the largest group, unless the
    /// group of `caller` would then be larger, or else the last call of another member of its own group
    /// that has more calls.
    fn evict_for(&mut self, caller: &Caller) -> Result<(), QueueError> {
        let own = self.groups.get(&caller.group).map_or(0, |it| it.length);
        let largest = self.groups.values_mut().max_by_key(|it| it.length);
        let is_evicted = match largest {
            Some(largest) if largest.length > own + 1 => largest.evict(0),
            _ => self.groups.get_mut(&caller.group).is_some_and(|group| {
                let own = group.members.get(&caller.member).map_or(0, VecDeque::len);
                group.evict(own + 1)
            }),
        };
        if !is_evicted {
            return Err(QueueError::Full);
        }
        self.length -= 1;
        Ok(())
    }

    /// Removes the next call that is not cancelled.
    pub(super) fn next(&mut self) -> Option<Waiting> {
        loop {
            let name = self.order.pop_front()?;
            let group = self.groups.get_mut(&name)?;
            let next = group.next();
            self.length -= 1;
            if group.length == 0 {
                self.groups.remove(&name);
            } else {
                self.order.push_back(name);
            }
            if next.as_ref().is_some_and(|next| !next.is_closed()) {
                return next;
            }
        }
    }

    fn remove_cancelled(&mut self) {
        self.groups.retain(|_, group| {
            group.remove_cancelled();
            group.length > 0
        });
        self.order.retain(|name| self.groups.contains_key(name));
        self.length = self.groups.values().map(|group| group.length).sum();
    }
}

impl Group {
    fn push(&mut self, member: &str, call: Waiting) {
        let calls = self.members.entry(member.to_owned()).or_default();
        if calls.is_empty() {
            self.order.push_back(member.to_owned());
        }
        calls.push_back(call);
        self.length += 1;
    }

    /// Removes the last call of the member with the most calls, if it has more than `least`. Returns
    /// whether it did.
    fn evict(&mut self, least: usize) -> bool {
        let calls = self.members.values_mut().max_by_key(|calls| calls.len());
        let Some(calls) = calls.filter(|calls| calls.len() > least) else {
            return false;
        };
        calls.pop_back();
        self.length -= 1;
        self.remove_members_without_calls();
        true
    }

    fn next(&mut self) -> Option<Waiting> {
        let name = self.order.pop_front()?;
        let calls = self.members.get_mut(&name)?;
        let next = calls.pop_front();
        self.length -= 1;
        if calls.is_empty() {
            self.members.remove(&name);
        } else {
            self.order.push_back(name);
        }
        next
    }

    fn remove_cancelled(&mut self) {
        for calls in self.members.values_mut() {
            calls.retain(|call| !call.is_closed());
        }
        self.remove_members_without_calls();
        self.length = self.members.values().map(VecDeque::len).sum();
    }

    fn remove_members_without_calls(&mut self) {
        self.members.retain(|_, calls| !calls.is_empty());
        self.order.retain(|name| self.members.contains_key(name));
    }
}
