//! The inputs of a target: the files of its folder in `corpus/`, in the order of their names, and mutations of them.

use std::fs;
use std::path::Path;

use fastrand::Rng;

use crate::mutate;
use crate::targets::Kind;

pub(crate) struct Corpus {
    kind: &'static Kind,
    files: Vec<Vec<u8>>,
}

impl Corpus {
    pub(crate) fn of(kind: &'static Kind) -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(kind.corpus);
        let cannot = |error| format!("cannot read the corpus of `{}`: {error}", kind.name);
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(cannot)? {
            paths.push(entry.map_err(cannot)?.path());
        }
        paths.sort();
        let files: Vec<_> = paths
            .iter()
            .map(fs::read)
            .collect::<Result<_, _>>()
            .map_err(cannot)?;
        // Random input without a valid starting point would hardly ever pass the first check of a decoder.
        if files.is_empty() {
            return Err(format!("the corpus of `{}` is empty", kind.name));
        }
        Ok(Self { kind, files })
    }

    /// Returns the input with the given number: first the unchanged files, then mutations.
    pub(crate) fn input(&self, seed: u64, index: u64) -> Vec<u8> {
        if let Some(file) = usize::try_from(index)
            .ok()
            .and_then(|index| self.files.get(index))
        {
            return file.clone();
        }
        let name = self
            .kind
            .name
            .bytes()
            .fold(0, |sum: u64, byte| mix(sum ^ u64::from(byte)));
        let mut rng = Rng::with_seed(mix(mix(seed ^ name).wrapping_add(index)));
        let mut input = self.pick(&mut rng).to_vec();
        let steps = 1 + rng.u32(..).trailing_zeros();
        for _ in 0..steps.min(6) {
            let other = self.pick(&mut rng);
            mutate::once(self.kind.shape, &mut input, other, &mut rng);
        }
        input.truncate(MAX_LENGTH);
        input
    }

    fn pick(&self, rng: &mut Rng) -> &[u8] {
        &self.files[rng.usize(..self.files.len())]
    }
}

/// The longest input, in bytes.
const MAX_LENGTH: usize = 256 * 1024;

/// Turns neighboring numbers into unrelated seeds (the last step of SplitMix64).
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
