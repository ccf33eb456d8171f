//! Which parts of a connection's task have something to do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Wake, Waker},
};

use futures_util::task::AtomicWaker;

/// One bit a part: a part's waker sets its bit and wakes the task, which polls the parts whose bits are set and no other.
#[derive(Debug)]
pub(crate) struct Ready {
    shared: Arc<Shared>,
    /// Bits taken from `shared` and not yet acted on.
    pending: Vec<u64>,
    wakers: Vec<Waker>,
    /// Where the next search begins, so that a busy part does not starve those after it.
    from: usize,
}

#[derive(Debug)]
struct Shared {
    task: AtomicWaker,
    words: Box<[AtomicU64]>,
}

#[derive(Debug)]
struct PartWaker {
    shared: Arc<Shared>,
    part: usize,
}

impl Wake for PartWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(word) = self.shared.words.get(self.part / 64) {
            word.fetch_or(1 << (self.part % 64), Ordering::AcqRel);
            self.shared.task.wake();
        }
    }
}

impl Ready {
    /// Room for `parts` parts, none ready.
    pub(crate) fn new(parts: usize) -> Self {
        let words = parts.div_ceil(64);
        Self {
            shared: Arc::new(Shared {
                task: AtomicWaker::new(),
                words: (0..words).map(|_| AtomicU64::new(0)).collect(),
            }),
            pending: vec![0; words],
            wakers: Vec::new(),
            from: 0,
        }
    }

    /// The waker of a part.
    pub(crate) fn waker(&mut self, part: usize) -> Waker {
        while self.wakers.len() <= part {
            let waker = PartWaker {
                shared: Arc::clone(&self.shared),
                part: self.wakers.len(),
            };
            self.wakers.push(Arc::new(waker).into());
        }
        self.wakers
            .get(part)
            .map_or_else(|| Waker::noop().clone(), Waker::clone)
    }

    /// Has the task woken by every part from now on, and takes the bits set so far.
    pub(crate) fn collect(&mut self, task: &Waker) {
        self.shared.task.register(task);
        for (pending, word) in self.pending.iter_mut().zip(&self.shared.words) {
            if word.load(Ordering::Relaxed) != 0 {
                *pending |= word.swap(0, Ordering::AcqRel);
            }
        }
    }

    /// Marks a part as having something to do.
    pub(crate) fn set(&mut self, part: usize) {
        if let Some(word) = self.pending.get_mut(part / 64) {
            *word |= 1 << (part % 64);
        }
    }

    /// Whether the part had something to do; it no longer has.
    pub(crate) fn take(&mut self, part: usize) -> bool {
        let Some(word) = self.pending.get_mut(part / 64) else {
            return false;
        };
        let bit = 1 << (part % 64);
        let was = *word & bit != 0;
        *word &= !bit;
        was
    }

    /// The next part from `first` on with something to do, in turn; it no longer has.
    pub(crate) fn take_next(&mut self, first: usize) -> Option<usize> {
        let from = self.from.max(first);
        let part = self.find(from).or_else(|| self.find(first))?;
        self.take(part);
        self.from = part + 1;
        Some(part)
    }

    /// Whether any part has something to do.
    pub(crate) fn any(&self) -> bool {
        self.pending.iter().any(|word| *word != 0)
    }

    fn find(&self, from: usize) -> Option<usize> {
        let (start, skip) = (from / 64, from % 64);
        self.pending
            .iter()
            .enumerate()
            .skip(start)
            .find_map(|(index, word)| {
                let word = if index == start {
                    word >> skip << skip
                } else {
                    *word
                };
                (word != 0).then(|| index * 64 + word.trailing_zeros() as usize)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_in_turn() {
        let mut ready = Ready::new(200);
        for part in [3, 64, 130] {
            ready.set(part);
        }
        let mut order = Vec::new();
        for _ in 0..6 {
            let part = ready.take_next(3).unwrap();
            ready.set(part);
            order.push(part);
        }
        assert_eq!(order, [3, 64, 130, 3, 64, 130]);
    }

    #[test]
    fn a_waker_marks_its_own_part() {
        let mut ready = Ready::new(200);
        let waker = ready.waker(131);
        assert!(!ready.any());
        waker.wake_by_ref();
        ready.collect(Waker::noop());
        assert_eq!(ready.take_next(0), Some(131));
        assert!(!ready.any());
    }
}
