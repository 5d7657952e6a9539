//! Lays out generated source with rustfmt.

use std::fs;
use std::io::ErrorKind;
use std::process::Command;

use procountor_codegen::SourceFile;

/// Lays out the files, all in one run of rustfmt. A configuration that the user has is not obeyed.
pub(crate) fn format(files: Vec<SourceFile>) -> Result<Vec<SourceFile>, String> {
    let cannot = |error| format!("the generated source cannot be laid out: {error}");
    let folder = tempfile::tempdir().map_err(cannot)?;
    fs::write(folder.path().join("rustfmt.toml"), "").map_err(cannot)?;
    for file in &files {
        let path = folder.path().join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(folder.path())).map_err(cannot)?;
        fs::write(path, &file.text).map_err(cannot)?;
    }
    // rustfmt goes on to the modules of a file by itself, unless a macro declares them.
    let roots = files.iter().map(|file| &file.path);
    let roots = roots.filter(|path| !path.contains('/') || path.ends_with("/mod.rs"));
    let output = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .args(roots)
        .current_dir(folder.path())
        .output()
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                "rustfmt is missing: install it with `rustup component add rustfmt`".to_owned()
            }
            _ => format!("rustfmt cannot be run: {error}"),
        })?;
    if !output.status.success() {
        return Err(format!(
            "rustfmt refuses the generated source\n{}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let formatted = files.into_iter().map(|file| {
        let text = fs::read_to_string(folder.path().join(&file.path)).map_err(cannot)?;
        Ok(SourceFile { text, ..file })
    });
    formatted.collect()
}
