//! As much HTTP/1.1 as a client needs that knows its servers: heads, chunked bodies, and one request after the other.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use memchr::memmem;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// The longest head that is read.
const MAX_HEAD: usize = 16 * 1024;
/// The longest answer that is read.
const MAX_BODY: usize = 1024 * 1024;
/// The length of a payload as JSON text.
const PAYLOAD_BYTES: usize = 200;

/// The head of a response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) chunked: bool,
    length: Option<usize>,
}

/// Opens a connection.
pub(crate) async fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Reads up to the end of a response head; what was read beyond it is left in `buffer`.
pub(crate) async fn read_head(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<Head> {
    loop {
        // The line end of an earlier answer's last chunk may still be there.
        while buffer.starts_with(b"\r\n") {
            buffer.drain(..2);
        }
        if let Some(end) = memmem::find(buffer, b"\r\n\r\n") {
            let head = parse_head(&buffer[..end])?;
            buffer.drain(..end + 4);
            return Ok(head);
        }
        if buffer.len() > MAX_HEAD {
            bail!("a response head of more than {MAX_HEAD} bytes");
        }
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection before its response");
        }
    }
}

fn parse_head(head: &[u8]) -> Result<Head> {
    let text = std::str::from_utf8(head)?.to_ascii_lowercase();
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let mut parsed = Head {
        status: status.context("no status line")?.parse()?,
        chunked: false,
        length: None,
    };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        match name {
            "content-length" => parsed.length = Some(value.trim().parse()?),
            "transfer-encoding" => parsed.chunked = value.contains("chunked"),
            _ => {}
        }
    }
    Ok(parsed)
}

/// Takes the chunks out of a chunked body that arrives in pieces.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    state: ChunkState,
}

#[derive(Debug)]
enum ChunkState {
    /// In the line with the size, of which this much is known.
    Size { size: usize, in_extension: bool },
    /// In the data, of which this many bytes are missing.
    Data(usize),
    /// Before the line end that follows the data.
    DataEnd,
    /// After the last chunk.
    Done,
}

impl Default for ChunkState {
    fn default() -> Self {
        Self::Size {
            size: 0,
            in_extension: false,
        }
    }
}

impl Chunks {
    /// Whether the last chunk was seen; what follows of the trailer is up to two bytes.
    pub(crate) fn is_done(&self) -> bool {
        matches!(self.state, ChunkState::Done)
    }

    /// Appends the data in `bytes` to `data`.
    pub(crate) fn decode(&mut self, mut bytes: &[u8], data: &mut Vec<u8>) -> Result<()> {
        while let Some((&first, rest)) = bytes.split_first() {
            match &mut self.state {
                ChunkState::Size { size, in_extension } => {
                    bytes = rest;
                    match first {
                        b'\n' if *size == 0 => self.state = ChunkState::Done,
                        b'\n' => self.state = ChunkState::Data(*size),
                        b'\r' | b' ' => {}
                        b';' => *in_extension = true,
                        _ if *in_extension => {}
                        digit => {
                            let digit =
                                char::from(digit).to_digit(16).context("a bad chunk size")?;
                            *size = (*size << 4) | usize::try_from(digit)?;
                            if *size > MAX_BODY {
                                bail!("a chunk of more than {MAX_BODY} bytes");
                            }
                        }
                    }
                }
                ChunkState::Data(missing) => {
                    let taken = (*missing).min(bytes.len());
                    data.extend_from_slice(&bytes[..taken]);
                    bytes = &bytes[taken..];
                    *missing -= taken;
                    if *missing == 0 {
                        self.state = ChunkState::DataEnd;
                    }
                }
                ChunkState::DataEnd => {
                    bytes = rest;
                    if first == b'\n' {
                        self.state = ChunkState::default();
                    }
                }
                ChunkState::Done => return Ok(()),
            }
        }
        Ok(())
    }
}

/// A keep-alive connection that sends events.
#[derive(Debug)]
pub(crate) struct Sender {
    stream: TcpStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
    body: Vec<u8>,
}

