//! Attributes. Their arguments are a language of their own, which `prettyplease` would space and wrap in its way; so an
//! attribute travels through it as a doc comment and is put back as a line of text.

use proc_macro2::TokenStream;
use quote::quote;

/// Begins a doc comment that stands for an attribute; a character that no sentence has.
const MARK: char = '\u{e000}';
/// Stands between the arguments.
const SEPARATOR: char = '\u{e001}';
/// The widest text of a doc comment: a line of 100 characters on a field.
const DOC_WIDTH: usize = 93;
/// The widest arguments that rustfmt leaves on one line.
const WIDTH: usize = 70;

/// `#[name(arguments)]`, or `#[name]`.
pub(super) fn attribute(name: &str, arguments: &[String]) -> TokenStream {
    let arguments = arguments.join(&SEPARATOR.to_string());
    let text = format!("{MARK}{name}{SEPARATOR}{arguments}");
    quote!(#[doc = #text])
}

/// A doc comment, wrapped. An empty line parts paragraphs.
pub(super) fn doc(text: &str) -> TokenStream {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            // At the start of a line, these would begin a list or a quotation.
            let stays = word.starts_with(['-', '+', '*', '#', '>']);
            if !stays && line.len() + 1 + word.len() > DOC_WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            line.push(' ');
            line.push_str(word);
        }
        lines.push(line);
    }
    quote!(#(#[doc = #lines])*)
}

/// The line with the attribute it stands for, or the line itself.
pub(super) fn restore(line: &str) -> String {
    let Some((indent, marked)) = line.split_once(&format!("///{MARK}")) else {
        return line.to_owned();
    };
    let mut parts = marked.split(SEPARATOR).filter(|part| !part.is_empty());
    let name = parts.next().unwrap_or_default();
    let arguments: Vec<&str> = parts.collect();
    if arguments.is_empty() {
        return format!("{indent}#[{name}]");
    }
    let line = arguments.join(", ");
    if line.len() <= WIDTH || !rustfmt_reads(name, &arguments) {
        return format!("{indent}#[{name}({line})]");
    }
    let lines: Vec<String> = arguments
        .iter()
        .map(|argument| format!("{indent}    {argument}"))
        .collect();
    format!("{indent}#[{name}(\n{}\n{indent})]", lines.join(",\n"))
}

/// Whether rustfmt takes the arguments for names and literals, and so formats them. It leaves alone what it cannot read.
fn rustfmt_reads(name: &str, arguments: &[&str]) -> bool {
    let ours = matches!(name, "endpoint" | "auth" | "paginate" | "part");
    !ours && !arguments.iter().any(|argument| argument.contains("= -"))
}
