//! Named intents, in one table: keys, help, palette and documents are made from it.

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Anywhere, unless a narrower context binds the key.
    Anywhere,
    /// The composer has the keys.
    Writing,
    /// The conversation has the keys.
    Reading,
    /// The tree has the keys.
    Tree,
    /// The review has the keys.
    Diff,
    /// A search has been typed in the pane that has the keys.
    Search,
    /// The commit sheet has the keys.
    Commit,
    /// A question has the keys.
    Question,
    /// A conflict has the keys.
    Conflict,
    /// A sheet without text to type has the keys.
    Sheet,
}

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct ActionInfo {
    /// The action.
    pub action: Action,
    /// Its name in `keymap.toml`.
    pub name: &'static str,
    /// What it does, for help and palette: a short phrase, imperative.
    pub title: &'static str,
    /// Where it applies.
    pub context: Context,
}

macro_rules! actions {
    ($($context:ident { $($variant:ident $name:literal $title:literal,)* })*) => {
        /// A named intent of the user.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($(
                #[doc = $title]
                $variant,
            )*)*
        }

        /// Every action, in the order of the help.
        pub const ACTIONS: &[ActionInfo] = &[
            $($(ActionInfo { action: Action::$variant, name: $name, title: $title, context: Context::$context },)*)*
        ];
    };
}

