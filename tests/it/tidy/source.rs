//! Rust source reduced to what the rules look at.

/// The code of a file, with comments, the contents of strings and test modules blanked out; lines keep their numbers.
pub(super) fn code(text: &str) -> String {
    without_tests(&without_text(text))
}

/// Blanks comments and the contents of string and character literals.
fn without_text(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let mut code = String::with_capacity(text.len());
    let blank = |code: &mut String, from: usize, to: usize| {
        for &c in &chars[from.min(chars.len())..to.min(chars.len())] {
            code.push(if c == '\n' { '\n' } else { ' ' });
        }
    };
    let mut index = 0;
    while index < chars.len() {
        let end = match (at(index), at(index + 1)) {
            ('/', '/') => line_comment(&chars, index),
            ('/', '*') => block_comment(&chars, index),
            ('"', _) => string(&chars, index + 1),
            ('r', '"' | '#') if !is_word(at(index.wrapping_sub(1))) => {
                raw_string(&chars, index + 1).unwrap_or(index)
            }
            ('\'', '\\') => string_like(&chars, index + 1, '\''),
            ('\'', _) if at(index + 2) == '\'' => index + 3,
            _ => index,
        };
        if end > index {
            blank(&mut code, index, end);
            index = end;
        } else {
            code.push(at(index));
            index += 1;
        }
    }
    code
}

fn line_comment(chars: &[char], from: usize) -> usize {
    let length = chars[from..].iter().position(|&c| c == '\n');
    length.map_or(chars.len(), |length| from + length)
}

fn block_comment(chars: &[char], from: usize) -> usize {
    let (mut depth, mut index) = (0, from);
    while index + 1 < chars.len() {
        match (chars[index], chars[index + 1]) {
            ('/', '*') => (depth, index) = (depth + 1, index + 1),
            ('*', '/') => (depth, index) = (depth - 1, index + 1),
            _ => {}
        }
        index += 1;
        if depth == 0 {
            return index;
        }
    }
    chars.len()
}

fn string(chars: &[char], from: usize) -> usize {
    string_like(chars, from, '"')
}

fn string_like(chars: &[char], from: usize, quote: char) -> usize {
    let mut index = from;
    while index < chars.len() {
        match chars[index] {
            '\\' => index += 1,
            c if c == quote => return index + 1,
            _ => {}
        }
        index += 1;
    }
    chars.len()
}

/// The end of a raw string whose hashes begin at `from`; `None` if there is none (`r#type`).
fn raw_string(chars: &[char], from: usize) -> Option<usize> {
    let hashes = chars[from..].iter().take_while(|&&c| c == '#').count();
    if chars.get(from + hashes) != Some(&'"') {
        return None;
    }
    let mut index = from + hashes + 1;
    while index < chars.len() {
        let closes = chars[index] == '"'
            && chars[index + 1..].iter().take_while(|&&c| c == '#').count() >= hashes;
        if closes {
            return Some(index + 1 + hashes);
        }
        index += 1;
    }
    Some(chars.len())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Blanks every item that stands behind `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    let mut code = code.to_owned();
    while let Some(start) = code.find("#[cfg(test)]") {
        let end = item_end(&code, start + "#[cfg(test)]".len());
        let lines: String = code[start..end]
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect();
        code.replace_range(start..end, &lines);
    }
    code
}

/// The end of the item that begins at `from`: its first `;` outside brackets, or the end of its first block.
fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, c) in code[from..].char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth = depth.saturating_sub(1);
                if c == '}' && depth == 0 {
                    return from + offset + 1;
                }
            }
            ';' if depth == 0 => return from + offset + 1,
            _ => {}
        }
    }
    code.len()
}

/// The places where `word` stands as a whole word, as line number and byte offset.
pub(super) fn words<'a>(
    code: &'a str,
    word: &'a str,
) -> impl Iterator<Item = (usize, usize)> + use<'a> {
    code.match_indices(word).filter_map(move |(offset, _)| {
        let before = code[..offset].chars().next_back().is_some_and(is_word);
        let after = code[offset + word.len()..]
            .chars()
            .next()
            .is_some_and(is_word);
        (!before && !after).then(|| (line(code, offset), offset))
    })
}

/// The number of the line that holds the byte at `offset`.
pub(super) fn line(code: &str, offset: usize) -> usize {
    code[..offset].matches('\n').count() + 1
}

/// The first names of the paths that a `use`-like tree at the start of `tree` leads to: `a` of `a::b`, `a` and `b` of `{a::x, b}`.
pub(super) fn heads(tree: &str) -> Vec<String> {
    let tree = tree.trim_start();
    let Some(group) = tree.strip_prefix('{') else {
        let name: String = tree.chars().take_while(|&c| is_word(c)).collect();
        return if name.is_empty() {
            Vec::new()
        } else {
            vec![name]
        };
    };
    let (mut depth, mut start, mut heads_found) = (0_usize, 0, Vec::new());
    for (offset, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads_found.extend(heads(&group[start..offset]));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads_found.extend(heads(&group[start..offset]));
                start = offset + 1;
            }
            _ => {}
        }
    }
    heads_found
}
