//! A place in one or more logs, and the token that carries it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The most logs one token can name.
pub(crate) const MAX_LOGS: usize = 32;

const PREFIX: &str = "c1.";
/// Longer tokens are refused before they are decoded: 32 logs take at most 967 characters.
const MAX_TOKEN_BYTES: usize = 1024;
/// The flags of a token whose content can be read by anybody; see [`Cursor::from_plain`].
pub(crate) const PLAIN: u8 = 0;

/// An entry's number in its log; 0 stands before the first entry.
pub type Seq = u64;

/// The number of a log's life; it changes when the log is lost, recreated or restored.
pub type Epoch = u64;

/// The first four bytes, big-endian, of SHA-256 of an entry's id, with 0 replaced by 1; 0 stands for "before the first entry".
///
/// It tells two logs apart that use the same numbers.
pub type Anchor = u32;

/// The [`Anchor`] of the entry with this id.
pub fn anchor(id: Uuid) -> Anchor {
    first_word(&[id.as_bytes()]).max(1)
}

/// The tag of a log in a token: it names the log without telling its name.
pub(crate) fn log_tag(tenant: Option<&str>, channel: &str, shard: u16) -> u32 {
    first_word(&[
        tenant.unwrap_or("").as_bytes(),
        b"\0",
        channel.as_bytes(),
        b"\0",
        shard.to_string().as_bytes(),
    ])
}

fn first_word(parts: &[&[u8]]) -> u32 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    let digest = hash.finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// A place in one log: the last entry examined, delivered or filtered out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Which log: named by a tag that hides its name.
    pub log: u32,
    /// The high 32 bits of the log's [`Epoch`].
    pub epoch: u32,
    /// The number of the entry.
    pub seq: Seq,
    /// The anchor of the entry.
    pub anchor: Anchor,
}

impl Position {
    /// The part of an epoch that a position holds.
    pub const fn epoch_tag(epoch: Epoch) -> u32 {
        (epoch >> 32) as u32
    }
}

/// A place in every log a subscription reads, sorted by log tag.
///
/// On the wire a token: `c1.` and base64url of flags, count, the positions, and four check bytes. It carries no authority:
/// channels are authorised again whenever one is presented. Tokens are written and read by `delivery::tokens`, which may encrypt
/// them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cursor {
    positions: Vec<Position>,
    /// Whether its channels have logs that it says nothing of.
    partial: bool,
}

/// Why a token was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor of this server")]
pub(crate) struct InvalidCursor;

impl Cursor {
    /// A cursor over these positions; `None` if there are more than 32 or two name the same log.
    pub fn new(mut positions: Vec<Position>) -> Option<Self> {
        positions.sort_unstable_by_key(|position| position.log);
        let repeated = positions
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.log == b.log));
        (positions.len() <= MAX_LOGS && !repeated).then_some(Self {
            positions,
            partial: false,
        })
    }

    /// A cursor over one log.
    pub fn of(position: Position) -> Self {
        Self {
            positions: vec![position],
            partial: false,
        }
    }

    /// The same place, of only some logs of its channels: the others are not known to be new to whoever holds it.
    #[must_use]
    pub(crate) fn partial(self) -> Self {
        Self {
            partial: true,
            ..self
        }
    }

    /// Whether a log that it does not name may be older than it.
    pub(crate) fn is_partial(&self) -> bool {
        self.partial
    }

    /// Whether `text` claims to be a token, rather than an event id.
    pub fn is_token(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// Reads a token that is not encrypted.
    ///
    /// # Errors
    ///
    /// It is too long, is no base64url, has another version, is encrypted, fails its check, or names a log twice.
    pub(crate) fn from_plain(token: &str) -> Result<Self, InvalidCursor> {
        let bytes = token_bytes(token)?;
        let (content, check) = bytes.split_last_chunk::<4>().ok_or(InvalidCursor)?;
        if first_word(&[content]).to_be_bytes() != *check {
            return Err(InvalidCursor);
        }
        match content.split_first() {
            Some((&PLAIN, content)) => Self::from_content(content),
            _ => Err(InvalidCursor),
        }
    }

    /// The token, not encrypted.
    pub(crate) fn to_plain(&self) -> String {
        let mut bytes = Vec::with_capacity(6 + self.positions.len() * POSITION_BYTES);
        bytes.push(PLAIN);
        self.write_content(&mut bytes);
        let check = first_word(&[&bytes]).to_be_bytes();
        bytes.extend(check);
        token_of(&bytes)
    }

    /// Appends count and positions.
    pub(crate) fn write_content(&self, bytes: &mut Vec<u8>) {
        let partial = if self.partial { PARTIAL } else { 0 };
        bytes.push(u8::try_from(self.positions.len()).unwrap_or(u8::MAX) | partial);
        for position in &self.positions {
            bytes.extend(position.log.to_be_bytes());
            bytes.extend(position.epoch.to_be_bytes());
            put_leb128(bytes, position.seq);
            bytes.extend(position.anchor.to_be_bytes());
        }
    }

    /// Reads what [`Cursor::write_content`] wrote.
    pub(crate) fn from_content(content: &[u8]) -> Result<Self, InvalidCursor> {
        let (&first, mut rest) = content.split_first().ok_or(InvalidCursor)?;
        let (count, partial) = (first & !PARTIAL, first & PARTIAL != 0);
        let mut positions = Vec::with_capacity(usize::from(count).min(MAX_LOGS));
        for _ in 0..count {
            let log = take_u32(&mut rest)?;
            let epoch = take_u32(&mut rest)?;
            let seq = take_leb128(&mut rest)?;
            let anchor = take_u32(&mut rest)?;
            positions.push(Position {
                log,
                epoch,
                seq,
                anchor,
            });
        }
        if !rest.is_empty() {
            return Err(InvalidCursor);
        }
        let cursor = Self::new(positions).ok_or(InvalidCursor)?;
        Ok(Self { partial, ..cursor })
    }

    /// The place in the log with this tag.
    pub fn position(&self, log: u32) -> Option<Position> {
        self.positions
            .iter()
            .copied()
            .find(|position| position.log == log)
    }
}

