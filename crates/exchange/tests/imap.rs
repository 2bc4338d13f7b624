//! The reader of mailboxes against servers written by hand: old ones, odd ones, and such as can't give all.

mod support;

use pollwarden_exchange::imap::{Content, FolderName, Position, Unread};
use support::imap_server::{body, open, read, serve};

#[test]
fn a_server_of_the_old_kind_is_read() {
    let (settings, server) = serve(|server| {
        server.log_in();
        server.open(&[3, 9]);
        let answers =
            [body(9, b"Subject: 9\0\r\n\r\n"), b"* 5 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n".to_vec(), body(3, b"")]
                .concat();
        server.answer("UID FETCH 3,9 (UID BODY.PEEK[]<0.1001>)", answers);
        server.answer("LOGOUT", "* BYE\r\n");
    });
    let mut mailbox = open(&settings).expect("an open mailbox");
    let mut reading = mailbox.read(&FolderName::from("INBOX"), None).expect("a folder");
    // UID 9 came first: the position waits for UID 3.
    let nine = reading.next().expect("a message").expect("UID 9");
    assert_eq!(
        (nine.uid, nine.received, &nine.content),
        (9, Some(1_793_710_800), &Content::Whole(b"Subject: 9\0\r\n\r\n".to_vec()))
    );
    assert_eq!(reading.position(), Position { uid_validity: 7, last_uid: 0 });
    let three = reading.next().expect("a message").expect("UID 3");
    assert_eq!((three.uid, &three.content), (3, &Content::Whole(Vec::new())));
    assert_eq!(reading.position(), Position { uid_validity: 7, last_uid: 9 });
    assert!(reading.next().is_none());
    mailbox.leave().expect("a good-bye");
    server.join().expect("the server's side");
}

#[test]
fn what_a_server_leaves_out_is_asked_for_again_and_then_reported() {
    let (settings, server) = serve(|server| {
        server.log_in();
        server.open(&[1, 2, 3, 4]);
        let odd = b"* 3 FETCH (UID 3 BODY[]<0> NIL)\r\n* 3 FETCH (UID 3 NONSENSE)\r\n".to_vec();
        server.answer("UID FETCH 1:4 ", [body(1, b"one"), odd.clone()].concat());
        server.answer("UID FETCH 2 ", "");
        server.answer("UID FETCH 3 ", odd);
        let line = server.hear();
        server.say(format!("{} NO [SERVERBUG] disk\r\n", line.split(' ').next().expect("a tag")));
    });
    let (all, position, fault) = read(&settings);
    let contents: Vec<(u32, &Content)> = all.iter().map(|fetched| (fetched.uid, &fetched.content)).collect();
    let expected = [
        (1, &Content::Whole(b"one".to_vec())),
        (2, &Content::Missing(Unread::Gone)),
        (3, &Content::Missing(Unread::Unreadable)),
        (4, &Content::Missing(Unread::Unreadable)),
    ];
    assert_eq!(contents, expected);
    assert!(fault.is_none() && position.last_uid == 4);
    server.join().expect("the server's side");
}

#[test]
fn a_size_that_was_a_lie_costs_no_more_than_the_bound() {
    let (settings, server) = serve(|server| {
        server.log_in();
        server.open(&[1, 2]);
        let large = [b"Subject: large\r\n\r\n".to_vec(), vec![b'x'; 983]].concat();
        server.answer("UID FETCH 1:2 (UID BODY.PEEK[]<0.1001>)", [body(1, &large), body(2, b"two")].concat());
    });
    let (all, _, fault) = read(&settings);
    assert!(fault.is_none());
    assert_eq!(all[0].content, Content::HeadersOnly(b"Subject: large\r\n\r\n".to_vec()));
    assert_eq!(all[1].content, Content::Whole(b"two".to_vec()));
    server.join().expect("the server's side");
}

#[test]
fn a_server_that_hangs_up_says_from_where_to_go_on() {
    let (settings, server) = serve(|server| {
        server.log_in();
        server.open(&[4, 5]);
        server.hear();
        server.say([body(4, b"four"), b"* BYE shutting down\r\n".to_vec()].concat());
    });
    let (all, position, fault) = read(&settings);
    assert_eq!((all.len(), position.last_uid), (1, 4));
    let said = fault.expect("a fault").to_string();
    assert!(said.contains("shutting down") && said.contains("go on"), "{said}");
    server.join().expect("the server's side");
}

