//! The tree of everything that happened to a review, and where in it the review stands.
//!
//! Every node but the first holds the way from its parent's state to its own. Undoing walks back, redoing forth, and
//! a new act after an undo grows a branch, so that nothing is ever lost. What others did (the disk, a commit) stands in
//! the tree as a fact: it is stepped over, never taken back. What the model did is stepped over by an undo too, which
//! is of the user's own acts; going to a point of the tree takes it back.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Revision;
use super::feedback::Feedback;
use super::step::{FileStep, Steps, Way};
use crate::path::RelPath;

/// Names a point of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub usize);

/// A point of the history, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its name.
    pub id: NodeId,
    /// The point before; none for the first.
    pub parent: Option<NodeId>,
    /// What happened there, in words.
    pub label: String,
    /// The revision that it led to; its event's time is that of the act.
    pub revision: Revision,
    /// Whether the review stands there.
    pub is_current: bool,
    /// Whether it can be taken back; what the disk did cannot.
    pub is_act: bool,
}

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The beginning.
    Root,
    /// The user did something; it can be undone.
    Act,
    /// The model edited; an undo leaves it, a way to an earlier point takes it back.
    Proposed,
    /// The disk moved or a commit was made; it is stepped over.
    Fact,
    /// An undo across facts, or a jump: its state is that of `to`, with the facts kept. Undo goes on from there.
    Jump {
        /// The point jumped to.
        to: usize,
    },
}

/// A point of the history.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) parent: usize,
    pub(super) kind: Kind,
    pub(super) label: Arc<str>,
    pub(super) revision: Revision,
    /// The way from the parent's state.
    pub(super) steps: Steps,
    /// What the model is to be told of it.
    pub(super) feedback: Arc<[Feedback]>,
    /// Whether it was told.
    pub(super) is_told: bool,
    /// The acts that this node repeats or takes back, where it does so across facts.
    pub(super) acts: Arc<[(usize, Way)]>,
    /// The child that redo goes to.
    pub(super) redo: Option<usize>,
    /// The point from which redo goes on, where this node repeats another one.
    pub(super) mirror: Option<usize>,
}

/// What redo would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Redo {
    /// Walk to this child.
    Forth(usize),
    /// Take this jump back.
    Back(usize),
}

/// The tree.
#[derive(Debug, Clone)]
pub(super) struct History {
    pub(super) nodes: Vec<Node>,
    pub(super) current: usize,
}

impl Default for History {
    fn default() -> Self {
        let root = Node {
            parent: 0,
            kind: Kind::Root,
            label: Arc::from("the beginning"),
            revision: Revision::default(),
            steps: Steps::default(),
            feedback: Arc::from([]),
            is_told: true,
            acts: Arc::from([]),
            redo: None,
            mirror: None,
        };
        Self { nodes: vec![root], current: 0 }
    }
}

impl History {
    /// Adds a node below the current one and stands there.
    pub(super) fn grow(&mut self, kind: Kind, label: String, revision: Revision, steps: Steps) -> usize {
        let parent = self.current;
        self.nodes.push(Node {
            parent,
            kind,
            label: label.into(),
            revision,
            steps,
            feedback: Arc::from([]),
            is_told: false,
            acts: Arc::from([]),
            redo: None,
            mirror: None,
        });
        self.current = self.nodes.len() - 1;
        self.current
    }

    /// Returns the last act of the user, which an undo takes back.
    pub(super) fn undoable(&self) -> Option<usize> {
        self.last(|kind| kind == Kind::Act)
    }

    /// Returns the last act of the user or the model.
    pub(super) fn newest(&self) -> Option<usize> {
        self.last(|kind| matches!(kind, Kind::Act | Kind::Proposed))
    }

    fn last(&self, is_meant: impl Fn(Kind) -> bool) -> Option<usize> {
        let mut at = self.current;
        loop {
            let node = &self.nodes[at];
            at = match node.kind {
                kind if is_meant(kind) => return Some(at),
                Kind::Root => return None,
                Kind::Act | Kind::Proposed | Kind::Fact => node.parent,
                Kind::Jump { to } => to,
            };
        }
    }

    /// Returns what a redo does.
    pub(super) fn redoable(&self) -> Option<Redo> {
        let mut at = self.current;
        let mut is_past_edits = false;
        loop {
            let node = &self.nodes[at];
            if let Some(child) = node.redo {
                // An edit that was left behind does not come back into what the model has proposed since.
                let is_left_behind = is_past_edits && self.nodes[child].kind == Kind::Proposed;
                return (!is_left_behind).then_some(Redo::Forth(child));
            }
            at = match (node.kind, node.mirror) {
                (Kind::Jump { .. }, _) => return Some(Redo::Back(at)),
                (Kind::Fact, _) => node.parent,
                (_, Some(mirror)) => mirror,
                (Kind::Proposed, None) => {
                    is_past_edits = true;
                    node.parent
                }
                (Kind::Root | Kind::Act, None) => return None,
            };
        }
    }

    /// Returns the steps from one point to another: the nodes to walk back over, then those to walk forth to.
    pub(super) fn path(&self, from: usize, to: usize) -> Vec<(usize, Way)> {
        // A parent is always older than its child, so the younger of the two is never a common ancestor.
        let (mut one, mut other) = (from, to);
        let (mut back, mut forth) = (Vec::new(), Vec::new());
        while one != other {
            if one > other {
                back.push((one, Way::Back));
                one = self.nodes[one].parent;
            } else {
                forth.push((other, Way::Forth));
                other = self.nodes[other].parent;
            }
        }
        back.extend(forth.into_iter().rev());
        back
    }

    /// Makes redo lead back along a path that was just walked.
    pub(super) fn remember(&mut self, path: &[(usize, Way)]) {
        for (node, _) in path {
            // Redo takes a jump back, it does not jump again.
            if !matches!(self.nodes[*node].kind, Kind::Jump { .. }) {
                let parent = self.nodes[*node].parent;
                self.nodes[parent].redo = Some(*node);
            }
        }
    }

    /// Takes a file out of the current node, if that is `node`; a node that holds nothing more is dropped.
    pub(super) fn forget(&mut self, node: usize, paths: &[RelPath]) {
        let Some(found) = self.nodes.get_mut(node) else { return };
        let kept: Vec<(RelPath, FileStep)> =
            found.steps.iter().filter(|(path, _)| !paths.contains(path)).cloned().collect();
        let is_empty = kept.is_empty();
        found.steps = Arc::new(kept);
        found.feedback = found.feedback.iter().filter(|told| !paths.contains(&told.path)).cloned().collect();
        let parent = found.parent;
        if is_empty && node + 1 == self.nodes.len() && self.current == node {
            self.current = parent;
            self.nodes.pop();
        }
    }

    /// Returns the tree for showing, oldest first.
    pub(super) fn entries(&self) -> Vec<HistoryEntry> {
        let nodes = self.nodes.iter().enumerate();
        nodes
            .map(|(index, node)| HistoryEntry {
                id: NodeId(index),
                parent: if node.kind == Kind::Root { None } else { Some(NodeId(node.parent)) },
                label: node.label.to_string(),
                revision: node.revision,
                is_current: index == self.current,
                is_act: match node.kind {
                    Kind::Act | Kind::Proposed | Kind::Jump { .. } => true,
                    Kind::Root | Kind::Fact => false,
                },
            })
            .collect()
    }
}
