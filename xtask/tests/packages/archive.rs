//! An unpacked archive of a published crate.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct Archive {
    name: &'static str,
    folder: PathBuf,
}

/// Returns the relative paths of all files below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    fn walk(top: &Path, folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(top, &path, files);
            } else {
                files.push(path.strip_prefix(top).unwrap().to_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

impl Archive {
    /// Unpacks an archive from the target folder of cargo. Unchanged files are not written, so that cargo rebuilds only
    /// changed crates.
    pub(crate) fn unpack(target: &Path, to: &Path, name: &'static str) -> Self {
        let archive = format!("{name}-{}.crate", env!("CARGO_PKG_VERSION"));
        let (folder, fresh) = (to.join(name), to.join(format!("{name}.new")));
        let _ = fs::remove_dir_all(&fresh);
        fs::create_dir_all(&fresh).unwrap();
        let mut tar = Command::new("tar");
        tar.args(["-xzf", &archive, "--strip-components=1", "-C"])
            .arg(&fresh)
            .current_dir(target.join("package"));
        let status = tar.status().expect("the system has `tar`");
        assert!(status.success(), "{archive} cannot be unpacked");
        let expected = files(&fresh);
        if folder.is_dir() {
            for stale in files(&folder) {
                if !expected.contains(&stale) {
                    fs::remove_file(folder.join(stale)).unwrap();
                }
            }
        }
        for file in &expected {
            let (from, to) = (fresh.join(file), folder.join(file));
            if fs::read(&from).ok() != fs::read(&to).ok() {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                // Gives the file the present time instead of the one in the archive.
                fs::write(&to, fs::read(&from).unwrap()).unwrap();
            }
        }
        fs::remove_dir_all(&fresh).unwrap();
        Self { name, folder }
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.folder.join(file))
            .unwrap_or_else(|error| panic!("{}: {file}: {error}", self.name))
    }

    /// Asserts that the archive contains all source files, the licenses and the README, and nothing else.
    pub(crate) fn check(&self, repository: &Path) {
        for license in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let ours = fs::read_to_string(repository.join(license)).unwrap();
            assert_eq!(self.text(license), ours, "{}: {license}", self.name);
        }
        let title = self.text("README.md");
        assert!(
            title.starts_with("# Procountor") || title.starts_with(&format!("# {}", self.name))
        );

        let other = [
            ".cargo_vcs_info.json",
            "Cargo.lock",
            "Cargo.toml",
            "Cargo.toml.orig",
            "LICENSE-APACHE",
            "LICENSE-MIT",
            "README.md",
            "generated-source.md",
        ];
        let found = files(&self.folder);
        for file in &found {
            let is = |extensions: &[&str]| {
                let extension = file.extension().and_then(|extension| extension.to_str());
                extension.is_some_and(|extension| extensions.contains(&extension))
            };
            // Cargo warns if tests are missing. Their snapshots are included, the vendor's documents are not.
            let source = (file.starts_with("src") && is(&["rs", "txt", "md", "lua"]))
                || (file.starts_with("tests") && is(&["rs", "txt", "md"]));
            let known = source || other.iter().any(|name| file == Path::new(name));
            assert!(known, "{} contains {}", self.name, file.display());
        }
        let source = |file: &&PathBuf| file.starts_with("src");
        let expected = files(&repository.join(self.name));
        assert_eq!(
            found.iter().filter(source).collect::<Vec<_>>(),
            expected.iter().filter(source).collect::<Vec<_>>(),
            "{}",
            self.name
        );

        // A path outside the archive or an unpublished crate would break the build for users.
        let manifest = self.text("Cargo.toml");
        for dependency in ["../", "procountor-sandbox"] {
            assert!(
                !manifest.contains(dependency),
                "{}: {dependency}",
                self.name
            );
        }
        for key in ["description", "documentation", "license", "rust-version"] {
            let present = manifest
                .lines()
                .any(|line| line.starts_with(&format!("{key} = ")));
            assert!(present, "{}: {key}", self.name);
        }
    }

    /// Returns the features that are API versions.
    pub(crate) fn versions(&self) -> Vec<String> {
        let manifest = self.text("Cargo.toml");
        let names = manifest
            .lines()
            .filter_map(|line| line.strip_suffix(" = []"));
        let version = |name: &&str| {
            let number = name.strip_prefix('v').unwrap_or_default();
            number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        names.filter(version).map(str::to_owned).collect()
    }
}
