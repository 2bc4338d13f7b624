//! Lures of every kind that an office gets, in English and Spanish: each is found, by its wish.

use pollwarden_mail::phish::Verdict;

use crate::written::{Written, html, told};

/// A lure as they usually come: a service's name at a stranger's domain, one link elsewhere.
pub(crate) fn lure(name: &str, subject: &str, text: &str) -> Written {
    let body = format!("<p>{text}</p><p><a href='https://portal.test/a/1'>Click here</a></p>");
    html(&format!("{name} <noreply@gardenfurniture.example>"), subject, &body)
}

pub(crate) fn assert_found(id: &str, lure: &Written) {
    let score = lure.score();
    assert!(score.reasons.iter().any(|reason| reason.id == id), "{id}: {}", told(&score));
    assert_eq!(score.verdict, Verdict::Phish, "{id}: {}", told(&score));
}

#[test]
fn accounts_and_passwords() {
    assert_found(
        "asks/credentials",
        &lure(
            "Account Security",
            "Verify your account",
            "Dear user, we could not verify your account. Confirm your password within 24 hours.",
        ),
    );
    assert_found(
        "asks/credentials",
        &lure(
            "Seguridad",
            "Verifique su cuenta",
            "Estimado usuario, confirme su contraseña en las próximas 24 horas o su cuenta será suspendida.",
        ),
    );
    assert_found(
        "asks/blocked-account",
        &lure(
            "Support Team",
            "Your account has been suspended",
            "Dear customer, your account is limited. Restore your access immediately.",
        ),
    );
    assert_found(
        "asks/blocked-account",
        &lure(
            "Soporte",
            "Su cuenta ha sido bloqueada",
            "Estimado cliente, su cuenta está suspendida. Haga clic para recuperar el acceso de inmediato.",
        ),
    );
    assert_found(
        "asks/strange-login",
        &lure(
            "Account Team",
            "Unusual sign in activity",
            "A new device signed in to your account. If this was not you, secure your account now.",
        ),
    );
    assert_found(
        "asks/strange-login",
        &lure(
            "Equipo de seguridad",
            "Inicio de sesión inusual",
            "Hemos visto un intento de acceso desde un dispositivo desconocido. Verifique su identidad.",
        ),
    );
    assert_found(
        "asks/mailbox",
        &lure(
            "Mail Administrator",
            "Your mailbox is full",
            "You have incoming messages on hold. Keep the same password to release them.",
        ),
    );
    assert_found(
        "asks/mailbox",
        &lure(
            "Administrador",
            "Su contraseña caduca hoy",
            "Estimado usuario, su contraseña expira en 24 horas. Mantener la misma contraseña aquí.",
        ),
    );
}

#[test]
fn payments_bills_and_refunds() {
    assert_found(
        "asks/payment-failed",
        &lure(
            "Billing",
            "Your payment was declined",
            "Dear customer, update your billing details or your subscription will be cancelled.",
        ),
    );
    assert_found(
        "asks/payment-failed",
        &lure(
            "Facturación",
            "Pago rechazado",
            "Estimado cliente, su pago fue rechazado. Actualice su método de pago para evitar la suspensión.",
        ),
    );
    assert_found(
        "asks/invoice",
        &lure(
            "Accounts Department",
            "Overdue invoice attached",
            "Your invoice is overdue. Legal action follows if you do not pay within 24 hours.",
        ),
    );
    assert_found(
        "asks/invoice",
        &lure(
            "Departamento de cobros",
            "Factura vencida",
            "Le recordamos la factura pendiente. Último aviso: evite acciones legales y descargue la factura.",
        ),
    );
    assert_found(
        "asks/refund",
        &lure(
            "Refund Department",
            "Claim your tax refund",
            "You are entitled to a refund. Claim your refund today only.",
        ),
    );
    assert_found(
        "asks/refund",
        &lure(
            "Agencia Tributaria",
            "Reembolso pendiente",
            "Tiene una devolución de impuestos. Reclame su reembolso antes de que caduque, último aviso.",
        ),
    );
    assert_found(
        "asks/tax",
        &lure(
            "Revenue Service",
            "Unpaid tax: final notice",
            "Legal action will follow. Settle the unpaid tax within 48 hours.",
        ),
    );
    assert_found(
        "asks/tax",
        &lure(
            "Hacienda",
            "Multa pendiente",
            "Tiene una multa de tráfico pendiente. Pague en 48 horas para evitar el embargo.",
        ),
    );
}

