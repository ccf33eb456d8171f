//! How places are written as tokens and read back: the one way, encrypted or not.

use std::{fmt, sync::Arc};

use aes_gcm_siv::{Aes256GcmSiv, KeyInit as _, Nonce, aead::AeadInOut as _};
use sha2::{Digest as _, Sha256};

use crate::words::cursor::{Cursor, InvalidCursor, token_bytes, token_of};

/// The flags of an encrypted token; the key's id follows.
const ENCRYPTED: u8 = 1;

/// How places are written as tokens and read back. Cloning is cheap, and free while tokens are not encrypted.
#[derive(Clone, Default)]
pub(crate) struct Tokens(Option<Arc<Keys>>);

struct Keys {
    current: Key,
    old: Vec<Key>,
}

struct Key {
    /// Which key it is, for whoever reads the token: a hint, as two keys may have one id.
    id: u8,
    cipher: Aes256GcmSiv,
}

impl Key {
    fn new(key: &[u8; 32]) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"cursor key id\0");
        hash.update(key);
        Self {
            id: hash.finalize()[0],
            cipher: Aes256GcmSiv::new(key.into()),
        }
    }
}

/// The nonce of every token.
///
/// One place is to have one token: frames are shared between clients, and clients compare tokens. So the nonce cannot vary. This is
/// what SIV is for: the tag, which depends on the whole text, takes the part of the nonce, so that a repeated nonce tells only whether
/// two texts are the same.
fn nonce() -> Nonce {
    Nonce::default()
}

impl Tokens {
    /// Writes with `key`; reads what was written with it or with an old one, and nothing else.
    pub(crate) fn encrypted(key: &[u8; 32], old: &[[u8; 32]]) -> Self {
        Self(Some(Arc::new(Keys {
            current: Key::new(key),
            old: old.iter().map(Key::new).collect(),
        })))
    }

    /// The token of a place.
    pub(crate) fn write(&self, cursor: &Cursor) -> String {
        match &self.0 {
            None => cursor.to_plain(),
            Some(keys) => keys.current.write(cursor),
        }
    }

    /// The place of a token.
    ///
    /// # Errors
    ///
    /// It is no token, it is encrypted with no key of this server or not at all, or it was changed.
    pub(crate) fn read(&self, token: &str) -> Result<Cursor, InvalidCursor> {
        let Some(keys) = &self.0 else {
            return Cursor::from_plain(token);
        };
        let bytes = token_bytes(token)?;
        let (head, sealed) = bytes.split_first_chunk::<2>().ok_or(InvalidCursor)?;
        let &[ENCRYPTED, id] = head else {
            return Err(InvalidCursor);
        };
        std::iter::once(&keys.current)
            .chain(&keys.old)
            .filter(|key| key.id == id)
            .find_map(|key| key.open(*head, sealed))
            .ok_or(InvalidCursor)?
    }
}

impl Key {
    fn write(&self, cursor: &Cursor) -> String {
        let head = [ENCRYPTED, self.id];
        let mut sealed = Vec::with_capacity(64);
        cursor.write_content(&mut sealed);
        // It fails for texts of gigabytes only; what is written then is no token.
        if self
            .cipher
            .encrypt_in_place(&nonce(), &head, &mut sealed)
            .is_err()
        {
            sealed.clear();
        }
        token_of(&[&head, sealed.as_slice()].concat())
    }

    /// `None` if another key sealed it.
    fn open(&self, head: [u8; 2], sealed: &[u8]) -> Option<Result<Cursor, InvalidCursor>> {
        let mut content = sealed.to_vec();
        self.cipher
            .decrypt_in_place(&nonce(), &head, &mut content)
            .ok()?;
        Some(Cursor::from_content(&content))
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            None => "Tokens(plain)",
            Some(_) => "Tokens(encrypted)",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::cursor::{MAX_LOGS, Position};

    const KEY: [u8; 32] = [7; 32];
    const OLD: [u8; 32] = [8; 32];

    fn cursor(logs: u32, seq: u64) -> Cursor {
        let position = |log| Position {
            log,
            epoch: 7,
            seq,
            anchor: 9,
        };
        Cursor::new((0..logs).map(position).collect()).unwrap()
    }

    #[test]
    fn an_encrypted_place_reads_back_and_has_one_token() {
        let tokens = Tokens::encrypted(&KEY, &[]);
        for cursor in [cursor(0, 0), cursor(1, 1_000), cursor(32, u64::MAX)] {
            let token = tokens.write(&cursor);
            assert_eq!(tokens.read(&token), Ok(cursor.clone()));
            assert_eq!(tokens.write(&cursor), token);
            assert!(token.len() <= 1_024, "{}", token.len());
            assert!(token.is_ascii() && !token.contains(['"', '\\', ' ']));
        }
        let [one, two] = [1_000, 1_001].map(|seq| tokens.write(&cursor(1, seq)));
        let same = one.bytes().zip(two.bytes()).filter(|(a, b)| a == b).count();
        assert!(same < one.len() / 2, "{one} {two}");
    }

    #[test]
    fn a_key_is_changed_without_losing_a_place() {
        let (old, new) = (
            Tokens::encrypted(&OLD, &[]),
            Tokens::encrypted(&KEY, &[OLD]),
        );
        let cursor = cursor(3, 5);
        assert_eq!(new.read(&old.write(&cursor)), Ok(cursor.clone()));
        assert_ne!(new.write(&cursor), old.write(&cursor));
        assert_eq!(old.read(&new.write(&cursor)), Err(InvalidCursor));
        let forgotten = Tokens::encrypted(&KEY, &[]);
        assert_eq!(forgotten.read(&old.write(&cursor)), Err(InvalidCursor));
    }

    #[test]
    fn plain_and_encrypted_tokens_are_not_taken_for_each_other() {
        let (plain, encrypted) = (Tokens::default(), Tokens::encrypted(&KEY, &[]));
        let cursor = cursor(2, 5);
        assert_eq!(plain.read(&encrypted.write(&cursor)), Err(InvalidCursor));
        assert_eq!(encrypted.read(&plain.write(&cursor)), Err(InvalidCursor));
    }

    #[test]
    fn every_change_and_every_cut_is_noticed() {
        let tokens = Tokens::encrypted(&KEY, &[OLD]);
        let token = tokens.write(&cursor(1, 1_000));
        for index in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(tokens.read(&changed), Err(InvalidCursor), "{changed}");
            assert_eq!(tokens.read(&token[..index]), Err(InvalidCursor));
        }
    }

    #[test]
    fn no_key_is_printed() {
        let tokens = Tokens::encrypted(&[0xab; 32], &[]);
        assert_eq!(format!("{tokens:?}"), "Tokens(encrypted)");
    }

    proptest! {
        #[test]
        fn no_token_panics(bytes in proptest::collection::vec(any::<u8>(), 0..800), text in ".{0,1200}") {
            for tokens in [Tokens::default(), Tokens::encrypted(&KEY, &[OLD])] {
                for token in [token_of(&bytes), text.clone(), format!("c1.{text}")] {
                    if let Ok(cursor) = tokens.read(&token) {
                        prop_assert_eq!(tokens.write(&cursor), token);
                    }
                }
            }
        }

        #[test]
        fn the_longest_cursors_fit(seq in any::<u64>()) {
            let tokens = Tokens::encrypted(&KEY, &[]);
            let cursor = cursor(u32::try_from(MAX_LOGS).unwrap(), seq);
            prop_assert_eq!(tokens.read(&tokens.write(&cursor)), Ok(cursor));
        }
    }
}
