//! Work side by side: a build script is not optimised, and somebody waits for it.

use std::{panic::resume_unwind, thread};

/// Both results; `other` is worked out on a thread of its own.
pub(crate) fn join<A, B: Send>(
    here: impl FnOnce() -> A,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    thread::scope(|scope| {
        let other = scope.spawn(other);
        let here = here();
        let other = other.join();
        (here, other.unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn both_are_worked_out_and_a_panic_of_either_is_told() {
        assert_eq!(join(|| 1, || "two"), (1, "two"));
        let other = catch_unwind(|| join(|| (), || -> u32 { panic!("the other") })).unwrap_err();
        assert_eq!(other.downcast_ref(), Some(&"the other"));
        let here = catch_unwind(|| join(|| -> u32 { panic!("here") }, || ())).unwrap_err();
        assert_eq!(here.downcast_ref(), Some(&"here"));
    }
}
