//! The events of a `text/event-stream` that arrives in pieces.

use anyhow::{Result, bail};
use memchr::memchr;

/// The longest event that is read.
const MAX_EVENT: usize = 256 * 1024;

/// Splits a stream into events.
#[derive(Debug, Default)]
pub(crate) struct Events {
    /// What is not read yet.
    pending: Vec<u8>,
    name: Vec<u8>,
    data: Vec<u8>,
    has_fields: bool,
}

impl Events {
    /// Where the next bytes of the stream are appended.
    pub(crate) fn pending(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    /// Hands each complete event, as name and data, to `handle`.
    pub(crate) fn read(
        &mut self,
        mut handle: impl FnMut(&[u8], &[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut start = 0;
        while let Some(length) = memchr(b'\n', &self.pending[start..]) {
            let line = &self.pending[start..start + length];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            start += length + 1;
            if let Some(value) = field(line, b"data:") {
                if !self.data.is_empty() {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(value);
                self.has_fields = true;
            } else if let Some(value) = field(line, b"event:") {
                self.name.clear();
                self.name.extend_from_slice(value);
                self.has_fields = true;
            } else if line.is_empty() && self.has_fields {
                handle(&self.name, &self.data)?;
                self.name.clear();
                self.data.clear();
                self.has_fields = false;
            }
        }
        if start == self.pending.len() {
            self.pending.clear();
        } else {
            self.pending.drain(..start);
        }
        if self.pending.len() + self.data.len() > MAX_EVENT {
            bail!("an event of more than {MAX_EVENT} bytes");
        }
        Ok(())
    }
}

fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let value = line.strip_prefix(name)?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_found_wherever_the_pieces_end() {
        let stream = b"retry: 5\n\n: note\nevent: connected\ndata: {}\n\n\ndata: a\r\ndata:b\r\nid: 1\r\n\r\ndata: c\n";
        for piece in 1..stream.len() {
            let (mut events, mut found) = (Events::default(), Vec::new());
            for bytes in stream.chunks(piece) {
                events.pending().extend_from_slice(bytes);
                let mut handle = |name: &[u8], data: &[u8]| {
                    found.push((name.to_vec(), data.to_vec()));
                    Ok(())
                };
                events.read(&mut handle).unwrap();
            }
            let expected: [(&[u8], &[u8]); 2] = [(b"connected", b"{}"), (b"", b"a\nb")];
            let found: Vec<_> = found
                .iter()
                .map(|(n, d)| (n.as_slice(), d.as_slice()))
                .collect();
            assert_eq!(found, expected);
        }
    }
}
