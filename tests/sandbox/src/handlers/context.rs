//! The data that handlers read and change, with the operations that they share.

use procountor_codegen::model::{Content, Field, Operation, Type};

use crate::check::Call;
use crate::faults::Fault;
use crate::generate;
use crate::json::Json;
use crate::ledger::{Change, Effect};
use crate::model::{Model, response_schema, success_response};
use crate::resource::{self, Resource};
use crate::response::{Problem, Response};
use crate::shape;
use crate::store::{Key, Store};

/// Collections that stay empty until a request adds a document.
const START_EMPTY: [&str; 4] = [
    "/attachments",
    "/webhooks",
    "/invoices/{invoiceId}/comments",
    "/invoices/{invoiceId}/paymentevents",
];

/// A path placeholder that does not name a document.
const TRANSACTION: &str = "transactionIdentifier";

/// The data that a handler works with.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) model: &'a Model,
    pub(crate) resources: &'a [Resource],
    pub(crate) store: &'a mut Store,
    pub(crate) effects: Vec<Effect>,
    /// The fault of the call; handlers look at those of searches only.
    pub(crate) fault: Option<Fault>,
}

impl<'a> Context<'a> {
    /// Returns the resource whose collection has this path template.
    pub(crate) fn resource(&self, collection: &str) -> Option<&'a Resource> {
        self.resources
            .iter()
            .find(|resource| resource.collection == collection)
    }

    /// Returns a resource, or the problem that this version does not have it.
    pub(crate) fn require(&self, collection: &str) -> Result<&'a Resource, Problem> {
        let resource = self.resource(collection);
        resource.ok_or_else(|| Problem::new(404, "not found"))
    }

    /// Checks that the parent documents in the path exist. A path with several ids is left to the handler.
    pub(crate) fn check_parents(&mut self, call: &Call<'_>) -> Result<(), Problem> {
        let batch = call.operation.batch.as_ref();
        let batch = batch.map(|batch| batch.parameter.as_str());
        for (collection, name) in resource::parents(&call.operation.path) {
            let Some(resource) = self.resource(&collection) else {
                continue;
            };
            let parameter = resource.parameter.as_ref();
            let is_key = parameter.is_none_or(|parameter| *parameter == name);
            if !is_key || batch == Some(name.as_str()) || name == TRANSACTION {
                continue;
            }
            let path = resource::fill(&collection, &call.path);
            let found = call.path.iter().find(|(known, _)| *known == name);
            let value = found.map_or("", |(_, value)| value.as_str());
            self.ensure(resource, &path);
            let key = Key::read(value, resource.text_key);
            if key.and_then(|key| self.store.get(&path, &key)).is_none() {
                return Err(Problem::not_found(value, &path));
            }
        }
        Ok(())
    }

    /// Creates a collection if it does not exist. Most get a few generated documents, so that every operation has something
    /// to read.
    pub(crate) fn ensure(&mut self, resource: &Resource, path: &str) {
        if self.store.collections.contains_key(path) {
            return;
        }
        self.store
            .collections
            .insert(path.to_owned(), Default::default());
        if START_EMPTY.contains(&resource.collection.as_str()) {
            return;
        }
        if let Some(documents) = self.documents_in_parent(resource, path) {
            for document in documents {
                let key = Key::Number(document.integer_at("id").unwrap_or_default());
                self.store.put(path, key, document);
            }
            return;
        }
        for key in self.foreign_keys(resource) {
            let key = key.unwrap_or_else(|| self.new_key(resource));
            let mut document = generate::object(self.model, &resource.schema);
            if let Some(field) = &resource.key {
                document.set(field, key.to_json());
            }
            self.store.put(path, key, document);
        }
    }

    /// Returns the documents of a collection that its parent document embeds, such as the tracking periods of a fiscal year.
    fn documents_in_parent(&self, resource: &Resource, path: &str) -> Option<Vec<Json>> {
        let (parent, name) = self.parent(resource, path)?;
        match self.store.get(&parent.0, &parent.1)?.get(name)? {
            Json::List(items) => Some(items.clone()),
            _ => None,
        }
    }

    /// Copies a changed document into its parent document, if that embeds it.
    pub(crate) fn update_parent(&mut self, resource: &Resource, path: &str, document: &Json) {
        let (Some(mut items), Some((parent, name))) = (
            self.documents_in_parent(resource, path),
            self.parent(resource, path),
        ) else {
            return;
        };
        for item in &mut items {
            if item.get("id") == document.get("id") {
                *item = document.clone();
            }
        }
        if let Some(parent) = self.store.get_mut(&parent.0, &parent.1) {
            parent.set(name, items);
        }
    }

    /// Returns the parent document of a collection, and the last segment of the collection's path.
    fn parent<'p>(&self, resource: &Resource, path: &'p str) -> Option<((String, Key), &'p str)> {
        let (above, name) = path.rsplit_once('/')?;
        let (collection, key) = above.rsplit_once('/')?;
        let template = resource.collection.rsplit_once('/')?.0;
        let is_text = self
            .resource(resource::split(template).0)
            .is_some_and(|parent| parent.text_key);
        Some(((collection.to_owned(), Key::read(key, is_text)?), name))
    }

    /// Returns the keys for generated documents: existing ones if the key refers to another collection (`dimensionId`).
    fn foreign_keys(&self, resource: &Resource) -> Vec<Option<Key>> {
        let name = resource.parameter.as_deref().filter(|name| *name != "id");
        let other = self.resources.iter().find(|other| {
            !other.collection.contains('{')
                && other.collection != resource.collection
                && name.is_some_and(|name| other.parameter.as_deref() == Some(name))
        });
        match other.and_then(|other| self.store.collections.get(&other.collection)) {
            Some(documents) => documents.keys().take(2).cloned().map(Some).collect(),
            None => vec![None; 3],
        }
    }

    pub(crate) fn new_key(&mut self, resource: &Resource) -> Key {
        if resource.text_key {
            Key::Text(self.store.uuid())
        } else {
            Key::Number(self.store.next(&resource.collection))
        }
    }

    pub(crate) fn record(&mut self, change: Change, collection: &str, id: impl ToString) {
        self.effects.push(Effect {
            change,
            collection: collection.to_owned(),
            id: id.to_string(),
        });
    }

    /// Returns the collection and the key that the path of an item names.
    pub(crate) fn locate(
        &self,
        call: &Call<'_>,
        resource: &Resource,
    ) -> Result<(String, Key), Problem> {
        let path = resource::fill(&resource.collection, &call.path);
        let value = call.path.get(resource.collection.matches('{').count());
        let value = value.map_or("", |(_, value)| value.as_str());
        match Key::read(value, resource.text_key) {
            Some(key) => Ok((path, key)),
            None => Err(Problem::not_found(value, &path)),
        }
    }

    /// Returns a copy of a document.
    pub(crate) fn document(&self, path: &str, key: &Key) -> Result<Json, Problem> {
        let document = self.store.get(path, key).cloned();
        document.ok_or_else(|| Problem::not_found(key, path))
    }

    /// Builds the response of an operation on a document. The body is the document if the schemas are compatible, and
    /// generated otherwise.
    pub(crate) fn respond(&self, operation: &Operation, document: &Json, schema: &str) -> Response {
        let Some((status, content)) = success_response(operation) else {
            return Response::empty(204);
        };
        match (content, response_schema(operation)) {
            (Content::Json(_), Some(wanted))
                if wanted == schema || self.is_compatible(wanted, document) =>
            {
                Response::json(status, &self.response_document(wanted, document, schema))
            }
            (Content::Json(Type::Json), _) => {
                Response::json(status, &shape::project(self.model, schema, document))
            }
            _ => generate::response(self.model, status, content),
        }
    }

    /// Projects a document to the schema of a response. Fields that the document's own schema lacks, such as the keys of an
    /// activated integration, are generated.
    fn response_document(&self, wanted: &str, document: &Json, schema: &str) -> Json {
        let mut projected = shape::project(self.model, wanted, document);
        for field in self.fields(wanted) {
            let is_known = self.fields(schema).iter().any(|own| own.wire == field.wire);
            if !is_known && projected.get(&field.wire).is_none() {
                projected.set(&field.wire, generate::field(self.model, field, 0));
            }
        }
        projected
    }

    fn fields(&self, schema: &str) -> &[Field] {
        let schema = self.model.schema(schema);
        schema.map_or(&[], |schema| schema.fields.as_slice())
    }

    /// Returns whether a document has all required fields of a schema, and at least one of its fields.
    fn is_compatible(&self, schema: &str, document: &Json) -> bool {
        let fields = self.fields(schema);
        let has = |field: &Field| document.get(&field.wire).is_some();
        fields.iter().any(has) && fields.iter().all(|field| has(field) || !field.required)
    }
}
