//! The footer: the available actions, and their areas for clicks.

use ratatui::{
    buffer::Buffer,
    layout::{Margin, Rect},
    text::{Line, Span},
    widgets::{Clear, Widget},
};

use crate::{
    app::{availability, model::Model},
    keys::{Action, Binding},
    layout::columns,
    theme,
    widgets::popup::Popup,
};

/// Columns between two actions.
const GAP: u16 = 3;

/// Maximum number of actions: more are not read. The help has all of them.
const MOST: usize = 8;

/// How an action is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Plain,
    /// The likely next step.
    Button,
    /// The answer that destroys something.
    Danger,
}

/// Draws the footer, in the frame of the popup in front if there is one.
pub(super) fn draw(model: &Model, popup: Option<&Popup>, buffer: &mut Buffer) {
    let in_frame = popup.is_some_and(|popup| !popup.is_plain);
    for action in actions_with(model, popup) {
        let key = Span::raw(action.key);
        let spans = match action.look {
            Look::Plain => [
                key.style(theme::key()),
                Span::styled(format!(" {}", action.label), theme::muted()),
            ],
            Look::Button => [
                Span::styled(format!(" {} ", key.content), theme::button()),
                Span::styled(format!(" {}", action.label), theme::text()),
            ],
            Look::Danger => [
                Span::styled(format!(" {} ", key.content), theme::bad_button()),
                Span::styled(format!(" {}", action.label), theme::text()),
            ],
        };
        let area = action.rect.intersection(buffer.area);
        if in_frame {
            let beside = area.outer(Margin::new(1, 0)).intersection(buffer.area);
            Clear.render(beside, buffer);
            buffer.set_style(beside, theme::surface());
        }
        Line::from(spans.to_vec()).render(area, buffer);
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
    look: Look,
}

/// The actions of the footer that fit.
#[must_use]
pub fn actions(model: &Model) -> Vec<FooterAction> {
    actions_with(model, super::front_popup(model).as_ref())
}

/// The actions that fit, if this popup is in front.
pub(super) fn actions_with(model: &Model, popup: Option<&Popup>) -> Vec<FooterAction> {
    // A popup displays the actions in the frame below it.
    let is_dangerous = popup.is_some_and(|popup| popup.is_dangerous);
    let next_step = match popup {
        // What makes the loss smaller.
        Some(popup) if popup.is_dangerous => Some(Action::Successor),
        Some(popup) if !popup.is_plain => None,
        _ => model.next_step(),
    };
    let look_of = |action| match action {
        Action::Yes if is_dangerous => Look::Danger,
        _ if Some(action) == next_step => Look::Button,
        _ => Look::Plain,
    };
    let area = match popup {
        Some(popup) => popup.actions_area(model.size),
        None => Rect::new(
            1,
            model.size.1.saturating_sub(1),
            model.size.0.saturating_sub(2),
            1,
        ),
    };
    let bindings = model.footer_bindings().into_iter();
    let mut all: Vec<_> = bindings
        .filter_map(|binding| {
            let key = binding.displayed_key()?;
            let look = look_of(binding.action);
            Some(footer_action(
                model,
                binding,
                key.name(&model.messages),
                look,
                area,
            ))
        })
        .collect();
    // The help, which is last, has precedence over all other actions.
    let help = all.iter().position(|it| it.action == Action::Help);
    let help = help.map(|at| all.remove(at));
    all.truncate(MOST - usize::from(help.is_some()));
    let reserved = help.as_ref().map_or(0, |it| it.rect.width + GAP);
    let mut room = (area.width + GAP).saturating_sub(reserved);
    all.retain(|it| {
        let fits = it.rect.width + GAP <= room;
        room -= if fits { it.rect.width + GAP } else { 0 };
        fits
    });
    let mut x = area.x;
    all.extend(help);
    for action in &mut all {
        action.rect.x = x;
        x += action.rect.width + GAP;
    }
    all
}

/// An action with its texts and its width.
fn footer_action(
    model: &Model,
    binding: &Binding,
    key: String,
    look: Look,
    area: Rect,
) -> FooterAction {
    let label = match binding.action {
        Action::Help => "key-more",
        _ => availability::label(&model.context(), binding),
    };
    let label = model.messages.get(label);
    // The key of a button has a blank on both sides.
    let blanks = if look == Look::Plain { 0 } else { 2 };
    let width = columns(&key) + 1 + columns(&label) + blanks;
    FooterAction {
        action: binding.action,
        key,
        label,
        rect: Rect { width, ..area },
        look,
    }
}
