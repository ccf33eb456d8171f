//! Where words go, and how they may look there.

use std::io::{self, IsTerminal as _, Write as _};

use clap::ColorChoice;
use terminal_size::{Height, Width, terminal_size_of};

/// Narrower terminals than this are taken to be this wide, or no text would fit.
const MIN_WIDTH: usize = 40;

/// Says when colours are used, for everything printed from here on.
pub(crate) fn use_color(choice: ColorChoice) {
    match choice {
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// Prints an answer.
pub(crate) fn say(text: &str) {
    // A closed pipe is the reader's choice and no failure.
    drop(writeln!(anstream::stdout(), "{text}"));
}

/// Prints what is no part of the answer.
pub(crate) fn complain(text: &str) {
    drop(writeln!(anstream::stderr(), "{text}"));
}

/// Whether what goes to the standard error has colours.
pub(crate) fn has_color() -> bool {
    anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
}

/// The columns of the terminal that answers go to; without one, lines may be of any length.
pub(crate) fn answer_width() -> Option<usize> {
    terminal_size_of(io::stdout()).map(columns)
}

/// The columns of the terminal that errors go to; without one, lines may be of any length.
pub(crate) fn error_width() -> Option<usize> {
    terminal_size_of(io::stderr()).map(columns)
}

/// Whether somebody sits at a terminal and sees the standard error.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Whether the terminal shows more than ASCII.
pub(crate) fn has_unicode() -> bool {
    supports_unicode::on(supports_unicode::Stream::Stderr)
}

fn columns((width, _): (Width, Height)) -> usize {
    usize::from(width.0).max(MIN_WIDTH)
}

/// Text from elsewhere, without what would move a cursor, change colours or turn the order of letters.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\t' => plain.push(letter),
            // Marks and isolates of writing direction: what is shown would not be what is there.
            '\u{200e}'
            | '\u{200f}'
            | '\u{061c}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                plain.extend(letter.escape_unicode());
            }
            _ if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                plain.extend(letter.escape_unicode());
            }
            _ => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_elsewhere_cannot_steer_a_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\r\u{7}"), "a\\u{1b}[31mb\\u{d}\\u{7}");
        assert_eq!(plain("\u{202e}abc\u{2069}"), "\\u{202e}abc\\u{2069}");
        assert_eq!(plain("é › x\n\ty"), "é › x\n\ty");
    }
}
