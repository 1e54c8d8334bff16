//! A notification of the system, and what it says: known when the app is built, so that no title, rating or word of a
//! practice can get into it. Others may look on.

use rehearse_domain::Language;

#[cfg(target_os = "linux")]
mod freedesktop;
#[cfg(not(target_os = "linux"))]
mod native;

#[cfg(target_os = "linux")]
pub(crate) use freedesktop::Notifications;
#[cfg(not(target_os = "linux"))]
pub(crate) use native::Notifications;

/// What a notification says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words {
    title: &'static str,
    text: &'static str,
    #[cfg(target_os = "linux")]
    open: &'static str,
}

impl Words {
    /// Out of the message catalogue by way of the build script: else the whole of it would be carried twice.
    pub(crate) const fn of(language: Language) -> Self {
        match language {
            Language::English => Self {
                title: env!("REHEARSE_NOTIFICATION_TITLE_EN"),
                text: env!("REHEARSE_NOTIFICATION_TEXT_EN"),
                #[cfg(target_os = "linux")]
                open: env!("REHEARSE_NOTIFICATION_OPEN_EN"),
            },
            Language::Chinese => Self {
                title: env!("REHEARSE_NOTIFICATION_TITLE_ZH"),
                text: env!("REHEARSE_NOTIFICATION_TEXT_ZH"),
                #[cfg(target_os = "linux")]
                open: env!("REHEARSE_NOTIFICATION_OPEN_ZH"),
            },
        }
    }
}
