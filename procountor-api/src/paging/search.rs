//! A search: its endpoint, without its type, and the client that sends it.

use std::sync::Arc;

use super::cursor::{Cursor, Fingerprint, Position};
use super::prefetch::{FetchedPage, fetch};
use super::strategy::{Strategy, set_parameter};
use crate::client::{CallOptions, ClientInner, checked};
use crate::error::{Error, ErrorKind};
use crate::operation::{Endpoint, Operation, Paging, RawResponse};
use crate::wire::Reflect;

/// An endpoint without its type, so that the pager is compiled once.
pub(super) trait ErasedEndpoint: Send + Sync {
    fn fields(&self) -> &dyn Reflect;
    fn fields_mut(&mut self) -> &mut dyn Reflect;
}

impl<E: Endpoint> ErasedEndpoint for E {
    fn fields(&self) -> &dyn Reflect {
        self
    }

    fn fields_mut(&mut self) -> &mut dyn Reflect {
        self
    }
}

pub(super) struct Search {
    pub(super) client: Arc<ClientInner>,
    pub(super) operation: &'static Operation,
    pub(super) paging: &'static Paging,
    pub(super) endpoint: Box<dyn ErasedEndpoint>,
    pub(super) options: CallOptions,
}

impl Search {
    /// Returns the request for the page that is `ahead` pages after the current one.
    pub(super) fn request(
        &mut self,
        strategy: &dyn Strategy,
        size: usize,
        ahead: usize,
    ) -> Result<impl Future<Output = Result<FetchedPage, Error>> + Send + use<>, Error> {
        let fields = self.endpoint.fields_mut();
        set_parameter(fields, "size", &size.to_string());
        strategy.set_page(fields, ahead as u64);
        let request = checked(&self.client, self.operation, self.endpoint.fields())?;
        Ok(fetch(
            Arc::clone(&self.client),
            self.operation,
            self.paging,
            request,
            self.options,
        ))
    }

    pub(super) fn cursor(&self, position: Position) -> Cursor {
        Cursor {
            operation: self.operation.id.into(),
            version: self.client.identity.version.into(),
            search: self.fingerprint(),
            position,
        }
    }

    /// Returns a hash of the parameters, without those that paging sets.
    fn fingerprint(&self) -> u64 {
        let key = self.paging.keyset.as_ref().map(|keyset| keyset.parameter);
        let mut fingerprint = Fingerprint::new();
        let fields = self.endpoint.fields().fields();
        for (field, value) in fields.iter().filter(|(_, value)| value.is_set()) {
            if !["page", "size"].contains(&field.name) && Some(field.name) != key {
                let mut json = String::new();
                value.encode(&mut json);
                fingerprint.add(field.name);
                fingerprint.add(&json);
            }
        }
        fingerprint.finish()
    }

    /// Checks that a cursor belongs to this search.
    pub(super) fn check(&self, cursor: &Cursor) -> Vec<String> {
        let mut problems = Vec::new();
        if *cursor.operation != *self.operation.id {
            problems.push(format!("it belongs to {}", cursor.operation));
        } else if cursor.search != self.fingerprint() {
            problems.push("it belongs to a search with other parameters: all but the page size must be the same".to_owned());
        }
        if let Position::Page { number, size, .. } = &cursor.position
            && *cursor.version != *self.client.identity.version
        {
            problems.push(format!(
                "it counts pages (page {number} of {size} rows) of API version {}, and another version may sort otherwise",
                cursor.version
            ));
        }
        problems
    }

    /// Returns the error for a cursor that does not belong to this search.
    pub(super) fn wrong_cursor(&self, cursor: &Cursor, problems: &[String]) -> Error {
        let problem = format!(
            "nothing was sent, the cursor `{cursor}` does not fit: {}; search from the beginning",
            problems.join("; ")
        );
        Error::new(self.operation, 0, ErrorKind::Cursor(problem))
    }

    /// Returns an error about a page.
    pub(super) fn page_error(&self, response: &RawResponse, problem: String) -> Error {
        Error::new(
            self.operation,
            response.attempts,
            ErrorKind::Paging(problem),
        )
        .with_context(Some(Arc::clone(&response.context)))
    }
}
