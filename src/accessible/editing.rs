//! What the user writes in an editor, and the pictures that they attach.

use std::io::{self, Write};
use std::path::Path;

use super::outside::Draft;
use super::talk::Talk;
use super::words::{sentence, spoken};
use crate::session::Op;

impl<O: Write + Send> Talk<'_, O> {
    /// Lets the user write a request in the editor, and sends it.
    pub(super) async fn write(&mut self) -> io::Result<()> {
        let prepared = self.prepared.clone().unwrap_or_default();
        match self.edit(prepared.clone(), "request.md".to_owned(), 1).await {
            Ok(None) if prepared.is_empty() => self.say("Nothing was written, so nothing is sent."),
            Ok(text) => {
                let text = text.unwrap_or(prepared).trim().to_owned();
                if text.is_empty() {
                    return self.say("Nothing was written, so nothing is sent.");
                }
                self.prepared = None;
                self.send(Op::Prompt { text }).await
            }
            Err(words) => self.say(&sentence(&spoken(&words))),
        }
    }

    /// Lets the user edit the commit message that is offered, and offers what was saved.
    pub(super) async fn write_message(&mut self, message: String) -> io::Result<()> {
        match self.edit(message, "COMMIT_EDITMSG".to_owned(), 1).await {
            Ok(Some(text)) => self.offer_message(text.trim_end().lines().map(str::to_owned).collect()),
            Ok(None) => self.say("Nothing was changed; say yes to commit with the message as it is."),
            Err(words) => self.say(&sentence(&spoken(&words))),
        }
    }

    /// Lets the user edit a proposed file, and proposes what was saved.
    pub(super) async fn change(&mut self, draft: Draft) -> io::Result<()> {
        match self.edit(draft.text.clone(), draft.name(), draft.line).await {
            Ok(Some(text)) => self.send(draft.rewritten(&text)).await,
            Ok(None) => self.say("Nothing was changed."),
            Err(words) => self.say(&sentence(&spoken(&words))),
        }
    }

    async fn edit(&mut self, text: String, name: String, line: usize) -> Result<Option<String>, String> {
        let editor = self
            .editor
            .clone()
            .ok_or("there is no editor here; say ask and your request, or edit for a commit message")?;
        self.had_editor = true;
        editor.edit(text, name, line).await
    }

    /// Shows an image with the next request; a path that is not absolute begins in the workspace.
    pub(super) async fn attach(&mut self, path: &str) -> io::Result<()> {
        match self.handle.load_image(Path::new(&self.state.workspace).join(path)).await {
            Ok(image) => {
                self.say(&format!("{} goes with your next request.", spoken(&image.name)))?;
                self.leaves |= !self.handle.send(Op::Attach { image }).await;
                Ok(())
            }
            Err(words) => self.say(&sentence(&spoken(&words))),
        }
    }
}
