//! Colours by scope: the panes name what a text is, the theme says how it looks.

use ratatui::style::{Modifier, Style};

/// What a piece of the screen is. Themes give each a style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Plain text.
    Text,
    /// Less important text.
    Muted,
    /// Titles.
    Title,
    /// Borders.
    Border,
    /// The focused pane's border.
    BorderFocused,
    /// The line under the cursor.
    Selection,
    /// Lines selected by `v`.
    Range,
    /// Names of keys in hints.
    Key,
    /// Something went well.
    Good,
    /// Look at it.
    Warning,
    /// Something failed.
    Error,
    /// An accent: links, the model's name.
    Accent,
    /// The user's own words.
    User,
    /// Markdown headings.
    Heading,
    /// Inline code.
    Code,
    /// Block quotes.
    Quote,
    /// A removed line's ground.
    Removed,
    /// The words removed in it.
    RemovedWord,
    /// An added line's ground.
    Added,
    /// The words added in it.
    AddedWord,
    /// A line that was accepted.
    Accepted,
    /// A line that was rejected.
    Rejected,
    /// A hunk's heading.
    HunkHeader,
    /// Line numbers.
    LineNumber,
    /// A control character shown as text.
    Control,
    /// Git: staged or new.
    GitAdded,
    /// Git: changed.
    GitModified,
    /// Git: deleted.
    GitDeleted,
    /// Git: not tracked.
    GitUntracked,
    /// Git: ignored.
    GitIgnored,
    /// A count of pending hunks.
    Pending,
    /// The status line.
    Status,
    /// Syntax: keywords.
    SyntaxKeyword,
    /// Syntax: strings.
    SyntaxString,
    /// Syntax: numbers and constants.
    SyntaxConstant,
    /// Syntax: comments.
    SyntaxComment,
    /// Syntax: functions.
    SyntaxFunction,
    /// Syntax: types.
    SyntaxType,
    /// Syntax: variables and parameters.
    SyntaxVariable,
    /// Syntax: operators and punctuation.
    SyntaxPunctuation,
    /// Syntax: tags, attributes and the like.
    SyntaxAttribute,
}

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColorDepth {
    /// None: attributes only.
    None,
    /// The sixteen of ANSI.
    Ansi16,
    /// 256.
    Indexed,
    /// 24 bits.
    True,
}

/// A style for every scope.
#[derive(Debug, Clone)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// The styles, one for each scope in the order of [`Scope`].
    styles: Vec<Style>,
}

impl Theme {
    /// Returns the theme without colours: attributes alone tell things apart.
    pub fn plain() -> Self {
        let mut styles = vec![Style::new(); Scope::SyntaxAttribute as usize + 1];
        styles[Scope::Selection as usize] = Style::new().add_modifier(Modifier::REVERSED);
        Self { name: "plain".to_owned(), styles }
    }

    /// Returns the style of a scope.
    pub fn style(&self, scope: Scope) -> Style {
        self.styles.get(scope as usize).copied().unwrap_or_default()
    }
}
