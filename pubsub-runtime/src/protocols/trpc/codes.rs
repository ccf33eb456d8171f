//! The error shape: what every tRPC transport says of an [`Error`].

use serde::Serialize;

use crate::words::error::Error;

/// Appends the error shape.
///
/// ```json
/// {"message": "sold out", "code": -32009, "data": {"code": "CONFLICT", "httpStatus": 409, "path": "orders.created", "event": {"kind": "soldOut"}}}
/// ```
///
/// `path` is the procedure's, `None` where none was known. `data.issues` lists the fields that failed validation; `message` is then the
/// same list as indented JSON, which is what user interfaces made for zod parse.
///
/// # Source
///
/// tRPC v11 `unstable-core-do-not-import/error/getErrorShape.ts`.
pub(crate) fn write_error_shape(out: &mut Vec<u8>, error: &Error, path: Option<&str>) {
    let codes = error.kind().codes();
    let issues = error.violations();
    out.extend_from_slice(b"{\"message\":");
    if issues.is_empty() {
        write_json(out, error.message());
    } else {
        let text = serde_json::to_string_pretty(issues).unwrap_or_default();
        write_json(out, &text);
    }
    out.extend_from_slice(b",\"code\":");
    write_json(out, &codes.number);
    out.extend_from_slice(b",\"data\":{\"code\":\"");
    out.extend_from_slice(codes.name.as_bytes());
    out.extend_from_slice(b"\",\"httpStatus\":");
    write_json(out, &codes.status);
    if let Some(path) = path {
        out.extend_from_slice(b",\"path\":");
        write_json(out, path);
    }
    if !issues.is_empty() {
        out.extend_from_slice(b",\"issues\":");
        write_json(out, issues);
    }
    if let Some(event) = error.event() {
        out.extend_from_slice(b",\"event\":");
        out.extend_from_slice(event.get().as_bytes());
    }
    if let Some(gap) = error.gap() {
        out.extend_from_slice(b",\"gap\":");
        write_json(out, gap);
    }
    out.extend_from_slice(b"}}");
}

/// Appends `value` as JSON; nothing but a string, a number, a gap or a list of violations is written here, none of which can fail.
pub(crate) fn write_json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    let start = out.len();
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json, value::RawValue};

    use super::*;
    use crate::words::error::{ErrorKind, PathSegment, Violation};

    fn shape(error: &Error, path: Option<&str>) -> Value {
        let mut out = Vec::new();
        write_error_shape(&mut out, error, path);
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn keys_stand_in_the_order_clients_were_recorded_with() {
        let mut out = Vec::new();
        let error = Error::new(ErrorKind::Forbidden, "no \"entry\"");
        write_error_shape(&mut out, &error, Some("debug.throwQuery"));
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"{"message":"no \"entry\"","code":-32003,"data":{"code":"FORBIDDEN","httpStatus":403,"path":"debug.throwQuery"}}"#
        );
    }

    #[test]
    fn an_unknown_path_is_left_out() {
        let error = Error::new(ErrorKind::Parse, "not JSON");
        assert_eq!(
            shape(&error, None)["data"],
            json!({"code": "PARSE_ERROR", "httpStatus": 400})
        );
    }

    #[test]
    fn issues_stand_in_the_message_and_in_the_data() {
        let error =
            Error::new(ErrorKind::BadRequest, "invalid input").with_violations(vec![Violation {
                path: vec![PathSegment::Key("items".into()), PathSegment::Index(2)],
                message: "invalid type".into(),
                code: "invalid_type",
            }]);
        let shape = shape(&error, Some("orders.created"));
        let issues =
            json!([{"path": ["items", 2], "message": "invalid type", "code": "invalid_type"}]);
        assert_eq!(shape["data"]["issues"], issues);
        let message = shape["message"].as_str().unwrap();
        assert!(message.starts_with("[\n  {\n    \"path\": ["), "{message}");
        assert_eq!(serde_json::from_str::<Value>(message).unwrap(), issues);
    }

    #[test]
    fn the_gap_that_ends_a_subscription_stands_under_gap() {
        let gap = json!({"channel": "orders", "reason": "retention", "missed": 3, "requested": "c1.1", "resumeFrom": "c1.9"});
        let error = Error::new(ErrorKind::PreconditionFailed, "lost")
            .with_gap(serde_json::from_value(gap.clone()).unwrap());
        assert_eq!(
            shape(&error, None)["data"],
            json!({"code": "PRECONDITION_FAILED", "httpStatus": 412, "gap": gap})
        );
    }

    #[test]
    fn a_typed_error_stands_under_event() {
        let event = RawValue::from_string(r#"{"kind":"soldOut"}"#.into()).unwrap();
        let error = Error::new(ErrorKind::Conflict, "sold out").with_event(event);
        assert_eq!(
            shape(&error, None)["data"]["event"],
            json!({"kind": "soldOut"})
        );
    }

    #[test]
    fn the_cause_never_leaves() {
        let error = Error::internal("connection to 10.0.0.7 refused");
        assert!(!shape(&error, None).to_string().contains("10.0.0.7"));
    }
}
