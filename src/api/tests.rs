use super::*;

#[test]
fn each_address_stands_in_the_table_once() {
    for (i, row) in ROUTES.iter().enumerate() {
        assert!(row.path.starts_with('/') && (row.path == "/" || !row.path.ends_with('/')), "{}", row.path);
        assert!(!ROUTES[..i].iter().any(|r| r.path == row.path && r.method == row.method), "{} {} twice", row.method, row.path);
    }
}

#[test]
fn what_is_public_is_meant_to_be() {
    let public = [
        "/health",
        "/api/health",
        "/metrics",
        "/openapi.json",
        "/asyncapi.json",
        "/docs",
        "/redoc",
        "/api/schema/swagger",
        "/ws",
        "/ws/chat",
        "/c/files/",
        "/c/recordings",
        "/widget.js",
        "/api/auth/options",
        "/api/auth/register",
        "/api/auth/login",
        "/api/auth/refresh",
        "/api/auth/logout",
        "/api/invites/preview",
        "/api/invites/accept",
        "/api/telegram/webhook",
        "/api/whatsapp/webhook",
    ];
    for row in ROUTES.iter().filter(|r| r.permission == Public) {
        assert!(public.iter().any(|p| row.path.starts_with(p)), "{} {} is public by mistake?", row.method, row.path);
    }
}
