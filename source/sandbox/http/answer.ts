import type {ServerResponse} from 'node:http';
import {pipeline, Readable} from 'node:stream';
import {createGzip, gzip} from 'node:zlib';
import {ApiError} from '../api-error.ts';
import {apiVersion, type Kind} from '../kinds/kind.ts';
import type {Obj} from '../store.ts';
import type {Call} from './call.ts';

/** Answers from here on are compressed, as on a real server. */
const worthCompressing = 128 * 1024;

const bodies = new WeakMap<Obj, string>();

/** An object's JSON without its opening brace, kind and apiVersion. Made once for all who ask, for objects never change. */
export function bodyOf(object: Obj): string {
	let body = bodies.get(object);
	if (body === undefined) {
		const {apiVersion: _version, kind: _kind, metadata, ...content} = object;
		body = JSON.stringify({metadata, ...content}).slice(1);
		bodies.set(object, body);
	}
	return body;
}

/** `"kind":"Pod","apiVersion":"v1",` */
export function typeText(kind: {group: string; version: string; kind: string}): string {
	return `"kind":${JSON.stringify(kind.kind)},"apiVersion":${JSON.stringify(apiVersion(kind))},`;
}

/** The JSON of an object. */
export function objectText(kind: Kind, object: Obj): string {
	return `{${typeText(kind)}${bodyOf(object)}`;
}

function finish(response: ServerResponse, code: number, body: string | Buffer): void {
	response.setHeader('Content-Length', Buffer.byteLength(body));
	response.writeHead(code);
	response.end(body);
}

type Sendable = Pick<Call, 'request' | 'response' | 'warnings'>;

function readsGzip({request}: Sendable): boolean {
	return /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
}

function setHeaders({response, warnings}: Sendable): void {
	response.setHeader('Content-Type', 'application/json');
	response.setHeader('Cache-Control', 'no-cache, private');
	if (warnings.length === 0) return;
	const texts = warnings.map((warning) => `299 - "${warning.replace(/[\\"]/g, '\\$&')}"`);
	response.setHeader('Warning', texts);
}

function setCompressed(response: ServerResponse): void {
	response.setHeader('Content-Encoding', 'gzip');
	response.setHeader('Vary', 'Accept-Encoding');
}

/** Sends JSON, compressed where it is large and the client reads gzip. */
export function send(call: Sendable, code: number, text: string): void {
	const {response} = call;
	if (response.headersSent || response.destroyed) return;
	setHeaders(call);
	if (text.length < worthCompressing || !readsGzip(call)) {
		finish(response, code, text);
		return;
	}
	gzip(text, {level: 1}, (error, packed) => {
		if (response.destroyed) return;
		if (error) finish(response, code, text);
		else {
			setCompressed(response);
			finish(response, code, packed);
		}
	});
}

/** Sends a large document piece by piece, as fast as the client reads; meanwhile others are served. */
export function sendPieces(call: Sendable, pieces: Iterable<string>): void {
	const {response} = call;
	setHeaders(call);
	const source = Readable.from(pieces);
	// Whoever leaves in the middle ends both; there is nobody left to tell.
	const ended = () => {};
	if (readsGzip(call)) {
		setCompressed(response);
		pipeline(source, createGzip({level: 1}), response, ended);
	} else pipeline(source, response, ended);
}

/** Sends a refusal as a Status. Anything that is no ApiError is a mistake of ours: 500, and the process goes on. */
export function sendError(call: Sendable, error: unknown): void {
	const known =
		error instanceof ApiError ? error : new ApiError(500, 'InternalError', `Internal error occurred: ${String(error)}`);
	const wait = known.details?.retryAfterSeconds;
	if (wait && !call.response.headersSent) call.response.setHeader('Retry-After', String(wait));
	// A body that was not read to its end cannot be followed by another request.
	if (known.code === 413 && !call.response.headersSent) call.response.setHeader('Connection', 'close');
	send(call, known.code, JSON.stringify(known.status()));
}

/** Sends plain text, as the probes and unknown paths are answered. */
export function sendText(response: ServerResponse, code: number, text: string): void {
	response.writeHead(code, {'Content-Type': 'text/plain; charset=utf-8'});
	response.end(text);
}
