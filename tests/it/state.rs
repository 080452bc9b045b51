//! The fold of a session's events: what is shown, and what it is kept in.

use adit::session::{
    Block, Entry, Event, EventKind, Message, Millis, Role, Seq, SessionState, StepId, StopReason, TurnId, Usage,
};

fn fold(kinds: Vec<EventKind>) -> SessionState {
    let mut state = SessionState::default();
    for (number, kind) in kinds.into_iter().enumerate() {
        state.apply(&Event { seq: Seq(number as u64 + 1), at: Millis(0), kind });
    }
    state
}

fn answered(streamed: &[&str], blocks: Vec<Block>) -> SessionState {
    let prompt = Message::new(Role::User, vec![Block::Text { text: "go".to_owned() }]);
    let mut kinds = vec![
        EventKind::TurnStarted { turn: TurnId(1), prompt: "go".to_owned(), message: prompt },
        EventKind::StepStarted { step: StepId(1) },
    ];
    kinds.extend(streamed.iter().map(|piece| EventKind::TextDelta { text: (*piece).to_owned() }));
    let message = Some(Message::new(Role::Assistant, blocks));
    let (stop, usage) = (StopReason::EndTurn, Usage::default());
    kinds.push(EventKind::StepEnded { message, stop, usage, cost_micros: None, timings: None });
    fold(kinds)
}

fn shown(state: &SessionState) -> &str {
    let mut texts = state.entries.iter().filter_map(|entry| match entry.as_ref() {
        Entry::Text { text, .. } => Some(&**text),
        _ => None,
    });
    texts.next_back().unwrap()
}

#[test]
fn an_answer_is_kept_once_for_the_chat_and_for_the_model() {
    let state = answered(&["one ", "two"], vec![Block::Text { text: "one two".to_owned() }]);
    let Some(Block::Text { text: sent }) = state.conversation[1].blocks.first() else { panic!("no text") };
    assert_eq!(shown(&state), "one two");
    assert_eq!(shown(&state).as_ptr(), sent.as_ptr(), "the chat shows the message's own words");
    assert_eq!(state.clone().conversation[1].blocks.as_ptr(), state.conversation[1].blocks.as_ptr());
}

#[test]
fn what_was_streamed_otherwise_than_it_is_sent_stays_shown() {
    let state = answered(&["one ", "two"], vec![Block::Text { text: "one".to_owned() }]);
    assert_eq!(shown(&state), "one two");
}
