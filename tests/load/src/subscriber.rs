//! One open stream, read to its end.

use std::{net::SocketAddr, rc::Rc};

use anyhow::{Result, bail};
use memchr::memmem;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    http::{Chunks, connect, read_head},
    ledger::{Ledger, Place},
    sse::Events,
    ws::{Message, Messages, client_frame},
};

/// How a subscriber is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// The plain event stream.
    Sse,
    /// A tRPC subscription over SSE.
    TrpcSse,
    /// A tRPC subscription over WebSocket.
    Ws,
}

/// Subscribes and checks what arrives; it ends only with a fault.
pub(crate) async fn subscribe(stream: Stream, address: SocketAddr, ledger: Rc<Ledger>) {
    let ended = match stream {
        Stream::Sse => sse("/events?channel=orders", address, &ledger).await,
        Stream::TrpcSse => sse("/trpc/orders.subscribe", address, &ledger).await,
        Stream::Ws => ws(address, &ledger).await,
    };
    if let Err(error) = ended {
        ledger.failed(&error);
    }
}

async fn sse(path: &str, address: SocketAddr, ledger: &Ledger) -> Result<()> {
    let mut stream = connect(address).await?;
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::with_capacity(2048);
    let head = read_head(&mut stream, &mut bytes).await?;
    if head.status != 200 {
        bail!("{path} was answered {}", head.status);
    }
    ledger.opened();

    let (mut chunks, mut events, mut place) =
        (Chunks::default(), Events::default(), Place::default());
    loop {
        if head.chunked {
            chunks.decode(&bytes, events.pending())?;
        } else {
            events.pending().extend_from_slice(&bytes);
        }
        events.read(|name, data| match name {
            b"serialized-error" => bail!("an error event: {}", String::from_utf8_lossy(data)),
            _ => ledger.received(&mut place, data),
        })?;
        read(&mut stream, &mut bytes).await?;
    }
}

async fn ws(address: SocketAddr, ledger: &Ledger) -> Result<()> {
    let mut stream = connect(address).await?;
    let request = "GET /trpc HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
        sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::with_capacity(2048);
    let head = read_head(&mut stream, &mut bytes).await?;
    if head.status != 101 {
        bail!("the upgrade was answered {}", head.status);
    }
    let call = br#"{"id":1,"method":"subscription","params":{"path":"orders.subscribe"}}"#;
    stream.write_all(&client_frame(0x1, call)).await?;

    let (mut messages, mut place) = (Messages::default(), Place::default());
    let mut pong = None;
    loop {
        messages.pending().extend_from_slice(&bytes);
        messages.read(|message| match message {
            Message::Text(text) if memmem::find(text, br#""type":"started""#).is_some() => {
                ledger.opened();
                Ok(())
            }
            Message::Text(text) if memmem::find(text, br#""error":"#).is_some() => {
                bail!("an error message: {}", String::from_utf8_lossy(text))
            }
            Message::Text(text) => ledger.received(&mut place, text),
            Message::Ping(payload) => {
                pong = Some(client_frame(0xA, payload));
                Ok(())
            }
            Message::Close => bail!("the server closed a WebSocket"),
        })?;
        if let Some(pong) = pong.take() {
            stream.write_all(&pong).await?;
        }
        read(&mut stream, &mut bytes).await?;
    }
}

async fn read(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Result<()> {
    bytes.clear();
    if stream.read_buf(bytes).await? == 0 {
        bail!("the server closed a stream");
    }
    Ok(())
}