#[test]
fn few_messages_with_numbers_far_apart_are_found_in_few_steps() {
    let uids = [5, 70_000, 4_000_000_000, 4_294_967_000];
    let (settings, server) = serve(move |server| {
        server.log_in();
        server.examine(uids.len(), 4_294_967_001);
        let mut steps = 0;
        loop {
            let line = server.hear();
            let (tag, range) = (line.split(' ').next().expect("a tag"), line.split(' ').nth(3).expect("a range"));
            if range.contains(',') {
                server.say(
                    [body(5, b"a"), body(70_000, b"b"), body(4_000_000_000, b"c"), body(4_294_967_000, b"d")].concat(),
                );
                return server.say(format!("{tag} OK\r\n"));
            }
            steps += 1;
            let (from, to) = range.split_once(':').unwrap_or((range, range));
            let (from, to): (u32, u32) = (from.parse().expect("a number"), to.parse().expect("a number"));
            for uid in uids.iter().filter(|uid| (from..=to).contains(uid)) {
                server.say(format!("* 1 FETCH (UID {uid} RFC822.SIZE 1)\r\n"));
            }
            server.say(format!("{tag} OK\r\n"));
            assert!(steps < 40);
        }
    });
    let (all, position, fault) = read(&settings);
    assert_eq!(
        (all.iter().map(|fetched| fetched.uid).collect::<Vec<_>>(), position.last_uid),
        (uids.to_vec(), 4_294_967_000)
    );
    assert!(fault.is_none());
    server.join().expect("the server's side");
}

#[test]
fn a_line_of_the_listing_that_cannot_be_read_is_asked_for_without_a_date_and_counted() {
    let (settings, server) = serve(|server| {
        server.log_in();
        server.examine(3, 4);
        let good = "* 1 FETCH (UID 1 RFC822.SIZE 3 INTERNALDATE \"03-Nov-2026 08:00:00 -0500\")\r\n";
        let odd_date = "* 2 FETCH (UID 2 RFC822.SIZE 3 INTERNALDATE \"yesterday\")\r\n";
        let odd = "* 3 FETCH (UID three)\r\n";
        server.answer("UID FETCH 1:3 (UID RFC822.SIZE INTERNALDATE)", format!("{good}{odd_date}{odd}"));
        server.answer(
            "UID FETCH 1:3 (UID RFC822.SIZE)",
            format!("* 1 FETCH (UID 1 RFC822.SIZE 3)\r\n* 2 FETCH (UID 2 RFC822.SIZE 3)\r\n{odd}"),
        );
    });
    let mut mailbox = open(&settings).expect("an open mailbox");
    let reading = mailbox.read(&FolderName::from("INBOX"), None).expect("a folder");
    assert_eq!((reading.unreadable, reading.progress().of), (1, 2));
    server.join().expect("the server's side");
}

#[test]
fn more_messages_than_may_be_read_at_once_wait_for_the_next_run() {
    let (mut settings, server) = serve(|server| {
        server.log_in();
        server.open(&[1, 2, 3]);
        server.answer("UID FETCH 1:2 ", [body(1, b"a"), body(2, b"b")].concat());
    });
    settings.limits.messages = 2;
    let mut mailbox = open(&settings).expect("an open mailbox");
    let mut reading = mailbox.read(&FolderName::from("INBOX"), None).expect("a folder");
    assert!(reading.is_cut);
    assert_eq!((reading.by_ref().filter(Result::is_ok).count(), reading.position().last_uid), (2, 2));
    server.join().expect("the server's side");
}

#[test]
fn folders_that_cannot_be_read_are_counted() {
    let (settings, server) = serve(|server| {
        server.log_in();
        let long = format!("* LIST () \"/\" \"{}\"\r\n", "x".repeat(100_000));
        let odd = "* LIST (\\HasNoChildren) \"/\" caf\u{e9}\r\n* LIST what\r\n";
        let good =
            "* LIST (\\Noselect) \"/\" Archive\r\n* LIST () \"/\" {12}\r\nArchive/&AOk\r\n* LIST () NIL inbox\r\n";
        server.answer("LIST \"\" ", format!("{long}{odd}{good}"));
    });
    let folders = open(&settings).expect("an open mailbox").folders().expect("folders");
    let seen: Vec<(&str, bool)> = folders.folders.iter().map(|folder| (folder.name.text(), folder.opens)).collect();
    assert_eq!(seen, [("Archive", false), ("Archive/&AOk", true), ("INBOX", true)]);
    assert_eq!(folders.unreadable, 3);
    server.join().expect("the server's side");
}
