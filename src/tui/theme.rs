//! Colours by scope: the panes name what a text is, the theme says how it looks.

use ratatui::style::{Modifier, Style};

macro_rules! scopes {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// What a piece of the screen is. Themes give each a style.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Scope {
            $(
                #[doc = $doc]
                $variant,
            )*
        }

        /// Every scope with its name in a theme file, in the order of [`Scope`].
        pub const SCOPES: &[(Scope, &str)] = &[$((Scope::$variant, $name),)*];
    };
}

scopes! {
    Text "text" "Plain text.",
    Muted "muted" "Less important text.",
    Title "title" "Titles.",
    Border "border" "Borders.",
    BorderFocused "border-focused" "The focused pane's border.",
    Selection "selection" "The line under the cursor.",
    Range "range" "Lines selected by `v`.",
    Key "key" "Names of keys in hints.",
    Good "good" "Something went well.",
    Warning "warning" "Look at it.",
    Error "error" "Something failed.",
    Accent "accent" "An accent: links, the model's name.",
    User "user" "The user's own words.",
    Heading "heading" "Markdown headings.",
    Code "code" "Inline code.",
    Quote "quote" "Block quotes.",
    Removed "removed" "A removed line's ground.",
    RemovedWord "removed-word" "The words removed in it.",
    Added "added" "An added line's ground.",
    AddedWord "added-word" "The words added in it.",
    MovedFrom "moved-from" "A line removed here and added elsewhere.",
    MovedTo "moved-to" "A line added here and removed elsewhere.",
    Accepted "accepted" "A line that was accepted.",
    Rejected "rejected" "A line that was rejected.",
    HunkHeader "hunk-header" "A hunk's heading.",
    LineNumber "line-number" "Line numbers.",
    Match "match" "What a search found.",
    MatchCurrent "match-current" "What it found and the user is at.",
    Control "control" "A control character shown as text.",
    GitAdded "git-added" "Git: staged or new.",
    GitModified "git-modified" "Git: changed.",
    GitDeleted "git-deleted" "Git: deleted.",
    GitUntracked "git-untracked" "Git: not tracked.",
    GitIgnored "git-ignored" "Git: ignored.",
    Pending "pending" "A count of pending hunks.",
    Status "status" "The status line.",
    SyntaxKeyword "syntax-keyword" "Syntax: keywords.",
    SyntaxString "syntax-string" "Syntax: strings.",
    SyntaxConstant "syntax-constant" "Syntax: numbers and constants.",
    SyntaxComment "syntax-comment" "Syntax: comments.",
    SyntaxFunction "syntax-function" "Syntax: functions.",
    SyntaxType "syntax-type" "Syntax: types.",
    SyntaxVariable "syntax-variable" "Syntax: variables and parameters.",
    SyntaxPunctuation "syntax-punctuation" "Syntax: operators and punctuation.",
    SyntaxAttribute "syntax-attribute" "Syntax: tags, attributes and the like.",
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// The styles, one for each scope in the order of [`Scope`].
    styles: Vec<Style>,
}

impl Theme {
    /// Returns the theme without colours: attributes alone tell things apart.
    pub fn plain() -> Self {
        let styles = SCOPES.iter().map(|(scope, _)| plain_style(*scope)).collect();
        Self { name: "plain".to_owned(), styles }
    }

    /// Returns a theme from one style a scope, in the order of [`SCOPES`].
    pub(super) fn from_styles(name: String, styles: Vec<Style>) -> Self {
        Self { name, styles }
    }

    /// Returns the style of a scope.
    pub fn style(&self, scope: Scope) -> Style {
        self.styles.get(scope as usize).copied().unwrap_or_default()
    }

    /// Returns the style of what a search found, to lay over that of the text.
    ///
    /// Where bold tells the match that the user is at, the others are not bold in bold text; and the ground of a match stays
    /// its ground in text that is reversed.
    pub(super) fn found(&self, is_current: bool) -> Style {
        let style = self.style(if is_current { Scope::MatchCurrent } else { Scope::Match });
        let mut taken = Modifier::empty();
        if style.bg.is_some() {
            taken |= Modifier::REVERSED;
        }
        if !is_current && self.style(Scope::MatchCurrent).add_modifier.contains(Modifier::BOLD) {
            taken |= Modifier::BOLD;
        }
        style.remove_modifier(taken - style.add_modifier)
    }
}

/// Returns how a scope looks without any colour. Signs, words and places tell most things apart already.
pub(super) fn plain_style(scope: Scope) -> Style {
    let modifier = match scope {
        Scope::Selection | Scope::Range | Scope::Control | Scope::Match => Modifier::REVERSED,
        Scope::Title
        | Scope::BorderFocused
        | Scope::Key
        | Scope::Error
        | Scope::Heading
        | Scope::Code
        | Scope::User
        | Scope::HunkHeader
        | Scope::Pending
        | Scope::SyntaxKeyword => Modifier::BOLD,
        Scope::RemovedWord | Scope::AddedWord | Scope::Warning | Scope::Accent => Modifier::UNDERLINED,
        Scope::MatchCurrent => Modifier::REVERSED.union(Modifier::BOLD),
        Scope::Muted | Scope::LineNumber | Scope::GitIgnored | Scope::Rejected | Scope::Border => Modifier::DIM,
        Scope::Quote | Scope::SyntaxComment | Scope::MovedFrom | Scope::MovedTo => Modifier::ITALIC,
        Scope::Text
        | Scope::Good
        | Scope::Removed
        | Scope::Added
        | Scope::Accepted
        | Scope::GitAdded
        | Scope::GitModified
        | Scope::GitDeleted
        | Scope::GitUntracked
        | Scope::Status
        | Scope::SyntaxString
        | Scope::SyntaxConstant
        | Scope::SyntaxFunction
        | Scope::SyntaxType
        | Scope::SyntaxVariable
        | Scope::SyntaxPunctuation
        | Scope::SyntaxAttribute => Modifier::empty(),
    };
    Style::new().add_modifier(modifier)
}
