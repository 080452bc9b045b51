//! A step's request in the SDK's types.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use aws_sdk_bedrockruntime::error::BuildError;
use aws_sdk_bedrockruntime::primitives::Blob;
use aws_sdk_bedrockruntime::types as sdk;
use aws_smithy_types::{Document, Number};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::config::{CacheTtl, Effort};
use crate::engine::ToolSpec;
use crate::models::{Model, Models, Temperature, Thinking};
use crate::session::{Block, ImageFormat, Message, Role};

/// How much a model that the table does not know may write.
const UNKNOWN_OUTPUT: u32 = 8_192;
/// How much a known model may write where nothing else is said: room for a long file, not for a runaway.
const USUAL_OUTPUT: u32 = 32_000;
/// The least budget for thoughts that the service takes, and the room that an answer gets behind them.
const LEAST_BUDGET: u32 = 1_024;
const ROOM: u32 = 8_000;

/// The parts of a request, ready for the SDK's builder.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    /// The system prompt and its cache point.
    pub(super) system: Vec<sdk::SystemContentBlock>,
    /// The conversation.
    pub(super) messages: Vec<sdk::Message>,
    /// The tools, where there are any.
    pub(super) tools: Option<sdk::ToolConfiguration>,
    /// The limit of the answer.
    pub(super) inference: sdk::InferenceConfiguration,
    /// What ConverseStream has no field for.
    pub(super) extra: Option<Document>,
    /// How much effort the answer is worth.
    pub(super) output: Option<sdk::OutputConfig>,
}

/// How the parts are shaped for a model: what of its entry in the table counts, and what is asked of it.
#[derive(Debug, Clone)]
pub(super) struct Shape<'a> {
    /// The model's entry; none where the table does not know it, and it gets the plain request.
    model: Option<&'a Model>,
    /// How long caches live; none sends no cache points.
    pub(super) cache: Option<CacheTtl>,
    /// How much the model may write.
    pub(super) max_tokens: u32,
    /// How much it is asked to reason.
    effort: Effort,
    /// The tokens for that where it goes by a budget; 0 does not ask.
    budget: u32,
    /// How freely it chooses its words, where the user says.
    temperature: Option<f32>,
    /// Whether the limit of the answer was given, so that thoughts may not raise it.
    is_limited: bool,
}

impl<'a> Shape<'a> {
    /// Returns the shape for a model of the table, or for one that it does not know.
    pub(super) fn new(
        id: &str,
        model: Option<&'a Model>,
        models: &Models,
        asked: Option<u32>,
        cache: CacheTtl,
    ) -> Self {
        let caches = model.map_or_else(|| models.caches_unlisted(id), |model| model.cache_minimum > 0);
        let cache = match cache {
            CacheTtl::Off => None,
            CacheTtl::FiveMinutes | CacheTtl::OneHour => caches.then_some(cache),
        };
        let limit = model.map_or(u32::MAX, |model| model.output);
        let usual = model.map_or(UNKNOWN_OUTPUT, |_| USUAL_OUTPUT);
        let max_tokens = asked.filter(|tokens| *tokens > 0).unwrap_or(usual).min(limit);
        let is_limited = asked.is_some_and(|tokens| tokens > 0);
        Self { model, cache, max_tokens, effort: Effort::Auto, budget: 0, temperature: None, is_limited }
    }

    /// Returns the shape with no more tokens than the model was found to write.
    pub(super) fn within(mut self, output: Option<u32>) -> Self {
        if let Some(output) = output.filter(|output| *output < self.max_tokens) {
            (self.max_tokens, self.is_limited) = (output, true);
        }
        self
    }

    /// Returns the shape with an effort; a budget leaves room for the answer behind the thoughts, within the limit that
    /// the user gave. Where the least budget does not fit into half of that, the model is not asked to think.
    pub(super) fn with_effort(mut self, effort: Effort, budget: u32) -> Self {
        self.effort = effort;
        let Some(model) = self.model.filter(|model| model.thinking == Thinking::Budget) else { return self };
        self.budget = match effort {
            Effort::Auto | Effort::Off => 0,
            _ if budget > 0 => budget,
            Effort::Low => 2_000,
            Effort::Medium => 8_000,
            Effort::High => 16_000,
            Effort::Max => 32_000,
        };
        if self.budget > 0 {
            self.budget = self.budget.clamp(LEAST_BUDGET, model.output.saturating_sub(ROOM).max(LEAST_BUDGET));
            if self.is_limited {
                let most = self.max_tokens.saturating_sub(ROOM).max(self.max_tokens / 2);
                self.budget = if most < LEAST_BUDGET { 0 } else { self.budget.min(most) };
            } else {
                self.max_tokens = self.max_tokens.max(self.budget + ROOM).min(model.output);
            }
        }
        self
    }

    /// Says why the model is not asked to think although it should be; none where nothing is amiss.
    pub(super) fn thinking_left_out(&self) -> Option<String> {
        let model = self.model.filter(|model| model.thinking == Thinking::Budget)?;
        let is_asked = !matches!(self.effort, Effort::Auto | Effort::Off);
        (is_asked && self.budget == 0).then(|| {
            let (name, most, least) = (&model.name, self.max_tokens, 2 * LEAST_BUDGET);
            format!(
                "max_tokens of {most} leaves {name} no room to think, so it is not asked to; with {least} or more it is"
            )
        })
    }

