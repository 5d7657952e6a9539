//! Progress of long work: a bar on a terminal, a line now and then where there is none.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far the work is.
pub(crate) struct Progress {
    bar: ProgressBar,
    what: &'static str,
    every: u64,
}

impl Progress {
    /// Work on something of which `total` are expected, if that is known.
    pub(crate) fn new(what: &'static str, total: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let template = match total {
            Some(_) => "{msg:20} [{bar:30}] {pos}/{len}",
            None => "{msg:20} {spinner} {pos}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what);
        let every = total.map_or(500, |total| (total / 5).max(1));
        Self { bar, what, every }
    }

    /// One more is done.
    pub(crate) fn step(&self) {
        self.bar.inc(1);
        let done = self.bar.position();
        if !stderr().is_terminal() && done.is_multiple_of(self.every) {
            eprintln!("{}: {done}", self.what);
        }
    }

    /// All is done.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
