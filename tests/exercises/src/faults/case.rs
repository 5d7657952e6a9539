//! A case: a fault, a class of operation, and a seed from which all that is left to chance follows.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::str::FromStr;
use std::time::Duration;

use procountor_sandbox::Fault;

/// The classes of operations: what the SDK does differently for each.
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

    /// The requests of which one meets the fault: an operation of the API, or a path.
    pub(crate) fn requests(self) -> &'static str {
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

/// One run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) fault: Fault,
    pub(crate) class: Class,
    pub(crate) seed: u64,
}

/// What differs between seeds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chance {
    /// The fault, with its time.
    pub(crate) fault: Fault,
    /// Which request is the first to meet it.
    pub(crate) first: u64,
    /// How many requests in a row meet it.
    pub(crate) in_a_row: u64,
    /// Rows of a page.
    pub(crate) page: i64,
    /// Characters of a text, bytes of a file.
    pub(crate) payload: usize,
    /// The time for a call.
    pub(crate) timeout: Duration,
    /// The time of each way.
    pub(crate) latency: Duration,
    /// How many other calls of the same client are made meanwhile.
    pub(crate) crowd: usize,
    /// Whether the client has a token before.
    pub(crate) warm: bool,
    /// For what follows.
    pub(crate) seed: u64,
}

impl Case {
    /// All cases of so many seeds. Faults of searches are for searches.
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

    /// What this seed makes of the case.
    pub(crate) fn chance(self) -> Chance {
        let mut hasher = DefaultHasher::new();
        (self.fault.name(), self.class.name(), self.seed).hash(&mut hasher);
        let mut rng = fastrand::Rng::with_seed(hasher.finish());
        let lasting = match self.fault {
            Fault::StallBeforeHeaders(_) | Fault::StallInBody(_) | Fault::SlowHandshake(_) => {
                Duration::from_millis(rng.u64(50..200_000))
            }
            // Some are longer than the SDK has patience for.
            _ => Duration::from_secs(rng.u64(1..150)),
        };
        // Nothing comes before a first page that it could begin with, and nothing moves before it.
        let least = 1 + u64::from(self.fault.is_search_only());
        let first = if self.class.is_paged() {
            rng.u64(least..4)
        } else {
            1
        };
        Chance {
            fault: self.fault.with_duration(lasting),
            first,
            in_a_row: *rng.choice(&[1, 1, 1, 2, 3, 7]).unwrap_or(&1),
            page: rng.i64(40..130),
            payload: rng.usize(1..5_000),
            timeout: Duration::from_millis(rng.u64(2_000..180_000)),
            latency: Duration::from_millis(rng.u64(1..150)),
            crowd: if rng.u8(..5) == 0 {
                rng.usize(60..120)
            } else {
                0
            },
            warm: self.class != Class::Token && rng.bool(),
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
            return Err("write it as FAULT/OPERATION/SEED, as in reset-after/create/3".to_owned());
        };
        let known = Fault::all().find(|known| known.name() == fault);
        if known.is_none() {
            let names: Vec<_> = Fault::all().map(Fault::name).collect();
            problems.push(format!(
                "there is no fault `{fault}`; there are {}",
                names.join(", ")
            ));
        }
        let kind = Class::ALL.into_iter().find(|kind| kind.name() == class);
        if kind.is_none() {
            let names = Class::ALL.map(Class::name).join(", ");
            problems.push(format!(
                "there is no operation `{class}`; there are {names}"
            ));
        }
        let number = seed.parse();
        if number.is_err() {
            problems.push(format!("the seed is a number, found `{seed}`"));
        }
        match (known, kind, number) {
            (Some(fault), Some(class), _) if fault.is_search_only() && !class.is_paged() => {
                Err(format!(
                    "{fault} is a fault of searches, and {} is none",
                    class.name()
                ))
            }
            (Some(fault), Some(class), Ok(seed)) => Ok(Self { fault, class, seed }),
            _ => Err(problems.join("; ")),
        }
    }
}
