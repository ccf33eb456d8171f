mod http;
mod streams;
mod ws;
