//! Fields of a PATCH body.

/// The change of one field in a PATCH body.
///
/// ```
/// use procountor_api::Patch;
/// use procountor_api::v2604::BusinessPartnerPatch;
///
/// let patch = BusinessPartnerPatch {
///     name: "Mäkelä Oy".to_owned().into(),
///     billing_address: Patch::Clear,
///     ..Default::default()
/// };
/// assert_eq!(serde_json::to_string(&patch)?, r#"{"name":"Mäkelä Oy","billingAddress":null}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Leaves the field unchanged: it is not sent.
    #[default]
    Keep,
    /// Clears the field: `null` is sent.
    Clear,
    /// Sets the field to this value.
    Set(T),
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}
