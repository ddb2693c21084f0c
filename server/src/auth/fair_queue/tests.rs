use std::{collections::BTreeMap, pin::Pin};

use futures_util::FutureExt as _;

use super::*;

type Waiting = Pin<Box<dyn Future<Output = Result<QueuePermit, QueueError>>>>;

fn new(slots: usize, waiting_max: (usize, usize)) -> FairQueue {
    FairQueue::new(slots, waiting_max, CancellationToken::new())
}

/// The caller with this name: the first letter is its group, a further letter the member of the group.
fn caller(name: &str) -> Caller {
    Caller {
        group: name[..1].to_owned(),
        member: name[1..].chars().filter(|it| it.is_alphabetic()).collect(),
    }
}

/// Waiting calls, by name.
#[derive(Default)]
struct Calls(BTreeMap<&'static str, Waiting>);

impl Calls {
    /// Sends a call of [`caller`]; it is preferred if the name begins with a capital letter.
    fn send(&mut self, queue: &FairQueue, name: &'static str) -> Option<Result<(), QueueError>> {
        let queue = queue.clone();
        let mut call: Waiting = Box::pin(async move {
            let priority = if name.starts_with(char::is_uppercase) {
                Priority::Preferred
            } else {
                Priority::Normal
            };
            queue.acquire(&caller(name), priority).await
        });
        let settled = call.as_mut().now_or_never();
        if settled.is_none() {
            self.0.insert(name, call);
        }
        settled.map(|settled| settled.map(drop))
    }

    /// The calls that are refused now.
    fn refused(&mut self) -> Vec<&'static str> {
        let mut refused = Vec::new();
        self.0
            .retain(|&name, call| match call.as_mut().now_or_never() {
                Some(settled) => {
                    assert_eq!(settled.map(drop), Err(QueueError::Full), "{name}");
                    refused.push(name);
                    false
                }
                None => true,
            });
        refused
    }

    /// The order in which the calls get their permits, each of which ends before the next begins.
    fn finish(mut self, mut permit: QueuePermit) -> String {
        let mut order = Vec::new();
        while !self.0.is_empty() {
            drop(permit);
            let next = self.0.iter_mut().find_map(|(&name, call)| {
                let settled = call.as_mut().now_or_never()?;
                Some((name, settled.expect("a permit")))
            });
            let (name, admitted) = next.expect("a call is admitted");
            self.0.remove(name);
            order.push(name);
            permit = admitted;
        }
        order.join(" ")
    }
}

fn first_permit(queue: &FairQueue) -> QueuePermit {
    let permit = queue.acquire(&caller("z"), Priority::Normal).now_or_never();
    permit.expect("a free slot").expect("a permit")
}

#[test]
fn callers_take_turns_and_preferred_ones_most_of_them() {
    for (sent, expected) in [
        ("a1 a2 a3 b1 c1", "a1 b1 c1 a2 a3"),
        ("a1 a2 a3 B1", "B1 a1 a2 a3"),
        ("a1 B1 B2 C1 B3 C2 D1", "B1 C1 D1 a1 B2 C2 B3"),
        ("A1 A2 A3 A4 A5", "A1 A2 A3 A4 A5"),
        // The members of a group share its turns.
        ("ax1 ax2 ay1 az1 b1 b2", "ax1 b1 ay1 b2 az1 ax2"),
    ] {
        let queue = new(1, (8, 8));
        let permit = first_permit(&queue);
        let mut calls = Calls::default();
        for name in sent.split(' ') {
            assert_eq!(calls.send(&queue, name), None, "{name} waits");
        }
        assert_eq!(calls.finish(permit), expected);
    }
}

