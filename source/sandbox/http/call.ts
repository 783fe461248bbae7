import type {IncomingMessage, ServerResponse} from 'node:http';
import type {Readable} from 'node:stream';
import {load} from 'js-yaml';
import {ApiError, badRequest} from '../api-error.ts';
import {apiVersion, type Kind} from '../kinds/kind.ts';
import type {MemoryStore} from '../memory-store.ts';
import {decodeMessage} from '../schema/protobuf.ts';
import type {Json} from '../store.ts';
import type {User} from './users.ts';

/** The most a request may carry, as on a real server. */
const largestBody = 3 * 1024 * 1024;

/** A request, as far as the server reads it: what is in front of it may hand on one of its own making. */
export type Incoming = Readable & Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** One request to the API, taken apart. */
export interface Call {
	readonly store: MemoryStore;
	readonly request: Incoming;
	readonly response: ServerResponse;
	readonly query: URLSearchParams;
	readonly user: User;
	/** Warnings for the client, which `answer` sends as headers. */
	readonly warnings: string[];
}

/** What a URL names: a kind, and what of it. */
export interface Target {
	readonly kind: Kind;
	readonly namespace?: string;
	readonly name?: string;
	readonly subresource?: string;
}

/** Reads the whole body. 413 where it is too large, which ends the connection; 400 where it breaks off. */
export function readBody(request: Incoming): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		request.on('data', (chunk: Buffer) => {
			size += chunk.length;
			if (size <= largestBody) chunks.push(chunk);
			else {
				chunks.length = 0;
				const limit = `Request entity too large: limit is ${largestBody}`;
				reject(new ApiError(413, 'RequestEntityTooLarge', limit));
			}
		});
		request.on('end', () => resolve(Buffer.concat(chunks)));
		request.on('aborted', () => reject(badRequest('the request ended before its body did')));
		request.on('error', reject);
	});
}

/** The words of Go's JSON parser for what is wrong with a text. */
export function jsonProblem(text: string): string {
	if (text.trim() === '') return 'unexpected end of JSON input';
	try {
		JSON.parse(text);
		return '';
	} catch (error) {
		const message = (error as Error).message;
		const at = /position (\d+)/.exec(message);
		if (/Unexpected end|Unterminated/.test(message) || (at && Number(at[1]) >= text.length)) {
			return 'unexpected end of JSON input';
		}
		const character = at ? text[Number(at[1])] : text.trim()[0];
		return `invalid character '${character}' looking for beginning of value`;
	}
}

/** The media type of a request's body, without parameters. */
export function contentType(request: Incoming): string {
	return (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

const unknownFormat =
	'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf';

/** The document in a body, whatever its format. `expected` names the kind for the error. */
export function parseDocument(body: Buffer, type: string, expected: string): Json {
	if (type === 'application/vnd.kubernetes.protobuf') return decodeMessage(body);
	if (!['', 'application/json', 'application/yaml'].includes(type)) {
		throw new ApiError(415, 'UnsupportedMediaType', unknownFormat);
	}
	const text = body.toString('utf8');
	const refuse = (why: string) => {
		const shown = text.length > 1024 ? `${text.slice(0, 1024)}...` : text || '<empty>';
		return badRequest(
			expected
				? `the object provided is unrecognized (must be of type ${expected}): couldn't get version/kind; json parse error: ${why} (${shown})`
				: `couldn't get version/kind; json parse error: ${why}`,
		);
	};
	if (type === 'application/yaml') {
		try {
			return load(text);
		} catch {
			throw badRequest('error converting YAML to JSON');
		}
	}
	const problem = jsonProblem(text);
	if (problem) throw refuse(problem);
	const value: unknown = JSON.parse(text);
	if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
	const name = Array.isArray(value) ? 'array' : typeof value;
	const go = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
	throw refuse(`json: cannot unmarshal ${name} into Go value of type ${go}`);
}

/** Checks that a document is of the kind that its URL is for. */
export function checkKind(document: Json, kind: {group: string; version: string; kind: string}): void {
	const given: string = document.kind ?? kind.kind;
	const version: string = document.apiVersion ?? apiVersion(kind);
	if (given === kind.kind && version === apiVersion(kind)) return;
	const short = version.split('/').at(-1);
	throw badRequest(
		`${given} in version "${short}" cannot be handled as a ${kind.kind}: no kind "${given}" is registered for version "${version}"`,
	);
}

/** The field manager of a write: named by the client, or the first part of its User-Agent. */
export function managerOf(call: Call): string {
	const agent = (call.request.headers['user-agent'] ?? '').split('/')[0]!.trim();
	return call.query.get('fieldManager') || agent.slice(0, 128) || 'unknown';
}

/** A parameter that is true or absent. */
export function isOn(query: URLSearchParams, name: string): boolean {
	const value = query.get(name);
	return value !== null && !['0', 'false'].includes(value);
}

/** A whole number from the query; 400 for anything else. */
export function numberIn(query: URLSearchParams, name: string): number | undefined {
	const value = query.get(name);
	if (value === null || value === '') return undefined;
	if (!/^-?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
	return Number(value);
}
