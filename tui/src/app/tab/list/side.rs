//! The side from which a list is loaded. The end of a list is the beginning of the reversed order, so it is
//! shown without the pages before it.

use std::ops::Range;

use super::List;
use crate::{record::Record, screens::spec::Order};

/// Records that stand for a whole list.
const SAMPLE: usize = 50;

/// The side from which a list is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// From the first record on.
    Start,
    /// From the last record backwards.
    End,
}

impl Side {
    /// The order in which the server returns the records of a list that has this order.
    pub(super) const fn order(self, order: Order) -> Order {
        match self {
            Self::Start => order,
            Self::End => Order {
                descending: !order.descending,
                ..order
            },
        }
    }

    /// Puts records in the order of the server into the order of the list.
    pub(super) fn in_list_order(self, mut records: Vec<Record>) -> Vec<Record> {
        if self == Self::End {
            records.reverse();
        }
        records
    }
}

impl List {
    /// Makes the next request load the list from its last record backwards.
    pub(super) fn begin_at_end(&mut self) {
        self.requested = Side::End;
        // Another list than that of the last request begins at its start.
        self.query = None;
    }

    /// The rows that were loaded first. Their records stay while more are loaded.
    #[must_use]
    pub(crate) fn sample(&self) -> Range<usize> {
        let count = self.records.len();
        match self.loaded {
            Side::Start => 0..SAMPLE.min(count),
            Side::End => count.saturating_sub(SAMPLE)..count,
        }
    }
}
