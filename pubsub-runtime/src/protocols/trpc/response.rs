//! Answers to calls that came over HTTP: the JSON, and what the head of the response says of it.

use std::time::Duration;

use serde_json::value::RawValue;

use super::codes::write_error_shape;
use crate::words::error::{Error, Result};

/// What a call led to; `None` is JavaScript's `undefined`.
pub(crate) type Answer = Result<Option<Box<RawValue>>>;

/// What the answers say to the head of the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The header `retry-after`, in whole seconds.
    pub(crate) retry_after: Option<u64>,
}

impl Outcome {
    const fn ok() -> Self {
        Self {
            status: 200,
            retry_after: None,
        }
    }

    /// The outcome of one answer.
    pub(crate) fn of(answer: Result<(), &Error>) -> Self {
        match answer {
            Ok(()) => Self::ok(),
            Err(error) => Self {
                status: error.kind().codes().status,
                retry_after: error.retry_after().map(whole_seconds),
            },
        }
    }

    /// The outcome of a batch: the status all have in common, else 207; the longest wait.
    pub(crate) fn of_batch(answers: &[Answer]) -> Self {
        answers
            .iter()
            .map(|answer| Self::of(answer.as_ref().map(drop)))
            .reduce(|all, one| Self {
                status: if all.status == one.status {
                    all.status
                } else {
                    207
                },
                retry_after: all.retry_after.max(one.retry_after),
            })
            .unwrap_or(Self::ok())
    }
}

/// Rounded up, because a client that comes a little early is refused again.
fn whole_seconds(after: Duration) -> u64 {
    after.as_secs() + u64::from(after.subsec_nanos() > 0)
}

/// Appends the envelope of one answer.
///
/// ```json
/// {"result": {"data": {"ok": true}}}
/// ```
pub(crate) fn write_answer(out: &mut Vec<u8>, path: &str, answer: &Answer) {
    match answer {
        Ok(Some(data)) => {
            out.reserve(data.get().len() + 24);
            out.extend_from_slice(b"{\"result\":{\"data\":");
            out.extend_from_slice(data.get().as_bytes());
            out.extend_from_slice(b"}}");
        }
        Ok(None) => out.extend_from_slice(b"{\"result\":{}}"),
        Err(error) => write_error(out, error, Some(path)),
    }
}

/// Appends the envelope of an error.
///
/// ```json
/// {"error": {"message": "no", "code": -32003, "data": {"code": "FORBIDDEN", "httpStatus": 403}}}
/// ```
pub(crate) fn write_error(out: &mut Vec<u8>, error: &Error, path: Option<&str>) {
    out.extend_from_slice(b"{\"error\":");
    write_error_shape(out, error, path);
    out.push(b'}');
}

/// Appends the array of a batch's answers, in the order of the calls.
pub(crate) fn write_batch<'a>(
    out: &mut Vec<u8>,
    paths: impl Iterator<Item = &'a str>,
    answers: &[Answer],
) {
    out.push(b'[');
    for (index, (path, answer)) in paths.zip(answers).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_answer(out, path, answer);
    }
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::error::ErrorKind;

    fn data(json: &str) -> Answer {
        serde_json::from_str(json)
            .map(Some)
            .map_err(Error::internal)
    }

    fn failed(kind: ErrorKind) -> Answer {
        Err(Error::new(kind, "no"))
    }

    fn text(answer: &Answer) -> String {
        let mut out = Vec::new();
        write_answer(&mut out, "a.b", answer);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn undefined_null_and_values_differ() {
        assert_eq!(text(&Ok(None)), r#"{"result":{}}"#);
        assert_eq!(text(&data("null")), r#"{"result":{"data":null}}"#);
        assert_eq!(text(&data("[1, 2]")), r#"{"result":{"data":[1, 2]}}"#);
    }

    #[test]
    fn a_batch_is_an_array_in_call_order() {
        let mut out = Vec::new();
        let answers = [data("1"), failed(ErrorKind::NotFound)];
        write_batch(&mut out, ["a", "b"].into_iter(), &answers);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"[{"result":{"data":1}},{"error":{"message":"no","code":-32004,"data":{"code":"NOT_FOUND","httpStatus":404,"path":"b"}}}]"#
        );
    }

    #[test]
    fn statuses_that_differ_make_207() {
        let status = |answers: &[Answer]| Outcome::of_batch(answers).status;
        assert_eq!(status(&[data("1"), Ok(None)]), 200);
        let missing = || failed(ErrorKind::NotFound);
        assert_eq!(status(&[missing(), missing()]), 404);
        assert_eq!(status(&[missing(), failed(ErrorKind::Conflict)]), 207);
        assert_eq!(status(&[data("1"), missing(), data("2")]), 207);
        assert_eq!(status(&[data("1"), missing(), missing()]), 207);
    }

    #[test]
    fn waits_are_rounded_up_and_the_longest_counts() {
        let wait = |millis| {
            Err(Error::new(ErrorKind::TooManyRequests, "slow")
                .with_retry_after(Duration::from_millis(millis)))
        };
        let outcome = Outcome::of_batch(&[wait(1_001), wait(10), Ok(None)]);
        assert_eq!(outcome.retry_after, Some(2));
    }
}
