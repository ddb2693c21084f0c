//! The footer: the available actions, and their areas for clicks.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};

use crate::{app::model::Model, keys::Action, layout::columns, theme};

/// Columns between two actions.
const GAP: u16 = 3;

/// Draws the footer.
pub(super) fn draw(model: &Model, buffer: &mut Buffer) {
    for action in actions(model) {
        let line = Line::from(vec![
            Span::styled(action.key, theme::accent()),
            Span::styled(format!(" {}", action.label), theme::dim()),
        ]);
        line.render(action.rect.intersection(buffer.area), buffer);
    }
}

/// An action in the footer.
#[derive(Clone, Debug)]
pub struct FooterAction {
    /// The action.
    pub action: Action,
    /// The name of its key.
    pub key: String,
    /// Its label.
    pub label: String,
    /// Its area.
    pub rect: Rect,
}

/// The actions of the footer that fit.
#[must_use]
pub fn actions(model: &Model) -> Vec<FooterAction> {
    // A popup displays the actions in its own last line.
    let area = match super::front_popup(model) {
        Some(popup) => popup.actions_area(model.size),
        None => Rect::new(
            1,
            model.size.1.saturating_sub(1),
            model.size.0.saturating_sub(2),
            1,
        ),
    };
    let all: Vec<_> = model
        .footer_bindings()
        .into_iter()
        .filter_map(|binding| {
            let key = binding
                .displayed_key(&model.messages)?
                .name(&model.messages);
            let label = model.messages.get(binding.label);
            let width = columns(&key) + 1 + columns(&label);
            Some((binding.action, key, label, width))
        })
        .collect();
    // Help and quit have precedence over all other actions.
    let is_required = |action| matches!(action, Action::Help | Action::Quit);
    let mut room = area.width + GAP;
    for (.., width) in all.iter().filter(|(action, ..)| is_required(*action)) {
        room = room.saturating_sub(width + GAP);
    }
    let mut x = area.x;
    let mut actions = Vec::new();
    for (action, key, label, width) in all {
        if !is_required(action) {
            if width + GAP > room {
                continue;
            }
            room -= width + GAP;
        }
        let rect = Rect { x, width, ..area };
        x += width + GAP;
        actions.push(FooterAction {
            action,
            key,
            label,
            rect,
        });
    }
    actions
}
