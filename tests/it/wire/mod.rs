mod http;
mod sources;
mod streams;
mod ws;
mod ws_limits;
