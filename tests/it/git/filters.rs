//! Line ends, keywords and other filters between the working tree and git.

use std::fs;

use super::scratch::Scratch;

const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

/// Commits one changed line between the user's own, with files checked out as CRLF, and checks the blob.
fn check_crlf(prepare: impl Fn(&Scratch)) {
    let scratch = Scratch::with(&[("a.txt", BASE)]);
    prepare(&scratch);
    fs::remove_file(scratch.root().join("a.txt")).unwrap();
    scratch.git(&["checkout", "-q", "--", "a.txt"]);
    let base = crlf(BASE);
    assert_eq!(scratch.text("a.txt"), base);
    let staged = base.replace('1', "staged");
    scratch.put("a.txt", &staged);
    scratch.git(&["add", "a.txt"]);
    let users = staged.replace('9', "user");
    scratch.put("a.txt", &users);
    let before = scratch.users_own();
    let file = scratch.accept("a.txt", Some(&users), Some(&users.replace('5', "adit")));
    let new = scratch.accept("new.txt", None, Some("new\r\nlines\r\n"));
    scratch.commit(&[file, new]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), BASE.replace('5', "adit"));
    assert_eq!(scratch.git(&["show", "HEAD:new.txt"]), "new\nlines\n");
    assert_eq!(scratch.users_own(), before);
}

#[test]
fn crlf_by_configuration() {
    check_crlf(|scratch| {
        scratch.git(&["config", "core.autocrlf", "true"]);
    });
}

#[test]
fn crlf_by_attributes() {
    check_crlf(|scratch| {
        scratch.put(".gitattributes", "*.txt text eol=crlf\n");
        scratch.git(&["add", "-A"]);
        scratch.git(&["commit", "-qm", "attributes"]);
    });
}

#[test]
fn crlf_that_is_stored_stays() {
    for setting in ["false", "input", "true"] {
        let scratch = Scratch::with(&[("a.txt", &crlf(BASE))]);
        scratch.git(&["config", "core.autocrlf", setting]);
        let after = crlf(&BASE.replace('5', "adit"));
        let file = scratch.accept("a.txt", Some(&crlf(BASE)), Some(&after));
        scratch.commit(&[file]).unwrap();
        assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), after, "{setting}");
        assert_eq!(scratch.git(&["status", "--porcelain"]), "", "{setting}");
    }
}

#[test]
fn crlf_that_git_would_normalise_is_not_part_of_the_commit() {
    let scratch = Scratch::with(&[("a.txt", &crlf(BASE))]);
    scratch.put(".gitattributes", "*.txt text\n");
    scratch.git(&["add", ".gitattributes"]);
    scratch.git(&["commit", "-qm", "attributes"]);
    let after = crlf(&BASE.replace('5', "adit"));
    let file = scratch.accept("a.txt", Some(&crlf(BASE)), Some(&after));
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), after);
}

#[test]
fn mixed_line_ends_and_no_final_newline_keep_their_bytes() {
    let base = "1\r\n2\n3\r\n4\n5\n6";
    let scratch = Scratch::with(&[("a.txt", base)]);
    let file = scratch.accept("a.txt", Some(base), Some("1\r\n2\n3\r\n4\nadit\n6"));
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), "1\r\n2\n3\r\n4\nadit\n6");
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn keywords_are_stored_folded() {
    let scratch = Scratch::new();
    scratch.put(".gitattributes", "*.txt ident\n");
    scratch.put("a.txt", format!("$Id$\n{BASE}"));
    scratch.git(&["add", "-A"]);
    scratch.git(&["commit", "-qm", "start"]);
    fs::remove_file(scratch.root().join("a.txt")).unwrap();
    scratch.git(&["checkout", "-q", "--", "a.txt"]);
    let before = scratch.text("a.txt");
    assert!(before.starts_with("$Id: "));
    let file = scratch.accept("a.txt", Some(&before), Some(&before.replace("\n5\n", "\nadit\n")));
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:a.txt"]), format!("$Id$\n{}", BASE.replace('5', "adit")));
    assert_eq!(scratch.git(&["status", "--porcelain"]), "");
}

#[test]
fn filters_that_are_programs_are_refused() {
    for (attributes, driver, reason) in [
        ("*.bin filter=lfs\n", None, "a.bin goes through git's filter \"lfs\", which adit does not run"),
        ("*.bin filter=own\n", Some("own"), "a.bin goes through git's filter \"own\", which adit does not run"),
        (
            "*.bin working-tree-encoding=UTF-16\n",
            None,
            "git stores a.bin in another encoding than the file has (UTF-16)",
        ),
    ] {
        let scratch = Scratch::with(&[("b.txt", BASE)]);
        scratch.put(".gitattributes", attributes);
        if let Some(driver) = driver {
            scratch.git(&["config", &format!("filter.{driver}.clean"), "cat"]);
        }
        let file = scratch.accept("a.bin", None, Some("x\n"));
        let fault = scratch.commit(&[file]).unwrap_err();
        assert_eq!(fault.message, reason);
        assert!(fault.hint.is_some());
    }
}

#[test]
fn a_filter_that_is_not_set_up_does_nothing() {
    let scratch = Scratch::with(&[("b.txt", BASE)]);
    scratch.put(".gitattributes", "*.bin filter=absent\n");
    let file = scratch.accept("a.bin", None, Some("x\n"));
    scratch.commit(&[file]).unwrap();
    assert_eq!(scratch.git(&["show", "HEAD:a.bin"]), "x\n");
}
