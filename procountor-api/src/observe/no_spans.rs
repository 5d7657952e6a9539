//! What `spans` is without the feature `tracing`: nothing.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::Retrying;
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;

pub(crate) struct Span;

impl Span {
    pub(crate) fn call(_: &'static Operation) -> Self {
        Self
    }

    pub(crate) fn request(_: &Request<Bytes>, _: usize) -> Self {
        Self
    }

    pub(crate) fn around<F: Future>(&self, work: F) -> F {
        work
    }

    pub(crate) fn ended(&self, _: Option<u16>, _: Option<&str>) {}

    pub(crate) fn failed(&self, _: &Error) {}

    pub(crate) fn body(&self, _: &Response<Bytes>, _: usize) {}
}

pub(super) fn retrying(_: &Retrying) {}

pub(super) fn waited(_: Duration) {}

pub(super) fn slowed_down(_: Duration) {}

pub(super) fn token_failed(_: &ErrorKind) {}

pub(super) fn store_failed(_: &str, _: &dyn fmt::Display) {}
