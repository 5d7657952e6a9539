//! Carries out calls that passed all checks. What is special stands in one table; the rest is derived from the model.

pub(crate) mod attachments;
mod company;
mod crud;
pub(crate) mod invoices;
mod lock;
mod made_up;
mod reads;
mod shift;
mod single;
mod statuses;
mod two_factor;

use procountor_codegen::model::Access;
use procountor_codegen::model::{Content, Field, Method, Operation};

use crate::check::Call;
use crate::faults::Fault;
use crate::generate;
use crate::json::Json;
use crate::ledger::{Change, Effect};
use crate::model::{Model, answer_schema, first_answer};
use crate::reply::{Outcome, Problem, Reply};
use crate::resource::{self, Resource};
use crate::shape;
use crate::store::{Key, Store};

/// Sub-collections that have nothing until somebody puts it there.
const START_EMPTY: [&str; 4] = [
    "/attachments",
    "/webhooks",
    "/invoices/{invoiceId}/comments",
    "/invoices/{invoiceId}/paymentevents",
];

/// A path placeholder that names no document.
const TRANSACTION: &str = "transactionIdentifier";

type Act = fn(&mut Desk<'_>, &Call<'_>) -> Outcome;

/// Operations that do more than their shape says.
const ACTS: &[(Method, &str, Act)] = &[
    (Method::Post, "/attachments", attachments::upload),
    (
        Method::Get,
        "/attachments/{attachmentId}",
        attachments::download,
    ),
    (
        Method::Patch,
        "/attachments/{attachmentId}",
        attachments::rename,
    ),
    (Method::Post, "/invoices", invoices::create),
    (Method::Put, "/invoices/{invoiceId}", invoices::replace),
    (Method::Put, "/invoices/{invoiceId}/notes", invoices::notes),
    (
        Method::Put,
        "/invoices/{invoiceId}/paymentevents/markpaid",
        invoices::mark_paid,
    ),
    (Method::Post, "/webhooks", company::add_webhook),
    (
        Method::Delete,
        "/products/groups/{groupId}",
        company::delete_product_group,
    ),
    (
        Method::Post,
        "/dimensions/{dimensionId}/items",
        company::add_dimension_item,
    ),
    (
        Method::Put,
        "/dimensions/{dimensionId}/items",
        company::update_dimension_item,
    ),
    (
        Method::Get,
        "/mfatransactionresult/{transactionIdentifier}",
        two_factor::result,
    ),
    (
        Method::Put,
        "/invoices/{transactionIdentifier}/confirm",
        two_factor::result,
    ),
    (
        Method::Put,
        "/payments/{transactionIdentifier}/confirm",
        two_factor::result,
    ),
    (
        Method::Put,
        "/payments/directsalarypayments/{transactionIdentifier}/confirm",
        two_factor::result,
    ),
    (
        Method::Put,
        "/users/{transactionIdentifier}/confirm",
        two_factor::result,
    ),
];

/// Everything that an act works with.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) model: &'a Model,
    pub(crate) resources: &'a [Resource],
    pub(crate) store: &'a mut Store,
    pub(crate) effects: Vec<Effect>,
    /// The fault that the call met; only those of searches play a role here.
    pub(crate) fault: Option<Fault>,
}

/// Carries out a call.
pub(crate) fn perform(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let operation = call.operation;
    desk.check_parents(call)?;
    if operation.policy.access == Access::TwoFactor {
        return two_factor::begin(desk, call);
    }
    if let Some((_, _, act)) = ACTS
        .iter()
        .find(|(method, path, _)| *method == operation.method && *path == operation.path)
    {
        return act(desk, call);
    }
    if let Some(transition) = statuses::transition(&operation.path) {
        return statuses::apply(desk, call, transition);
    }
    crud::perform(desk, call)
}

