//! Finds the operation for a method and a path. A literal segment has precedence over a placeholder.

use procountor_codegen::model::{Api, Method};

use crate::response::Problem;

/// The paths of an API version.
#[derive(Debug)]
pub(crate) struct Router {
    templates: Vec<Template>,
}

#[derive(Debug)]
struct Template {
    segments: Vec<Segment>,
    /// The operations, by their index in the model.
    methods: Vec<(Method, usize)>,
}

#[derive(Debug, PartialEq)]
enum Segment {
    Literal(String),
    Placeholder(String),
}

/// The operation of a request, with its path parameters.
#[derive(Debug)]
pub(crate) struct Route {
    /// The index of the operation in the model.
    pub(crate) operation: usize,
    /// The values of the placeholders, in the order of the path.
    pub(crate) path: Vec<(String, String)>,
}

impl Router {
    pub(crate) fn new(api: &Api) -> Self {
        let mut templates: Vec<Template> = Vec::new();
        for (index, operation) in api.operations.iter().enumerate() {
            let segments: Vec<Segment> = operation
                .path
                .split('/')
                .skip(1)
                .map(Segment::read)
                .collect();
            match templates
                .iter_mut()
                .find(|template| template.segments == segments)
            {
                Some(template) => template.methods.push((operation.method, index)),
                None => templates.push(Template {
                    segments,
                    methods: vec![(operation.method, index)],
                }),
            }
        }
        Self { templates }
    }

    /// Returns the operation for decoded path segments.
    pub(crate) fn find(&self, method: &str, segments: &[String]) -> Result<Route, Problem> {
        let mut matching: Vec<_> = self
            .templates
            .iter()
            .filter(|template| template.matches(segments))
            .collect();
        matching.sort_by_key(|template| template.placeholders());
        let Some(best) = matching.first().map(|template| template.placeholders()) else {
            return Err(Problem::new(
                404,
                format!("there is no resource at /{}", segments.join("/")),
            ));
        };
        // Two templates can match equally well (`/a/{x}/b` with two names for `x`); the method decides.
        for template in matching
            .iter()
            .take_while(|template| template.placeholders() == best)
        {
            if let Some((_, operation)) = template
                .methods
                .iter()
                .find(|(known, _)| known.as_str() == method)
            {
                return Ok(Route {
                    operation: *operation,
                    path: template.values(segments),
                });
            }
        }
        let allowed: Vec<_> = matching
            .iter()
            .flat_map(|template| &template.methods)
            .map(|(known, _)| known.as_str())
            .collect();
        let message = format!(
            "{method} is not allowed on /{}; allowed: {}",
            segments.join("/"),
            allowed.join(", ")
        );
        Err(Problem::new(405, message))
    }
}

impl Template {
    fn matches(&self, segments: &[String]) -> bool {
        self.segments.len() == segments.len()
            && self
                .segments
                .iter()
                .zip(segments)
                .all(|(segment, given)| match segment {
                    Segment::Literal(text) => text == given,
                    Segment::Placeholder(_) => true,
                })
    }

    /// Returns which segments are placeholders; a template with an earlier literal matches better.
    fn placeholders(&self) -> Vec<bool> {
        self.segments
            .iter()
            .map(|segment| matches!(segment, Segment::Placeholder(_)))
            .collect()
    }

    fn values(&self, segments: &[String]) -> Vec<(String, String)> {
        let pairs = self.segments.iter().zip(segments);
        pairs
            .filter_map(|(segment, given)| match segment {
                Segment::Literal(_) => None,
                Segment::Placeholder(name) => Some((name.clone(), given.clone())),
            })
            .collect()
    }
}

impl Segment {
    fn read(text: &str) -> Self {
        match text
            .strip_prefix('{')
            .and_then(|text| text.strip_suffix('}'))
        {
            Some(name) => Self::Placeholder(name.to_owned()),
            None => Self::Literal(text.to_owned()),
        }
    }
}
