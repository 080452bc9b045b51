//! An ear: everything that a provider's stream gives, and the answer put together.

use adit::engine::Delta;
use adit::session::{Answer, Block, Fault, ToolCall};
use futures::StreamExt as _;
use futures::stream::BoxStream;

/// Everything that a stream gave.
#[derive(Debug)]
pub struct Heard {
    /// The deltas, in order.
    pub deltas: Vec<Delta>,
    /// The fault at the end.
    pub fault: Option<Fault>,
    /// The answer, put together after the last retry.
    pub answer: Answer,
}

impl Heard {
    /// Returns the faults for which the request was sent again.
    pub fn retried(&self) -> Vec<&Fault> {
        let of = |delta: &'_ Delta| matches!(delta, Delta::Retrying { .. });
        self.deltas
            .iter()
            .filter(|delta| of(delta))
            .filter_map(|delta| if let Delta::Retrying { fault, .. } = delta { Some(fault) } else { None })
            .collect()
    }

    pub fn retries(&self) -> usize {
        self.deltas.iter().filter(|delta| matches!(delta, Delta::Retrying { .. })).count()
    }

    /// Returns the blocks of the answer, and the names of the calls that were cut off.
    pub fn blocks(&self) -> (Vec<Block>, Vec<String>) {
        let (message, cut) = self.answer.clone().finish();
        (
            message.map(|message| message.blocks.to_vec()).unwrap_or_default(),
            cut.into_iter().map(|call| call.name).collect(),
        )
    }

    pub fn calls(&self) -> Vec<ToolCall> {
        let calls = self.blocks().0.into_iter().filter_map(|block| match block {
            Block::ToolUse(call) => Some(call),
            _ => None,
        });
        calls.collect()
    }

    /// Returns the text of the answer.
    pub fn text(&self) -> String {
        let (message, _) = self.answer.clone().finish();
        let blocks = message.map(|message| message.blocks).unwrap_or_default();
        blocks
            .iter()
            .filter_map(|block| if let Block::Text { text } = block { Some(text.as_str()) } else { None })
            .collect()
    }
}

/// Listens to the end.
pub async fn hear(mut stream: BoxStream<'static, Result<Delta, Fault>>) -> Heard {
    let mut heard = Heard { deltas: Vec::new(), fault: None, answer: Answer::new() };
    while let Some(item) = stream.next().await {
        match item {
            Ok(delta) => {
                fold(&mut heard.answer, &delta);
                heard.deltas.push(delta);
            }
            Err(fault) => heard.fault = Some(fault),
        }
    }
    heard
}

fn fold(answer: &mut Answer, delta: &Delta) {
    match delta.clone() {
        Delta::Text { block, text } => answer.text(block, &text),
        Delta::Reasoning { block, text } => answer.reasoning(block, &text),
        Delta::TextWasThought => answer.text_was_thought(),
        Delta::Signature { block, signature } => answer.signature(block, &signature),
        Delta::Redacted { block, data } => answer.redacted(block, &data),
        Delta::ToolStarted { block, id, name } => answer.tool_started(block, id, name),
        Delta::ToolInput { block, json } => answer.tool_input(block, &json),
        Delta::BlockStopped { block } => answer.block_stopped(block),
        Delta::Stopped(stop) => answer.stopped(stop),
        Delta::Usage(usage) => answer.used(usage),
        Delta::Retrying { .. } => *answer = Answer::new(),
        Delta::Opened { .. }
        | Delta::Silent(_)
        | Delta::Unsent
        | Delta::Sent
        | Delta::Remark(_)
        | Delta::Asking { .. }
        | Delta::Switched { .. }
        | Delta::LoginNeeded(_)
        | Delta::LoginEnded => {}
    }
}
