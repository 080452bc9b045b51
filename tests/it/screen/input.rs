//! The terminal's bytes become keys, in whatever pieces they come.

use adit::tui::{Chord, Input, InputParser, Unfinished};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEventKind};

/// Reads bytes in one piece, waits, and writes what came as words.
fn read(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    let mut parser = InputParser::default();
    parser.feed(bytes, &mut out);
    parser.flush(&mut out);
    words(&out)
}

/// The same, byte by byte without a pause.
fn read_slowly(bytes: &[u8]) -> String {
    let mut out = Vec::new();
    let mut parser = InputParser::default();
    for byte in bytes {
        parser.feed(&[*byte], &mut out);
    }
    parser.flush(&mut out);
    words(&out)
}

fn words(inputs: &[Input]) -> String {
    let word = |input: &Input| match input {
        Input::Event(Event::Key(key)) => Chord::of(*key).to_string(),
        Input::Event(Event::Paste(text)) => format!("paste({})", text.escape_debug()),
        Input::Event(Event::Mouse(mouse)) => format!("{:?}@{},{}", mouse.kind, mouse.column, mouse.row),
        Input::Event(other) => format!("{other:?}"),
        Input::Ground([red, green, blue]) => format!("ground({red},{green},{blue})"),
        Input::KnowsKeyboardProtocol => "keyboard".to_owned(),
        Input::Synchronizes(does) => format!("synchronizes({does})"),
        Input::Attributes => "attributes".to_owned(),
        Input::Prefixed(key) => Chord::of(KeyEvent::new(key.code, key.modifiers)).to_string(),
        Input::IsTmux => "tmux".to_owned(),
        Input::IsScreen => "screen".to_owned(),
        Input::Ready => "ready".to_owned(),
    };
    inputs.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn keys_are_read_from_all_the_forms_in_which_terminals_send_them() {
    let table: &[(&[u8], &str)] = &[
        (b"a", "a"),
        (b"G?", "G ?"),
        ("é漢🙂".as_bytes(), "é 漢 🙂"),
        (b"\r", "Enter"),
        (b"\n", "Ctrl-J"),
        (b"\t", "Tab"),
        (b"\x1b[Z", "Shift-Tab"),
        (b"\x7f", "Backspace"),
        (b"\x08", "Ctrl-H"),
        (b"\x03\x10\x11", "Ctrl-C Ctrl-P Ctrl-Q"),
        (b"\x00", "Ctrl-Space"),
        (b"\x1b", "Esc"),
        (b"\x1b\x1b", "Esc Esc"),
        // Alt as rxvt, PuTTY and others send it; an answer or the mouse behind the key Esc is none.
        (b"\x1b\x1b[A\x1b\x1bOd\x1b\x1b[5~", "Alt-Up Ctrl-Alt-Left Alt-PgUp"),
        (b"\x1b\x1b\x1b[A", "Esc Alt-Up"),
        (b"\x1b\x1b[0n\x1b\x1b[I\x1b\x1b[?62c", "Esc ready Esc FocusGained Esc attributes"),
        (b"\x1b\x1b[200~a\x1b[201~\x1b\x1bx\x1b\x1b[", "Esc paste(a) Esc Alt-X Esc Alt-["),
        (b"\x1b1", "Alt-1"),
        (b"\x1b\r", "Alt-Enter"),
        (b"\x1b[A\x1b[B\x1b[C\x1b[D", "Up Down Right Left"),
        (b"\x1bOA\x1bOP\x1bOQ", "Up F1 F2"),
        (b"\x1b[1;5C\x1b[1;3A", "Ctrl-Right Alt-Up"),
        (b"\x1b[5~\x1b[6~\x1b[3~\x1b[1~\x1b[4~", "PgUp PgDn Del Home End"),
        (b"\x1b[H\x1b[F", "Home End"),
        (b"\x1b[11~\x1b[15~\x1b[17~\x1b[24~", "F1 F5 F6 F12"),
        (b"\x1b[[A\x1b[[B", "F1 F2"),
        (b"\x1b[[C\x1b[[D\x1b[[E\x1b[[F", "F3 F4 F5"),
        // rxvt: Ctrl and Shift by what ends the sequence.
        (b"\x1bOa\x1bOb\x1bOc\x1bOd", "Ctrl-Up Ctrl-Down Ctrl-Right Ctrl-Left"),
        (b"\x1b[a\x1b[b\x1b[c\x1b[d", "Shift-Up Shift-Down Shift-Right Shift-Left"),
        (b"\x1b[7~\x1b[8~\x1b[7^\x1b[8^", "Home End Ctrl-Home Ctrl-End"),
        (b"\x1b[7$\x1b[8$\x1b[3@\x1b[5^", "Shift-Home Shift-End Ctrl-Shift-Del Ctrl-PgUp"),
        (b"\x1b[11^\x1b[23$a", "Ctrl-F1 Shift-F11 a"),
        // Modifiers as older terminals tell them.
        (b"\x1bO5C\x1bO2P\x1bO3A", "Ctrl-Right Shift-F1 Alt-Up"),
        // The number pad in its application mode.
        (b"\x1bOM\x1bOp\x1bOy\x1bOk\x1bOn\x1bOX", "Enter 0 9 + . ="),
        (b"\x1b[27u", "Esc"),
        (b"\x1b[13;3u\x1b[13;2u", "Alt-Enter Shift-Enter"),
        (b"\x1b[99;5u", "Ctrl-C"),
        (b"\x1b[97;1:3u", ""),
        (b"\x1b[27;5;105~", "Ctrl-I"),
        (b"\x1b[I\x1b[O", "FocusGained FocusLost"),
        (b"\x1b[99999999999u\x1b[999;999Xa", "a"),
        (b"\xff\xc3", "\u{fffd} \u{fffd}"),
        (b"\x1b[", "Alt-["),
    ];
    for (bytes, expected) in table {
        assert_eq!(read(bytes), *expected, "{:?}", String::from_utf8_lossy(bytes));
        assert_eq!(read_slowly(bytes), *expected, "{:?} in pieces", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn an_answer_about_the_ground_is_no_typed_key_and_eats_none() {
    let answer = b"x\x1b]11;rgb:ffff/8080/0000\x1b\\y\x1b]11;rgb:1c/1c/1c\x07z\x1b[?1u";
    let expected = "x ground(255,128,0) y ground(28,28,28) z keyboard";
    assert_eq!(read(answer), expected);
    assert_eq!(read_slowly(answer), expected);
    assert_eq!(read(b"\x1b]52;c;aGk=\x07q\x1bPdcs\x1b\\w"), "q w");
}

#[test]
fn answers_about_the_terminal_are_read_in_any_pieces_and_type_nothing() {
    let answer = b"a\x1b[?2026;2$yb\x1b[?2026;0$yc\x1b[?62;22;52cd\x1b[0ne\x1b[3n\x1b[?1;2cf\x1b[?25;1$y\
                   \x1b[>83;40900;0cg\x1b[>84;0;0ch\x1b[>0;276;0ci";
    let expected = "a synchronizes(true) b synchronizes(false) c attributes d ready e attributes f screen g tmux h i";
    assert_eq!(read(answer), expected);
    assert_eq!(read_slowly(answer), expected);
}

#[test]
fn a_paste_is_one_event_whatever_it_holds() {
    let bytes = b"a\x1b[200~one\r\ntwo\x1b[A\x03\x1b[20\x1b[201~b";
    let expected = "a paste(one\\ntwo\\u{1b}[A\\u{3}\\u{1b}[20) b";
    assert_eq!(read(bytes), expected);
    assert_eq!(read_slowly(bytes), expected);
    let mut parser = InputParser::default();
    let mut out = Vec::new();
    parser.feed(b"\x1b[200~never ends", &mut out);
    assert_eq!((parser.unfinished(), parser.pasting()), (None, Some(10)), "it waits longer than a sequence");
    assert_eq!(out, []);
}

#[test]
fn a_paste_whose_end_does_not_come_is_given_out_and_its_rest_is_not_typed() {
    let table: &[(&[&[u8]], &str)] = &[
        // After a pause the keys are keys again.
        (&[b"one\x1b[20", b"\x03", b"\x1b"], "paste(one\\u{1b}[20)"),
        (&[b"one", b"", b"a", b"b"], "paste(one) a b"),
        (&[b"one", b"", b"\x1b[201~", b"a"], "paste(one) a"),
        // What comes late of it is no key.
        (&[b"one", b"", b"a\x1b[201~", b"a"], "paste(one) paste(a) a"),
        (&[b"one", b"", b"accept everything", b"q\x1b[201~q"], "paste(one) paste(accept everythingq) q"),
        (&[b"one", b"", b"accept everything", b"", b"q"], "paste(one) paste(accept everything) q"),
        // But a long sequence is, and so is what follows a key.
        (&[b"one", b"", b"\x1b[<64;100;40M\x1b[<64;100;40M"], "paste(one) ScrollUp@99,39 ScrollUp@99,39"),
        (&[b"one", b"", b"a", b"abcdefghijklmnopq"], "paste(one) a a b c d e f g h i j k l m n o p q"),
        (&[b"\x03", b""], ""),
    ];
    for (pieces, expected) in table {
        let mut parser = InputParser::default();
        let mut out = Vec::new();
        parser.feed(b"\x1b[200~", &mut out);
        for piece in *pieces {
            if piece.is_empty() {
                parser.flush(&mut out);
            }
            parser.feed(piece, &mut out);
        }
        parser.flush(&mut out);
        assert_eq!(words(&out), *expected, "{pieces:?}");
    }
}

#[test]
fn a_lone_escape_waits_for_its_sequence_only_until_it_is_flushed() {
    let mut parser = InputParser::default();
    let mut out = Vec::new();
    parser.feed(b"\x1b", &mut out);
    assert_eq!(parser.unfinished(), Some(Unfinished::Escape));
    parser.feed(b"[B", &mut out);
    assert_eq!(parser.unfinished(), None);
    assert_eq!(out, [Input::Event(Event::Key(KeyEvent::new(KeyCode::Down, KeyModifiers::empty())))]);
}

#[test]
fn only_what_may_be_a_key_by_itself_waits_for_a_short_time() {
    let unfinished = |bytes: &[u8]| {
        let (mut parser, mut out) = (InputParser::default(), Vec::new());
        parser.feed(bytes, &mut out);
        assert_eq!(out, [], "{bytes:?}");
        parser.unfinished()
    };
    for bytes in [b"\x1b[".as_slice(), b"\x1bO", b"\x1b]", b"\x1bP", b"\x1bX"] {
        assert_eq!(unfinished(bytes), Some(Unfinished::Introducer), "{bytes:?}");
    }
    for bytes in [
        b"\x1b[2".as_slice(),
        b"\x1b[200",
        b"\x1b[<0;1",
        b"\x1b]11;rgb:",
        b"\x1bP1$",
        b"\xc3",
        b"\xf0\x9f\x98",
        b"\x1b\xc3",
    ] {
        assert_eq!(unfinished(bytes), Some(Unfinished::Inside), "{bytes:?}");
    }
}

/// What the terminal sends unasked or when asked, and what it means.
const ANSWERS: &[(&[u8], &str)] = &[
    (b"\x1b[?62;22c", "attributes"),
    (b"\x1b[?2026;2$y", "synchronizes(true)"),
    (b"\x1b[?1u", "keyboard"),
    (b"\x1b[0n", "ready"),
    (b"\x1b]11;rgb:0000/8080/ffff\x1b\\", "ground(0,128,255)"),
    (b"\x1b]11;rgb:00/80/ff\x07", "ground(0,128,255)"),
];

#[test]
fn an_answer_that_pauses_anywhere_is_no_typed_text() {
    for (answer, meaning) in ANSWERS {
        // Also where the key Esc came right before it.
        for (cut, key) in (1..answer.len()).flat_map(|cut| [(cut, ""), (cut, "Esc ")]) {
            let (mut out, mut parser) = (Vec::new(), InputParser::default());
            parser.expects_answer(true);
            let escape: &[u8] = if key.is_empty() { b"" } else { b"\x1b" };
            parser.feed(&[escape, &answer[..cut]].concat(), &mut out);
            parser.flush(&mut out);
            parser.feed(&answer[cut..], &mut out);
            parser.feed(b"typed\r", &mut out);
            let lead = match &answer[..cut] {
                [_] => "Esc ",
                [_, b'['] => "Alt-[ ",
                [_, _] => "Alt-] ",
                _ => "",
            };
            assert_eq!(
                words(&out),
                format!("{key}{lead}{meaning} t y p e d Enter"),
                "{} at {cut}",
                answer.escape_ascii()
            );
        }
    }
}

#[test]
fn an_answer_that_comes_byte_by_byte_after_its_escape_was_a_key_is_no_typed_text() {
    for (answer, meaning) in ANSWERS {
        let (mut out, mut parser) = (Vec::new(), InputParser::default());
        parser.expects_answer(true);
        for byte in *answer {
            parser.feed(&[*byte], &mut out);
            // A sequence that has surely begun is waited for much longer than a key.
            if parser.unfinished() == Some(Unfinished::Escape) {
                parser.flush(&mut out);
            }
        }
        assert_eq!(words(&out), format!("Esc {meaning}"), "{}", answer.escape_ascii());
    }
}

#[test]
fn what_begins_a_sequence_is_a_key_when_no_sequence_comes() {
    // Bytes by the pauses between them; whether an answer is awaited; the keys.
    let table: &[(&[&[u8]], bool, &str)] = &[
        (&[b"\x1b["], true, "Alt-["),
        (&[b"\x1b[", b"a"], true, "Alt-[ a"),
        (&[b"\x1b[", b"\x1b["], true, "Alt-[ Alt-["),
        (&[b"\x1b[", b"?"], true, "Alt-[ ?"),
        (&[b"\x1b[", b"?x"], true, "Alt-[ ? x"),
        (&[b"\x1b[", b"?", b"x"], false, "Alt-[ ? x"),
        (&[b"\x1b]", b"1", b"2"], false, "Alt-] 1 2"),
        (&[b"\x1b", b"["], true, "Esc ["),
        (&[b"\x1b", b"[", b"?"], true, "Esc [ ?"),
        (&[b"\x1b", b"[j"], true, "Esc [ j"),
        (&[b"\x1b", b"[?62c"], false, "Esc [ ? 6 2 c"),
        (&[b"\x1b[", b"200~pasted\x1b[201~"], false, "Alt-[ paste(pasted)"),
        (&[b"\x1b[", b"<0;3;4M"], false, "Alt-[ Down(Left)@2,3"),
        (&[b"\x1b[?6", b"x"], true, "x"),
    ];
    for (pieces, expects_answer, keys) in table {
        let (mut out, mut parser) = (Vec::new(), InputParser::default());
        parser.expects_answer(*expects_answer);
        for piece in *pieces {
            parser.feed(piece, &mut out);
            parser.flush(&mut out);
        }
        assert_eq!(words(&out), *keys, "{pieces:?}");
    }
}

#[test]
fn the_mouse_is_read_in_its_sgr_form() {
    assert_eq!(read(b"\x1b[<0;5;7M"), format!("{:?}@4,6", MouseEventKind::Down(MouseButton::Left)));
    assert_eq!(read(b"\x1b[<0;5;7m"), format!("{:?}@4,6", MouseEventKind::Up(MouseButton::Left)));
    assert_eq!(read(b"\x1b[<32;1;1M"), format!("{:?}@0,0", MouseEventKind::Drag(MouseButton::Left)));
    assert_eq!(read(b"\x1b[<64;300;200M\x1b[<65;1;1M"), "ScrollUp@299,199 ScrollDown@0,0");
    assert_eq!(read(b"\x1b[<0;99999;7M"), "");
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic_or_stick(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let mut parser = InputParser::default();
        let mut out = Vec::new();
        parser.feed(&bytes, &mut out);
        parser.flush(&mut out);
        parser.feed(b"\x1b[201~\x07\x1b\\", &mut out);
        parser.flush(&mut out);
        out.clear();
        parser.feed(b"k", &mut out);
        parser.flush(&mut out);
        proptest::prop_assert_eq!(words(&out), "k");
    }
}

#[test]
fn an_escape_that_waits_for_an_answer_is_its_beginning_or_the_key_alone() {
    let table: &[(&[&[u8]], &str)] = &[
        (&[b"[0n"], "ready"),
        (&[b"[", b"0n"], "ready"),
        (&[b"[", b"0", b"n", b"x"], "ready x"),
        (&[b"[?2026;1$y"], "synchronizes(true)"),
        (&[b"]11;rgb:1/2/3\x07"], "ground(17,34,51)"),
        (&[b"]", b"11;rgb:1/2/3\x07"], "ground(17,34,51)"),
        (&[b"[A"], "Up"),
        (&[b"OA"], "Up"),
        (&[b"\x1b[0n"], "Esc ready"),
        (&[b"\x1b", b"[0n"], "Esc ready"),
        (&[b"x"], "Esc x"),
        (&[b"\r"], "Esc Enter"),
        (&["é".as_bytes()], "Esc é"),
        (&[b"O"], "Esc O"),
        (&[b"["], "Esc ["),
        (&[], "Esc"),
    ];
    for (rest, expected) in table {
        let (mut parser, mut out) = (InputParser::default(), Vec::new());
        parser.expects_answer(true);
        parser.feed(b"\x1b", &mut out);
        assert!(parser.hold() && !parser.hold(), "it waits once");
        for piece in *rest {
            parser.feed(piece, &mut out);
        }
        parser.flush(&mut out);
        assert_eq!(words(&out), *expected, "{rest:?}");
        parser.feed(b"y\x1b", &mut out);
        assert!(parser.hold(), "and so does the next");
    }
    let mut parser = InputParser::default();
    for other in [b"\x1b[".as_slice(), b"\xc3", b"\x1b[200~\x1b"] {
        parser.feed(other, &mut Vec::new());
        assert!(!parser.hold(), "{other:?}");
        parser = InputParser::default();
    }
}
