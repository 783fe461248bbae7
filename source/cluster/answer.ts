import type {Readable} from 'node:stream';
import type {Status} from './errors.ts';

/** A header as one text, however often it was sent. */
export function headerText(value: string | string[] | undefined): string {
	return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

/** The texts of `Warning: 299 - "…"`, of which there may be several in one line. */
export function readWarnings(value: string | string[] | undefined): string[] {
	return [...headerText(value).matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) =>
		(match[1] ?? '').replace(/\\(.)/g, '$1'),
	);
}

/** Seconds, whether the header says a number or a date. */
export function readRetryAfter(value: string | string[] | undefined, now: number): number | undefined {
	const text = headerText(value);
	if (/^\d+$/.test(text)) {
		return Number(text);
	}
	const at = Date.parse(text);
	return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

/** The whole body as text. */
export async function readAll(body: Readable): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of body) {
		chunks.push(chunk as Buffer);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** The Status in an answer that is an error; undefined if there is none. */
export function parseStatus(text: string): Status | undefined {
	try {
		const status = JSON.parse(text) as Status | null;
		return typeof status === 'object' && status?.kind === 'Status' ? status : undefined;
	} catch {
		// A proxy's page, most likely: the code alone tells then.
		return undefined;
	}
}