    /// Returns the shape with a temperature, which the model is told only where it takes one.
    pub(super) fn with_temperature(mut self, temperature: Option<f32>) -> Self {
        self.temperature = temperature;
        self
    }

    /// Tells whether the model sees images; of one that the table does not know, nobody can say.
    pub(super) fn sees_images(&self) -> bool {
        self.model.is_none_or(|model| model.images)
    }

    /// Returns how the model is asked to think; none leaves it as it is by itself.
    fn thinking(&self) -> Option<Value> {
        let adaptive = || json!({"type": "adaptive", "display": "summarized"});
        match (self.model?.thinking, self.effort) {
            (Thinking::None, _) | (Thinking::OnRequest, Effort::Auto | Effort::Off) => None,
            (Thinking::Budget, _) if self.budget == 0 => None,
            (Thinking::Budget, _) => Some(json!({"type": "enabled", "budget_tokens": self.budget})),
            (Thinking::Adaptive, Effort::Off) => Some(json!({"type": "disabled"})),
            (Thinking::Always, Effort::Off) => Some(json!({"type": "between_tools"})),
            (Thinking::OnRequest | Thinking::Adaptive | Thinking::Always, _) => Some(adaptive()),
        }
    }

    /// Returns the fields that ConverseStream has no place for.
    fn extra(&self) -> Option<Value> {
        let model = self.model?;
        // A table of TOML is always JSON, but for its dates, which no request holds.
        let mut fields = match serde_json::to_value(&model.fields) {
            Ok(Value::Object(fields)) => fields,
            Ok(_) | Err(_) => serde_json::Map::new(),
        };
        let thinking_betas = model.thinking_betas.iter().filter(|_| self.budget > 0);
        let betas: Vec<&String> = model.betas.iter().chain(thinking_betas).collect();
        if !betas.is_empty() {
            fields.insert("anthropic_beta".to_owned(), json!(betas));
        }
        fields.extend(self.thinking().map(|thinking| ("thinking".to_owned(), thinking)));
        (!fields.is_empty()).then_some(Value::Object(fields))
    }

    /// Returns the effort that the model is asked for: of those that it takes, the greatest that is not above.
    fn output(&self) -> Option<sdk::OutputConfig> {
        if matches!(self.effort, Effort::Auto | Effort::Off) {
            return None;
        }
        let efforts = &self.model?.efforts;
        let effort = efforts.iter().filter(|effort| **effort <= self.effort).max().or(efforts.iter().min())?;
        Some(sdk::OutputConfig::builder().effort(effort.name()).build())
    }

    fn inference(&self) -> sdk::InferenceConfiguration {
        let thinks = self.thinking().is_some_and(|thinking| thinking["type"] != "disabled");
        let takes = match self.model.map_or(Temperature::Refused, |model| model.temperature) {
            Temperature::Refused => false,
            Temperature::UnlessThinking => !thinks,
            Temperature::Taken => true,
        };
        let limit = i32::try_from(self.max_tokens).unwrap_or(i32::MAX);
        let temperature = self.temperature.filter(|_| takes);
        sdk::InferenceConfiguration::builder().max_tokens(limit).set_temperature(temperature).build()
    }
}

/// Returns the parts of a request. `messages` are mended already.
pub(super) fn parts(
    system: &str,
    messages: Vec<Message>,
    tools: &[ToolSpec],
    shape: &Shape<'_>,
) -> Result<Parts, BuildError> {
    let cache_point = shape.cache.map(cache_point).transpose()?;
    let mut blocks = Vec::new();
    if !system.trim().is_empty() {
        blocks.push(sdk::SystemContentBlock::Text(system.to_owned()));
        blocks.extend(cache_point.clone().map(sdk::SystemContentBlock::CachePoint));
    }
    Ok(Parts {
        system: blocks,
        messages: conversation(messages, cache_point.as_ref())?,
        tools: configuration(tools, cache_point)?,
        inference: shape.inference(),
        extra: shape.extra().as_ref().map(document),
        output: shape.output(),
    })
}

/// The most tags of a request, and the most letters of each of its words.
const TAGS: usize = 16;
const TAG_LETTERS: usize = 256;

/// Returns the tags as the service takes them: letters that it refuses are replaced, what is too much is cut.
pub(super) fn tags(wanted: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || " :_@$#=/+,-.".contains(letter);
    let word = |text: &str| -> String {
        text.chars().take(TAG_LETTERS).map(|letter| if fits(letter) { letter } else { '_' }).collect()
    };
    let tags = wanted.iter().map(|(key, value)| (word(key), word(value)));
    tags.filter(|(key, value)| !key.is_empty() && !value.is_empty()).take(TAGS).collect()
}

