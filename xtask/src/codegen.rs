//! `cargo xtask codegen`: writes the generated source, or checks that it is what the specification gives.

use std::path::PathBuf;
use std::time::Instant;

use procountor_codegen::catalogue::{self, Catalogue};
use procountor_codegen::model::Api;
use procountor_codegen::{SourceFile, docs, emit};

use crate::lock::Lock;
use crate::rustfmt;
use crate::source;
use crate::tree::{Tree, here};
use crate::write::write_all;

/// Generate the Rust source from spec/.
///
/// Reads spec/VERSION/openapi.json of every version, with what we say about it: overlay.yaml, policies.yaml and
/// docs.yaml, of which a version's hold for the later ones too. Writes procountor-api/src/generated, the sandbox's list of
/// versions, and spec/lock.yaml.
/// When anything is wrong, everything that is wrong is listed and nothing is written.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if a generated file is not what the specification gives, naming file and line.
    #[arg(long)]
    check: bool,
    /// Let the vendor's sentences, which `pull --with-prose` leaves in spec/VERSION/prose.yaml, stand where we say nothing.
    /// For your own use: they are not ours to publish.
    #[arg(long, conflicts_with = "check")]
    with_prose: bool,
    /// Take a specification that differs from the one that spec/lock.yaml pins.
    #[arg(long)]
    accept_spec: bool,
    /// Work on another checkout of this repository.
    #[arg(long, value_name = "DIR", hide_default_value = true, default_value_os_t = here())]
    root: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let start = Instant::now();
    let tree = Tree(arguments.root.clone());
    let mut inputs = tree.sources()?;
    let committed = Lock::committed(&tree)?;
    let lock = Lock::of(inputs.iter()).keep_sources(&committed);
    let changed = lock.changed_specifications(&committed);
    if !changed.is_empty() && !arguments.accept_spec {
        return Err(format!(
            "{} is not the document that spec/lock.yaml pins: restore it, or take it with `cargo xtask codegen --accept-spec`",
            changed.join(", ")
        ));
    }
    if arguments.with_prose {
        tree.add_prose(&mut inputs)?;
    }
    let apis = tree
        .load(&inputs)
        .map_err(|wrong| format!("nothing was written\n{wrong}"))?;
    for api in &apis {
        for operation in docs::undocumented(api) {
            println!(
                "note: {} `{operation}` has no sentence of ours in docs.yaml",
                api.version
            );
        }
    }
    let catalogue =
        catalogue::build(&apis).map_err(|wrong| format!("nothing was written\n{wrong}"))?;
    let files = rustfmt::format(emit::files(&catalogue))?;
    let expected = source::expected(&tree, &files, &inputs);
    let found = source::found(&tree)?;
    if arguments.check {
        let mut problems = lock.differences(&committed);
        problems.extend(source::differences(&tree, &expected, &found));
        if problems.is_empty() {
            println!(
                "codegen: {} files are what the specification gives",
                expected.len()
            );
            return Ok(());
        }
        return Err(format!(
            "{}\nrun `cargo xtask codegen` to write them anew",
            problems.join("\n")
        ));
    }
    let mut changes = source::changes(&expected, &found);
    let changed = changes.len();
    changes.push(lock.change(&tree));
    write_all(&changes)?;
    source::remove_empty_folders(&tree);
    print!("{}", report(&catalogue, &files));
    println!(
        "{} files, {changed} of them changed, in {:.1} s",
        expected.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// The size of each version, how much of it is new, and the lines that this takes.
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

/// The lines that a version brought: its file and its folder.
fn lines(api: &Api, files: &[SourceFile]) -> usize {
    let module = format!("v{}", api.version.replace('.', ""));
    let (file, folder) = (format!("{module}.rs"), format!("new_in_{module}/"));
    files
        .iter()
        .filter(|one| one.path == file || one.path.starts_with(&folder))
        .map(|one| one.text.lines().count())
        .sum()
}
