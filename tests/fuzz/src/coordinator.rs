//! Distributes the inputs to worker processes, one for each core, and collects their findings. If a worker crashes, its
//! inputs are run again from the last confirmed one, each announced before it runs, to identify the input that crashes.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use procountor_progress::Progress;

use crate::corpus::Corpus;
use crate::report::{Failure, Report};
use crate::targets::Kind;
use crate::worker::{Finding, Message};

/// The inputs that a worker runs at a time.
#[derive(Clone, Debug)]
struct Block {
    target: usize,
    range: Range<u64>,
}

/// The largest number of inputs in a block.
const BLOCK_SIZE: u64 = 25_000;
/// The number of failures after which a target is skipped, since every crash costs a process.
const MAX_FAILURES: u64 = 50;

/// The end of a worker process.
enum Exit {
    Done,
    /// The input with this number did not end.
    Hung(u64),
    Crashed(String),
}

pub(crate) fn run(
    kinds: &[&'static Kind],
    seed: u64,
    inputs: u64,
    folder: &Path,
) -> Result<Report, String> {
    let mut blocks = VecDeque::new();
    let mut corpora = Vec::new();
    for (target, kind) in kinds.iter().enumerate() {
        corpora.push(Corpus::of(kind)?);
        let mut from = 0;
        while from < inputs {
            let to = from.saturating_add(BLOCK_SIZE).min(inputs);
            let range = from..to;
            blocks.push_back(Block { target, range });
            from = to;
        }
    }
    let total = inputs.saturating_mul(kinds.len() as u64);
    let pool = Pool {
        kinds,
        corpora,
        seed,
        folder,
        progress: Progress::new("inputs", Some(total)),
        blocks: Mutex::new(blocks),
        report: Mutex::new(Report::new(kinds, seed, inputs)),
    };
    let count = thread::available_parallelism().map_or(1, usize::from);
    let results: Result<Vec<()>, String> = thread::scope(|scope| {
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(|| pool.work())).collect();
        let panicked = |_| Err("a thread panicked".to_owned());
        let results = workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(panicked));
        results.collect()
    });
    pool.progress.finish();
    results?;
    let report = pool.report.into_inner();
    let mut report = report.unwrap_or_else(PoisonError::into_inner);
    report.sort();
    Ok(report)
}

/// Runs the input in one file, prints the result, and returns whether it passed.
pub(crate) fn replay(kind: &'static Kind, file: &Path) -> Result<bool, String> {
    let mut passed = true;
    let name = kind.name;
    let mut arguments = ["--target", name, "--work", "0", "1", "--replay"]
        .map(OsStr::new)
        .to_vec();
    arguments.push(file.as_os_str());
    let exit = run_worker(&arguments, |message| match message {
        Message::Found {
            finding, details, ..
        } => {
            passed = false;
            println!("{name}: {}: {details}", finding.name());
        }
        Message::Done(stats) => {
            println!(
                "{name}: {} us, {} bytes of memory",
                stats.total_micros, stats.peak_bytes
            );
        }
        Message::Completed(_) | Message::Starting(_) => {}
    })?;
    if let Exit::Crashed(details) = exit {
        passed = false;
        println!("{name}: {}: {details}", Finding::Crash.name());
    }
    if passed {
        println!("{name}: the input passes");
    }
    Ok(passed)
}

/// The state that the threads share. Each thread runs one worker process at a time.
struct Pool<'a> {
    kinds: &'a [&'static Kind],
    corpora: Vec<Corpus>,
    seed: u64,
    folder: &'a Path,
    progress: Progress,
    blocks: Mutex<VecDeque<Block>>,
    report: Mutex<Report>,
}

