//! Any conversation as a request, judged by the validator of the tests.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/bedrock/fuzzed.rs"]
#[allow(dead_code)]
mod fuzzed;
#[path = "../../tests/it/bedrock/validator.rs"]
mod validator;

fuzz_target!(|data: &[u8]| fuzzed::conversation(data));
