//! Frames of an AWS event stream, as Bedrock sends them.

use aws_smithy_eventstream::frame::write_message_to;
use aws_smithy_types::event_stream::{Header, HeaderValue, Message};
use serde_json::Value;

/// Returns the frame of an event.
pub fn event(kind: &str, payload: &Value) -> Vec<u8> {
    frame(&[(":message-type", "event"), (":event-type", kind), (":content-type", "application/json")], payload)
}

/// Returns the frame of an exception that the service names.
pub fn exception(kind: &str, payload: &Value) -> Vec<u8> {
    frame(&[(":message-type", "exception"), (":exception-type", kind), (":content-type", "application/json")], payload)
}

/// Returns the frame of an error that is not modelled.
pub fn error(code: &str, message: &str) -> Vec<u8> {
    let headers = [(":message-type", "error"), (":error-code", code), (":error-message", message)];
    frame(&headers, &Value::Object(serde_json::Map::new()))
}

/// Returns the frame of an event with a checksum that does not fit.
pub fn corrupt(kind: &str, payload: &Value) -> Vec<u8> {
    let mut bytes = event(kind, payload);
    if let Some(last) = bytes.last_mut() {
        *last ^= 0x55;
    }
    bytes
}

#[expect(clippy::expect_used, reason = "the headers are short and few, so they fit into a frame")]
fn frame(headers: &[(&str, &str)], payload: &Value) -> Vec<u8> {
    let mut message = Message::new(payload.to_string().into_bytes());
    for (name, value) in headers {
        let value = HeaderValue::String((*value).to_owned().into());
        message = message.add_header(Header::new((*name).to_owned(), value));
    }
    let mut bytes = Vec::new();
    write_message_to(&message, &mut bytes).expect("a message with short headers can be framed");
    bytes
}
