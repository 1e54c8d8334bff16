//! The rules of a practice session, one sentence each, on moments that are moved by hand; and, in `properties`,
//! what must hold whatever happens in whatever order.

#[cfg(test)]
mod cutting_in;
#[cfg(test)]
mod ending;
#[cfg(test)]
mod hands_free;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod microphone;
#[cfg(test)]
mod outages;
#[cfg(test)]
mod partner;
#[cfg(test)]
mod pauses;
#[cfg(test)]
mod practice;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod storage;
#[cfg(test)]
mod takes;
#[cfg(test)]
mod talking;