/// The bit beside the number of positions that says that they are not all.
const PARTIAL: u8 = 0x80;
/// The usual size of a position in a token, in bytes before base64.
const POSITION_BYTES: usize = 16;

/// The bytes of a token.
pub(crate) fn token_bytes(token: &str) -> Result<Vec<u8>, InvalidCursor> {
    let body = token
        .strip_prefix(PREFIX)
        .filter(|_| token.len() <= MAX_TOKEN_BYTES)
        .ok_or(InvalidCursor)?;
    URL_SAFE_NO_PAD.decode(body).map_err(|_| InvalidCursor)
}

/// The token of these bytes.
pub(crate) fn token_of(bytes: &[u8]) -> String {
    let mut token = String::with_capacity(PREFIX.len() + bytes.len().div_ceil(3) * 4);
    token.push_str(PREFIX);
    URL_SAFE_NO_PAD.encode_string(bytes, &mut token);
    token
}

fn take_u32(bytes: &mut &[u8]) -> Result<u32, InvalidCursor> {
    let (word, rest) = bytes.split_first_chunk::<4>().ok_or(InvalidCursor)?;
    *bytes = rest;
    Ok(u32::from_be_bytes(*word))
}

fn take_leb128(bytes: &mut &[u8]) -> Result<u64, InvalidCursor> {
    let mut value = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(InvalidCursor)?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        if part.leading_zeros() < shift {
            return Err(InvalidCursor);
        }
        value |= part << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(InvalidCursor)
}

fn put_leb128(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push((value & 0x7f) as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(log: u32, seq: Seq) -> Position {
        Position {
            log,
            epoch: 7,
            seq,
            anchor: 9,
        }
    }

    #[test]
    fn a_token_reads_back() {
        for seq in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let cursor = Cursor::new(vec![position(5, seq), position(2, 1)]).unwrap();
            let token = cursor.to_plain();
            assert_eq!(Cursor::from_plain(&token), Ok(cursor), "{token}");
        }
    }

    #[test]
    fn a_place_in_some_logs_only_reads_back_as_such() {
        let cursor = Cursor::of(position(1, 9));
        let partial = cursor.clone().partial();
        assert_ne!(partial.to_plain(), cursor.to_plain());
        for cursor in [cursor, partial] {
            assert_eq!(Cursor::from_plain(&cursor.to_plain()), Ok(cursor));
        }
    }

    #[test]
    fn one_log_takes_about_thirty_characters() {
        assert!(
            Cursor::new(vec![position(1, 1_000_000)])
                .unwrap()
                .to_plain()
                .len()
                <= 32
        );
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let token = Cursor::new(vec![position(1, 1_000)]).unwrap().to_plain();
        for index in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(
                Cursor::from_plain(&changed),
                Err(InvalidCursor),
                "{changed}"
            );
        }
    }

    #[test]
    fn foreign_and_oversized_tokens_are_refused() {
        let long = format!("c1.{}", "A".repeat(5_000));
        for token in [
            "",
            "c1.",
            "c2.AAAA",
            "c1.AAAAAA",
            "c1.!!!!",
            "0198f2b0-7d3a-7000-8a5e-0242ac120002",
            &long,
        ] {
            assert_eq!(Cursor::from_plain(token), Err(InvalidCursor), "{token}");
        }
    }

    #[test]
    fn a_number_of_more_than_64_bits_is_refused() {
        let content = |last: u8| {
            let mut content = vec![1];
            content.extend([0; 8]);
            content.extend([0xff; 9]);
            content.push(last);
            content.extend([0; 4]);
            content
        };
        let largest = Cursor::from_content(&content(1)).unwrap();
        assert_eq!(largest.position(0).unwrap().seq, u64::MAX);
        for last in [2, 0x7f, 0x81] {
            assert_eq!(Cursor::from_content(&content(last)), Err(InvalidCursor));
        }
    }

    #[test]
    fn a_log_is_named_once() {
        assert_eq!(Cursor::new(vec![position(1, 1), position(1, 2)]), None);
    }
}
