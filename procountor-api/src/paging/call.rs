//! The methods of a call for searches.

use super::{Cursor, Pager, Pages, Rows};
use crate::client::Call;
use crate::error::Error;
use crate::operation::{CanCall, Endpoint, Paged, Supports};
use crate::wire::Wire;

impl<V, A, E: Endpoint> Call<V, A, E> {
    /// Returns a stream of all rows of the search. Pages are requested as the stream is read.
    ///
    /// A row that cannot be decoded is an error with its JSON, and the stream continues after it. Any other error ends the
    /// stream, except those that [`Rows`] describes.
    pub fn rows<Row: Wire>(self) -> Rows<Row>
    where
        E: Paged<Row = Row>,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        self.pages().into_rows()
    }

    /// Returns a stream of the pages of the search.
    pub fn pages<Row: Wire>(self) -> Pages<Row>
    where
        E: Paged<Row = Row>,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        Pages::new(self.pager())
    }

    /// Returns a stream of the rows after those that an earlier stream returned: see [`Rows::cursor`].
    ///
    /// The search must have the same parameters. The cursor replaces its page number or its start key.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Cursor`](crate::ErrorKind::Cursor) if the cursor belongs to another search. Nothing is sent.
    pub fn rows_from<Row: Wire>(self, cursor: &Cursor) -> Result<Rows<Row>, Error>
    where
        E: Paged<Row = Row>,
        V: Supports<E, E::Versions>,
        A: CanCall<E, E::Access>,
    {
        Ok(Pages::new(self.pager().resume(cursor)?).into_rows())
    }

    fn pager(self) -> Pager
    where
        E: Paged,
    {
        let endpoint = Box::new(self.endpoint);
        Pager::new(
            self.client.inner,
            E::OPERATION,
            E::PAGING,
            endpoint,
            self.options,
        )
    }
}
