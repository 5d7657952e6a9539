//! Progress of long-running work: a progress bar on a terminal, occasional lines elsewhere.

use std::borrow::Cow;
use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress indicator on standard error.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    label: Cow<'static, str>,
    /// Without a terminal, the number of units between two lines.
    interval: u64,
}

impl Progress {
    /// Counts items; `total` is their expected number, if known.
    pub fn new(label: impl Into<Cow<'static, str>>, total: Option<u64>) -> Self {
        let template = match total {
            Some(_) => "{msg:20} [{bar:30}] {pos}/{len}",
            None => "{msg:20} {spinner} {pos}",
        };
        let interval = total.map_or(500, |total| (total / 5).max(1));
        Self::with(label.into(), total, template, interval)
    }

    /// Counts bytes; `total` is their expected number, if known.
    pub fn bytes(label: impl Into<Cow<'static, str>>, total: Option<u64>) -> Self {
        let template = match total {
            Some(_) => "{msg:20} [{bar:30}] {bytes}/{total_bytes}",
            None => "{msg:20} {spinner} {bytes}",
        };
        let interval = total.map_or(1 << 20, |total| (total / 5).max(1));
        Self::with(label.into(), total, template, interval)
    }

    fn with(label: Cow<'static, str>, total: Option<u64>, template: &str, interval: u64) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(label.clone());
        Self {
            bar,
            label,
            interval,
        }
    }

    /// Advances by one.
    pub fn step(&self) {
        self.advance(1);
    }

    /// Advances by `amount`.
    pub fn advance(&self, amount: u64) {
        let before = self.bar.position();
        let done = before + amount;
        self.bar.inc(amount);
        if !stderr().is_terminal() && before / self.interval < done / self.interval {
            eprintln!("{}: {done}", self.label);
        }
    }

    /// Removes the progress bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
