//! Clients that never read what they are sent.

use std::{net::SocketAddr, path::Path};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{Duration, timeout},
};

use super::{
    Options,
    table::{Table, Target},
};
use crate::{
    http::{Chunks, Sender, event, read_head},
    ledger::number,
    server::Server,
    sse::Events,
};

const CLIENTS: usize = 100;
/// One event, in bytes of its payload, and how many of them make 24 MB.
const PAYLOAD_BYTES: usize = 10_000;
const EVENTS: u64 = 2_400;
const PUBLISHERS: u64 = 8;
/// What the kernel keeps for a client that does not read, in bytes.
const RECEIVE_BUFFER: u32 = 8 * 1024;
const MOST_GROWTH: f64 = 64.0;
const MEGABYTE: f64 = 1024.0 * 1024.0;
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn measure(options: &Options, folder: &Path, table: &mut Table) -> Result<()> {
    let file = folder.join("unread.db");
    for (mode, file) in [("sqlite", Some(file.as_path())), ("memory", None)] {
        let server = options.start("ours", mode, file)?;
        let growth = growth(&server).await.context(mode)?;
        table.add(
            &format!("{CLIENTS} clients that never read, 24 MB of events, {mode}: resident growth"),
            growth,
            "MB",
            "afterwards some of them read, and have everything",
            Target::AtMost(MOST_GROWTH),
        );
    }
    Ok(())
}

async fn growth(server: &Server) -> Result<f64> {
    let mut streams = Vec::new();
    for _ in 0..CLIENTS {
        streams.push(open(server.address).await?);
    }
    // So that what the first event needs is there before.
    let mut sender = Sender::connect(server.address).await?;
    sender.send_event(&event("orders:created", 1, 200)).await?;
    server.settle().await?;
    let before = server.resident_bytes()?;

    let mut publishers = JoinSet::new();
    let address = server.address;
    for publisher in 0..PUBLISHERS {
        publishers.spawn_local(async move {
            let mut sender = Sender::connect(address).await?;
            for number in 0..EVENTS / PUBLISHERS {
                let number = publisher * (EVENTS / PUBLISHERS) + number;
                sender
                    .send_event(&event("orders:created", number, PAYLOAD_BYTES))
                    .await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(published) = publishers.join_next().await {
        published??;
    }
    server.settle().await?;
    #[expect(clippy::cast_precision_loss, reason = "sizes stay far below 2^52")]
    let growth = server.resident_bytes()?.saturating_sub(before) as f64 / MEGABYTE;

    // They were really subscribed: whoever reads now has missed nothing.
    for stream in streams.iter_mut().step_by(33) {
        timeout(PATIENCE, read_all(stream))
            .await
            .context("a client that reads at last does not get everything")??;
    }
    Ok(growth)
}

async fn open(address: SocketAddr) -> Result<(TcpStream, Vec<u8>)> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    let mut stream = socket.connect(address).await?;
    let request = "GET /events?channel=orders HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    let head = read_head(&mut stream, &mut bytes).await?;
    ensure!(head.status == 200 && head.chunked, "{head:?}");
    Ok((stream, bytes))
}

/// Reads until the number of events is complete; each number must have come once after the first event.
async fn read_all((stream, bytes): &mut (TcpStream, Vec<u8>)) -> Result<()> {
    let (mut chunks, mut events) = (Chunks::default(), Events::default());
    let mut seen = vec![0_u8; usize::try_from(EVENTS)?];
    let mut count = 0;
    // One more: the event before the measurement.
    while count < EVENTS + 1 {
        chunks.decode(bytes, events.pending())?;
        events.read(|_, data| {
            if let Some(number) = number(data)? {
                let slot = seen.get_mut(usize::try_from(number)?);
                *slot.context("an event of another number")? += 1;
                count += 1;
            }
            Ok(())
        })?;
        bytes.clear();
        if count < EVENTS + 1 && stream.read_buf(bytes).await? == 0 {
            bail!("the server closed a stream after {count} events");
        }
    }
    let right = |(number, times): (usize, &u8)| *times == 1 + u8::from(number == 1);
    ensure!(
        seen.iter().enumerate().all(right),
        "lost or doubled: some number came not once"
    );
    Ok(())
}
