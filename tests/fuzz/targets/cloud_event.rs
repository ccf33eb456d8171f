#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| pubsub_runtime::__fuzz::cloud_event(data));
