//! Genuine notices and everyday mail that look like lures at a glance: none becomes a phish.

use pollwarden_mail::phish::Verdict;

use crate::desk::{desk_with_server, judged};
use crate::written::{Written, html, plain, told};

fn assert_ordinary(letter: &Written) {
    let judged = judged(&desk_with_server(), &letter.raw());
    assert_eq!(judged.score.verdict, Verdict::Ordinary, "{}: {}", judged.letter.subject, told(&judged.score));
    assert_eq!(judged.lure, None, "{}: {:?}", judged.letter.subject, judged.imitations);
}

/// A service's own notice, signed by its own domain.
fn notice(name: &str, domain: &str, subject: &str, text: &str) -> Written {
    let body = format!(
        "<p>{text}</p><p><a href='https://www.{domain}/go/1'>Continue</a></p><p>Questions? See <a href='https://help.{domain}/'>our help</a>. \
         Please do not reply to this message.</p>"
    );
    html(&format!("{name} <no-reply@{domain}>"), subject, &body)
        .with(&format!("Return-Path: <bounce-17@mail.{domain}>"))
        .with(&format!("Authentication-Results: mx.county.example.gov; spf=pass smtp.mailfrom=mail.{domain}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"))
}

#[test]
fn notices_of_real_services() {
    for (name, domain, subject, text) in [
        (
            "GitHub",
            "github.com",
            "Reset your password",
            "We heard that you lost your password. Use the button below to reset your password. The link expires in 24 hours.",
        ),
        (
            "PayPal",
            "paypal.com",
            "Your payment could not be processed",
            "Please update your payment method so that your subscription is not cancelled.",
        ),
        (
            "Microsoft account team",
            "microsoft.com",
            "Unusual sign-in activity",
            "We noticed a new sign in to your account. If this was not you, please secure your account.",
        ),
        (
            "Docusign",
            "docusign.net",
            "Please sign: Lease agreement",
            "A document is waiting for you. Review and sign the document.",
        ),
        (
            "UPS",
            "ups.com",
            "Your package is delayed",
            "Your package is delayed by weather. Track your package or reschedule the delivery.",
        ),
        (
            "Dropbox",
            "dropbox.com",
            "Your storage is almost full",
            "Your storage is almost full. Upgrade or delete files.",
        ),
        (
            "Example Bank",
            "examplebank.example",
            "Security alert: new device",
            "Dear customer, a new device was used to log in to your account.",
        ),
        (
            "Banco Ejemplo",
            "bancoejemplo.example",
            "Alerta de seguridad: nuevo dispositivo",
            "Estimado cliente, un nuevo dispositivo inició sesión en su cuenta.",
        ),
        ("Correos", "correos.es", "Su paquete está en reparto", "Su paquete será entregado hoy. Consulte el envío."),
    ] {
        assert_ordinary(&notice(name, domain, subject, text));
    }
}

#[test]
fn the_offices_own_help_desk() {
    let text = "Pat, your mailbox is almost full. Please delete old messages or ask us for more room. You need not send us your password, ever.";
    assert_ordinary(&plain("IT Help Desk <helpdesk@county.example.gov>", "Your mailbox is almost full", text));
    let text = "Your password expires in ten days. Press Ctrl, Alt and Delete at your desk to change your password.";
    assert_ordinary(&plain("IT Help Desk <helpdesk@county.example.gov>", "Password expires soon", text));
}

#[test]
fn newsletters_and_shops() {
    let paragraph = "Our spring sale begins today, and everything for the garden is cheaper until Sunday. ";
    let items: String = (1..9).map(|n| format!("<p>{paragraph}<a href='https://www.gardenshop.example/item/{n}'><img src='https://img.gardenshop.example/{n}.png' alt='Chair'></a></p>")).collect();
    let body = format!("{items}<p><a href='https://news.gardenshop.example/unsubscribe?u=7'>Unsubscribe</a></p>");
    let shop = || {
        html("Garden Shop <news@gardenshop.example>", "Last chance: save 20% today!", &body)
            .with("List-Unsubscribe: <https://news.gardenshop.example/u/7>")
    };
    assert_ordinary(&shop());
    assert_ordinary(&shop().with("Return-Path: <b-1@mailer.example.net>"));
}

#[test]
fn people() {
    assert_ordinary(&plain(
        "Ann Miller <ann.miller@gmail.com>",
        "Lunch?",
        "Hi Pat, are you available for lunch on Friday? Ann",
    ));
    assert_ordinary(
        &plain(
            "Ann Miller <ann.miller@example.org>",
            "Re: Poll workers",
            "> Can you send the list?\n> Thanks\nHere it is: https://docs.google.com/d/1 — Ann",
        )
        .with("In-Reply-To: <1@county.example.gov>"),
    );
    assert_ordinary(&plain(
        "Luis Ejemplo <luis@example.org>",
        "Factura de marzo",
        "Hola Pat, adjunto la factura de marzo. Un saludo, Luis",
    ));
    assert_ordinary(&plain(
        "Ann Miller <ann.miller@example.org>",
        "That phishing mail",
        "Pat, I got a mail that said my PayPal account was suspended and asked me to confirm my password. I deleted it.",
    ));
    assert_ordinary(&html(
        "Ann Miller <ann.miller@example.org>",
        "Photos",
        "<p>Hi Pat, the photos of the open day are <a href='https://photos.example.net/a'>here</a>. See you, Ann</p>",
    ));
}

#[test]
fn vendors_and_other_offices() {
    assert_ordinary(&plain(
        "Dana Vendor <dana@votingvendor.example>",
        "Invoice 2231",
        "Hello Pat, attached is invoice 2231 for the ballot paper, payable within 30 days. Best regards, Dana",
    ));
    assert_ordinary(&plain(
        "State Elections <notices@sos.example.gov>",
        "Deadline for registrations",
        "Dear clerks, the deadline for registrations is 5 March. Please update your lists by then. See https://sos.example.gov/deadlines",
    ));
}
