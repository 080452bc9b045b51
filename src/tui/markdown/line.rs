//! What a line of Markdown begins, as far as that can be said from the line alone.

/// A fence that opens a code block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fence {
    /// The fence's character.
    pub(super) marker: u8,
    /// How many of them.
    pub(super) length: usize,
    /// How far it is indented; its lines lose so much.
    pub(super) indent: usize,
    /// The first word after it.
    pub(super) language: String,
}

/// A list's marker: what tells one list from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ListMarker {
    /// The bullet, or the delimiter after the number.
    pub(super) delimiter: u8,
    /// The number of an ordered item.
    pub(super) number: Option<u64>,
    /// The column at which the item's content starts.
    pub(super) content: usize,
    /// Whether nothing follows on the line.
    pub(super) is_empty: bool,
}

/// What a line begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Start {
    /// Nothing: the line is blank.
    Blank,
    /// `#` and a title.
    Heading,
    /// A thematic break; `=`/`-` lines may be a heading's underline instead.
    Rule,
    /// A fenced code block.
    Fence(Fence),
    /// A list item.
    Item(ListMarker),
    /// A block quote.
    Quote,
    /// A note's definition; what stands behind its colon may begin something itself.
    Note(usize),
    /// An HTML block that ends at a blank line, or at this text.
    Html(Option<&'static str>),
    /// Code by indentation, where no paragraph is open.
    Indented,
    /// Anything else.
    Text,
}

/// Returns the columns of white space before the text, and the text.
pub(super) fn unindent(line: &str) -> (usize, &str) {
    let mut columns = 0;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => return (columns, &line[at..]),
        }
    }
    (columns, "")
}

/// Returns the line without up to `columns` columns of leading white space.
pub(super) fn dedent(line: &str, columns: usize) -> &str {
    let mut seen = 0;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b' ' if seen < columns => seen += 1,
            b'\t' if seen < columns => seen += 4 - seen % 4,
            _ => return &line[at..],
        }
    }
    ""
}

/// Returns what a line (without its end) begins.
pub(super) fn start(line: &str) -> Start {
    let (indent, text) = unindent(line);
    let Some(first) = text.bytes().next() else { return Start::Blank };
    if indent >= 4 {
        return Start::Indented;
    }
    match first {
        b'#' if is_heading(text) => Start::Heading,
        b'>' => Start::Quote,
        b'`' | b'~' => fence(text, indent).map_or(Start::Text, Start::Fence),
        b'<' => html(text),
        b'[' => note(text).map_or(Start::Text, |mark| Start::Note(line.len() - text.len() + mark)),
        b'*' | b'-' | b'_' | b'+' | b'0'..=b'9' => {
            if is_rule(text) {
                Start::Rule
            } else {
                marker(text, indent).map_or(Start::Text, Start::Item)
            }
        }
        _ => Start::Text,
    }
}

/// Tells whether the line closes a fence.
pub(super) fn closes(line: &str, open: &Fence) -> bool {
    let (indent, text) = unindent(line);
    let text = text.trim_end();
    indent < 4 && text.len() >= open.length && text.bytes().all(|byte| byte == open.marker)
}

/// Tells whether the line underlines the paragraph before it, making it a heading.
pub(super) fn is_underline(line: &str) -> bool {
    let (indent, text) = unindent(line);
    let text = text.trim_end();
    indent < 4 && !text.is_empty() && (text.bytes().all(|byte| byte == b'=') || text.bytes().all(|byte| byte == b'-'))
}

/// Tells whether the line is the row of dashes below a table's header.
pub(super) fn is_table_rule(line: &str) -> bool {
    let text = line.trim();
    text.contains('|')
        && text.contains('-')
        && text.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t'))
}

/// Tells whether the line may become the row of dashes below a table's header: a part of one, or the whole.
pub(super) fn is_rule_of_table(line: &str) -> bool {
    let text = line.trim();
    text.starts_with('|') && text.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t'))
}

fn is_heading(text: &str) -> bool {
    let rest = text.trim_start_matches('#');
    text.len() - rest.len() <= 6 && (rest.is_empty() || rest.starts_with([' ', '\t']))
}

fn is_rule(text: &str) -> bool {
    let Some(marker) = text.bytes().next().filter(|byte| matches!(byte, b'*' | b'-' | b'_')) else { return false };
    let mut count = 0;
    for byte in text.bytes() {
        if byte == marker {
            count += 1;
        } else if byte != b' ' && byte != b'\t' {
            return false;
        }
    }
    count >= 3
}

/// Returns the fence that a text without its indent opens.
pub(super) fn fence(text: &str, indent: usize) -> Option<Fence> {
    let marker = text.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'))?;
    let length = text.bytes().take_while(|byte| *byte == marker).count();
    let info = text[length..].trim();
    if length < 3 || (marker == b'`' && info.contains('`')) {
        return None;
    }
    let language = info.split([' ', '\t', ',', '{']).next().unwrap_or_default();
    let language = language[..language.floor_char_boundary(64)].to_owned();
    Some(Fence { marker, length, indent, language })
}

fn marker(text: &str, indent: usize) -> Option<ListMarker> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let delimiter = *text.as_bytes().get(digits)?;
    let number = match digits {
        0 if matches!(delimiter, b'-' | b'+' | b'*') => None,
        1..=9 if matches!(delimiter, b'.' | b')') => text[..digits].parse().ok(),
        _ => return None,
    };
    let width = digits + 1;
    let rest = &text[width..];
    let (spaces, content) = unindent(rest);
    if !rest.is_empty() && spaces == 0 {
        return None;
    }
    let is_empty = content.is_empty();
    let padding = if is_empty || spaces > 4 { 1 } else { spaces };
    Some(ListMarker { delimiter, number, content: indent + width + padding, is_empty })
}

/// Returns the length of a note's mark with its colon: `[^label]:`.
fn note(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("[^")?;
    let end = rest.find(['[', ']']).filter(|end| *end > 0)?;
    rest[end..].starts_with("]:").then_some(2 + end + 2)
}

fn html(text: &str) -> Start {
    let lower: String = text.chars().take(12).collect::<String>().to_ascii_lowercase();
    for (open, close) in [
        ("<!--", "-->"),
        ("<?", "?>"),
        ("<![cdata[", "]]>"),
        ("<script", "</script>"),
        ("<pre", "</pre>"),
        ("<style", "</style>"),
        ("<textarea", "</textarea>"),
    ] {
        if lower.starts_with(open) {
            return Start::Html(Some(close));
        }
    }
    let name = lower[1..].trim_start_matches('/');
    let name = name.split(|byte: char| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
    if HTML_BLOCKS.contains(&name) { Start::Html(None) } else { Start::Text }
}

/// Elements that begin a block of HTML wherever they stand at the start of a line.
const HTML_BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "meta",
    "nav",
    "ol",
    "option",
    "p",
    "param",
    "section",
    "source",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "ul",
];