impl<'a> Desk<'a> {
    /// The resource whose collection has this path template.
    pub(crate) fn resource(&self, collection: &str) -> Option<&'a Resource> {
        self.resources
            .iter()
            .find(|resource| resource.collection == collection)
    }

    /// The documents that the path leads through must exist. A path with several ids is left to the operation.
    fn check_parents(&mut self, call: &Call<'_>) -> Result<(), Problem> {
        let batch = call
            .operation
            .batch
            .as_ref()
            .map(|batch| batch.parameter.as_str());
        for (collection, name) in resource::parents(&call.operation.path) {
            let Some(resource) = self.resource(&collection) else {
                continue;
            };
            let is_key = resource
                .parameter
                .as_ref()
                .is_none_or(|parameter| *parameter == name);
            if !is_key || batch == Some(name.as_str()) || name == TRANSACTION {
                continue;
            }
            let path = resource::fill(&collection, &call.path);
            let value = call
                .path
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.as_str())
                .unwrap_or_default();
            self.open(resource, &path);
            let key = Key::read(value, resource.text_key);
            if key.and_then(|key| self.store.get(&path, &key)).is_none() {
                return Err(Problem::new(404, format!("there is no {value} in {path}")));
            }
        }
        Ok(())
    }

    /// Makes sure that a collection is there. One that nobody has seeded gets a few generated documents, so that every
    /// operation finds something to read.
    pub(crate) fn open(&mut self, resource: &Resource, path: &str) {
        if self.store.buckets.contains_key(path) {
            return;
        }
        self.store
            .buckets
            .insert(path.to_owned(), Default::default());
        if START_EMPTY.contains(&resource.collection.as_str()) {
            return;
        }
        if let Some(documents) = self.embedded(resource, path) {
            for document in documents {
                let key = Key::Number(document.integer_at("id").unwrap_or_default());
                self.store.put(path, key, document);
            }
            return;
        }
        for key in self.keys_of_others(resource) {
            let key = key.unwrap_or_else(|| self.new_key(resource));
            let mut document = generate::object(self.model, &resource.schema);
            if let Some(field) = &resource.key {
                document.set(field, key.to_json());
            }
            self.store.put(path, key, document);
        }
    }

    /// The documents of a collection that its parent has in itself, as a fiscal year has its tracking periods.
    fn embedded(&self, resource: &Resource, path: &str) -> Option<Vec<Json>> {
        let (parent, name) = self.parent(resource, path)?;
        match self.store.get(&parent.0, &parent.1)?.get(name)? {
            Json::List(items) => Some(items.clone()),
            _ => None,
        }
    }

    /// Writes a changed document into its parent too, where the parent has it in itself.
    pub(crate) fn embed(&mut self, resource: &Resource, path: &str, document: &Json) {
        let (Some(mut items), Some((parent, name))) =
            (self.embedded(resource, path), self.parent(resource, path))
        else {
            return;
        };
        for item in items
            .iter_mut()
            .filter(|item| item.get("id") == document.get("id"))
        {
            *item = document.clone();
        }
        if let Some(parent) = self.store.get_mut(&parent.0, &parent.1) {
            parent.set(name, items);
        }
    }

    /// The document that a collection is below, and the last segment of the collection's path.
    fn parent<'p>(&self, resource: &Resource, path: &'p str) -> Option<((String, Key), &'p str)> {
        let (above, name) = path.rsplit_once('/')?;
        let (collection, key) = above.rsplit_once('/')?;
        let template = resource.collection.rsplit_once('/')?.0;
        let is_text = self
            .resource(resource::split(template).0)
            .is_some_and(|parent| parent.text_key);
        Some(((collection.to_owned(), Key::read(key, is_text)?), name))
    }

    /// The keys for generated documents: where the key is another collection's (`dimensionId`), keys from there.
    fn keys_of_others(&self, resource: &Resource) -> Vec<Option<Key>> {
        let name = resource.parameter.as_deref().filter(|name| *name != "id");
        let other = self.resources.iter().find(|other| {
            !other.collection.contains('{')
                && other.collection != resource.collection
                && name.is_some_and(|name| other.parameter.as_deref() == Some(name))
        });
        match other.and_then(|other| self.store.buckets.get(&other.collection)) {
            Some(bucket) => bucket.keys().take(2).cloned().map(Some).collect(),
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

    pub(crate) fn note(&mut self, change: Change, collection: &str, id: impl ToString) {
        self.effects.push(Effect {
            change,
            collection: collection.to_owned(),
            id: id.to_string(),
        });
    }

    /// The concrete collection and the key that an item's path names.
    pub(crate) fn item(
        &self,
        call: &Call<'_>,
        resource: &Resource,
    ) -> Result<(String, Key), Problem> {
        let path = resource::fill(&resource.collection, &call.path);
        let depth = resource.collection.matches('{').count();
        let value = call
            .path
            .get(depth)
            .map(|(_, value)| value.as_str())
            .unwrap_or_default();
        let missing = || Problem::new(404, format!("there is no {value} in {path}"));
        let key = Key::read(value, resource.text_key).ok_or_else(missing)?;
        Ok((path, key))
    }

    /// The answer of an operation about a document: the document in the answer's shape where it has that, else a generated
    /// one, as for a plain message.
    pub(crate) fn answer(&self, operation: &Operation, document: &Json, schema: &str) -> Reply {
        let Some((status, content)) = first_answer(operation) else {
            return Reply::empty(204);
        };
        match (content, answer_schema(operation)) {
            (Content::Json(_), Some(answer))
                if answer == schema || self.shares_key(answer, document) =>
            {
                Reply::json(status, &self.told(answer, document, schema))
            }
            (Content::Json(procountor_codegen::model::Type::Json), _) => {
                Reply::json(status, &shape::project(self.model, schema, document))
            }
            _ => generate::reply(self.model, status, content),
        }
    }

    /// A document in the shape of an answer. What the answer tells that the document's own schema has no place for, such
    /// as the keys of an activated integration, is generated.
    fn told(&self, answer: &str, document: &Json, schema: &str) -> Json {
        let mut told = shape::project(self.model, answer, document);
        for field in self.fields(answer) {
            let known = self.fields(schema).iter().any(|own| own.wire == field.wire);
            if !known && told.get(&field.wire).is_none() {
                told.set(&field.wire, generate::field(self.model, field, 0));
            }
        }
        told
    }

    fn fields(&self, schema: &str) -> &[Field] {
        let schema = self.model.schema(schema);
        schema.map_or(&[], |schema| schema.fields.as_slice())
    }

    /// Whether another schema tells of the same document: it has all its required fields and at least one in common.
    fn shares_key(&self, schema: &str, document: &Json) -> bool {
        let fields = self.fields(schema);
        let has = |wire: &str| document.get(wire).is_some();
        fields.iter().any(|field| has(&field.wire))
            && fields
                .iter()
                .all(|field| has(&field.wire) || !field.required)
    }
}
