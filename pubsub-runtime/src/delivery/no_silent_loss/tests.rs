use std::{
    cell::RefCell,
    panic::{self, AssertUnwindSafe, catch_unwind},
    sync::Once,
};

use proptest::{
    strategy::{Strategy as _, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use super::{
    case::{Action, Case, cases},
    world::{self, Outcome},
};
use crate::delivery::rules::{Rule, without};

/// How many cases a run has, where `NO_SILENT_LOSS_CASES` does not say.
const CASES: u64 = 10_000;
/// How many cases are enough to say that nothing happens.
const FEW: u64 = 500;
/// The seed of the first case, where `NO_SILENT_LOSS_SEED` does not say; the next ones count up.
const SEED: u64 = 1;
/// The most steps taken to make a failing case smaller.
const SHRINKS: usize = 2_000;

thread_local! {
    /// What panicked on this thread while a case ran: feeders catch their panics, and a case must not.
    static PANICS: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

fn record_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let recorded = PANICS.with_borrow_mut(|panics| {
                panics.as_mut().map(|panics| panics.push(info.to_string()))
            });
            if recorded.is_none() {
                before(info);
            }
        }));
    });
}

/// Runs one case on a runtime of its own.
fn run(case: &Case) -> Result<Outcome, String> {
    record_panics();
    PANICS.set(Some(Vec::new()));
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(world::run(case))
    }));
    let panics = PANICS.take().unwrap_or_default();
    match panics.into_iter().next() {
        Some(panic) => Err(format!("a panic: {panic}")),
        None => outcome.unwrap_or_else(|_| Err("a panic".to_owned())),
    }
}

/// Runs the case of a seed; a failing one is made smaller first.
fn run_seed(seed: u64) -> Result<Outcome, String> {
    let mut tree = case_of(seed);
    let mut smallest = match run(&tree.current()) {
        Ok(outcome) => return Ok(outcome),
        Err(what) => (tree.current(), what),
    };
    let mut moved = tree.simplify();
    for _ in 0..SHRINKS {
        if !moved {
            break;
        }
        moved = match run(&tree.current()) {
            Ok(_) => tree.complicate(),
            Err(what) => {
                smallest = (tree.current(), what);
                tree.simplify()
            }
        };
    }
    let (case, what) = smallest;
    Err(format!(
        "{what}\n{case:?}\nreplay: NO_SILENT_LOSS_SEED={seed} NO_SILENT_LOSS_CASES=1 cargo test -p pubsub-runtime --all-features --lib no_silent_loss_whatever_happens"
    ))
}

#[allow(
    clippy::disallowed_methods,
    reason = "a test run is set up by its environment"
)]
fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

#[test]
fn no_silent_loss_whatever_happens() {
    let (first, cases) = (
        setting("NO_SILENT_LOSS_SEED", SEED),
        setting("NO_SILENT_LOSS_CASES", CASES),
    );
    let seeds = first..first.saturating_add(cases);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let run_half = |half: u64| {
            let seeds = seeds.clone().filter(move |seed| seed % 2 == half);
            scope.spawn(|| seeds.map(run_seed).collect::<Result<Vec<_>, _>>())
        };
        let halves = [run_half(0), run_half(1)];
        halves
            .into_iter()
            .map(|half| half.join().unwrap())
            .collect()
    });
    let mut sum = Outcome::default();
    for outcome in outcomes
        .into_iter()
        .flat_map(|half| half.unwrap_or_else(|what| panic!("{what}")))
    {
        sum.published += outcome.published;
        sum.received += outcome.received;
        sum.gaps += outcome.gaps;
    }
    println!("{cases} cases from seed {first}: {sum:?}");
    if cases >= 100 {
        assert!(sum.received > sum.published / 2, "clients receive: {sum:?}");
        assert!(sum.gaps > cases / 10, "something is lost: {sum:?}");
    }
}

/// The case of a seed.
fn case_of(seed: u64) -> impl ValueTree<Value = Case> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    cases().new_tree(&mut runner).unwrap()
}

/// The first violation once these rules are gone; `keeps` leaves only cases in which the engine keeps what it acknowledged, and links.
fn violation(rules: &'static [Rule], keeps: bool, within: u64) -> Option<String> {
    without(rules);
    let found = (SEED..=within).find_map(|seed| {
        let mut case = case_of(seed).current();
        case.links |= keeps;
        let is_kept =
            |action: Action| !matches!(action, Action::Recreate { .. } | Action::Rewind { .. });
        case.moves.retain(|step| !keeps || is_kept(step.action));
        run(&case).err().map(|what| format!("seed {seed}: {what}"))
    });
    without(&[]);
    println!("without {rules:?}: {found:?}");
    found
}

#[test]
fn no_silent_loss_needs_the_epoch_test() {
    assert!(violation(&[Rule::Epoch], false, CASES).is_some());
}

#[test]
fn no_silent_loss_needs_links() {
    assert!(violation(&[Rule::Link], false, CASES).is_some());
}

#[test]
fn no_silent_loss_needs_the_tail_check() {
    assert!(violation(&[Rule::Tail], false, CASES).is_some());
    assert!(violation(&[Rule::Tail], true, CASES).is_some());
}

// Where the engine keeps what it acknowledged, links alone are not missed: what these two find is for the want of both rules.

#[test]
fn no_silent_loss_needs_holes_filled_or_links() {
    assert_eq!(violation(&[Rule::Link], true, FEW), None);
    assert_eq!(violation(&[Rule::Fill], true, FEW), None);
    assert!(violation(&[Rule::Fill, Rule::Link], true, CASES).is_some());
}

#[test]
fn no_silent_loss_needs_the_trim_test_or_links() {
    assert!(violation(&[Rule::Trim, Rule::Link], true, CASES).is_some());
    // With links nothing is lost for the want of the trim test; but the gap is not counted, and names another reason.
    let what = violation(&[Rule::Trim], true, CASES).unwrap();
    assert!(
        what.contains("a false alarm") && what.contains("HistoryDiverged"),
        "{what}"
    );
}

#[test]
fn no_silent_loss_cases_take_the_same_course_again() {
    for seed in 0..50 {
        let case = case_of(seed).current();
        assert_eq!(run(&case), run(&case), "seed {seed}");
    }
}
