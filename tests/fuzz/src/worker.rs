//! Runs inputs in a separate process, so that a stack overflow or an endless loop ends only this process. The worker
//! sends messages to the coordinator as lines of JSON.

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

/// A message from a worker to the coordinator.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Message {
    /// All inputs below this number are completed.
    Completed(u64),
    /// The input with this number runs next.
    Starting(u64),
    Found {
        index: u64,
        finding: Finding,
        details: String,
    },
    Done(Stats),
}

/// The kind of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Finding {
    /// A panic in any thread or task.
    Panic,
    /// More memory than the input's length allows.
    Memory,
    /// The input did not end.
    Hang,
    /// The process ended: a stack overflow, or an abort.
    Crash,
    /// A property does not hold.
    Violation,
}

impl Finding {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Panic => "panic",
            Self::Memory => "too much memory",
            Self::Hang => "timeout",
            Self::Crash => "crash",
            Self::Violation => "property violated",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stats {
    /// The largest memory use of one input.
    pub(crate) peak_bytes: usize,
    /// The number of inputs that took longer than `SLOW`.
    pub(crate) slow: u64,
    /// The longest time of one input.
    pub(crate) max_micros: u64,
    /// The time of all inputs.
    pub(crate) total_micros: u64,
}

/// The inputs that a worker runs.
pub(crate) struct Job {
    kind: &'static Kind,
    inputs: Inputs,
    range: Range<u64>,
}

enum Inputs {
    /// Inputs generated from a corpus and a seed.
    Generated(Corpus, u64),
    File(Vec<u8>),
}

impl Job {
    pub(crate) fn range(kind: &'static Kind, seed: u64, range: Range<u64>) -> Result<Self, String> {
        let inputs = Inputs::Generated(Corpus::of(kind)?, seed);
        Ok(Self {
            kind,
            inputs,
            range,
        })
    }

    pub(crate) fn file(kind: &'static Kind, file: &Path) -> Result<Self, String> {
        let input = std::fs::read(file);
        let input = input.map_err(|error| format!("cannot read {}: {error}", file.display()))?;
        let inputs = Inputs::File(input);
        Ok(Self {
            kind,
            inputs,
            range: 0..1,
        })
    }

    fn input(&self, index: u64) -> Vec<u8> {
        match &self.inputs {
            Inputs::Generated(corpus, seed) => corpus.input(*seed, index),
            Inputs::File(bytes) => bytes.clone(),
        }
    }
}

/// The stack size of tokio's worker threads, on which an application decodes responses.
const STACK_SIZE: usize = 2 * 1024 * 1024;
/// The time after which an input is counted as slow.
const SLOW: Duration = Duration::from_secs(1);
/// The time after which an input is reported as a hang.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The memory that a job can retain for caches; the allocator's count is not exact either.
const MAX_RETAINED: usize = 4 * 1024 * 1024;
/// The number of inputs between two reports of progress.
const PROGRESS_INTERVAL: u64 = 1000;

pub(crate) fn work(job: Job, announce: bool) -> Result<(), String> {
    let panics = capture_panics();
    let watchdog = Watchdog::start();
    let worker = thread::Builder::new()
        .stack_size(STACK_SIZE)
        .spawn(move || run_job(&job, announce, &panics, &watchdog))
        .map_err(|error| format!("cannot start a thread: {error}"))?;
    worker
        .join()
        .map_err(|_| "the worker panicked".to_owned())?
}

fn run_job(job: &Job, announce: bool, panics: &Panics, watchdog: &Watchdog) -> Result<(), String> {
    let mut target = (job.kind.start)()?;
    let mut stats = Stats::default();
    let usage_before = MEMORY.current_usage();
    for index in job.range.clone() {
        let input = job.input(index);
        if announce {
            send(&Message::Starting(index));
        }
        let limit = target.memory_limit(&input);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let start = watchdog.begin(index);
        let outcome = catch_unwind(AssertUnwindSafe(|| target.run(&input)));
        let time = watchdog.end(start);
        let peak = MEMORY.peak_usage().saturating_sub(before);
        stats.peak_bytes = stats.peak_bytes.max(peak);
        stats.slow += u64::from(time >= SLOW);
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        stats.max_micros = stats.max_micros.max(micros);
        stats.total_micros += micros;
        // `outcome` does not show a panic in a task; the hook captures it.
        match (panics.take(), outcome) {
            (Some(details), _) => {
                report(index, Finding::Panic, details);
                target = (job.kind.start)()?;
            }
            (None, Ok(Err(details))) => report(index, Finding::Violation, details),
            (None, _) => {}
        }
        if peak > limit {
            let details = format!(
                "{peak} bytes for an input of {}, limit {limit}",
                input.len()
            );
            report(index, Finding::Memory, details);
        }
        if (index + 1) % PROGRESS_INTERVAL == 0 {
            send(&Message::Completed(index + 1));
        }
    }
    let retained = MEMORY.current_usage().saturating_sub(usage_before);
    if let (true, Some(index)) = (retained > MAX_RETAINED, job.range.clone().last()) {
        let details = format!(
            "{retained} bytes retained by the inputs from {} on",
            job.range.start
        );
        report(index, Finding::Memory, details);
    }
    send(&Message::Done(stats));
    Ok(())
}

fn report(index: u64, finding: Finding, details: String) {
    send(&Message::Found {
        index,
        finding,
        details,
    });
}

fn send(message: &Message) {
    let mut out = std::io::stdout().lock();
    let line = serde_json::to_string(message).unwrap_or_default();
    // The pipe is closed if the coordinator has ended.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(1);
    }
}

/// The first panic since the last call of `take`.
#[derive(Clone, Default)]
struct Panics(Arc<Mutex<Option<String>>>);

impl Panics {
    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Installs a hook that captures panics instead of printing them.
fn capture_panics() -> Panics {
    let panics = Panics::default();
    let captured = panics.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let text = text.unwrap_or("a panic without a message");
        let text: String = text.chars().take(300).collect();
        let location = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let mut first = captured.0.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| format!("{text}, at {location}"));
    }));
    panics
}

/// Ends the process when an input exceeds the timeout.
struct Watchdog {
    origin: Instant,
    current: Arc<Current>,
}

/// The input that is running.
#[derive(Default)]
struct Current {
    /// The number of the input plus one, or 0 between two inputs.
    number: AtomicU64,
    /// The start of the input, in milliseconds since the origin.
    start: AtomicU64,
}

impl Watchdog {
    fn start() -> Self {
        let origin = Instant::now();
        let current = Arc::new(Current::default());
        let watched = Arc::clone(&current);
        thread::spawn(move || {
            loop {
                thread::sleep(Duration::from_millis(250));
                let number = watched.number.load(Ordering::SeqCst);
                let start = Duration::from_millis(watched.start.load(Ordering::SeqCst));
                // Otherwise `start` can belong to the next input.
                let is_same = number == watched.number.load(Ordering::SeqCst);
                if number != 0 && is_same && origin.elapsed().saturating_sub(start) > TIMEOUT {
                    let details = format!("did not end within {} s", TIMEOUT.as_secs());
                    report(number - 1, Finding::Hang, details);
                    std::process::exit(1);
                }
            }
        });
        Self { origin, current }
    }

    fn begin(&self, index: u64) -> Instant {
        let start = u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.current.start.store(start, Ordering::SeqCst);
        self.current.number.store(index + 1, Ordering::SeqCst);
        Instant::now()
    }

    fn end(&self, start: Instant) -> Duration {
        self.current.number.store(0, Ordering::SeqCst);
        start.elapsed()
    }
}
