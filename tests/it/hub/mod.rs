//! The hub's own order of things, inside the test: sessions that the test polls by hand, feeds that stand still.

mod counts;
mod screen;
mod sequencing;
mod subscribing;
