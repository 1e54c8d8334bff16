//! How the web view draws. On Linux it is told to draw with the processor: the window is calm text, for which a
//! graphics driver is of no use. Where there is none, everything would be drawn in software twice, which the start is
//! slower for; with a broken one, WebKitGTK is known to show nothing at all.

use tauri::WebviewWindow;

/// Draws this window without the graphics card, where the web view lets one choose. Not in the builds that a WebDriver
/// drives: it waits for ever for the picture of a page that no compositor holds.
#[cfg(all(target_os = "linux", not(feature = "e2e")))]
pub(crate) fn without_graphics_card(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};

    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// The web views of other systems have drivers that they trust.
#[cfg(not(all(target_os = "linux", not(feature = "e2e"))))]
pub(crate) fn without_graphics_card(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
