//! Which event id stands where, for what is retained and for some time after.

use std::collections::{BTreeMap, HashMap, VecDeque};

use uuid::Uuid;

use crate::words::{cursor::Seq, envelope::Timestamp};

/// The most ids of trimmed entries that are kept, so that a late client still gets an exact count.
const MAX_TRIMMED: u64 = 100_000;

/// Ids by value and by seq.
///
/// A server mints ids that rise, so most of them are kept in a list that is sorted by id and by seq alike: it is appended to at
/// one end, forgotten from the other, and searched by halves. Ids that do not rise, from other publishers, stand in a map.
#[derive(Debug, Default)]
pub(super) struct IdIndex {
    rising: VecDeque<(Uuid, Seq)>,
    strays: HashMap<Uuid, Seq>,
    strays_by_seq: BTreeMap<Seq, Uuid>,
    /// Until when entries were trimmed at a moment, both rising.
    trimmed: VecDeque<(Seq, Timestamp)>,
    /// Every seq up to here is forgotten.
    forgotten_through: Seq,
}

impl IdIndex {
    pub(super) fn find(&self, id: Uuid) -> Option<Seq> {
        let stray = || self.strays.get(&id).copied();
        match self.rising.back() {
            Some((newest, _)) if id <= *newest => {
                let rising = self.rising.binary_search_by_key(&id, |(known, _)| *known);
                let found = rising.ok().and_then(|index| self.rising.get(index));
                found.map(|(_, seq)| *seq).or_else(stray)
            }
            // The common case: a new id, above all others.
            _ => stray(),
        }
    }

    /// Notes an id that [`IdIndex::find`] did not find, at a seq above all others.
    pub(super) fn insert(&mut self, id: Uuid, seq: Seq) {
        if self.rising.back().is_none_or(|(newest, _)| id > *newest) {
            self.rising.push_back((id, seq));
        } else {
            self.strays.insert(id, seq);
            self.strays_by_seq.insert(seq, id);
        }
    }

    /// Notes that the entries up to `seq` were trimmed now.
    pub(super) fn trimmed(&mut self, seq: Seq, now: Timestamp) {
        match self.trimmed.back_mut() {
            Some((through, moment)) if *moment == now => *through = seq,
            _ => self.trimmed.push_back((seq, now)),
        }
    }

    /// Forgets ids whose entries were trimmed before `since`, and the oldest of more than 100,000 trimmed ones.
    pub(super) fn forget(&mut self, since: Timestamp, trimmed_through: Seq) {
        let mut through = self
            .forgotten_through
            .max(trimmed_through.saturating_sub(MAX_TRIMMED));
        while let Some((seq, moment)) = self.trimmed.front()
            && (*moment < since || *seq <= through)
        {
            through = through.max(*seq);
            self.trimmed.pop_front();
        }
        if through == self.forgotten_through {
            return;
        }
        self.forgotten_through = through;
        while self.rising.front().is_some_and(|(_, seq)| *seq <= through) {
            self.rising.pop_front();
        }
        while let Some(oldest) = self.strays_by_seq.first_entry()
            && *oldest.key() <= through
        {
            self.strays.remove(&oldest.remove());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn rising_ids_and_strays_are_found_and_forgotten_alike() {
        let mut index = IdIndex::default();
        for (seq, number) in (1..).zip([10, 20, 5, 30, 7, 40_u128]) {
            assert_eq!(index.find(id(number)), None);
            index.insert(id(number), seq);
        }
        for (seq, number) in (1..).zip([10, 20, 5, 30, 7, 40_u128]) {
            assert_eq!(index.find(id(number)), Some(seq), "{number}");
        }
        let at = Timestamp::from_millis;
        index.trimmed(2, at(100));
        index.trimmed(3, at(100));
        index.trimmed(4, at(200));
        index.forget(at(101), 4);
        let found = [10, 20, 5, 30, 7, 40_u128].map(|number| index.find(id(number)));
        assert_eq!(found, [None, None, None, Some(4), Some(5), Some(6)]);
        assert_eq!((index.strays.len(), index.strays_by_seq.len()), (1, 1));
    }

    #[test]
    fn trimmed_ids_are_bounded_by_count() {
        let mut index = IdIndex::default();
        let now = Timestamp::from_millis(1);
        for seq in 1..=MAX_TRIMMED + 50 {
            index.insert(id(u128::from(seq)), seq);
            index.trimmed(seq, now);
            index.forget(Timestamp::from_millis(0), seq);
        }
        assert_eq!(index.rising.len() as u64, MAX_TRIMMED);
        assert_eq!(index.find(id(50)), None);
        assert_eq!(index.find(id(51)), Some(51));
    }
}
