//! Between the network and tungstenite: bytes in, and one buffer of bytes out.

use std::io::{self, Read, Write};

/// What tungstenite reads from and writes to. Our text frames go into the same buffer directly, so a round of any number of messages is
/// one write, without a message, a validation and a copy for each.
///
/// Writing never blocks: what comes from tungstenite is at most one control frame per frame read, and the socket stops reading while
/// the buffer is long.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    inbound: Vec<u8>,
    taken: usize,
    /// Whole frames, to be sent.
    pub(super) out: Vec<u8>,
}

impl Pipe {
    /// Takes bytes from the network.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.inbound.extend_from_slice(bytes);
    }
}

impl Read for Pipe {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut rest = self.inbound.get(self.taken..).unwrap_or_default();
        if rest.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = rest.read(buf)?;
        self.taken += count;
        if self.taken == self.inbound.len() {
            // An idle socket keeps no buffer.
            self.inbound = Vec::new();
            self.taken = 0;
        }
        Ok(count)
    }
}

impl Write for Pipe {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.out.extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The first byte of an unfragmented text frame: `FIN` and opcode 1.
const TEXT: u8 = 0x81;

/// Appends one text frame, its text given in two parts; servers do not mask.
///
/// # Source
///
/// RFC 6455 §5.2.
pub(super) fn push_text(out: &mut Vec<u8>, first: &[u8], second: &[u8]) {
    let length = first.len() + second.len();
    out.reserve(length + 10);
    out.push(TEXT);
    if let Some(length) = u8::try_from(length).ok().filter(|length| *length < 126) {
        out.push(length);
    } else if let Ok(length) = u16::try_from(length) {
        out.push(126);
        out.extend_from_slice(&length.to_be_bytes());
    } else {
        out.push(127);
        out.extend_from_slice(&(length as u64).to_be_bytes());
    }
    out.extend_from_slice(first);
    out.extend_from_slice(second);
}

/// The first byte of a ping: `FIN` and opcode 9.
const PING: u8 = 0x89;

/// Appends a ping whose payload is a number in decimal; clients send it back in their pong.
pub(super) fn push_ping(out: &mut Vec<u8>, number: u64) {
    let text = number.to_string();
    out.push(PING);
    // At most 20 digits: a control frame may have 125 bytes.
    out.push(u8::try_from(text.len()).unwrap_or(0));
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use tokio_tungstenite::tungstenite::{Message, WebSocket, protocol::Role};

    use super::*;

    #[test]
    fn frames_of_every_length_form_are_read_back() {
        let mut out = Vec::new();
        let lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 100_000];
        for length in lengths {
            push_text(
                &mut out,
                &b"abc"[..length.min(3)],
                &vec![b'x'; length.saturating_sub(3)],
            );
        }
        push_ping(&mut out, u64::MAX);
        let mut pipe = Pipe::default();
        pipe.feed(&out);
        let mut client = WebSocket::from_raw_socket(pipe, Role::Client, None);
        for length in lengths {
            match client.read().unwrap() {
                Message::Text(text) => assert_eq!(text.len(), length),
                other => panic!("{other:?}"),
            }
        }
        match client.read().unwrap() {
            Message::Ping(number) => assert_eq!(number, u64::MAX.to_string()),
            other => panic!("{other:?}"),
        }
    }
}
