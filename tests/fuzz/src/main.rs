//! `cargo xtask fuzz`: feeds deterministic invalid input to every decoder of the SDK.

mod case;
mod coordinator;
mod corpus;
mod mutate;
mod report;
mod targets;
mod worker;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use clap::builder::{PossibleValue, PossibleValuesParser};
use peak_alloc::PeakAlloc;

use targets::Kind;

/// The workers measure the memory of each input with it.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Feed invalid input to every decoder: responses, errors, tokens, Retry-After, multipart, logins, webhooks.
///
/// The inputs are the files in tests/fuzz/corpus, followed by mutations of them. The same seed and corpus give the same
/// inputs. No input may cause a panic, a stack overflow, or memory use out of proportion to its length. Error texts
/// must be short and free of secrets, and decoded values must survive encoding and decoding.
///
/// An input that fails is written to a file; --replay runs it alone. After the fix, move the file to the corpus. Exits
/// with 1 if an input failed, and with 2 if the arguments are invalid.
#[derive(Parser)]
#[command(name = "cargo xtask fuzz", bin_name = "cargo xtask fuzz")]
struct Arguments {
    /// The number of inputs for each target.
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    inputs: u64,
    /// The seed of the mutations.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// Run only this target; can be repeated.
    #[arg(long = "target", value_name = "NAME", value_parser = PossibleValuesParser::new(names()))]
    targets: Vec<String>,
    /// Run the input in FILE only, on one target.
    #[arg(long, value_name = "FILE", requires = "targets", conflicts_with_all = ["inputs", "seed"])]
    replay: Option<PathBuf>,
    /// Write inputs that fail to FOLDER. [default: target/fuzz-failures]
    #[arg(long, value_name = "FOLDER")]
    failures: Option<PathBuf>,
    /// Print the result as one line of JSON at the end.
    #[arg(long)]
    json: bool,
    /// Run as a worker of another process: the inputs from FROM up to, but without, TO.
    #[arg(long, hide = true, num_args = 2, value_names = ["FROM", "TO"])]
    work: Option<Vec<u64>>,
    /// Report the number of each input before it runs.
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

/// Returns whether every input passed.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let Arguments {
        targets: names,
        seed,
        inputs,
        ..
    } = arguments;
    let is_selected = |kind: &&Kind| {
        if names.is_empty() {
            !kind.is_trap
        } else {
            names.iter().any(|name| name == kind.name)
        }
    };
    let selected: Vec<_> = targets::ALL.iter().filter(is_selected).collect();
    if let (Some(work), [kind]) = (&arguments.work, &selected[..]) {
        let job = match (&arguments.replay, &work[..]) {
            (Some(file), _) => worker::Job::file(kind, file)?,
            (None, &[from, to]) => worker::Job::range(kind, *seed, from..to)?,
            _ => return Err("--work takes two numbers".to_owned()),
        };
        worker::work(job, arguments.announce)?;
        return Ok(true);
    }
    if let Some(file) = &arguments.replay {
        let [kind] = &selected[..] else {
            return Err("--replay requires exactly one --target".to_owned());
        };
        return coordinator::replay(kind, file);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let folder = arguments
        .failures
        .clone()
        .unwrap_or_else(|| root.unwrap_or(Path::new(".")).join("target/fuzz-failures"));
    let report = coordinator::run(&selected, *seed, *inputs, &folder)?;
    print!("{report}");
    if arguments.json {
        println!("{}", report.to_json());
    }
    Ok(report.failed() == 0)
}
