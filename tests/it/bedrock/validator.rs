//! The service's rules for a request body, written down from its documentation and its refusals.

use std::collections::BTreeSet;

use serde_json::Value;

/// Returns every rule that a body breaks.
pub(crate) fn breaches(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |what: String| found.push(what);
    let messages = body["messages"].as_array().cloned().unwrap_or_default();
    let has_tools = body["toolConfig"]["tools"].as_array().is_some_and(|tools| !tools.is_empty());
    if messages.is_empty() {
        say("no messages".to_owned());
    }
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut open: BTreeSet<String> = BTreeSet::new();
    let mut role_before = "assistant";
    for (at, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        if role == role_before {
            say(format!("message {at}: {role} speaks twice"));
        }
        role_before = if role == "user" { "user" } else { "assistant" };
        let content = message["content"].as_array().cloned().unwrap_or_default();
        if content.is_empty() {
            say(format!("message {at} is empty"));
        }
        let mut is_past_results = false;
        let mut answered = BTreeSet::new();
        for (index, block) in content.iter().enumerate() {
            let place = format!("message {at} block {index}");
            let kinds: Vec<&String> = block.as_object().map(|fields| fields.keys().collect()).unwrap_or_default();
            match kinds.as_slice() {
                [kind] if *kind == "text" => {
                    is_past_results = true;
                    if block["text"].as_str().is_none_or(|text| text.trim().is_empty()) {
                        say(format!("{place}: the text is blank"));
                    }
                }
                [kind] if *kind == "toolUse" => {
                    let call = &block["toolUse"];
                    let id = call["toolUseId"].as_str().unwrap_or_default().to_owned();
                    if role != "assistant" || !has_tools {
                        say(format!("{place}: a call by {role}, tools {has_tools}"));
                    }
                    if !fits(&id, "_.:-") || !fits(call["name"].as_str().unwrap_or_default(), "_-") {
                        say(format!("{place}: bad id or name {call}"));
                    }
                    if !call["input"].is_object() {
                        say(format!("{place}: the input is no object"));
                    }
                    if !seen.insert(id.clone()) {
                        say(format!("{place}: the id {id} is used twice"));
                    }
                    open.insert(id);
                }
                [kind] if *kind == "toolResult" => {
                    let result = &block["toolResult"];
                    let id = result["toolUseId"].as_str().unwrap_or_default().to_owned();
                    if role != "user" || !has_tools || is_past_results {
                        say(format!("{place}: a result out of place"));
                    }
                    if !open.contains(&id) || !answered.insert(id.clone()) {
                        say(format!("{place}: {id} has no open call, or two results"));
                    }
                    let texts = result["content"].as_array().cloned().unwrap_or_default();
                    if texts.is_empty()
                        || texts.iter().any(|text| text["text"].as_str().is_none_or(|text| text.trim().is_empty()))
                    {
                        say(format!("{place}: a result without text"));
                    }
                }
                [kind] if *kind == "reasoningContent" => {
                    let text = &block["reasoningContent"]["reasoningText"];
                    let is_signed =
                        text["signature"].is_string() || block["reasoningContent"]["redactedContent"].is_string();
                    if role != "assistant" || !is_signed || index + 1 == content.len() {
                        say(format!("{place}: reasoning out of place or not signed"));
                    }
                }
                [kind] if *kind == "image" => {
                    is_past_results = true;
                    let image = &block["image"];
                    let formats = ["png", "jpeg", "gif", "webp"];
                    if role != "user" || image["format"].as_str().is_none_or(|format| !formats.contains(&format)) {
                        say(format!("{place}: an image out of place or of another kind"));
                    }
                }
                [kind] if *kind == "cachePoint" => {
                    is_past_results = true;
                    if index == 0 || index + 1 != content.len() {
                        say(format!("{place}: a cache point that is not last"));
                    }
                }
                other => say(format!("{place}: unknown block {other:?}")),
            }
        }
        if role == "user" {
            for missing in open.difference(&answered) {
                say(format!("message {at}: {missing} has no result"));
            }
            open.clear();
        }
    }
    if role_before != "user" {
        say("the user does not speak last".to_owned());
    }
    let points = body.to_string().matches("\"cachePoint\"").count();
    if points > 4 {
        say(format!("{points} cache points"));
    }
    if body["system"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|block| block["text"].as_str().is_some_and(|text| text.trim().is_empty()))
    {
        say("a blank system prompt".to_owned());
    }
    if body["inferenceConfig"]["maxTokens"].as_u64().is_none_or(|tokens| tokens == 0) {
        say("no limit of the answer".to_owned());
    }
    found
}

/// Returns every rule of the model's generation that a body breaks.
pub(crate) fn generation_breaches(model: &str, body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |is_broken: bool, what: &str| found.extend(is_broken.then(|| format!("{model}: {what}")));
    let extra = &body["additionalModelRequestFields"];
    let thinking = extra["thinking"]["type"].as_str();
    let limit = body["inferenceConfig"]["maxTokens"].as_u64().unwrap_or(0);
    let is_sampled = body["inferenceConfig"].get("temperature").is_some()
        || body["inferenceConfig"].get("topP").is_some()
        || extra.get("top_k").is_some();
    let has_effort = body["outputConfig"].get("effort").is_some();
    say(!body["toolConfig"]["toolChoice"].is_null(), "a tool is forced");
    if !model.contains("anthropic.claude") {
        say(!extra.is_null() || has_effort || is_sampled, "more than the plain request");
        say(body.to_string().contains("\"cachePoint\""), "a cache point");
    } else if model.contains("-4-5-") {
        let budget = extra["thinking"]["budget_tokens"].as_u64();
        say(!matches!(thinking, None | Some("enabled")), "thinking of a later generation");
        say(thinking.is_some() && budget.is_none_or(|budget| budget < 1_024 || budget >= limit), "a bad budget");
        say(thinking.is_some() && is_sampled, "sampled while it thinks");
        say(has_effort, "an effort");
        say(limit > 64_000, "a limit above what it can write");
    } else if model.contains("-4-6") {
        say(thinking.is_some() && is_sampled, "sampled while it thinks");
        say(limit > 64_000, "a limit above what it can write");
    } else {
        say(is_sampled, "sampled");
        say(thinking == Some("enabled") || extra["thinking"].get("budget_tokens").is_some(), "a budget");
        say(model.contains("-5-5") && thinking == Some("disabled"), "thinking disabled");
        say(limit > 128_000, "a limit above what it can write");
    }
    found
}

fn fits(text: &str, others: &str) -> bool {
    let letters = text.chars().count();
    (1..=64).contains(&letters) && text.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
}
