//! Gives the work to processes of this program, one for each core, and gathers what they find. When one dies, its inputs are
//! tried again from the last that was told done, each announced, to see which it was.

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
use crate::report::{Found, Report};
use crate::targets::Kind;
use crate::worker::{Finding, Told};

/// What one process does at a time.
#[derive(Clone, Debug)]
struct Block {
    target: usize,
    range: Range<u64>,
}

/// The most inputs of a block.
const BLOCK: u64 = 25_000;
/// A target that was found broken this often is left alone: each death costs a process.
const ENOUGH: u64 = 50;

/// How a process ended.
enum End {
    Done,
    /// It told which input did not end.
    Hung(u64),
    Died(String),
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
            let to = from.saturating_add(BLOCK).min(inputs);
            blocks.push_back(Block {
                target,
                range: from..to,
            });
            from = to;
        }
    }
    let total = inputs.saturating_mul(kinds.len() as u64);
    let crew = Crew {
        kinds,
        corpora,
        seed,
        folder,
        progress: Progress::new("inputs", Some(total)),
        blocks: Mutex::new(blocks),
        report: Mutex::new(Report::new(kinds, seed, inputs)),
    };
    let hands = thread::available_parallelism().map_or(1, usize::from);
    let results: Vec<_> = thread::scope(|scope| {
        let hands: Vec<_> = (0..hands).map(|_| scope.spawn(|| crew.work())).collect();
        let broke_off = |_| Err("a thread broke off".to_owned());
        let ended = hands.into_iter().map(|hand| hand.join());
        ended
            .map(|result| result.unwrap_or_else(broke_off))
            .collect()
    });
    crew.progress.finish();
    results.into_iter().collect::<Result<Vec<()>, _>>()?;
    let mut report = crew
        .report
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    report.settle();
    Ok(report)
}

/// Tries one file, and says what came of it.
pub(crate) fn replay(kind: &'static Kind, file: &Path) -> Result<bool, String> {
    let mut good = true;
    let job = ["--work", "0", "1"].map(OsStr::new);
    let mut arguments = ["--target", kind.name, "--replay"].map(OsStr::new).to_vec();
    arguments.push(file.as_os_str());
    arguments.extend(job);
    let end = start(&arguments, |told| match told {
        Told::Found {
            finding, message, ..
        } => {
            good = false;
            println!("{}: {}: {message}", kind.name, finding.name());
        }
        Told::Done(measured) => println!(
            "{}: {} us, {} bytes of memory",
            kind.name, measured.time, measured.peak
        ),
        Told::At(_) | Told::Next(_) => {}
    })?;
    if let End::Died(message) = end {
        good = false;
        println!("{}: {}: {message}", kind.name, Finding::Death.name());
    }
    if good {
        println!("{}: nothing is wrong with this input", kind.name);
    }
    Ok(good)
}

struct Crew<'a> {
    kinds: &'a [&'static Kind],
    corpora: Vec<Corpus>,
    seed: u64,
    folder: &'a Path,
    progress: Progress,
    blocks: Mutex<VecDeque<Block>>,
    report: Mutex<Report>,
}

impl Crew<'_> {
    fn work(&self) -> Result<(), String> {
        loop {
            let block = self
                .blocks
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop_front();
            let Some(Block { target, range }) = block else {
                return Ok(());
            };
            self.whole(target, range)?;
        }
    }

    /// A whole block, past whatever dies on the way.
    fn whole(&self, target: usize, mut range: Range<u64>) -> Result<(), String> {
        while !range.is_empty() {
            if self.report().of(target).found() >= ENOUGH {
                self.report().of(target).left += range.end - range.start;
                self.progress.advance(range.end - range.start);
                return Ok(());
            }
            let mut at = range.start;
            let culprit = match self.part(target, range.clone(), false, &mut at)? {
                End::Done => return Ok(()),
                End::Hung(index) => index,
                End::Died(message) => {
                    let mut culprit = at;
                    let again = self.part(target, at..range.end, true, &mut culprit)?;
                    if !matches!(again, End::Died(_)) {
                        return Err(format!(
                            "{}: a process died at one of the inputs from {at} on, and not when they were tried again: {message}",
                            self.kinds[target].name
                        ));
                    }
                    self.found(target, culprit, Finding::Death, message)?;
                    culprit
                }
            };
            self.progress.advance(culprit + 1 - at);
            range.start = culprit + 1;
        }
        Ok(())
    }

    /// Some inputs in a process of their own. `at` becomes the first that was not told done, or with `announce`, the last
    /// that was begun.
    fn part(
        &self,
        target: usize,
        range: Range<u64>,
        announce: bool,
        at: &mut u64,
    ) -> Result<End, String> {
        let numbers = [self.seed, range.start, range.end].map(|number| number.to_string());
        let [seed, from, to] = &numbers;
        let name = self.kinds[target].name;
        let mut arguments = vec!["--target", name, "--seed", seed, "--work", from, to];
        arguments.extend(announce.then_some("--announce"));
        let arguments: Vec<_> = arguments.into_iter().map(OsStr::new).collect();
        let mut written = Ok(());
        let mut hung = None;
        let done = |at: &mut u64, number: u64| {
            if !announce {
                self.progress.advance(number - *at);
                *at = number;
            }
        };
        let end = start(&arguments, |told| match told {
            Told::At(number) => done(at, number),
            Told::Next(number) => *at = number,
            Told::Done(measured) => {
                done(at, range.end);
                self.report().of(target).measured(&measured);
            }
            Told::Found {
                index,
                finding,
                message,
            } => {
                if finding == Finding::Hang {
                    hung = Some(index);
                }
                if written.is_ok() {
                    written = self.found(target, index, finding, message);
                }
            }
        })?;
        written?;
        Ok(hung.map_or(end, End::Hung))
    }

    /// Writes down an input that breaks something.
    fn found(
        &self,
        target: usize,
        index: u64,
        finding: Finding,
        message: String,
    ) -> Result<(), String> {
        let mut report = self.report();
        let name = format!("{}-{}-{index}", self.kinds[target].name, self.seed);
        let file = self.folder.join(name);
        let input = self.corpora[target].input(self.seed, index);
        let written =
            std::fs::create_dir_all(self.folder).and_then(|()| std::fs::write(&file, input));
        written.map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
        report.of(target).add(Found {
            index,
            finding,
            message,
            file,
        });
        Ok(())
    }

    fn report(&self) -> MutexGuard<'_, Report> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs this program again, and hears what it tells.
fn start(arguments: &[&OsStr], mut told: impl FnMut(Told)) -> Result<End, String> {
    let cannot = |error: std::io::Error| format!("a worker cannot be run: {error}");
    let mut child = Command::new(std::env::current_exe().map_err(cannot)?)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(cannot)?;
    let mut done = false;
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines() {
            let line = line.map_err(cannot)?;
            let line: Told = serde_json::from_str(&line).map_err(|error| {
                format!("a worker told `{line}`, which is no line of it: {error}")
            })?;
            done |= matches!(line, Told::Done(_));
            told(line);
        }
    }
    let mut words = String::new();
    if let Some(mut errors) = child.stderr.take() {
        errors.read_to_string(&mut words).map_err(cannot)?;
    }
    let status = child.wait().map_err(cannot)?;
    if done {
        return Ok(End::Done);
    }
    if let Some(message) = words.strip_prefix("error: ") {
        return Err(message.trim_end().to_owned());
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(End::Died(format!("{status}: {words}")))
}
