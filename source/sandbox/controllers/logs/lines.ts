import {hash32} from '../random.ts';

/** One run of a container, from its start to its end, of which a log is told. Times in milliseconds since the epoch. */
export interface Run {
	/** Makes the run's lines its own: the same name gives the same lines. */
	name: string;
	container: string;
	image: string;
	kind: 'server' | 'failing' | 'memory' | 'unready' | 'task';
	start: number;
	/** Absent while it runs. */
	end?: number;
}

export interface Line {
	at: number;
	text: string;
}

/** A busy server says something twice a second. */
const rhythm = 500;
/** Nothing older is kept, as a kubelet turns logs over. */
const mostLines = 2000;

/** The lines of the run that were written between two moments, `from` left out, `to` included, the oldest first. */
export function linesBetween(run: Run, from: number, to: number): Line[] {
	const openings = opening(run);
	// Statuses tell times to the second, so that a short run may seem to end before its first lines.
	const end = run.end === undefined ? undefined : Math.max(run.end, (openings.at(-1)?.at ?? run.start) + 10);
	const until = Math.min(to, end ?? to);
	const told = [...openings, ...rest({...run, ...(end !== undefined && {end})}, openings.length, from, until)];
	return told.filter(({at}) => at > from && at <= until);
}

/** The moment of the next line after `now`; undefined where none comes by itself. */
export function nextLineAt(run: Run, now: number): number | undefined {
	return linesBetween(run, now, now + 4 * rhythm)[0]?.at;
}

function opening({container, image, kind, start}: Run): Line[] {
	const version = image.slice(image.lastIndexOf(':') + 1);
	const said = [
		`level=info msg="starting" app=${container} version=${version}`,
		'level=info msg="reading settings" file=/etc/app/settings.yaml',
	];
	if (kind === 'task') said.push('level=info msg="3 steps to do"');
	else if (kind === 'failing')
		said.push('level=info msg="connecting" host=db:5432', 'level=warn msg="connection refused" host=db:5432 attempt=1');
	else if (kind === 'memory')
		said.push('level=info msg="warming cache" used=64Mi', 'level=warn msg="warming cache" used=121Mi limit=128Mi');
	else said.push('level=info msg="listening" port=8080');
	return said.map((text, index) => ({at: start + 40 + index * 150, text}));
}

function rest(run: Run, spoken: number, from: number, to: number): Line[] {
	const {kind, start, end} = run;
	if (kind === 'failing') {
		return end === undefined
			? []
			: [{at: end, text: 'level=fatal msg="cannot start" err="dial tcp 10.96.31.7:5432: connect: connection refused"'}];
	}
	if (kind === 'task') return end === undefined ? [] : [{at: end, text: 'level=info msg="done" steps=3'}];
	if (kind === 'memory') return [];
	const begin = start + 1000;
	const last = Math.floor((to - begin) / rhythm);
	const first = Math.max(0, Math.floor((from - begin) / rhythm) - 1, last - mostLines);
	const lines: Line[] = [];
	for (let index = first; index <= last; index++) {
		const dice = hash32(`${run.name}#${index + spoken}`);
		const at = begin + index * rhythm + (dice % 400);
		lines.push(
			...entry(run, index, dice)
				.split('\n')
				.map((text) => ({at, text})),
		);
	}
	return lines;
}

const paths = [
	'/',
	'/cart',
	'/api/items?page=2',
	'/api/orders/1042',
	'/healthz',
	'/search?q=gr%C3%BC%C3%9Fe',
	'/static/app.js',
];
const statuses = [200, 200, 200, 200, 204, 304, 404];

/** What the server says in its n-th turn. */
function entry({kind}: Run, index: number, dice: number): string {
	const took = 2 + (dice % 180);
	const path = paths[dice % paths.length] ?? '/';
	if (kind === 'unready' && index % 20 === 3)
		return 'level=error msg="health check failed" path=/healthz status=503 err="upstream not connected"';
	if (index % 211 === 150) return trace;
	if (index % 37 === 36)
		return `level=error msg="request failed" request="GET ${path}" err="context deadline exceeded"`;
	if (index % 13 === 12) return `level=warn msg="slow upstream" upstream=db took=${took + 900}ms`;
	if (index % 7 === 6)
		return JSON.stringify({level: 'info', msg: 'order placed', order: 1000 + (dice % 9000), took_ms: took});
	return `level=info request="GET ${path}" status=${statuses[(dice >>> 8) % statuses.length]} took=${took}ms`;
}

const trace = [
	'panic: runtime error: invalid memory address or nil pointer dereference [recovered]',
	'goroutine 71 [running]:',
	'main.(*Store).Get(0x0, {0xc0001a2000, 0x24})',
	'\t/src/store/store.go:118 +0x3f',
	'main.(*Server).order(0xc00011e000, {0x7f1c20, 0xc000290000})',
	'\t/src/server/orders.go:64 +0x1d5',
].join('\n');
