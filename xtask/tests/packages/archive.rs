//! An archive as it would be published: unpacked, and looked through.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct Archive {
    name: &'static str,
    folder: PathBuf,
}

/// The files below a folder, by their paths in it.
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
    /// Unpacks what cargo has put into its target folder. A file that is as it was is not written, so that cargo builds
    /// only what has changed.
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
                // Written now, whatever time the archive gives it.
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

    /// Holds the source, all of it, what the law and the reader need, and nothing else.
    pub(crate) fn check(&self, repository: &Path) {
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let ours = fs::read_to_string(repository.join(licence)).unwrap();
            assert_eq!(self.text(licence), ours, "{}: {licence}", self.name);
        }
        let title = self.text("README.md");
        assert!(
            title.starts_with("# Procountor") || title.starts_with(&format!("# {}", self.name))
        );

        let beside = [
            ".cargo_vcs_info.json",
            "Cargo.lock",
            "Cargo.toml",
            "Cargo.toml.orig",
            "LICENSE-APACHE",
            "LICENSE-MIT",
            "README.md",
        ];
        let found = files(&self.folder);
        for file in &found {
            let is = |extensions: &[&str]| {
                let extension = file.extension().and_then(|extension| extension.to_str());
                extension.is_some_and(|extension| extensions.contains(&extension))
            };
            // Tests go along, as cargo warns where they do not, with their snapshots; what the vendor says does not.
            let source = (file.starts_with("src") && is(&["rs", "txt", "md", "lua"]))
                || (file.starts_with("tests") && is(&["rs", "txt", "md"]));
            let known = source || beside.iter().any(|name| file == Path::new(name));
            assert!(known, "{} has {}", self.name, file.display());
        }
        let source = |file: &&PathBuf| file.starts_with("src");
        let ours = files(&repository.join(self.name));
        assert_eq!(
            found.iter().filter(source).collect::<Vec<_>>(),
            ours.iter().filter(source).collect::<Vec<_>>(),
            "{}",
            self.name
        );

        // A path that leads out of the archive, or a crate that is not published, would stop whoever downloads it.
        let manifest = self.text("Cargo.toml");
        for stranger in ["../", "procountor-sandbox"] {
            assert!(!manifest.contains(stranger), "{}: {stranger}", self.name);
        }
        for key in ["description", "documentation", "license", "rust-version"] {
            let given = manifest
                .lines()
                .any(|line| line.starts_with(&format!("{key} = ")));
            assert!(given, "{}: {key}", self.name);
        }
    }

    /// The features that are API versions.
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
