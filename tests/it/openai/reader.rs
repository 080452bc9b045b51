//! The reader of streamed blocks agrees with the one that reads whole texts.

use adit::review::{Block, BlockPiece, BlockReader, parse_blocks};
use proptest::prelude::*;

/// Reads a text in pieces; none where a block has no end or no name.
fn streamed(text: &str, pieces: usize) -> Option<Vec<Block>> {
    let mut reader = BlockReader::new(Vec::new());
    let letters: Vec<char> = text.chars().collect();
    let mut all = Vec::new();
    for piece in letters.chunks(pieces) {
        all.extend(reader.push(&piece.iter().collect::<String>()));
    }
    all.extend(reader.finish());
    let mut blocks = Vec::new();
    let mut open: Option<(String, String, String)> = None;
    for piece in all {
        match piece {
            BlockPiece::Text(_) | BlockPiece::Divided => {}
            BlockPiece::Started { path, .. } => {
                if path.is_empty() {
                    return None;
                }
                open = Some((path, String::new(), String::new()));
            }
            BlockPiece::Search(text) => open.as_mut().unwrap().1.push_str(&text),
            BlockPiece::Replace(text) => open.as_mut().unwrap().2.push_str(&text),
            BlockPiece::Finished => {
                let (path, search, replace) = open.take().unwrap();
                blocks.push(Block::Replace { path, search, replace });
            }
        }
    }
    open.is_none().then_some(blocks)
}

fn whole(text: &str) -> Option<Vec<Block>> {
    let blocks = parse_blocks(text, &[]).ok()?;
    Some(blocks.into_iter().filter(|block| matches!(block, Block::Replace { .. })).collect())
}

fn line() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "a.rs",
        "`src/b.rs`:",
        "some words of prose",
        "```",
        "```rust",
        "```sh",
        "<source>",
        "</source>",
        "<<<<<<< SEARCH",
        "<<<<< SEARCH",
        "=======",
        "=====",
        ">>>>>>> REPLACE",
        ">>>>> REPLACE",
        "    code();",
        "...",
    ])
}

proptest! {
    #[test]
    fn both_readers_agree(lines in prop::collection::vec(line(), 0..24), pieces in 1_usize..9, ends in any::<bool>()) {
        let mut text = lines.join("\n");
        if ends {
            text.push('\n');
        }
        let (one, other) = (streamed(&text, pieces), whole(&text));
        if other.is_some() {
            prop_assert_eq!(one, other, "{}", text);
        } else {
            // What is wrong with a text is seen by both.
            prop_assert!(one.is_none(), "{}", text);
        }
    }

    #[test]
    fn no_word_is_lost(words in "[a-zA-Z .,\n]{0,200}", pieces in 1_usize..9) {
        let mut reader = BlockReader::new(Vec::new());
        let letters: Vec<char> = words.chars().collect();
        let mut text = String::new();
        let mut all = Vec::new();
        for piece in letters.chunks(pieces) {
            all.extend(reader.push(&piece.iter().collect::<String>()));
        }
        all.extend(reader.finish());
        for piece in all {
            let BlockPiece::Text(piece) = piece else { panic!("{piece:?}") };
            text.push_str(&piece);
        }
        prop_assert_eq!(text, words);
    }
}
