//! A case: a fault, a class of operation, and a seed that determines all random parameters.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;
use std::time::Duration;

use procountor_sandbox::Fault;

/// The classes of operations that the SDK handles differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Read,
    PagedByKey,
    PagedByNumber,
    Put,
    Delete,
    Create,
    TwoFactor,
    Upload,
    Download,
    Token,
}

impl Class {
    pub(crate) const ALL: [Self; 10] = [
        Self::Read,
        Self::PagedByKey,
        Self::PagedByNumber,
        Self::Put,
        Self::Delete,
        Self::Create,
        Self::TwoFactor,
        Self::Upload,
        Self::Download,
        Self::Token,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::PagedByKey => "paged-by-key",
            Self::PagedByNumber => "paged-by-number",
            Self::Put => "put",
            Self::Delete => "delete",
            Self::Create => "create",
            Self::TwoFactor => "two-factor",
            Self::Upload => "upload",
            Self::Download => "download",
            Self::Token => "token",
        }
    }

    /// Returns the operation or path whose requests are subject to the fault.
    pub(crate) fn target(self) -> &'static str {
        match self {
            Self::Read => "getCompanyInfo",
            Self::PagedByKey | Self::PagedByNumber => "searchBusinessPartners",
            Self::Put => "updateProduct",
            Self::Delete => "removeProductById",
            Self::Create => "saveInvoice",
            Self::TwoFactor => "removePayment",
            Self::Upload => "saveAttachment",
            Self::Download => "getAttachment",
            Self::Token => "/oauth/token",
        }
    }

    pub(crate) fn is_paged(self) -> bool {
        matches!(self, Self::PagedByKey | Self::PagedByNumber)
    }
}

/// One run: what `--replay` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) fault: Fault,
    pub(crate) class: Class,
    pub(crate) seed: u64,
}

/// The parameters that a seed determines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Params {
    /// The fault, with its duration.
    pub(crate) fault: Fault,
    /// The number of the first request with the fault, from 1.
    pub(crate) first: u64,
    /// The number of consecutive requests with the fault.
    pub(crate) repeats: u64,
    pub(crate) page_size: i64,
    /// The length of texts in characters and of files in bytes.
    pub(crate) payload: usize,
    /// The timeout of a call.
    pub(crate) timeout: Duration,
    /// The minimum latency in each direction.
    pub(crate) latency: Duration,
    /// The number of other calls that the same client makes at the same time.
    pub(crate) background_calls: usize,
    /// Whether the client has a token before the run.
    pub(crate) warm_up: bool,
    /// The seed of everything random during the run.
    pub(crate) seed: u64,
}

impl Case {
    /// Returns all cases of seeds below `seeds`. Faults of searches are combined with searches only.
    pub(crate) fn all(seeds: u64) -> Vec<Self> {
        let mut cases = Vec::new();
        for seed in 0..seeds {
            for fault in Fault::all() {
                for class in Class::ALL {
                    if class.is_paged() || !fault.is_search_only() {
                        cases.push(Self { fault, class, seed });
                    }
                }
            }
        }
        cases
    }

    /// Derives the parameters from the seed.
    pub(crate) fn params(self) -> Params {
        let mut hasher = DefaultHasher::new();
        (self.fault.name(), self.class.name(), self.seed).hash(&mut hasher);
        let mut rng = fastrand::Rng::with_seed(hasher.finish());
        let duration = match self.fault {
            Fault::StallBeforeHeaders(_) | Fault::StallInBody(_) | Fault::SlowHandshake(_) => {
                Duration::from_millis(rng.u64(50..200_000))
            }
            // Some exceed the longest `Retry-After` that the SDK accepts.
            _ => Duration::from_secs(rng.u64(1..150)),
        };
        // Faults of searches change a page relative to the one before it, so the first page cannot have them.
        let min = 1 + u64::from(self.fault.is_search_only());
        let first = if self.class.is_paged() {
            rng.u64(min..4)
        } else {
            1
        };
        Params {
            fault: self.fault.with_duration(duration),
            first,
            repeats: *rng.choice(&[1, 1, 1, 2, 3, 7]).unwrap_or(&1),
            page_size: rng.i64(40..130),
            payload: rng.usize(1..5_000),
            timeout: Duration::from_millis(rng.u64(2_000..180_000)),
            latency: Duration::from_millis(rng.u64(1..150)),
            background_calls: if rng.u8(..5) == 0 {
                rng.usize(60..120)
            } else {
                0
            },
            warm_up: self.class != Class::Token && rng.bool(),
            seed: rng.u64(..),
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.fault, self.class.name(), self.seed)
    }
}

impl FromStr for Case {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut problems = Vec::new();
        let parts: Vec<_> = text.split('/').collect();
        let [fault, class, seed] = parts[..] else {
            return Err(
                "expected FAULT/OPERATION/SEED, for example reset-after/create/3".to_owned(),
            );
        };
        let known_fault = Fault::all().find(|known| known.name() == fault);
        if known_fault.is_none() {
            let names: Vec<_> = Fault::all().map(Fault::name).collect();
            let names = names.join(", ");
            problems.push(format!("unknown fault `{fault}`; use one of {names}"));
        }
        let known_class = Class::ALL.into_iter().find(|known| known.name() == class);
        if known_class.is_none() {
            let names = Class::ALL.map(Class::name).join(", ");
            problems.push(format!("unknown operation `{class}`; use one of {names}"));
        }
        let number = seed.parse();
        if number.is_err() {
            problems.push(format!("expected a number as the seed, found `{seed}`"));
        }
        match (known_fault, known_class, number) {
            (Some(fault), Some(class), _) if fault.is_search_only() && !class.is_paged() => {
                let name = class.name();
                Err(format!(
                    "{fault} applies to searches only; {name} is not a search"
                ))
            }
            (Some(fault), Some(class), Ok(seed)) => Ok(Self { fault, class, seed }),
            _ => Err(problems.join("; ")),
        }
    }
}