actions! {
    Anywhere {
        NextPane "next-pane" "go to the next pane",
        PreviousPane "previous-pane" "go to the previous pane",
        FocusTree "focus-tree" "go to the file tree",
        FocusChat "focus-chat" "go to the chat",
        FocusDiff "focus-diff" "go to the review",
        Palette "palette" "find an action by name",
        Help "help" "show the keys",
        Escape "escape" "close what is open, else stop the turn",
        Stop "stop" "stop the turn; twice quits",
        Quit "quit" "quit",
        Zoom "zoom" "give the focused pane the whole screen, or take it back",
        Suspend "suspend" "put adit in the background",
        Repaint "repaint" "paint the screen anew",
        ChooseModel "choose-model" "choose the model",
        ChooseTheme "choose-theme" "choose the theme",
        ShowCost "show-cost" "see what was spent",
        ShowContext "show-context" "see how full the model's context is",
        Retry "retry" "send the last prompt again; while that waits, at once",
        Timings "timings" "see how long the last requests took",
        Commit "commit" "commit what was accepted",
        ToggleMouse "toggle-mouse" "give the mouse to the terminal, or take it back",
        Search "search" "search in the chat, the review or the file",
        AlignTop "align-top" "scroll so that what is selected is at the top",
        AlignMiddle "align-middle" "scroll so that what is selected is in the middle",
        AlignBottom "align-bottom" "scroll so that what is selected is at the bottom",
        PrintPlain "print-plain" "print it all for the terminal's own selection",
        ReadInPager "read-in-pager" "read it all in your pager",
        InitRepository "init-repository" "make a git repository here",
        ClearConversation "clear-conversation" "start a new conversation; the review stays",
        SkipTour "skip-tour" "leave the guidance; it does not come back",
        Refresh "refresh" "look at the disk and at git again",
        ShowConnection "show-connection" "see how the connection to the terminal is",
    }
    Writing {
        Send "send" "send the message",
        NewLine "new-line" "start a new line",
        HistoryBack "history-back" "recall the message before",
        HistoryForward "history-forward" "recall the message after",
        EditExternally "edit-externally" "write in your editor",
        Complete "complete" "complete the file or command",
        DraftUndo "draft-undo" "undo the last edit of the message",
        DraftRedo "draft-redo" "redo the edit of the message",
        Recall "recall" "find a message sent before by the words typed",
        ExpandPaste "expand-paste" "put the folded paste at the cursor as text",
        ReadChat "read-chat" "read and scroll the conversation",
    }
    Reading {
        ChatDown "chat-down" "scroll down a line",
        ChatUp "chat-up" "scroll up a line",
        ChatPageDown "chat-page-down" "scroll down a page",
        ChatPageUp "chat-page-up" "scroll up a page",
        ChatHalfPageDown "chat-half-page-down" "scroll down half a page",
        ChatHalfPageUp "chat-half-page-up" "scroll up half a page",
        ChatTop "chat-top" "go to the beginning",
        ChatBottom "chat-bottom" "go to the end",
        ChatNext "chat-next" "select the next message",
        ChatPrevious "chat-previous" "select the message before",
        ChatFold "chat-fold" "open or fold what is selected",
        ChatFoldAll "chat-fold-all" "open or fold all tool calls and reasoning",
        ChatNextPrompt "chat-next-prompt" "go to the next prompt",
        ChatPreviousPrompt "chat-previous-prompt" "go to the prompt before",
        ChatWrap "chat-wrap" "wrap long lines of code, or not",
        ChatLeft "chat-left" "scroll code left",
        ChatRight "chat-right" "scroll code right",
        ChatCopy "chat-copy" "copy the message or code block",
        ChatCopyCode "chat-copy-code" "copy the newest code block",
        Write "write" "write a message",
    }
    Tree {
        TreeDown "tree-down" "go down",
        TreeUp "tree-up" "go up",
        TreePageDown "tree-page-down" "go down a page",
        TreePageUp "tree-page-up" "go up a page",
        TreeHalfPageDown "tree-half-page-down" "go down half a page",
        TreeHalfPageUp "tree-half-page-up" "go up half a page",
        TreeTop "tree-top" "go to the top",
        TreeBottom "tree-bottom" "go to the bottom",
        TreeOpen "tree-open" "open the folder, the file, or its changes",
        TreeFold "tree-fold" "fold the folder, or go to its parent",
        TreeUnfold "tree-unfold" "unfold the folder",
        TreeFilter "tree-filter" "show only what matches",
        TreeContext "tree-context" "add the file to the context, or drop it",
        TreeAccept "tree-accept" "accept all of the file or folder",
        TreeReject "tree-reject" "reject all of the file or folder",
        TreeCopyPath "tree-copy-path" "copy the path",
    }
    Diff {
        DiffDown "diff-down" "go down a line",
        DiffUp "diff-up" "go up a line",
        DiffPageDown "diff-page-down" "go down a page",
        DiffPageUp "diff-page-up" "go up a page",
        DiffHalfPageDown "diff-half-page-down" "go down half a page",
        DiffHalfPageUp "diff-half-page-up" "go up half a page",
        DiffTop "diff-top" "go to the top",
        DiffBottom "diff-bottom" "go to the bottom",
        NextHunk "next-hunk" "go to the next hunk",
        PreviousHunk "previous-hunk" "go to the hunk before",
        NextFile "next-file" "go to the next file",
        PreviousFile "previous-file" "go to the file before",
        NextUndecided "next-undecided" "go to the next undecided hunk",
        Accept "accept" "accept the hunk, or the selected lines",
        Reject "reject" "reject the hunk, or the selected lines",
        AcceptFile "accept-file" "accept the whole file",
        RejectFile "reject-file" "reject the whole file",
        AcceptAll "accept-all" "accept everything that is pending",
        RejectAll "reject-all" "reject everything that is pending",
        SelectLines "select-lines" "select lines",
        Split "split" "decide each run of the hunk by itself, or join them again",
        EditTarget "edit-target" "edit the proposal in your editor",
        EditLine "edit-line" "edit the line under the cursor in place",
        Note "note" "tell or ask the model something about it",
        AcceptWithNote "accept-with-note" "accept it and say something about it",
        RejectWithNote "reject-with-note" "reject it and say why",
        SendFeedback "send-feedback" "send your decisions and notes to the model now",
        Undo "undo" "undo the last decision",
        Redo "redo" "redo it",
        History "history" "see what happened to the review; go to any point of it",
        ShowPrompt "show-prompt" "see which prompt and tool call made it",
        FilterReview "filter-review" "list all, or only pending, loose, this file, this call",
        ToggleViewed "toggle-viewed" "mark the file as viewed, or take the mark back",
        ToggleBlank "toggle-blank" "fold the changes of blanks only, or show them",
        ToggleSideBySide "toggle-side-by-side" "show unified or side by side",
        ToggleWrap "toggle-wrap" "wrap long lines, or not",
        ToggleDecided "toggle-decided" "show or hide what is decided",
        DiffLeft "diff-left" "scroll left",
        DiffRight "diff-right" "scroll right",
        DiffCopy "diff-copy" "copy the hunk or the selected lines",
        DiffCopyPath "diff-copy-path" "copy the file's path",
        ResolveConflict "resolve-conflict" "settle the conflict",
    }
    Search {
        SearchNext "search-next" "go to the next match",
        SearchPrevious "search-previous" "go to the match before",
    }
    Commit {
        CommitNow "commit-now" "commit",
        DraftAgain "draft-again" "draft the message anew",
        EditMessage "edit-message" "edit the message in your editor",
    }
    Question {
        AnswerYes "answer-yes" "answer yes",
        AnswerNo "answer-no" "answer no",
        AnswerAlways "answer-always" "answer yes for all of the session, where that is asked",
    }
    Conflict {
        KeepYours "keep-yours" "keep yours",
        TakeProposal "take-proposal" "review the proposal",
        TakeBoth "take-both" "take both",
        EditConflict "edit-conflict" "edit the text in your editor",
        NextText "next-text" "go to the next text",
        PreviousText "previous-text" "go to the text before",
        ConflictDown "conflict-down" "go down a line",
        ConflictUp "conflict-up" "go up a line",
    }
    Sheet {
        SheetDown "sheet-down" "go down a line",
        SheetUp "sheet-up" "go up a line",
        SheetTop "sheet-top" "go to the top",
        SheetBottom "sheet-bottom" "go to the bottom",
        SheetLeave "sheet-leave" "close it",
        CopyAddress "copy-address" "copy the address of the login's page",
    }
}

