//! Stand-in until the answer's accumulator lands.
use super::{Message, ToolCallId};
#[derive(Debug, Default)]
pub struct Answer;
#[allow(unused_variables, missing_docs)]
impl Answer {
    pub fn text(&mut self, block: u32, text: &str) {}
    pub fn reasoning(&mut self, block: u32, text: &str) {}
    pub fn signature(&mut self, block: u32, text: &str) {}
    pub fn redacted(&mut self, block: u32, text: &str) {}
    pub fn tool_started(&mut self, block: u32, id: &ToolCallId, name: &str) {}
    pub fn tool_input(&mut self, block: u32, json: &str) {}
    pub fn block_stopped(&mut self, block: u32) {}
    pub fn finish(self) -> (Option<Message>, Vec<ToolCallId>) {
        (None, Vec::new())
    }
}
