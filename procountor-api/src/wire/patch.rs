//! The three things that a PATCH can say of a field.

/// What a PATCH does to a field.
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
    /// The field is not sent: it stays as it is.
    #[default]
    Keep,
    /// `null` is sent: the field is emptied.
    Clear,
    /// The value is sent.
    Set(T),
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}
