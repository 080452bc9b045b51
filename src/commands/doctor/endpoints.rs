//! Looks at the endpoints of the configuration: their keys, and a call of one token.

use std::sync::Arc;

use adit::config::{Config, Effort};
use adit::doctor::Check;
use adit::engine::{Provider, Request};
use adit::session::{Block, Message, Role};
use futures::StreamExt as _;

use crate::launch::variable;

/// Tells whether a model is one of an endpoint's.
pub(super) fn names_one(config: &Config, model: &str) -> bool {
    let name = model.split_once('/').map_or("", |(name, _)| name);
    config.endpoints.keys().any(|known| known.as_str() == name)
}

/// Returns a check for each endpoint. Nothing is called.
pub(super) fn checks(config: &Config) -> Vec<Check> {
    let check = |(name, endpoint): (&adit::config::EndpointName, &adit::config::EndpointConfig)| {
        let title = format!("endpoint {}", name.as_str());
        match &endpoint.key_env {
            Some(key) if variable(key).is_none_or(|value| value.trim().is_empty()) => Check::fail(
                &title,
                format!("{key}, which holds its key, is not set"),
                format!("Set {key}, or take `key_env` out of [endpoint.{}].", name.as_str()),
            ),
            Some(key) => Check::ok(&title, format!("{}, with the key of {key}", endpoint.url)),
            None => Check::ok(&title, format!("{}, without a key", endpoint.url)),
        }
    };
    config.endpoints.iter().map(check).collect()
}

/// Calls a model for one token.
pub(super) async fn try_call(provider: Arc<dyn Provider>, model: &str) -> Check {
    let name = "model access";
    if let Err(fault) = provider.resolve(model) {
        return Check { fix: fault.hint, ..Check::fail(name, fault.message, "") };
    }
    let blocks = vec![Block::Text { text: "Say yes.".to_owned() }];
    let mut stream = provider.stream(Request {
        model: model.to_owned(),
        system: String::new(),
        messages: vec![Message::new(Role::User, blocks)],
        kind: adit::session::CallKind::Draft,
        tools: Arc::from([]),
        max_tokens: Some(1),
        effort: Effort::Auto,
    });
    while let Some(item) = stream.next().await {
        if let Err(fault) = item {
            return Check { fix: fault.hint.clone(), ..Check::fail(name, fault.told(), "") };
        }
    }
    Check::ok(name, format!("{model} answers"))
}
