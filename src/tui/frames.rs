//! Frames on their way to the terminal: when one is due, what it carries besides its cells, what its way tells.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::app::TuiOptions;
use super::connection::ASK;
use super::encoder::Share;
use super::event_loop::EventLoop;
use super::output::{Piece, Written};
use super::pacing::Cause;
use super::update::{Msg, update};
use super::view::view;
use super::{terminal, wakeup};

/// A frame of fewer bytes reaches the terminal in one piece anyway; a longer one is marked as one.
const ONE_PIECE: usize = 1000;

impl EventLoop {
    /// Sends what comes before the first frame: the questions, so that the terminal answers while it is drawn.
    pub(super) fn begin(&mut self, options: &TuiOptions) {
        if let Some(recording) = &self.recording {
            let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
            recording.head(terminal::size(), seconds, options.environment.term.as_deref().unwrap_or(""));
        }
        if !options.environment.is_dumb() {
            let environment = &options.environment;
            self.output.ask(match environment.answers_queries() {
                true if environment.is_in_screen() => terminal::QUERIES_IN_SCREEN,
                true => terminal::QUERIES,
                false => ASK,
            });
            self.connection.asks(Instant::now());
        }
        // What a terminal makes of a question that it does not know is cleared away with the rest.
        self.painter.clear();
    }

    /// Returns when the next frame may be drawn; none when none is wanted, or while the one before is under way.
    pub(super) fn frame_due(&self, now: Instant) -> Option<Instant> {
        if self.output.is_busy() {
            return None;
        }
        let due = self.pacer.due(now)?;
        let held = self.pacer.wanted().and_then(|cause| self.connection.held_until(cause, now));
        Some(held.map_or(due, |held| held.max(due)))
    }

    /// Draws a frame and sends it as one piece, if anything changed.
    pub(super) fn draw(&mut self) {
        let damage = self.app.take_damage();
        view(&self.app, &mut self.cache, &mut self.canvas, damage);
        let piece = self.connection.piece().map(|most| Share { most, last: self.canvas.conversation() });
        let is_whole = self.painter.paint_share(self.canvas.buffer(), self.canvas.areas(), self.canvas.cursor(), piece);
        let frame = self.painter.take();
        let now = Instant::now();
        let came = self.key_came.take();
        if !frame.is_empty() {
            self.key_drawn = self.key_drawn.or(came);
            self.connection.drew(frame.len(), now);
            let mut bytes = Vec::with_capacity(frame.len() + 24);
            let is_marked = self.synchronizes.unwrap_or(true) && frame.len() >= ONE_PIECE;
            if is_marked {
                terminal::note_marks();
            }
            if self.painter.has_linked() {
                terminal::note_links();
            }
            bytes.extend_from_slice(if is_marked { terminal::FRAME_BEGIN } else { b"" });
            bytes.extend_from_slice(&frame);
            bytes.extend_from_slice(if is_marked { terminal::FRAME_END } else { b"" });
            let shown = bytes.len();
            if self.connection.wants_to_ask(now) {
                bytes.extend_from_slice(ASK);
                self.connection.asks(now);
            }
            if let Some(written) = self.output.send_piece(Piece { bytes, shown }) {
                self.is_written(&written);
            }
        }
        self.pacer.drawn(now);
        if !is_whole {
            // The rest is drawn from whatever the state is then.
            self.pacer.want(Cause::Stream);
        }
    }

    /// Takes in that a piece is out.
    pub(super) fn is_written(&mut self, written: &Written) {
        self.connection.wrote(written.bytes, written.took);
        if let Some(came) = self.key_drawn.take() {
            self.connection.echoed(came.elapsed());
        }
    }

    /// Tells the model how the connection is, when that changes something that it shows.
    pub(super) fn tell_connection(&mut self) {
        if !self.app.wants_report(self.connection.follow()) {
            return;
        }
        let report = self.connection.report();
        if report != self.app.connection {
            let _none = update(&mut self.app, Msg::Connection(Box::new(report)));
        }
    }

    /// Waits for an answer that is on its way, so that it does not reach whoever has the terminal next.
    pub(super) async fn hear_out(&mut self) {
        let deadline = Instant::now() + self.connection.farewell(Instant::now());
        while self.connection.is_waiting() && Instant::now() < deadline {
            let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            let next = tokio::time::timeout(left, wakeup::bytes(self.reader.as_ref()));
            let Ok(Ok(bytes)) = next.await else { return };
            // Keys that come now are for nobody.
            let mut forgotten = Vec::new();
            self.take_bytes(&bytes, false, &mut forgotten);
        }
    }
}
