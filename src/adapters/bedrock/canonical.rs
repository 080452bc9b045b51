//! The request's body written in one order only, so that prompt caches hit.
//!
//! A cache is found by the very bytes of the request's beginning. The SDK keeps JSON objects in hash maps and
//! writes them in a different order each time; this puts the body in order just before it is signed.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use serde_json::Value;
use serde_json::value::RawValue;

/// What is noted of a request on its way out and of its answer on its way in.
#[derive(Debug, Clone, Default)]
pub(super) struct Noted {
    host: Arc<OnceLock<String>>,
    content_type: Arc<OnceLock<String>>,
}

impl Noted {
    /// Tells whether a page for people came where frames were due.
    pub(super) fn is_page(&self) -> bool {
        self.content_type.get().is_some_and(|value| {
            let kind = value.trim_start().to_ascii_lowercase();
            kind.starts_with("text/") || kind.starts_with("application/xhtml")
        })
    }

    /// Returns the host and port that were called, once they are known.
    pub(super) fn host(&self) -> Option<&str> {
        self.host.get().map(String::as_str)
    }
}

/// Puts the body in order, and notes where it goes and what kind of body comes back.
#[derive(Debug)]
pub(super) struct Wire(pub(super) Noted);

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Wire {
    fn name(&self) -> &'static str {
        "Wire"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        if let Some(host) = request.uri().split('/').nth(2) {
            let host = host.rsplit('@').next().unwrap_or(host);
            let _first_stays = self.0.host.set(host.to_owned());
        }
        // A body that cannot be read again, nested deeper than the parser goes, is sent as the SDK wrote it.
        if let Some(ordered) = request.body().bytes().and_then(ordered) {
            request.headers_mut().insert("content-length", ordered.len().to_string());
            *request.body_mut() = SdkBody::from(ordered);
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(value) = context.response().headers().get("content-type") {
            let _first_stays = self.0.content_type.set(value.to_owned());
        }
        Ok(())
    }
}

/// How deep the body may be nested; what is sent to a model is not.
const DEPTH: usize = 128;

/// Returns JSON text in its one order, or none where it is not JSON, or nested too deep.
///
/// Nothing but the order changes: what stands in no object is copied as it was written, so that a long
/// conversation is held once more for it and not in pieces besides.
pub(in crate::adapters) fn ordered(bytes: &[u8]) -> Option<String> {
    let value: &RawValue = serde_json::from_str(std::str::from_utf8(bytes).ok()?).ok()?;
    let mut text = String::with_capacity(bytes.len());
    write(value, &[], DEPTH, &mut text)?;
    Some(text)
}

/// Writes a value with the fields of its objects in alphabetical order, those in `first` before all others.
///
/// A schema's properties come in the order of its `required` list: models fill in arguments in the order in
/// which they are declared, and a path belongs before the text that goes there.
fn write(value: &RawValue, first: &[String], depth: usize, out: &mut String) -> Option<()> {
    let depth = depth.checked_sub(1)?;
    match value.get().as_bytes().first() {
        Some(b'{') => {
            let fields: BTreeMap<String, &RawValue> = serde_json::from_str(value.get()).ok()?;
            let place = |key: &str| first.iter().position(|name| name == key).unwrap_or(first.len());
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort_by_key(|key| place(key));
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                let required: Vec<String> = match (key.as_str(), fields.get("required")) {
                    ("properties", Some(names)) => serde_json::from_str(names.get()).unwrap_or_default(),
                    _ => Vec::new(),
                };
                write(fields[key], &required, depth, out)?;
            }
            out.push('}');
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
            out.push('[');
            for (index, item) in items.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, &[], depth, out)?;
            }
            out.push(']');
        }
        _ => out.push_str(value.get()),
    }
    Some(())
}