#[test]
fn a_full_queue_makes_room_at_the_expense_of_the_caller_with_the_most_calls() {
    let queue = new(1, (1, 3));
    let permit = first_permit(&queue);
    let mut calls = Calls::default();
    for name in ["a1", "a2", "a3"] {
        assert_eq!(calls.send(&queue, name), None);
    }
    assert_eq!(calls.send(&queue, "a4"), Some(Err(QueueError::Full)));
    assert_eq!(calls.send(&queue, "b1"), None);
    assert_eq!(calls.refused(), ["a3"]);
    assert_eq!(
        calls.send(&queue, "b2"),
        Some(Err(QueueError::Full)),
        "no more than a"
    );
    assert_eq!(calls.send(&queue, "c1"), None);
    assert_eq!(calls.refused(), ["a2"]);
    assert_eq!(
        calls.send(&queue, "d1"),
        Some(Err(QueueError::Full)),
        "each caller has one"
    );
    assert_eq!(calls.send(&queue, "D1"), None, "a line of its own");
    assert_eq!(calls.send(&queue, "E1"), Some(Err(QueueError::Full)));
    assert_eq!(calls.finish(permit), "D1 a1 b1 c1");
}

#[test]
fn a_full_queue_makes_room_at_the_expense_of_the_largest_group_and_member() {
    let queue = new(1, (0, 4));
    let permit = first_permit(&queue);
    let mut calls = Calls::default();
    for name in ["ax1", "ay1", "az1", "aw1"] {
        assert_eq!(calls.send(&queue, name), None);
    }
    // A group with many members has no more than a group with a single one.
    assert_eq!(calls.send(&queue, "b1"), None);
    assert_eq!(calls.send(&queue, "b2"), None);
    assert_eq!(calls.refused().len(), 2);
    let full = Some(Err(QueueError::Full));
    assert_eq!(calls.send(&queue, "av1"), full, "each member has one");
    assert_eq!(calls.send(&queue, "bx1"), None);
    assert_eq!(calls.refused(), ["b2"], "the other member has two");
    drop(permit);
}

#[test]
fn a_cancelled_call_takes_neither_a_turn_nor_a_place() {
    let queue = new(1, (0, 2));
    let permit = first_permit(&queue);
    let mut calls = Calls::default();
    for name in ["a1", "b1"] {
        assert_eq!(calls.send(&queue, name), None);
    }
    calls.0.remove("a1");
    assert_eq!(calls.send(&queue, "c1"), None, "in the place of a1");
    calls.0.remove("b1");
    assert_eq!(calls.finish(permit), "c1");
    // A call is cancelled after its admission: its turn passes to the next call.
    let queue = new(1, (0, 2));
    let permit = first_permit(&queue);
    let mut calls = Calls::default();
    for name in ["a1", "b1"] {
        assert_eq!(calls.send(&queue, name), None);
    }
    drop(permit);
    calls.0.remove("a1");
    let (_, call) = calls.0.first_entry().expect("b1").remove_entry();
    assert!(call.now_or_never().expect("admitted").is_ok());
    assert!(
        queue
            .acquire(&caller("c"), Priority::Normal)
            .now_or_never()
            .is_some()
    );
}

#[test]
fn a_permit_ends_with_its_last_clone() {
    let queue = new(1, (0, 1));
    let permit = first_permit(&queue);
    let clone = permit.clone();
    drop(permit);
    assert!(
        queue
            .acquire(&caller("a"), Priority::Normal)
            .now_or_never()
            .is_none()
    );
    drop(clone);
    assert!(
        queue
            .acquire(&caller("a"), Priority::Normal)
            .now_or_never()
            .is_some()
    );
}

#[test]
fn a_preferred_call_waits_for_no_other_and_stops_none() {
    let queue = new(3, (8, 8));
    let (running, end) = (first_permit(&queue), first_permit(&queue));
    let (mut others, mut preferred) = (Calls::default(), Calls::default());
    assert_eq!(others.send(&queue, "a1"), None, "a slot is kept");
    let permit = queue
        .acquire(&caller("P"), Priority::Preferred)
        .now_or_never();
    for name in ["B1", "B2", "B3", "B4"] {
        assert_eq!(preferred.send(&queue, name), None);
    }
    assert_eq!(others.send(&queue, "b1"), None);
    // The other slot is occupied, so only preferred calls follow.
    let permit = permit.expect("a free slot").expect("a permit");
    assert_eq!(preferred.finish(permit), "B1 B2 B3 B4");
    assert_eq!(others.finish(end), "a1 b1");
    drop(running);
}
