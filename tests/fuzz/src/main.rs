//! `cargo xtask fuzz`: deterministic garbage into everything of the SDK that reads what comes from outside.

mod case;
mod corpus;
mod crew;
mod mutate;
mod report;
mod targets;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use clap::builder::{PossibleValue, PossibleValuesParser};
use peak_alloc::PeakAlloc;

/// Told to the workers: how much one input takes.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Feed garbage to everything that reads what comes from outside: answers, errors, tokens, Retry-After, multipart, logins,
/// webhooks.
///
/// The inputs are made from the corpus (tests/fuzz/corpus), whose files come first, as they are. The same seed and the same
/// corpus give the same inputs. For each input: nothing panics or overflows the stack, memory stays within a bound that
/// follows from the input's length, texts of errors are short and hold no secret, and what was read and written again reads
/// the same.
///
/// An input that breaks something is written to a file; --replay tries it alone. When the mistake is mended, put the file
/// into the corpus. Exits with 1 when anything was found, 2 when the arguments are wrong.
#[derive(Parser)]
#[command(name = "cargo xtask fuzz", bin_name = "cargo xtask fuzz")]
struct Arguments {
    /// How many inputs each target gets.
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    inputs: u64,
    /// What the inputs are made from, beside the corpus.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Only this target; may be given several times.
    #[arg(long = "target", value_name = "NAME", value_parser = PossibleValuesParser::new(names()))]
    targets: Vec<String>,
    /// Try this file alone, with one target.
    #[arg(long, value_name = "FILE", requires = "targets", conflicts_with_all = ["inputs", "seed"])]
    replay: Option<PathBuf>,
    /// Where inputs that break something are written. [default: target/fuzz-failures]
    #[arg(long, value_name = "FOLDER")]
    failures: Option<PathBuf>,
    /// End with one line of JSON.
    #[arg(long)]
    json: bool,
    /// Work for another process of this program: from this input on, up to that one.
    #[arg(long, hide = true, num_args = 2, value_names = ["FROM", "TO"])]
    work: Option<Vec<u64>>,
    /// Say each input's number before it is tried.
    #[arg(long, hide = true)]
    announce: bool,
}

fn names() -> impl Iterator<Item = PossibleValue> {
    targets::ALL.iter().map(|kind| {
        PossibleValue::new(kind.name)
            .help(kind.about)
            .hide(kind.is_trap)
    })
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing was found.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let chosen: Vec<_> = targets::ALL
        .iter()
        .filter(|kind| match arguments.targets.is_empty() {
            true => !kind.is_trap,
            false => arguments.targets.iter().any(|name| name == kind.name),
        })
        .collect();
    if let (Some(work), [kind]) = (&arguments.work, &chosen[..]) {
        let job = match (&arguments.replay, &work[..]) {
            (Some(file), _) => worker::Job::file(kind, file)?,
            (None, &[from, to]) => worker::Job::range(kind, arguments.seed, from..to)?,
            _ => return Err("--work takes two numbers".to_owned()),
        };
        worker::work(job, arguments.announce)?;
        return Ok(true);
    }
    if let Some(file) = &arguments.replay {
        let [kind] = &chosen[..] else {
            return Err("--replay takes one --target".to_owned());
        };
        return crew::replay(kind, file);
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let folder = arguments
        .failures
        .clone()
        .or(top.map(|top| top.join("target/fuzz-failures")));
    let folder = folder.ok_or("the repository is nowhere: name a folder with --failures")?;
    let report = crew::run(&chosen, arguments.seed, arguments.inputs, &folder)?;
    print!("{report}");
    if arguments.json {
        println!("{}", report.to_json());
    }
    Ok(report.found() == 0)
}
