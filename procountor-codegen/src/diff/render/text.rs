//! The report as text for a terminal, at most 100 columns wide.

use super::{Block, sections, summary};
use crate::diff::Diff;

const WIDTH: usize = 100;

/// Returns all changes as text, with a summary at the end.
pub fn text(diff: &Diff) -> String {
    let mut text = format!("Procountor API, from {} to {}\n\n", diff.from, diff.to);
    for section in sections::all(diff) {
        text.push_str(&format!("{}\n", section.title));
        let mut deep = false;
        for block in section.blocks {
            match block {
                Block::Note(note) => wrap(&mut text, &note, "  ", "  "),
                Block::Heading(heading) => {
                    deep = true;
                    wrap(&mut text, &heading, "  ", "  ");
                }
                Block::Line(line) if deep => wrap(&mut text, &line, "    ", "        "),
                Block::Line(line) => wrap(&mut text, &line, "  - ", "      "),
            }
        }
        text.push('\n');
    }
    wrap(&mut text, &summary(diff), "", "  ");
    text
}

/// Appends a text without its backticks, wrapped between words. Text in backticks is not split.
fn wrap(to: &mut String, text: &str, first: &str, next: &str) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in words(text) {
        let width = line.chars().count() + word.chars().count() + usize::from(!empty);
        if width > WIDTH && !empty {
            to.push_str(line.trim_end());
            to.push('\n');
            line = next.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&word);
        empty = false;
    }
    to.push_str(&line);
    to.push('\n');
}

fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut inside = false;
    for one in text.chars() {
        match one {
            '`' => inside = !inside,
            // A no-break space does not separate words.
            '\u{a0}' => {
                if let Some(word) = words.last_mut() {
                    word.push(' ');
                }
            }
            ' ' if !inside => words.push(String::new()),
            _ => {
                if let Some(word) = words.last_mut() {
                    word.push(one);
                }
            }
        }
    }
    words
}
