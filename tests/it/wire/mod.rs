mod http;
mod streams;
mod ws;
mod ws_limits;
