import type {ServerResponse} from 'node:http';
import {sendText} from './answer.ts';

/** What is checked; here it is well whenever somebody answers. */
const checks: Readonly<Record<string, readonly string[]>> = {
	healthz: ['ping', 'log', 'etcd'],
	livez: ['ping', 'log', 'etcd'],
	readyz: ['ping', 'log', 'etcd', 'informer-sync', 'shutdown'],
};

/** Answers the probes, `/readyz?verbose` and `/readyz/ping` among them, for everyone. False for any other path. */
export function serveHealth(response: ServerResponse, path: string, query: URLSearchParams): boolean {
	const [name = '', check, ...rest] = path.slice(1).split('/');
	if (!Object.hasOwn(checks, name) || rest.length > 0) return false;
	const names = checks[name]!;
	if (check !== undefined && !names.includes(check)) return false;
	const excluded = query.getAll('exclude');
	const lines = names.map((one) => `[+]${one} ${excluded.includes(one) ? 'excluded: ok' : 'ok'}\n`);
	const isVerbose = check === undefined && query.has('verbose');
	sendText(response, 200, isVerbose ? `${lines.join('')}${name} check passed\n` : 'ok');
	return true;
}
