//! Server-sent events: fields to bytes.

use std::time::Duration;

use bytes::BufMut;

use super::trpc::codes::write_error_shape;
use crate::words::error::Error;

/// Appends one event and the blank line that ends it.
///
/// `data` may have several lines. An `event` or `id` with a line end or NUL would be read as other fields, or dropped by clients: it is
/// left out.
///
/// # Source
///
/// WHATWG HTML, section "Server-sent events".
pub(crate) fn write_event(
    out: &mut impl BufMut,
    id: Option<&str>,
    event: Option<&str>,
    data: &[u8],
) {
    write_field(out, b"id: ", id);
    write_field(out, b"event: ", event);
    let mut rest = data;
    while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
        let (line, after) = rest.split_at(end);
        write_data(out, line);
        rest = after
            .strip_prefix(b"\r\n")
            .or_else(|| after.get(1..))
            .unwrap_or_default();
    }
    write_data(out, rest);
    out.put_slice(b"\n");
}

fn write_field(out: &mut impl BufMut, name: &[u8], value: Option<&str>) {
    let clean = |text: &&str| !text.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
    if let Some(value) = value.filter(clean) {
        out.put_slice(name);
        out.put_slice(value.as_bytes());
        out.put_slice(b"\n");
    }
}

fn write_data(out: &mut impl BufMut, line: &[u8]) {
    out.put_slice(b"data: ");
    out.put_slice(line);
    out.put_slice(b"\n");
}

/// Appends how long clients wait before they reconnect.
pub(crate) fn write_retry(out: &mut impl BufMut, retry: Duration) {
    out.put_slice(format!("retry: {}\n\n", retry.as_millis()).as_bytes());
}

/// Appends the first event of a tRPC subscription.
///
/// ```json
/// {"reconnectAfterInactivityMs": 45000}
/// ```
pub(crate) fn write_connected(out: &mut impl BufMut, reconnect_after_inactivity: Duration) {
    let options = match reconnect_after_inactivity.as_millis() {
        0 => "{}".to_owned(),
        millis => format!("{{\"reconnectAfterInactivityMs\":{millis}}}"),
    };
    write_event(out, None, Some("connected"), options.as_bytes());
}

/// Appends an event that only shows life, and may carry the client's place.
pub(crate) fn write_ping(out: &mut impl BufMut, id: Option<&str>) {
    write_event(out, id, Some("ping"), b"");
}

/// Appends the event that ends a tRPC subscription for good.
pub(crate) fn write_return(out: &mut impl BufMut) {
    write_event(out, None, Some("return"), b"");
}

/// Appends the event that ends a tRPC subscription with an error; the stream must end after it.
pub(crate) fn write_failed(out: &mut impl BufMut, error: &Error, path: &str) {
    let mut shape = Vec::with_capacity(128);
    write_error_shape(&mut shape, error, Some(path));
    write_event(out, None, Some("serialized-error"), &shape);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::error::ErrorKind;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn fields_stand_one_a_line() {
        assert_eq!(
            text(|out| write_event(out, Some("1"), Some("orders:created"), b"{}")),
            "id: 1\nevent: orders:created\ndata: {}\n\n"
        );
        assert_eq!(text(|out| write_ping(out, None)), "event: ping\ndata: \n\n");
        assert_eq!(text(write_return), "event: return\ndata: \n\n");
    }

    #[test]
    fn the_head_tells_the_inactivity_time_if_there_is_one() {
        let head = |duration| text(|out| write_connected(out, duration));
        assert_eq!(
            head(Duration::from_millis(200)),
            "event: connected\ndata: {\"reconnectAfterInactivityMs\":200}\n\n"
        );
        assert_eq!(head(Duration::ZERO), "event: connected\ndata: {}\n\n");
    }

    #[test]
    fn data_is_split_at_every_line_end() {
        assert_eq!(
            text(|out| write_event(out, None, None, b"a\nb\r\nc\rd\n")),
            "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"
        );
    }

    #[test]
    fn an_error_is_its_shape() {
        let error = Error::new(ErrorKind::Forbidden, "no");
        assert_eq!(
            text(|out| write_failed(out, &error, "listen")),
            "event: serialized-error\ndata: {\"message\":\"no\",\"code\":-32003,\"data\":{\"code\":\"FORBIDDEN\",\"httpStatus\":403,\"path\":\"listen\"}}\n\n"
        );
    }

    proptest! {
        #[test]
        fn no_input_makes_a_field_of_its_own(id in any::<String>(), event in any::<String>(), data in any::<String>()) {
            let written = text(|out| write_event(out, Some(&id), Some(&event), data.as_bytes()));
            let body = written.strip_suffix("\n\n").unwrap();
            prop_assert!(!body.contains('\r'));
            for (place, line) in body.split('\n').enumerate() {
                let known = line.starts_with("data: ")
                    || (place == 0 && line.starts_with("id: "))
                    || (place < 2 && line.starts_with("event: "));
                prop_assert!(known, "{line:?}");
            }
        }
    }
}
