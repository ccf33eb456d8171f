mod http;
mod streams;
