//! Progress of long work: a bar on a terminal, a line now and then where there is none.

use std::borrow::Cow;
use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far the work is.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    what: Cow<'static, str>,
    /// Without a terminal, a line each time that this much more is done.
    every: u64,
}

impl Progress {
    /// Work on something of which `total` are expected, if that is known.
    pub fn new(what: impl Into<Cow<'static, str>>, total: Option<u64>) -> Self {
        let template = match total {
            Some(_) => "{msg:20} [{bar:30}] {pos}/{len}",
            None => "{msg:20} {spinner} {pos}",
        };
        let every = total.map_or(500, |total| (total / 5).max(1));
        Self::with(what.into(), total, template, every)
    }

    /// Bytes that come, of which `total` are expected, if that is known.
    pub fn bytes(what: impl Into<Cow<'static, str>>, total: Option<u64>) -> Self {
        let template = match total {
            Some(_) => "{msg:20} [{bar:30}] {bytes}/{total_bytes}",
            None => "{msg:20} {spinner} {bytes}",
        };
        let every = total.map_or(1 << 20, |total| (total / 5).max(1));
        Self::with(what.into(), total, template, every)
    }

    fn with(what: Cow<'static, str>, total: Option<u64>, template: &str, every: u64) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(what.clone());
        Self { bar, what, every }
    }

    /// One more is done.
    pub fn step(&self) {
        self.advance(1);
    }

    /// So many more are done.
    pub fn advance(&self, more: u64) {
        let before = self.bar.position();
        let done = before + more;
        self.bar.inc(more);
        if !stderr().is_terminal() && before / self.every < done / self.every {
            eprintln!("{}: {done}", self.what);
        }
    }

    /// All is done.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
