//! The frames of a WebSocket that arrive in pieces, and the frames a client sends.

use anyhow::{Result, bail};

/// The longest message that is read.
const MAX_MESSAGE: usize = 256 * 1024;

/// What a server sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Message<'a> {
    Text(&'a [u8]),
    Ping(&'a [u8]),
    Close,
}

/// Splits a stream into messages.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    pending: Vec<u8>,
    fragments: Vec<u8>,
}

impl Messages {
    /// Where the next bytes of the stream are appended.
    pub(crate) fn pending(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    /// Hands each complete message to `handle`.
    pub(crate) fn read(&mut self, mut handle: impl FnMut(Message<'_>) -> Result<()>) -> Result<()> {
        let mut start = 0;
        while let Some(frame) = Frame::parse(&self.pending[start..])? {
            start += frame.end;
            match (frame.opcode, frame.is_final) {
                (0x8, _) => handle(Message::Close)?,
                (0x9, _) => handle(Message::Ping(frame.payload))?,
                (0xA, _) => {}
                (0x1, true) => handle(Message::Text(frame.payload))?,
                (0x0 | 0x1, is_final) => {
                    self.fragments.extend_from_slice(frame.payload);
                    if is_final {
                        handle(Message::Text(&self.fragments))?;
                        self.fragments.clear();
                    }
                }
                (opcode, _) => bail!("a frame with opcode {opcode}"),
            }
        }
        if start == self.pending.len() {
            self.pending.clear();
        } else {
            self.pending.drain(..start);
        }
        if self.pending.len() + self.fragments.len() > MAX_MESSAGE {
            bail!("a message of more than {MAX_MESSAGE} bytes");
        }
        Ok(())
    }
}

struct Frame<'a> {
    opcode: u8,
    is_final: bool,
    payload: &'a [u8],
    /// How many bytes it takes.
    end: usize,
}

impl<'a> Frame<'a> {
    /// The frame at the start of `bytes`; `None` if it is not complete.
    fn parse(bytes: &'a [u8]) -> Result<Option<Self>> {
        let &[first, second, ..] = bytes else {
            return Ok(None);
        };
        if second & 0x80 != 0 {
            bail!("a server must not mask its frames");
        }
        let (head, length) = match second {
            126 => match bytes.get(2..4).and_then(|bytes| bytes.try_into().ok()) {
                Some(length) => (4, usize::from(u16::from_be_bytes(length))),
                None => return Ok(None),
            },
            127 => match bytes.get(2..10).and_then(|bytes| bytes.try_into().ok()) {
                Some(length) => (10, usize::try_from(u64::from_be_bytes(length))?),
                None => return Ok(None),
            },
            length => (2, usize::from(length)),
        };
        if length > MAX_MESSAGE {
            bail!("a frame of {length} bytes");
        }
        let end = head + length;
        Ok(bytes.get(head..end).map(|payload| Self {
            opcode: first & 0x0F,
            is_final: first & 0x80 != 0,
            payload,
            end,
        }))
    }
}

/// A frame of a client; the mask is zero, which leaves the payload as it is.
pub(crate) fn client_frame(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x80 | opcode];
    if let Ok(short @ 0..=125) = u8::try_from(payload.len()) {
        frame.push(0x80 | short);
    } else {
        let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
        frame.push(0x80 | 0x7E);
        frame.extend_from_slice(&length.to_be_bytes());
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(&payload[..payload.len().min(usize::from(u16::MAX))]);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_found_wherever_the_pieces_end() {
        let mut stream = vec![0x81, 2, b'h', b'i', 0x89, 1, b'p'];
        stream.extend_from_slice(&[0x01, 1, b'a', 0x80, 1, b'b']);
        stream.extend_from_slice(&[0x81, 126, 1, 0]);
        stream.extend_from_slice(&[b'x'; 256]);
        stream.extend_from_slice(&[0x88, 0]);
        for piece in [1, 2, 3, 7, 100, stream.len()] {
            let (mut messages, mut found) = (Messages::default(), Vec::new());
            for bytes in stream.chunks(piece) {
                messages.pending().extend_from_slice(bytes);
                let mut handle = |message: Message<'_>| {
                    found.push(match message {
                        Message::Text(text) => format!("text {}", text.len()),
                        Message::Ping(_) => "ping".to_owned(),
                        Message::Close => "close".to_owned(),
                    });
                    Ok(())
                };
                messages.read(&mut handle).unwrap();
            }
            assert_eq!(found, ["text 2", "ping", "text 2", "text 256", "close"]);
        }
    }

    #[test]
    fn a_client_masks_what_it_sends() {
        let frame = client_frame(1, b"hi");
        assert_eq!(frame, [0x81, 0x82, 0, 0, 0, 0, b'h', b'i']);
        assert_eq!(client_frame(1, &[b'x'; 200])[..4], [0x81, 0xFE, 0, 200]);
    }
}
