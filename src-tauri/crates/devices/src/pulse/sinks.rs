//! What people hear with, as PulseAudio or PipeWire knows it: cpal passes on no more than the name.

use std::collections::HashMap;

use pulseaudio::protocol::port_info::PortType;
use pulseaudio::protocol::{Prop, SinkInfo};

use super::PulseInput;
use super::connection::wait;
use crate::{DeviceId, OutputKind};

/// The loudspeakers and headphones of a server.
#[derive(Debug, Default)]
pub(crate) struct Sinks(PulseInput);

impl Sinks {
    /// What is known now, by the names that cpal gives; nothing where no server answers. The same device is one or the
    /// other as something is plugged into it.
    pub(crate) fn kinds(&self) -> HashMap<DeviceId, OutputKind> {
        let sinks = self.0.connected().and_then(|client| wait(client.list_sinks()));
        sinks
            .unwrap_or_default()
            .iter()
            .map(|sink| {
                let name = sink.name.to_string_lossy();
                (DeviceId(format!("{}{name}", super::PREFIX)), kind(sink))
            })
            .collect()
    }
}

/// The plug that is in use tells best, then the form of the device, then its name.
fn kind(sink: &SinkInfo) -> OutputKind {
    let port = sink.ports.get(sink.active_port);
    match port.map(|port| &port.port_type) {
        Some(PortType::Headphones | PortType::Headset | PortType::Handsfree | PortType::Earpiece) => {
            return OutputKind::Headphones;
        }
        Some(PortType::Speaker | PortType::Hdmi | PortType::Tv | PortType::Car | PortType::Hifi) => {
            return OutputKind::Loudspeaker;
        }
        _ => {}
    }
    let form = sink.props.get(Prop::DeviceFormFactor);
    match form.map(|form| form.strip_suffix(b"\0").unwrap_or(form)) {
        Some(b"headphone" | b"headset" | b"hands-free" | b"handset") => return OutputKind::Headphones,
        Some(b"speaker" | b"internal" | b"tv" | b"car" | b"hifi" | b"computer" | b"portable") => {
            // An older driver names the plug and not its type.
            let plug = port.map(|port| port.name.to_string_lossy().into_owned());
            return OutputKind::by_name(&plug.unwrap_or_default());
        }
        _ => {}
    }
    let named = sink.description.as_ref().unwrap_or(&sink.name);
    let plug = port.map(|port| port.name.to_string_lossy()).unwrap_or_default();
    OutputKind::by_name(&format!("{} {plug}", named.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use pulseaudio::protocol::port_info::{PortAvailable, PortDirection, PortInfo};

    use super::*;

    fn sink(port: Option<(&str, PortType)>, form: Option<&str>) -> SinkInfo {
        let mut sink = SinkInfo::new_dummy(0);
        sink.ports = port
            .into_iter()
            .map(|(name, port_type)| PortInfo {
                name: CString::new(name).unwrap(),
                port_type,
                description: None,
                dir: PortDirection::Output,
                priority: 0,
                available: PortAvailable::Unknown,
                availability_group: None,
            })
            .collect();
        if let Some(form) = form {
            sink.props
                .set(Prop::DeviceFormFactor, CString::new(form).unwrap());
        }
        sink
    }

    #[test]
    fn the_plug_in_use_tells_more_than_the_form() {
        let plugged = sink(
            Some(("analog-output-headphones", PortType::Headphones)),
            Some("internal"),
        );
        assert_eq!(kind(&plugged), OutputKind::Headphones);
        let unplugged = sink(
            Some(("analog-output-speaker", PortType::Speaker)),
            Some("internal"),
        );
        assert_eq!(kind(&unplugged), OutputKind::Loudspeaker);
        let untyped = sink(
            Some(("analog-output-headphones", PortType::Unknown)),
            Some("internal"),
        );
        assert_eq!(kind(&untyped), OutputKind::Headphones);
    }

    #[test]
    fn a_headset_of_which_only_the_form_is_known_is_worn() {
        assert_eq!(kind(&sink(None, Some("headset"))), OutputKind::Headphones);
        assert_eq!(kind(&sink(None, Some("speaker"))), OutputKind::Loudspeaker);
        assert_eq!(kind(&sink(None, None)), OutputKind::Loudspeaker);
    }
}