#[test]
fn parcels_prizes_and_surveys() {
    assert_found(
        "asks/parcel",
        &lure(
            "Delivery Service",
            "Your package could not be delivered",
            "Confirm your address and pay the shipping fee within 24 hours.",
        ),
    );
    assert_found(
        "asks/parcel",
        &lure(
            "Servicio de entrega",
            "Su paquete está retenido",
            "Su paquete está en la aduana. Pague los gastos de envío hoy mismo.",
        ),
    );
    assert_found(
        "asks/prize",
        &lure(
            "Reward Center",
            "You have won a gift card",
            "Congratulations! You were selected. Claim your gift card today only.",
        ),
    );
    assert_found(
        "asks/prize",
        &lure(
            "Centro de premios",
            "¡Ha ganado una tarjeta regalo!",
            "Felicidades, ha sido elegido. Reclame su premio hoy mismo.",
        ),
    );
    assert_found(
        "asks/survey",
        &lure(
            "Customer Survey",
            "Short survey, big reward",
            "Answer a few questions of our survey and receive your reward. Exclusive, today only.",
        ),
    );
    assert_found(
        "asks/survey",
        &lure(
            "Encuesta",
            "Breve encuesta con premio",
            "Responda la encuesta y reciba su premio. Ha sido seleccionado, solo hoy.",
        ),
    );
}

#[test]
fn protection_storage_documents_and_digital_money() {
    assert_found(
        "asks/antivirus",
        &lure(
            "Virus Protection",
            "Your antivirus has expired",
            "Your computer is at risk. Renew your protection immediately.",
        ),
    );
    assert_found(
        "asks/antivirus",
        &lure(
            "Protección",
            "Su antivirus ha caducado",
            "Su equipo está en riesgo. Renueve la protección de inmediato.",
        ),
    );
    assert_found(
        "asks/storage",
        &lure(
            "Cloud Team",
            "Your cloud storage is full",
            "Your photos will be deleted. Upgrade your storage today only.",
        ),
    );
    assert_found(
        "asks/storage",
        &lure(
            "Nube",
            "Su almacenamiento está lleno",
            "Sus fotos serán eliminadas. Amplíe el espacio hoy mismo, último aviso.",
        ),
    );
    assert_found(
        "asks/document",
        &lure(
            "Document Center",
            "A document was shared with you",
            "Dear user, a contract is waiting for you. Please sign within 24 hours, sign in with your e-mail password to verify your account.",
        ),
    );
    assert_found(
        "asks/document",
        &lure(
            "Notificación",
            "Le ha enviado un documento",
            "Estimado usuario, tiene un documento en espera. Verifique su cuenta con la contraseña para ver el documento.",
        ),
    );
    assert_found(
        "asks/wallet",
        &lure(
            "Wallet Support",
            "Verify your wallet",
            "Your wallet will be blocked. Confirm your recovery phrase immediately.",
        ),
    );
    assert_found(
        "asks/wallet",
        &lure(
            "Soporte",
            "Verifique su billetera",
            "Su billetera será bloqueada. Confirme su frase de recuperación de inmediato.",
        ),
    );
    assert_found(
        "asks/airdrop",
        &lure("Token Team", "Claim your token airdrop", "The airdrop of tokens ends today. Claim your tokens now."),
    );
    assert_found("asks/casino", &lure("Casino Club", "200 free spins", "No deposit needed at our casino. Play now."));
    assert_found(
        "asks/casino",
        &lure("Casino", "Giros gratis en el casino", "Bono de bienvenida sin depósito. Juegue aquí."),
    );
}
