// Lets the suite's client reach the distribution under its own name, which no resolver of this machine knows.
import dns from 'node:dns'

const lookup = dns.lookup
dns.lookup = (host, options, callback) => lookup('127.0.0.1', options, callback)
