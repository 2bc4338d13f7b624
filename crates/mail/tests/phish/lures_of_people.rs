//! Lures of those who pose as people, sell, or threaten; and lures in other languages.

use pollwarden_mail::phish::Verdict;

use crate::lures::{assert_found, lure};
use crate::written::{plain, told};

#[test]
fn fortunes_loans_and_easy_money() {
    let fortune = "Dear friend, I am a widow dying of cancer. My late husband left a sum of nine million dollars in a bank account. I want you to be the beneficiary and to give it to charity. Please reply with your full name and telephone in confidence. God bless.";
    assert_found(
        "asks/fortune",
        &plain("Mrs. Ann Example <ann.example77@gmail.com>", "My donation", fortune)
            .to("")
            .with("Reply-To: other.example@outlook.com"),
    );
    let fortuna = "Querido amigo, soy la señora Ana, viuda. Mi marido dejó una herencia de nueve millones de dólares en una cuenta bancaria. Quiero que usted sea el beneficiario y haga caridad. Responda con su nombre completo y número de teléfono en confianza. Que Dios le bendiga.";
    assert_found(
        "asks/fortune",
        &plain("Sra. Ana <ana.ejemplo77@gmail.com>", "Donación", fortuna)
            .to("")
            .with("Reply-To: otra.ejemplo@outlook.com"),
    );
    assert_found(
        "asks/loan",
        &lure(
            "Loan Office",
            "Loan offer at low interest rate",
            "Get your loan today, fast approval, no credit score. Apply immediately.",
        ),
    );
    assert_found(
        "asks/loan",
        &lure(
            "Oficina de préstamos",
            "Préstamo aprobado",
            "Su crédito está preaprobado con baja tasa de interés. Solicite el préstamo hoy mismo, solo hoy.",
        ),
    );
    assert_found(
        "asks/income",
        &lure(
            "Job Offer",
            "Work from home, earn money",
            "Easy money: earn 500 per day, no experience. Limited time, act now.",
        ),
    );
}

#[test]
fn threats_and_favours() {
    let threat = "I am a hacker and have full access to your device. I recorded you with your webcam while you visited adult sites. Send me 900 in bitcoin within 48 hours or I send the video to all your contacts and your family.";
    assert_found("asks/extortion", &plain("<pat.clerk@county.example.gov>", "I recorded you", threat));
    let amenaza = "Soy hacker y tengo acceso completo a tu dispositivo. Te he grabado con tu cámara en sitios para adultos. Paga 900 en bitcoin en 48 horas o enviaré el video a tus contactos y a tu familia.";
    assert_found("asks/extortion", &plain("<pat.clerk@county.example.gov>", "Te he grabado", amenaza));
    let favour = "Are you available? I am in a meeting and can't talk. I need you to purchase some gift cards for a vendor, urgent. Keep this between us and send me your cell number.";
    assert_found(
        "asks/secret",
        &plain("County Director Office <director.desk1@gmail.com>", "Quick task, urgent", favour),
    );
    let favor = "¿Estás disponible? Estoy en una reunión y no puedo hablar. Necesito que compres tarjetas de regalo, urgente. Que quede entre nosotros y envíame tu número.";
    assert_found(
        "asks/secret",
        &plain("Oficina de la Directora <directora.oficina1@gmail.com>", "Tarea urgente", favor),
    );
}

#[test]
fn company_pills_and_cures() {
    assert_found(
        "asks/dating",
        &lure(
            "Lonely women",
            "Beautiful women want to meet",
            "Hot singles near you: see my photos, flirt and meet me tonight.",
        ),
    );
    assert_found(
        "asks/pills",
        &lure("Pharmacy Online", "Viagra without prescription", "Cheap potency pills, today only, shop now."),
    );
    assert_found(
        "asks/pills",
        &lure("Farmacia Online", "Viagra sin receta", "Potencia y virilidad, solo hoy, haga clic aquí."),
    );
    assert_found(
        "asks/cure",
        &lure(
            "Health Service",
            "Lose weight with this trick",
            "Burn fat and lose weight: the miracle remedy doctors hate. Limited time.",
        ),
    );
    assert_found(
        "asks/cure",
        &lure(
            "Servicio de salud",
            "Perder peso sin dieta",
            "El remedio milagro para bajar de peso y quemar grasa, solo hoy.",
        ),
    );
}

#[test]
fn other_languages() {
    for (name, subject, text) in [
        (
            "Segurança",
            "Sua conta foi suspensa",
            "Prezado cliente, confirme sua senha em 24 horas para evitar o bloqueio da conta.",
        ),
        (
            "Kundenservice",
            "Ihr Konto wurde gesperrt",
            "Sehr geehrter Kunde, bestätigen Sie Ihr Konto innerhalb von 24 Stunden, sonst wird es gelöscht.",
        ),
        (
            "Service client",
            "Votre compte est suspendu",
            "Cher client, vérifiez votre compte sous 24 heures pour éviter la suspension.",
        ),
        (
            "Klantenservice",
            "Uw rekening is geblokkeerd",
            "Geachte klant, bevestig uw gegevens binnen 24 uur, anders wordt uw rekening geblokkeerd.",
        ),
        (
            "Assistenza",
            "Il suo conto è stato sospeso",
            "Gentile cliente, confermi i suoi dati entro 24 ore, altrimenti il conto sarà bloccato.",
        ),
        ("Bank", "Twoje konto zostało zablokowane", "Szanowny kliencie, potwierdź konto natychmiast. Kliknij tutaj."),
        ("Support", "Hesabınız askıya alındı", "Sayın müşterimiz, hesabınızı hemen doğrulayın. Tıklayın."),
        ("Support", "アカウントが停止されました", "お客様、至急パスワードを確認してください。こちらをクリック。"),
    ] {
        let score = lure(name, subject, text).score();
        assert_eq!(score.verdict, Verdict::Phish, "{subject}: {}", told(&score));
    }
}
