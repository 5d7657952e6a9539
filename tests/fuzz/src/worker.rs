//! Tries inputs, in a process of its own: what overflows the stack or hangs takes only this one with it. It tells what it
//! finds line by line, in JSON.

use std::io::Write;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::MEMORY;
use crate::corpus::Corpus;
use crate::targets::Kind;

/// What a worker tells.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Told {
    /// This many inputs of the job are done: all below this number.
    At(u64),
    /// This one is next.
    Next(u64),
    Found {
        index: u64,
        finding: Finding,
        message: String,
    },
    Done(Measured),
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Finding {
    /// It panicked, in whichever thread or task.
    Panic,
    /// It took more memory than its length allows.
    Memory,
    /// It did not end.
    Hang,
    /// It took the process with it: a stack that overflowed, or no memory.
    Death,
    /// Something that must hold did not.
    Broken,
}

impl Finding {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Memory => "too much memory",
            Self::Hang => "does not end",
            Self::Death => "the process died",
            Self::Broken => "broken promise",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Measured {
    /// The most memory that one input took, in bytes.
    pub(crate) peak: usize,
    /// Inputs that took longer than a second.
    pub(crate) slow: u64,
    /// The longest time, in microseconds.
    pub(crate) slowest: u64,
    /// All the time, in microseconds.
    pub(crate) time: u64,
}

pub(crate) struct Job {
    kind: &'static Kind,
    inputs: Inputs,
    range: Range<u64>,
}

enum Inputs {
    Made(Corpus, u64),
    File(Vec<u8>),
}

impl Job {
    pub(crate) fn range(kind: &'static Kind, seed: u64, range: Range<u64>) -> Result<Self, String> {
        let inputs = Inputs::Made(Corpus::of(kind)?, seed);
        Ok(Self {
            kind,
            inputs,
            range,
        })
    }

    pub(crate) fn file(kind: &'static Kind, file: &Path) -> Result<Self, String> {
        let read = std::fs::read(file);
        let read = read.map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
        let inputs = Inputs::File(read);
        Ok(Self {
            kind,
            inputs,
            range: 0..1,
        })
    }

    fn input(&self, index: u64) -> Vec<u8> {
        match &self.inputs {
            Inputs::Made(corpus, seed) => corpus.input(*seed, index),
            Inputs::File(bytes) => bytes.clone(),
        }
    }
}

/// What a worker thread of tokio has: what fits here fits into the programs of users.
const STACK: usize = 2 * 1024 * 1024;
/// Told as slow.
const SLOW: Duration = Duration::from_secs(1);
/// Told as one that does not end.
const ENDLESS: Duration = Duration::from_secs(30);
/// What may stay behind of all inputs of a job together: caches, and what the allocator's counting misses.
const KEPT: usize = 4 * 1024 * 1024;
/// How often the worker says how far it is.
const EVERY: u64 = 1000;

pub(crate) fn work(job: Job, announce: bool) -> Result<(), String> {
    let panics = listen();
    let watch = Watch::start();
    let worker = thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || try_all(&job, announce, &panics, &watch))
        .map_err(|error| format!("no thread: {error}"))?;
    worker
        .join()
        .map_err(|_| "the worker broke off".to_owned())?
}

fn try_all(job: &Job, announce: bool, panics: &Panics, watch: &Watch) -> Result<(), String> {
    let mut target = (job.kind.start)()?;
    let mut measured = Measured::default();
    let at_first = MEMORY.current_usage();
    for index in job.range.clone() {
        let input = job.input(index);
        if announce {
            tell(&Told::Next(index));
        }
        let allowed = target.allowance(&input);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let start = watch.begin(index);
        let outcome = catch_unwind(AssertUnwindSafe(|| target.run(&input)));
        let time = watch.end(start);
        let peak = MEMORY.peak_usage().saturating_sub(before);
        measured.peak = measured.peak.max(peak);
        measured.slow += u64::from(time >= SLOW);
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        measured.slowest = measured.slowest.max(micros);
        measured.time += micros;
        let found = |finding, message| {
            tell(&Told::Found {
                index,
                finding,
                message,
            });
        };
        // A panic in a task does not come this far; the hook has heard it.
        let panicked = panics.take();
        match (panicked, outcome) {
            (Some(message), _) => {
                found(Finding::Panic, message);
                target = (job.kind.start)()?;
            }
            (None, Ok(Err(message))) => found(Finding::Broken, message),
            (None, _) => {}
        }
        if peak > allowed {
            let message = format!(
                "took {peak} bytes for an input of {}, allowed are {allowed}",
                input.len()
            );
            found(Finding::Memory, message);
        }
        if (index + 1) % EVERY == 0 {
            tell(&Told::At(index + 1));
        }
    }
    let kept = MEMORY.current_usage().saturating_sub(at_first);
    if let (true, Some(index)) = (kept > KEPT, job.range.clone().last()) {
        tell(&Told::Found {
            index,
            finding: Finding::Memory,
            message: format!(
                "{kept} bytes were kept after the inputs from {} on",
                job.range.start
            ),
        });
    }
    tell(&Told::Done(measured));
    Ok(())
}

fn tell(told: &Told) {
    let mut out = std::io::stdout().lock();
    let line = serde_json::to_string(told).unwrap_or_default();
    // Nobody listens any more: the process that started this one is gone.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(1);
    }
}

/// The first panic of an input.
#[derive(Clone, Default)]
struct Panics(Arc<Mutex<Option<String>>>);

impl Panics {
    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Hears panics instead of printing them.
fn listen() -> Panics {
    let panics = Panics::default();
    let heard = panics.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let text = text.unwrap_or("a panic without a text");
        let text: String = text.chars().take(300).collect();
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let mut first = heard.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| format!("{text}, at {place}"));
    }));
    panics
}

/// Looks whether an input ever ends.
struct Watch {
    origin: Instant,
    /// The number of the input, plus one, and when it began, in milliseconds; nothing between two inputs.
    now: Arc<(AtomicU64, AtomicU64)>,
}

impl Watch {
    fn start() -> Self {
        let origin = Instant::now();
        let now = Arc::new((AtomicU64::new(0), AtomicU64::new(0)));
        let seen = Arc::clone(&now);
        thread::spawn(move || {
            loop {
                thread::sleep(Duration::from_millis(250));
                let index = seen.0.load(Ordering::SeqCst);
                let began = Duration::from_millis(seen.1.load(Ordering::SeqCst));
                let same = index == seen.0.load(Ordering::SeqCst);
                if index != 0 && same && origin.elapsed().saturating_sub(began) > ENDLESS {
                    tell(&Told::Found {
                        index: index - 1,
                        finding: Finding::Hang,
                        message: format!("did not end in {} s", ENDLESS.as_secs()),
                    });
                    std::process::exit(1);
                }
            }
        });
        Self { origin, now }
    }

    fn begin(&self, index: u64) -> Instant {
        let began = u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.now.1.store(began, Ordering::SeqCst);
        self.now.0.store(index + 1, Ordering::SeqCst);
        Instant::now()
    }

    fn end(&self, start: Instant) -> Duration {
        self.now.0.store(0, Ordering::SeqCst);
        start.elapsed()
    }
}
