mod http;
mod sources;
mod streams;
mod ws;
