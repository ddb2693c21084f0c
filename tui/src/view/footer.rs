//! The footer: the available actions, and their areas for clicks.

use ratatui::{
    buffer::Buffer,
    layout::{Margin, Rect},
    text::{Line, Span},
    widgets::{Clear, Widget},
};

use super::pane;
use crate::{
    app::{availability, model::Model, overlay::draw::spinner},
    keys::{Action, Binding},
    layout::{self, columns},
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
    /// A login that the server has not answered yet.
    Waiting,
    /// The answer that destroys something.
    Danger,
}

/// Draws the footer, in the frame of the popup or record in front if there is one.
pub(super) fn draw(model: &Model, popup: Option<&Popup>, buffer: &mut Buffer) {
    let in_frame = area(model, popup).1;
    for action in actions_with(model, popup) {
        let key = Span::raw(action.key);
        let spans = match action.look {
            Look::Plain => [
                key.style(theme::key()),
                Span::styled(format!(" {}", action.label), theme::muted()),
            ],
            Look::Waiting => [
                key.style(theme::accent()),
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
    let is_signing_in = model.me.is_none() && model.login.busy && model.context().is_slow();
    let look_of = |action| match action {
        Action::Yes if is_dangerous => Look::Danger,
        Action::Save if is_signing_in => Look::Waiting,
        _ if Some(action) == next_step => Look::Button,
        _ => Look::Plain,
    };
    let (area, _) = area(model, popup);
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

/// The area of the actions, and whether it lies in a frame.
fn area(model: &Model, popup: Option<&Popup>) -> (Rect, bool) {
    if let Some(popup) = popup {
        return (popup.actions_area(model.size), !popup.is_plain);
    }
    match layout::areas(model.size) {
        Some(areas) if pane::is_over_list(model, &areas) => (areas.actions_over_list(), true),
        Some(areas) => (areas.footer.inner(Margin::new(1, 0)), false),
        None => (Rect::ZERO, false),
    }
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
    let (key, label, width) = match look {
        Look::Waiting => {
            let (key, label) = (
                spinner(&model.context()).to_owned(),
                model.messages.get("signing-in"),
            );
            // What is beside it does not move.
            let needed = columns(&key) + 1 + columns(&label);
            (key, label, width.max(needed))
        }
        _ => (key, label, width),
    };
    FooterAction {
        action: binding.action,
        key,
        label,
        rect: Rect { width, ..area },
        look,
    }
}