/// Returns the tags in the SDK's form.
pub(super) fn metadata(tags: &BTreeMap<String, String>) -> HashMap<String, String> {
    tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn cache_point(ttl: CacheTtl) -> Result<sdk::CachePointBlock, BuildError> {
    let point = sdk::CachePointBlock::builder().r#type(sdk::CachePointType::Default);
    match ttl {
        CacheTtl::OneHour => point.ttl(sdk::CacheTtl::OneHour).build(),
        CacheTtl::FiveMinutes | CacheTtl::Off => point.build(),
    }
}

fn configuration(
    tools: &[ToolSpec],
    cache_point: Option<sdk::CachePointBlock>,
) -> Result<Option<sdk::ToolConfiguration>, BuildError> {
    if tools.is_empty() {
        return Ok(None);
    }
    let mut configuration = sdk::ToolConfiguration::builder();
    for tool in tools {
        let specification = sdk::ToolSpecification::builder()
            .name(&tool.name)
            .description(&tool.description)
            .input_schema(sdk::ToolInputSchema::Json(document(&tool.schema)))
            .build()?;
        configuration = configuration.tools(sdk::Tool::ToolSpec(specification));
    }
    if let Some(point) = cache_point {
        configuration = configuration.tools(sdk::Tool::CachePoint(point));
    }
    configuration.build().map(Some)
}

/// Converts the conversation. Two of its user messages end in a cache point: the last, for the next step to
/// find, and the one before, which the last step wrote; the service looks back from a point by 20 blocks only.
fn conversation(
    messages: Vec<Message>,
    cache_point: Option<&sdk::CachePointBlock>,
) -> Result<Vec<sdk::Message>, BuildError> {
    let users = messages.iter().enumerate().filter(|(_, message)| message.role == Role::User);
    let pointed: Vec<usize> = users.map(|(index, _)| index).rev().take(2).collect();
    let mut converted = Vec::with_capacity(messages.len());
    for (index, message) in messages.into_iter().enumerate() {
        let mut blocks = Vec::with_capacity(message.blocks.len() + 1);
        for block in Arc::unwrap_or_clone(message.blocks) {
            blocks.push(content(block)?);
        }
        if let Some(point) = cache_point.filter(|_| pointed.contains(&index)) {
            blocks.push(sdk::ContentBlock::CachePoint(point.clone()));
        }
        let role = match message.role {
            Role::User => sdk::ConversationRole::User,
            Role::Assistant => sdk::ConversationRole::Assistant,
        };
        converted.push(sdk::Message::builder().role(role).set_content(Some(blocks)).build()?);
    }
    Ok(converted)
}

fn content(block: Block) -> Result<sdk::ContentBlock, BuildError> {
    Ok(match block {
        Block::Text { text } => sdk::ContentBlock::Text(text),
        Block::Reasoning { redacted: Some(data), .. } => {
            let bytes = STANDARD.decode(data).unwrap_or_default();
            sdk::ContentBlock::ReasoningContent(sdk::ReasoningContentBlock::RedactedContent(Blob::new(bytes)))
        }
        Block::Reasoning { text, signature, redacted: None } => {
            let text = sdk::ReasoningTextBlock::builder().text(text).set_signature(signature).build()?;
            sdk::ContentBlock::ReasoningContent(sdk::ReasoningContentBlock::ReasoningText(text))
        }
        Block::Image(image) => {
            let format = match image.format {
                ImageFormat::Png => sdk::ImageFormat::Png,
                ImageFormat::Jpeg => sdk::ImageFormat::Jpeg,
                ImageFormat::Gif => sdk::ImageFormat::Gif,
                ImageFormat::Webp => sdk::ImageFormat::Webp,
            };
            let bytes = STANDARD.decode(image.data.as_bytes()).unwrap_or_default();
            let source = sdk::ImageSource::Bytes(Blob::new(bytes));
            sdk::ContentBlock::Image(sdk::ImageBlock::builder().format(format).source(source).build()?)
        }
        Block::ToolUse(call) => {
            let call = sdk::ToolUseBlock::builder()
                .tool_use_id(call.id.0)
                .name(call.name)
                .input(document(&call.input))
                .build()?;
            sdk::ContentBlock::ToolUse(call)
        }
        Block::ToolResult { id, output } => {
            let status = output.is_error.then_some(sdk::ToolResultStatus::Error);
            let result = sdk::ToolResultBlock::builder()
                .tool_use_id(id.0)
                .content(sdk::ToolResultContentBlock::Text(output.text))
                .set_status(status)
                .build()?;
            sdk::ContentBlock::ToolResult(result)
        }
    })
}

/// Returns JSON in the SDK's form.
fn document(value: &Value) -> Document {
    match value {
        Value::Null => Document::Null,
        Value::Bool(value) => Document::Bool(*value),
        Value::Number(number) => Document::Number(match (number.as_u64(), number.as_i64()) {
            (Some(value), _) => Number::PosInt(value),
            (None, Some(value)) => Number::NegInt(value),
            (None, None) => Number::Float(number.as_f64().unwrap_or_default()),
        }),
        Value::String(text) => Document::String(text.clone()),
        Value::Array(items) => Document::Array(items.iter().map(document).collect()),
        Value::Object(fields) => {
            Document::Object(fields.iter().map(|(key, value)| (key.clone(), document(value))).collect())
        }
    }
}
