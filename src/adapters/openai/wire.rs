//! A step's request as JSON, in one order, so that prefix caches hit.

use serde_json::{Value, json};

use super::super::bedrock::{Wanted, mended, ordered};
use super::super::blocks;
use crate::engine::Request;
use crate::session::{Block, ImageFormat, Message, Role, ToolOutput};

/// How a request is shaped for an endpoint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape<'a> {
    /// The model, as the endpoint names it.
    pub(super) model: &'a str,
    /// Whether tools are sent; otherwise edits are asked for as blocks of text.
    pub(super) tools: bool,
    /// Whether images are shown; otherwise they are named.
    pub(super) images: bool,
    /// How freely the model chooses its words; none leaves it to the endpoint.
    pub(super) temperature: Option<f64>,
    /// How much the model may write; none leaves it to the endpoint.
    pub(super) max_tokens: Option<u32>,
    /// Whether what the answer costs is asked for, which some servers refuse.
    pub(super) usage: bool,
}

/// Returns the body of a request.
pub(super) fn body(request: &Request, shape: Shape<'_>) -> String {
    let has_tools = shape.tools && !request.tools.is_empty();
    let by_blocks = !shape.tools && blocks::are_wanted(request);
    let wanted = Wanted { tools: has_tools, reasoning: false, images: shape.images };
    let messages = if shape.tools {
        mended(&request.messages, wanted)
    } else {
        mended(&blocks::in_words(&request.messages), wanted)
    };
    let mut all = Vec::new();
    let system = if by_blocks { blocks::system(&request.system) } else { request.system.trim_end().to_owned() };
    if !system.trim().is_empty() {
        all.push(json!({"role": "system", "content": system}));
    }
    messages.iter().for_each(|message| add(message, &mut all));
    let mut body = json!({"model": shape.model, "messages": all, "stream": true});
    if let Some(tokens) = shape.max_tokens {
        body["max_tokens"] = tokens.into();
    }
    if let Some(temperature) = shape.temperature {
        body["temperature"] = temperature.into();
    }
    if shape.usage {
        body["stream_options"] = json!({"include_usage": true});
    }
    if has_tools {
        let tool = |tool: &crate::engine::ToolSpec| {
            json!({"type": "function", "function": {
                "name": tool.name, "description": tool.description, "parameters": tool.schema,
            }})
        };
        body["tools"] = request.tools.iter().map(tool).collect();
    }
    let text = body.to_string();
    ordered(text.as_bytes()).unwrap_or(text)
}

fn add(message: &Message, all: &mut Vec<Value>) {
    match message.role {
        Role::Assistant => {
            let text = texts(&message.blocks);
            let calls: Vec<Value> = message.blocks.iter().filter_map(call).collect();
            let mut said =
                json!({"role": "assistant", "content": if text.is_empty() { Value::Null } else { text.into() }});
            if !calls.is_empty() {
                said["tool_calls"] = calls.into();
            }
            all.push(said);
        }
        Role::User => {
            for block in message.blocks.iter() {
                if let Block::ToolResult { id, output } = block {
                    all.push(json!({"role": "tool", "tool_call_id": id.0, "content": result(output)}));
                }
            }
            if message.blocks.iter().any(|block| matches!(block, Block::Image(_))) {
                let parts: Vec<Value> = message.blocks.iter().filter_map(part).collect();
                all.push(json!({"role": "user", "content": parts}));
                return;
            }
            let text = texts(&message.blocks);
            if !text.is_empty() {
                all.push(json!({"role": "user", "content": text}));
            }
        }
    }
}

fn call(block: &Block) -> Option<Value> {
    let Block::ToolUse(call) = block else { return None };
    let function = json!({"name": call.name, "arguments": call.input.to_string()});
    Some(json!({"id": call.id.0, "type": "function", "function": function}))
}

/// Returns a result's text; the protocol has no field for a failure.
fn result(output: &ToolOutput) -> String {
    if output.is_error { format!("Error: {}", output.text) } else { output.text.clone() }
}

/// Returns what the user said or showed, as a part of a message that holds images.
fn part(block: &Block) -> Option<Value> {
    match block {
        Block::Text { text } => Some(json!({"type": "text", "text": text})),
        Block::Image(image) => {
            let kind = match image.format {
                ImageFormat::Png => "png",
                ImageFormat::Jpeg => "jpeg",
                ImageFormat::Gif => "gif",
                ImageFormat::Webp => "webp",
            };
            let url = format!("data:image/{kind};base64,{}", image.data);
            Some(json!({"type": "image_url", "image_url": {"url": url}}))
        }
        Block::Reasoning { .. } | Block::ToolUse(_) | Block::ToolResult { .. } => None,
    }
}

/// Returns the texts of a message as one: many servers' templates know nothing else.
fn texts(blocks: &[Block]) -> String {
    let texts: Vec<&str> = blocks
        .iter()
        .filter_map(|block| if let Block::Text { text } = block { Some(text.as_str()) } else { None })
        .collect();
    texts.join("\n\n")
}