/// What hands that know other programs type for an action; the palette finds it by these words first.
///
/// None of them may decide anything: who types `:w` by habit has not looked at what it would write.
pub const HABITS: &[(&str, Action)] = &[
    ("q", Action::Quit),
    ("q!", Action::Quit),
    ("qa", Action::Quit),
    ("qa!", Action::Quit),
    ("wq", Action::Quit),
    ("wqa", Action::Quit),
    ("x", Action::Quit),
    ("exit", Action::Quit),
    ("w", Action::Commit),
    ("wa", Action::Commit),
    ("save", Action::Commit),
    ("e", Action::FocusTree),
    ("e!", Action::Refresh),
    ("ex", Action::FocusTree),
    ("explore", Action::FocusTree),
    ("h", Action::Help),
    ("noh", Action::Escape),
    ("colorscheme", Action::ChooseTheme),
];

impl Action {
    /// Tells whether it decides on what is proposed or throws something away, so that it must be meant.
    pub fn is_weighty(self) -> bool {
        matches!(
            self,
            Self::Accept
                | Self::Reject
                | Self::AcceptFile
                | Self::RejectFile
                | Self::AcceptAll
                | Self::RejectAll
                | Self::AcceptWithNote
                | Self::RejectWithNote
                | Self::TreeAccept
                | Self::TreeReject
                | Self::Undo
                | Self::Redo
                | Self::InitRepository
                | Self::ClearConversation
        )
    }

    /// Returns the action's line of the table.
    pub fn info(self) -> &'static ActionInfo {
        // The macro makes the enum and the table from the same list, in the same order.
        &ACTIONS[self as usize]
    }
}
