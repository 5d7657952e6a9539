//! `cargo xtask codegen`: writes the generated source, or checks that it is up to date.

use std::path::PathBuf;
use std::time::Instant;

use procountor_codegen::catalogue::{self, Catalogue};
use procountor_codegen::model::Api;
use procountor_codegen::{SourceFile, docs, emit};

use crate::atomic_write::write_all;
use crate::checkout::{Checkout, project_root};
use crate::lockfile::Lockfile;
use crate::rustfmt;
use crate::source;

/// Generate the Rust source from spec/.
///
/// Reads the spec/VERSION/openapi.json of every version, and the overlay.yaml, policies.yaml and docs.yaml files, which also
/// apply to later versions. Writes procountor-api/src/generated, the sandbox's list of versions, and spec/lock.yaml.
///
/// If there are errors, all of them are listed and nothing is written.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if a generated file is out of date, and name the file and the line.
    #[arg(long)]
    check: bool,
    /// Use the vendor's descriptions in spec/VERSION/prose.yaml (see `pull --with-prose`) where docs.yaml has none. For your
    /// own use only: do not publish the result.
    #[arg(long, conflicts_with = "check")]
    with_prose: bool,
    /// Accept a specification that does not match spec/lock.yaml.
    #[arg(long)]
    accept_spec: bool,
    /// Use another checkout of this repository.
    #[arg(long, value_name = "DIR", hide_default_value = true, default_value_os_t = project_root())]
    root: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let start = Instant::now();
    let checkout = Checkout(arguments.root.clone());
    let mut inputs = checkout.sources()?;
    let committed = Lockfile::read(&checkout)?;
    let lock = Lockfile::new(inputs.iter()).keep_origins(&committed);
    let changed = lock.changed_specifications(&committed);
    if !changed.is_empty() && !arguments.accept_spec {
        return Err(format!(
            "{} does not match spec/lock.yaml; restore the document, or accept it with `cargo xtask codegen --accept-spec`",
            changed.join(", ")
        ));
    }
    if arguments.with_prose {
        checkout.add_vendor_prose(&mut inputs)?;
    }
    let apis = checkout
        .load(&inputs)
        .map_err(|errors| format!("nothing was written\n{errors}"))?;
    for api in &apis {
        for operation in docs::undocumented(api) {
            println!(
                "note: {} `{operation}` does not have a description in docs.yaml",
                api.version
            );
        }
    }
    let catalogue =
        catalogue::build(&apis).map_err(|errors| format!("nothing was written\n{errors}"))?;
    let files = rustfmt::format(emit::files(&catalogue))?;
    let expected = source::expected(&checkout, &files, &inputs);
    let found = source::found(&checkout)?;
    if arguments.check {
        let mut problems = lock.differences(&committed);
        problems.extend(source::differences(&checkout, &expected, &found));
        if problems.is_empty() {
            println!("codegen: {} files are up to date", expected.len());
            return Ok(());
        }
        return Err(format!(
            "{}\nrun `cargo xtask codegen` to update them",
            problems.join("\n")
        ));
    }
    let mut changes = source::changes(&expected, &found);
    let changed = changes.len();
    changes.push(lock.change(&checkout));
    write_all(&changes)?;
    source::remove_empty_folders(&checkout);
    print!("{}", report(&catalogue, &files));
    println!(
        "{} files, {changed} of them changed, in {:.1} s",
        expected.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Returns the size of each version, how much of it is new, and the lines that this takes.
fn report(catalogue: &Catalogue, files: &[SourceFile]) -> String {
    let mut text =
        "version  operations  schemas  enums  ids   shapes   shared     new   lines\n".to_owned();
    let (mut all_shapes, mut all_lines) = (0, 0);
    for (index, api) in catalogue.versions.iter().enumerate() {
        let sets = catalogue.version_sets();
        let own: Vec<_> = sets.filter(|set| set.contains(index)).collect();
        let new = own.iter().filter(|set| set.first() == index).count();
        let lines = lines(api, files);
        text.push_str(&format!(
            "{:7}  {:10}  {:7}  {:5}  {:3}  {:7}  {:7} {:7} {:7}\n",
            api.version,
            api.operations.len(),
            api.schemas.len(),
            api.enums.len(),
            api.ids.len(),
            own.len(),
            own.len() - new,
            new,
            lines
        ));
        all_shapes += own.len();
        all_lines += lines;
    }
    let distinct = catalogue.version_sets().count();
    let sum = |count: fn(&Api) -> usize| catalogue.versions.iter().map(count).sum::<usize>();
    text.push_str(&format!(
        "{all_shapes} shapes in all versions are {distinct} distinct ones: {} schemas are {}, {} endpoints are {}; {all_lines} lines\n",
        sum(|api| api.schemas.len()),
        catalogue.schemas.len(),
        catalogue.endpoints.iter().map(|one| one.versions.iter().count()).sum::<usize>(),
        catalogue.endpoints.len(),
    ));
    text
}

/// Returns the lines that a version brought: its file and its folder.
fn lines(api: &Api, files: &[SourceFile]) -> usize {
    let module = format!("v{}", api.version.replace('.', ""));
    let (file, folder) = (format!("{module}.rs"), format!("new_in_{module}/"));
    files
        .iter()
        .filter(|one| one.path == file || one.path.starts_with(&folder))
        .map(|one| one.text.lines().count())
        .sum()
}
