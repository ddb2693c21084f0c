//! The tabs: their lists, the actions of their keys, and how lists are loaded and refreshed.

pub(super) mod actions;
pub(crate) mod back;
pub(crate) mod list;
pub(super) mod live;
pub(super) mod load;
pub(super) mod previous;
pub(super) mod recent;

use std::ops::{Index, IndexMut};

use crate::record::Tab;

/// A value for each tab.
#[derive(Clone, Debug)]
pub struct PerTab<T>([T; Tab::ALL.len()]);

impl<T> PerTab<T> {
    /// Computes the value of each tab.
    pub(crate) fn new(value: impl Fn(Tab) -> T) -> Self {
        Self(Tab::ALL.map(value))
    }

    /// The values, in the order of the tabs.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }

    /// The values, mutably.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut()
    }
}

impl<T: Default> Default for PerTab<T> {
    fn default() -> Self {
        Self::new(|_| T::default())
    }
}

impl<T> Index<Tab> for PerTab<T> {
    type Output = T;

    fn index(&self, tab: Tab) -> &T {
        &self.0[tab.index()]
    }
}

impl<T> IndexMut<Tab> for PerTab<T> {
    fn index_mut(&mut self, tab: Tab) -> &mut T {
        &mut self.0[tab.index()]
    }
}
