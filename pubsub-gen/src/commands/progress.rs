//! What is said while something takes its time.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread::{self, JoinHandle},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::screen;

/// Work that is done sooner is not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);

/// Tells on a terminal what is going on, until it is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    done: Option<mpsc::Sender<()>>,
    shown: Option<JoinHandle<()>>,
}

impl Progress {
    /// Says `what` after a second, on a terminal; elsewhere at once, and only if everything is to be told.
    pub(crate) fn start(what: String, verbose: bool) -> Self {
        if !screen::is_watched() {
            if verbose {
                screen::complain(&what);
            }
            return Self {
                bar: ProgressBar::hidden(),
                done: None,
                shown: None,
            };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {wide_msg:.dim}") {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        let (done, is_done) = mpsc::channel();
        let waiting = bar.clone();
        let shown = thread::spawn(move || {
            if is_done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                waiting.set_draw_target(ProgressDrawTarget::stderr());
                waiting.enable_steady_tick(TICK);
            }
        });
        Self {
            bar,
            done: Some(done),
            shown: Some(shown),
        }
    }

    /// What is done right now, such as the crate that is compiled.
    pub(crate) fn step(&self, what: &str) {
        self.bar.set_message(screen::plain(what));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.done = None;
        if let Some(shown) = self.shown.take() {
            drop(shown.join());
        }
        self.bar.finish_and_clear();
    }
}
