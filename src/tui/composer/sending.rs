//! Sending, and the messages sent before: what Enter, Up and Down do at the edges of the text.

use super::command;
use super::draft::Draft;
use super::pane::Composer;
use crate::session::{Image, Op, SessionState};
use crate::tui::Effect;

impl Composer {
    /// Sends what is written, or runs it where it is a command.
    pub(super) fn send(&mut self, state: &SessionState) -> Vec<Effect> {
        if let Some(offer) = &self.offer {
            let chosen = &offer.candidates[offer.selected];
            let is_typed = self.draft.raw().get(offer.start..offer.end) == Some(chosen.insert.as_str());
            let goes_on = !self.is_recalling && (is_typed || chosen.runs);
            if !is_typed {
                self.accept(state);
            }
            if !goes_on {
                return Vec::new();
            }
        }
        if self.draft.awaits_image() {
            // A dropped picture and Enter: it goes as soon as it is read.
            self.sends_when_read = true;
            return Vec::new();
        }
        let text = self.text();
        let text = text.trim_end().trim_start_matches('\n');
        if text.trim().is_empty() {
            return Vec::new();
        }
        let images = self.draft.images();
        // A space before the slash makes it text.
        let command = if text.starts_with('/') { command::split(text) } else { None };
        let effects = match command {
            Some((name, args)) => match command::run(name, args, state) {
                Ok(effects) => effects,
                Err(reason) => return vec![Effect::Say(reason)],
            },
            None => {
                let images = images.iter().cloned().map(|image| Effect::Send(Op::Attach { image }));
                images.chain([Effect::Send(Op::Prompt { text: text.to_owned() })]).collect()
            }
        };
        self.history.push(text.to_owned(), images);
        self.set_text("");
        effects
    }

    /// Goes a row up, at the top to the message before.
    pub(super) fn up(&mut self, state: &SessionState) -> Vec<Effect> {
        if let Some(offer) = &mut self.offer {
            offer.selected = offer.selected.checked_sub(1).unwrap_or(offer.candidates.len() - 1);
            return Vec::new();
        }
        if self.move_rows(-1) {
            self.refresh(state);
            return Vec::new();
        }
        if self.is_empty()
            && let Some(queued) = state.queue.back()
        {
            self.draft = Draft::with_images(&queued.text, &queued.images);
            self.edited_elsewhere();
            return vec![Effect::Send(Op::Unqueue { prompt: queued.id })];
        }
        if let Some(draft) = self.history.back(&self.draft) {
            self.draft = draft;
            self.edited_elsewhere();
        }
        Vec::new()
    }

    /// Goes a row down, at the bottom to the message after.
    pub(super) fn down(&mut self, state: &SessionState) {
        if let Some(offer) = &mut self.offer {
            offer.selected = (offer.selected + 1) % offer.candidates.len();
        } else if self.move_rows(1) {
            self.refresh(state);
        } else if let Some(draft) = self.history.forward(&self.draft) {
            self.draft = draft;
            self.edited_elsewhere();
        }
    }

    /// Puts the path of an image in that is being read.
    pub fn await_image(&mut self, path: &str) {
        self.draft.await_image(path);
        self.edited_elsewhere();
    }

    /// Takes an image that was read, or why it cannot be had; what waited for it is sent.
    pub fn take_image(&mut self, path: &str, image: Result<Image, String>, state: &SessionState) -> Vec<Effect> {
        let (image, reason) = match image {
            Ok(image) => (Some(image), None),
            Err(reason) => (None, Some(reason)),
        };
        if image.is_none() {
            // Nobody asks about a picture that is not there.
            self.sends_when_read = false;
        }
        let _elsewhere_by_now = self.draft.take_awaited(path, image);
        let mut effects: Vec<Effect> = reason.map(Effect::Say).into_iter().collect();
        if !self.draft.awaits_image() && std::mem::take(&mut self.sends_when_read) {
            effects.extend(self.send(state));
        }
        effects
    }
}