impl Pool<'_> {
    fn work(&self) -> Result<(), String> {
        let next = || {
            self.blocks
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front()
        };
        while let Some(Block { target, range }) = next() {
            self.run_block(target, range)?;
        }
        Ok(())
    }

    /// Runs a block to its end, with a new worker after each crash.
    fn run_block(&self, target: usize, mut range: Range<u64>) -> Result<(), String> {
        while !range.is_empty() {
            let rest = range.end - range.start;
            if self.report().target(target).failed() >= MAX_FAILURES {
                self.report().target(target).skipped += rest;
                self.progress.advance(rest);
                return Ok(());
            }
            let mut position = range.start;
            let culprit = match self.spawn(target, range.clone(), false, &mut position)? {
                Exit::Done => return Ok(()),
                Exit::Hung(index) => index,
                Exit::Crashed(details) => {
                    let mut culprit = position;
                    let rerun = self.spawn(target, position..range.end, true, &mut culprit)?;
                    if !matches!(rerun, Exit::Crashed(_)) {
                        return Err(format!(
                            "{}: a worker crashed after input {position}, but did not when its inputs were run again: {details}",
                            self.kinds[target].name
                        ));
                    }
                    self.save(target, culprit, Finding::Crash, details)?;
                    culprit
                }
            };
            self.progress.advance(culprit + 1 - position);
            range.start = culprit + 1;
        }
        Ok(())
    }

    /// Runs inputs in a worker process. Sets `position` to the first input that is not confirmed, or with `announce`,
    /// to the last one that was started.
    fn spawn(
        &self,
        target: usize,
        range: Range<u64>,
        announce: bool,
        position: &mut u64,
    ) -> Result<Exit, String> {
        let numbers = [self.seed, range.start, range.end].map(|number| number.to_string());
        let [seed, from, to] = &numbers;
        let name = self.kinds[target].name;
        let mut arguments = vec!["--target", name, "--seed", seed, "--work", from, to];
        arguments.extend(announce.then_some("--announce"));
        let arguments: Vec<_> = arguments.into_iter().map(OsStr::new).collect();
        let mut saved = Ok(());
        let mut hung = None;
        let completed = |position: &mut u64, number: u64| {
            if !announce {
                self.progress.advance(number - *position);
                *position = number;
            }
        };
        let exit = run_worker(&arguments, |message| match message {
            Message::Completed(number) => completed(position, number),
            Message::Starting(number) => *position = number,
            Message::Done(stats) => {
                completed(position, range.end);
                self.report().target(target).add_stats(&stats);
            }
            Message::Found {
                index,
                finding,
                details,
            } => {
                if finding == Finding::Hang {
                    hung = Some(index);
                }
                if saved.is_ok() {
                    saved = self.save(target, index, finding, details);
                }
            }
        })?;
        saved?;
        Ok(hung.map_or(exit, Exit::Hung))
    }

    /// Writes an input that failed to a file and adds it to the report.
    fn save(
        &self,
        target: usize,
        index: u64,
        finding: Finding,
        details: String,
    ) -> Result<(), String> {
        let name = format!("{}-{}-{index}", self.kinds[target].name, self.seed);
        let file = self.folder.join(name);
        let input = self.corpora[target].input(self.seed, index);
        let written =
            std::fs::create_dir_all(self.folder).and_then(|()| std::fs::write(&file, input));
        written.map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        self.report().target(target).add(Failure {
            index,
            finding,
            details,
            file,
        });
        Ok(())
    }

    fn report(&self) -> MutexGuard<'_, Report> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts this program as a worker and passes on its messages.
fn run_worker(arguments: &[&OsStr], mut receive: impl FnMut(Message)) -> Result<Exit, String> {
    let cannot = |error: std::io::Error| format!("cannot run a worker: {error}");
    let mut child = Command::new(std::env::current_exe().map_err(cannot)?)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(cannot)?;
    let mut done = false;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line.map_err(cannot)?;
            let message: Message = serde_json::from_str(&line).map_err(|error| {
                format!("expected a message from a worker, found `{line}`: {error}")
            })?;
            done |= matches!(message, Message::Done(_));
            receive(message);
        }
    }
    let mut text = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut text).map_err(cannot)?;
    }
    let status = child.wait().map_err(cannot)?;
    if done {
        return Ok(Exit::Done);
    }
    if let Some(message) = text.strip_prefix("error: ") {
        return Err(message.trim_end().to_owned());
    }
    let text: Vec<_> = text.split_whitespace().collect();
    Ok(Exit::Crashed(format!("{status}: {}", text.join(" "))))
}
