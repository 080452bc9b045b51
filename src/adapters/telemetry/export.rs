//! Sends spans to a collector by OTLP over HTTP, as protobuf.

use std::time::{Duration, SystemTime};

use opentelemetry::trace::{self, SpanContext, SpanId, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{Array, InstrumentationScope, KeyValue, StringValue, Value};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanExporter as _, SpanLinks};

use super::spans::{Span, SpanKind, SpanValue};
use crate::session::Millis;

/// How long a collector may take for one batch.
const PATIENCE: Duration = Duration::from_secs(5);
/// Where traces go below a collector's address.
const PATH: &str = "/v1/traces";

/// The way to a collector.
#[derive(Debug)]
pub(super) struct Exporter {
    exporter: SpanExporter,
    scope: InstrumentationScope,
    /// Tells this session's traces from all others.
    seed: u64,
}

impl Exporter {
    /// Returns the way to the collector at an address, or, where that is empty, at the one that OpenTelemetry's own
    /// variables name. Nothing is sent yet.
    pub(super) fn new(endpoint: &str) -> Result<Self, String> {
        let mut builder =
            SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_timeout(PATIENCE);
        let endpoint = endpoint.trim().trim_end_matches('/');
        if !endpoint.is_empty() {
            let url = if endpoint.ends_with(PATH) { endpoint.to_owned() } else { format!("{endpoint}{PATH}") };
            builder = builder.with_endpoint(url);
        }
        let mut exporter = builder.build().map_err(|error| error.to_string())?;
        let version = env!("CARGO_PKG_VERSION");
        exporter.set_resource(
            &Resource::builder()
                .with_service_name("adit")
                .with_attribute(KeyValue::new("service.version", version))
                .build(),
        );
        let scope = InstrumentationScope::builder("adit").with_version(version).build();
        Ok(Self { exporter, scope, seed: fastrand::u64(1..) })
    }

    /// Sends a batch. What cannot be sent is lost; the log says so.
    pub(super) async fn send(&self, spans: Vec<Span>) {
        let count = spans.len();
        let batch = spans.into_iter().map(|span| self.data(span)).collect();
        match tokio::time::timeout(PATIENCE, self.exporter.export(batch)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, count, "the collector did not take the spans"),
            Err(_) => tracing::warn!(count, "the collector did not take the spans in time"),
        }
    }

    fn data(&self, span: Span) -> SpanData {
        let trace = TraceId::from((u128::from(self.seed) << 64) | u128::from(span.turn) | 1 << 63);
        let id = |number: u64| SpanId::from(self.seed.wrapping_add(number).max(1));
        let attributes = span.attributes.into_iter().map(|(key, value)| KeyValue::new(key, otel(value))).collect();
        let mut events = SpanEvents::default();
        for (name, at, class) in span.events {
            let attributes = vec![KeyValue::new("error.type", class)];
            events.events.push(trace::Event::new(name, time(at), attributes, 0));
        }
        SpanData {
            span_context: SpanContext::new(trace, id(span.id), TraceFlags::SAMPLED, false, TraceState::NONE),
            parent_span_id: span.parent.map_or(SpanId::INVALID, id),
            parent_span_is_remote: false,
            span_kind: match span.kind {
                SpanKind::Client => trace::SpanKind::Client,
                SpanKind::Internal => trace::SpanKind::Internal,
            },
            name: span.name.into(),
            start_time: time(span.start),
            end_time: time(span.end),
            attributes,
            dropped_attributes_count: 0,
            events,
            links: SpanLinks::default(),
            status: span.error.map_or(Status::Unset, Status::error),
            instrumentation_scope: self.scope.clone(),
        }
    }
}

fn otel(value: SpanValue) -> Value {
    match value {
        SpanValue::Text(text) => Value::String(text.into()),
        SpanValue::Texts(texts) => Value::Array(Array::String(texts.into_iter().map(StringValue::from).collect())),
        SpanValue::Count(count) => Value::I64(count),
        SpanValue::Number(number) => Value::F64(number),
    }
}

fn time(at: Millis) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(at.0)
}
