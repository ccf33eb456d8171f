//! Whether a place in a log can be continued, or what is missing after it.

use super::{
    adapter::{Entry, Marks, Page},
    rules::{Rule, holds},
};
use crate::words::{
    cursor::{Anchor, Position, Seq},
    system::GapReason,
};

/// A place to continue after, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The high half of the epoch; `None` if the place came as an event id.
    pub(crate) epoch: Option<u32>,
    /// The last entry examined.
    pub(crate) seq: Seq,
    /// Its anchor; `None` if it is not known, 0 before the first entry.
    pub(crate) anchor: Option<Anchor>,
}

/// What a page that was read after a place says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The page continues it.
    Continues,
    /// Entries exist that the page does not hold yet: read again.
    ReadAgain,
    /// It cannot be continued, for this reason; `missed` where it is known exactly.
    Gap {
        reason: GapReason,
        missed: Option<u64>,
    },
}

/// Judges `place` by a page read after it; the first rule that holds decides.
pub(crate) fn judge(place: Place, page: &Page) -> Verdict {
    judge_next(place, page.entries.first(), &page.marks)
}

/// As [`judge`], by the first entry after the place and by marks read after it.
pub(crate) fn judge_next(place: Place, next: Option<&Entry>, marks: &Marks) -> Verdict {
    let gap = |reason, missed| Verdict::Gap { reason, missed };
    let other_life = |epoch: u32| epoch != Position::epoch_tag(marks.epoch);
    if holds(Rule::Epoch) && place.epoch.is_some_and(other_life) {
        return gap(GapReason::EpochChanged, None);
    }
    if place.seq > marks.head {
        return gap(GapReason::HistoryRewound, None);
    }
    // The marks are newer than the entries: what was trimmed in between may be in the page all the same.
    let next_is_there = next.is_some_and(|next| next.seq == place.seq + 1);
    if holds(Rule::Trim) && marks.trimmed_through > place.seq && !next_is_there {
        return gap(
            GapReason::Retention,
            Some(marks.trimmed_through - place.seq),
        );
    }
    let differs = |theirs: Option<Anchor>| matches!((place.anchor, theirs), (Some(ours), Some(theirs)) if ours != theirs);
    match next {
        None if place.seq < marks.head => Verdict::ReadAgain,
        None if holds(Rule::Link) && differs(marks.head_anchor) => {
            gap(GapReason::HistoryDiverged, None)
        }
        Some(next) if holds(Rule::Link) && (next.seq != place.seq + 1 || differs(next.link)) => {
            gap(GapReason::HistoryDiverged, None)
        }
        None | Some(_) => Verdict::Continues,
    }
}

/// How many of a page's entries follow one another without a break; a first entry is taken as it is.
pub(crate) fn unbroken(entries: &[Entry]) -> usize {
    let broken = entries.windows(2).position(|pair| match pair {
        [before, after] => {
            let other = |link| link != before.anchor;
            holds(Rule::Link) && (after.seq != before.seq + 1 || after.link.is_some_and(other))
        }
        _ => false,
    });
    broken.map_or(entries.len(), |index| index + 1)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;
    use crate::words::{cursor::anchor, envelope::Timestamp};

    fn id(seq: Seq) -> Uuid {
        Uuid::from_u128(u128::from(seq))
    }

    fn anchor_at(seq: Seq) -> Anchor {
        if seq == 0 { 0 } else { anchor(id(seq)) }
    }

    fn page(after: Seq, head: Seq, trimmed_through: Seq) -> Page {
        let entries = (after.max(trimmed_through) + 1..=head).map(|seq| Entry {
            seq,
            id: id(seq),
            name: "orders:created".into(),
            time: Timestamp::from_millis(0),
            anchor: anchor_at(seq),
            link: Some(anchor_at(seq - 1)),
            body: Bytes::new(),
        });
        Page {
            entries: entries.collect(),
            marks: Marks {
                epoch: 7 << 32,
                head,
                head_anchor: Some(anchor_at(head)),
                trimmed_through,
            },
        }
    }

    fn place(seq: Seq) -> Place {
        Place {
            epoch: Some(7),
            seq,
            anchor: Some(anchor_at(seq)),
        }
    }

    fn gap(reason: GapReason, missed: Option<u64>) -> Verdict {
        Verdict::Gap { reason, missed }
    }

    #[test]
    fn a_place_that_is_still_there_continues() {
        for seq in 0..=5 {
            assert_eq!(
                judge(place(seq), &page(seq, 5, 0)),
                Verdict::Continues,
                "{seq}"
            );
        }
        assert_eq!(
            judge(place(3), &page(3, 5, 3)),
            Verdict::Continues,
            "its own entry is trimmed, the next one links to it"
        );
        assert_eq!(
            judge(place(5), &page(5, 5, 5)),
            Verdict::Continues,
            "everything is trimmed, nothing is missed"
        );
    }

    #[test]
    fn retention_counts_exactly_what_is_missing() {
        assert_eq!(
            judge(place(2), &page(2, 9, 5)),
            gap(GapReason::Retention, Some(3))
        );
        assert_eq!(
            judge(place(0), &page(0, 9, 9)),
            gap(GapReason::Retention, Some(9))
        );
    }

    #[test]
    fn a_trim_after_the_entries_were_read_took_nothing_from_this_page() {
        let mut raced = page(2, 9, 0);
        raced.marks.trimmed_through = 5;
        assert_eq!(judge(place(2), &raced), Verdict::Continues);
    }

    #[test]
    fn other_lives_and_other_histories_are_noticed() {
        assert_eq!(
            judge(
                Place {
                    epoch: Some(8),
                    ..place(2)
                },
                &page(2, 5, 0)
            ),
            gap(GapReason::EpochChanged, None)
        );
        assert_eq!(
            judge(place(6), &page(6, 5, 0)),
            gap(GapReason::HistoryRewound, None)
        );
        assert_eq!(
            judge(
                Place {
                    anchor: Some(1),
                    ..place(5)
                },
                &page(5, 5, 0)
            ),
            gap(GapReason::HistoryDiverged, None)
        );
        assert_eq!(
            judge(
                Place {
                    anchor: Some(1),
                    ..place(2)
                },
                &page(2, 5, 0)
            ),
            gap(GapReason::HistoryDiverged, None)
        );
        assert_eq!(
            judge(
                Place {
                    epoch: None,
                    anchor: None,
                    seq: 2
                },
                &page(2, 5, 0)
            ),
            Verdict::Continues,
            "nothing to compare"
        );
    }

    #[test]
    fn an_append_between_the_entries_and_the_marks_is_read_again() {
        let mut page = page(5, 6, 0);
        page.entries.clear();
        assert_eq!(judge(place(5), &page), Verdict::ReadAgain);
    }

    #[test]
    fn a_page_is_taken_up_to_its_first_break() {
        let mut page = page(0, 5, 0);
        assert_eq!(unbroken(&page.entries), 5);
        if let Some(entry) = page.entries.get_mut(3) {
            entry.link = Some(1);
        }
        assert_eq!(unbroken(&page.entries), 3);
    }
}
