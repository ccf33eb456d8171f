//! Batches answered call by call: v11's JSON Lines, in their flat form, and v10's one object written line by line.

use http::{HeaderMap, header};

use super::{
    codes::write_json,
    response::{Answer, write_answer},
};

/// In which form answers are streamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// v11: a head that promises every call, then one line for each answer.
    JsonLines,
    /// v10: one object, a member a line.
    Object,
}

impl Format {
    /// The form the headers ask for: `trpc-accept`, or else one element of `accept`, is `application/jsonl`;
    /// or `trpc-batch-mode` is `stream`.
    pub(crate) fn asked_for(headers: &HeaderMap) -> Option<Self> {
        const JSON_LINES: &[u8] = b"application/jsonl";
        let is = |name, wanted: &[u8]| {
            headers
                .get(name)
                .is_some_and(|value| value.as_bytes().trim_ascii() == wanted)
        };
        let accepted = || {
            headers.get(header::ACCEPT).is_some_and(|value| {
                let mut elements = value.as_bytes().split(|&byte| byte == b',');
                elements.any(|element| element.trim_ascii() == JSON_LINES)
            })
        };
        if is("trpc-accept", JSON_LINES) || accepted() {
            Some(Self::JsonLines)
        } else if is("trpc-batch-mode", b"stream") {
            Some(Self::Object)
        } else {
            None
        }
    }

    /// Appends what stands before the first answer.
    pub(crate) fn write_head(self, out: &mut Vec<u8>, calls: usize) {
        match self {
            Self::JsonLines => {
                // Every call is one promise, whose number is the call's index.
                for index in 0..calls {
                    out.extend_from_slice(if index == 0 { b"{\"" } else { b",\"" });
                    write_json(out, &index);
                    out.extend_from_slice(b"\":[[0],[null,0,");
                    write_json(out, &index);
                    out.extend_from_slice(b"]]");
                }
                out.extend_from_slice(b"}\n");
            }
            // It is the first member's.
            Self::Object => {}
        }
    }

    /// Appends one answer; `first` if none was before.
    pub(crate) fn write_answer(
        self,
        out: &mut Vec<u8>,
        first: bool,
        index: usize,
        path: &str,
        answer: &Answer,
    ) {
        self.before_answer(out, first, index);
        write_answer(out, path, answer);
        self.after_answer(out);
    }

    /// Appends one answer that is already an envelope; `first` if none was before.
    pub(crate) fn write_envelope(
        self,
        out: &mut Vec<u8>,
        first: bool,
        index: usize,
        envelope: &[u8],
    ) {
        self.before_answer(out, first, index);
        out.extend_from_slice(envelope);
        self.after_answer(out);
    }

    /// Appends what stands after the last answer.
    pub(crate) fn write_tail(self, out: &mut Vec<u8>) {
        match self {
            Self::JsonLines => {}
            Self::Object => out.push(b'}'),
        }
    }

    /// What may stand between lines while nothing happens, so that proxies see life.
    pub(crate) const fn keep_alive(self) -> Option<&'static [u8]> {
        match self {
            Self::JsonLines => Some(b" "),
            // v10 looks for the index at fixed places of a line.
            Self::Object => None,
        }
    }

    fn before_answer(self, out: &mut Vec<u8>, first: bool, index: usize) {
        match self {
            Self::JsonLines => {
                out.push(b'[');
                write_json(out, &index);
                out.extend_from_slice(b",0,[[");
            }
            Self::Object => {
                out.extend_from_slice(if first { b"{\"" } else { b",\"" });
                write_json(out, &index);
                out.extend_from_slice(b"\":");
            }
        }
    }

    fn after_answer(self, out: &mut Vec<u8>) {
        out.extend_from_slice(match self {
            Self::JsonLines => b"]]]\n",
            Self::Object => b"\n",
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::words::error::{Error, ErrorKind};

    fn streamed(format: Format) -> String {
        let mut out = Vec::new();
        format.write_head(&mut out, 2);
        let data = RawValue::from_string("\"fast\"".into()).unwrap();
        format.write_answer(&mut out, true, 1, "b", &Ok(Some(data)));
        let error = Error::new(ErrorKind::Forbidden, "no");
        format.write_answer(&mut out, false, 0, "a", &Err(error));
        format.write_tail(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_lines_are_the_flat_form() {
        assert_eq!(
            streamed(Format::JsonLines),
            concat!(
                r#"{"0":[[0],[null,0,0]],"1":[[0],[null,0,1]]}"#,
                "\n",
                r#"[1,0,[[{"result":{"data":"fast"}}]]]"#,
                "\n",
                r#"[0,0,[[{"error":{"message":"no","code":-32003,"data":{"code":"FORBIDDEN","httpStatus":403,"path":"a"}}}]]]"#,
                "\n",
            )
        );
    }

    #[test]
    fn the_object_of_v10_has_whole_members_on_its_lines() {
        assert_eq!(
            streamed(Format::Object),
            concat!(
                r#"{"1":{"result":{"data":"fast"}}"#,
                "\n",
                r#","0":{"error":{"message":"no","code":-32003,"data":{"code":"FORBIDDEN","httpStatus":403,"path":"a"}}}"#,
                "\n}",
            )
        );
    }

    #[test]
    fn headers_choose_the_form() {
        let asked = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, http::HeaderValue::from_static(value));
            Format::asked_for(&headers)
        };
        assert_eq!(
            asked("trpc-accept", "application/jsonl"),
            Some(Format::JsonLines)
        );
        assert_eq!(
            asked("accept", "*/*, application/jsonl"),
            Some(Format::JsonLines)
        );
        assert_eq!(asked("accept", "application/jsonlines"), None);
        assert_eq!(asked("trpc-batch-mode", "stream"), Some(Format::Object));
        assert_eq!(asked("trpc-batch-mode", "other"), None);
    }
}