impl Sender {
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        Ok(Self {
            stream: connect(address).await?,
            request: Vec::with_capacity(1024),
            buffer: Vec::with_capacity(4096),
            body: Vec::with_capacity(4096),
        })
    }

    /// Sends one event with this number and reads the answer, which must say that it was done.
    pub(crate) async fn send(&mut self, number: u64) -> Result<()> {
        self.send_event(&event("orders:created", number, PAYLOAD_BYTES))
            .await
            .map(drop)
    }

    /// Sends one event and reads the answer, which must say that it was done; gives its text.
    pub(crate) async fn send_event(&mut self, body: &str) -> Result<&[u8]> {
        self.request.clear();
        let head = "POST /trpc/sendEvent HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ";
        self.request.extend_from_slice(head.as_bytes());
        self.request
            .extend_from_slice(body.len().to_string().as_bytes());
        self.request.extend_from_slice(b"\r\n\r\n");
        self.request.extend_from_slice(body.as_bytes());
        let status = self.exchange().await?;
        let done = memmem::find(&self.body, br#""status":"ok""#).is_some();
        if status != 200 || !done {
            let answer = String::from_utf8_lossy(&self.body);
            let start: String = body.chars().take(100).collect();
            bail!("{start} was answered {status}: {answer}");
        }
        Ok(&self.body)
    }

    /// Asks for a path; gives the text of the answer, which must be 200.
    pub(crate) async fn get(&mut self, path: &str) -> Result<String> {
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        self.request.clear();
        self.request.extend_from_slice(head.as_bytes());
        let status = self.exchange().await?;
        let answer = String::from_utf8_lossy(&self.body).into_owned();
        if status != 200 {
            bail!("{path} was answered {status}: {answer}");
        }
        Ok(answer)
    }

    /// Writes the request and reads the answer; gives its status.
    async fn exchange(&mut self) -> Result<u16> {
        self.stream.write_all(&self.request).await?;
        self.buffer.clear();
        let head = read_head(&mut self.stream, &mut self.buffer).await?;
        self.read_body(head).await?;
        Ok(head.status)
    }

    async fn read_body(&mut self, head: Head) -> Result<()> {
        self.body.clear();
        let mut chunks = Chunks::default();
        loop {
            if head.chunked {
                chunks.decode(&self.buffer, &mut self.body)?;
            } else {
                self.body.extend_from_slice(&self.buffer);
            }
            let complete = if head.chunked {
                chunks.is_done()
            } else {
                self.body.len() >= head.length.unwrap_or(0)
            };
            if complete {
                return Ok(());
            }
            if self.body.len() > MAX_BODY {
                bail!("an answer of more than {MAX_BODY} bytes");
            }
            self.buffer.clear();
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                bail!("the server closed the connection in the middle of its answer");
            }
        }
    }
}

/// The input of `sendEvent`: event `name` with a payload of `payload_bytes`, whose total is the number.
pub(crate) fn event(name: &str, number: u64, payload_bytes: usize) -> String {
    let total = number.to_string();
    let around = r#"{"orderId":"","total":}"#.len();
    let padding = payload_bytes.saturating_sub(around + total.len());
    let order = format!("{total:-<padding$}");
    format!(r#"{{"name":"{name}","payload":{{"orderId":"{order}","total":{total}}}}}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_has_its_length_whatever_the_number() {
        for number in [0, 7, 1_234_567] {
            let event = event("orders:created", number, PAYLOAD_BYTES);
            let payload = event.split_once(r#""payload":"#).unwrap().1;
            assert_eq!(payload.len() - 1, PAYLOAD_BYTES, "{event}");
        }
    }

    #[test]
    fn chunks_are_found_wherever_the_pieces_end() {
        let body = b"5\r\nhello\r\n1;x=y\r\n \r\nA\r\n0123456789\r\n0\r\n\r\n";
        for piece in 1..body.len() {
            let (mut chunks, mut data) = (Chunks::default(), Vec::new());
            for bytes in body.chunks(piece) {
                chunks.decode(bytes, &mut data).unwrap();
            }
            assert_eq!(data, b"hello 0123456789");
            assert!(chunks.is_done());
        }
    }

    #[test]
    fn a_bad_chunk_size_is_an_error() {
        assert!(
            Chunks::default()
                .decode(b"zz\r\n", &mut Vec::new())
                .is_err()
        );
    }
}
