import assert from 'node:assert/strict';
import {suite, test} from 'node:test';
import fc from 'fast-check';
import type {EndpointSlice, KubeObject, Pod, Service} from '../../source/objects.ts';
import {type Batch, type Hearing, listen, recordedStory} from './story.ts';

const story = recordedStory();
const first = story[0]!.at;
const last = story.at(-1)!.at;

/** Everything as it was at the end of the lists, and what came after. */
const lists = story.filter(({kind, at}, index) => !story.slice(0, index).some((one) => one.kind === kind) && at > 0);
const changes = story.filter((batch) => !lists.includes(batch));

/** The ReplicaSets in the order in which they appear are A, B, C; pods are #. */
function plain(lines: readonly string[]): string[] {
	const sets: string[] = [];
	return lines.map((line) =>
		line
			.replaceAll(/web-[0-9a-f]{8,10}/g, (name) => {
				if (!sets.includes(name)) sets.push(name);
				return 'ABC'[sets.indexOf(name)] ?? name;
			})
			.replaceAll(/\b(?=[a-z]*\d)[a-z0-9]{5}\b(?=:| made| →| asked| gone| ready| behind| out)/g, '#')
			.replaceAll(/\b[bcdfghjklmnpqrstvwxz]{5}\b(?=:| made| →| asked| gone| ready| behind| out)/g, '#')
			.replaceAll(/kubelet node-\d/g, 'kubelet'),
	);
}

function after(hearing: Hearing, start: RegExp, end: RegExp): string[] {
	const lines = plain(hearing.told());
	const from = lines.findIndex((line) => start.test(line));
	const to = lines.findIndex((line, index) => index > from && end.test(line));
	assert.ok(from >= 0 && to > from, lines.join('\n'));
	return lines.slice(from, to + 1);
}

suite('the timeline of what was seen', () => {
	const all = listen();
	all.hear(...story);
	const without = listen(false);
	without.hear(...story);

	test('a new image: from the person to the endpoints', () =>
		assert.deepEqual(after(all, /^kubectl-set: .*2\.0/, /rollout complete/), [
			'kubectl-set: template changed: web.image web:1.0 → web:2.0, revision 2',
			'deployment controller: B made, revision 2',
			'deployment controller: B 0 → 1 → 2',
			'replica set controller: 2 pods made',
			'scheduler: 2 pods placed',
			'kubelet: web started in 2 pods',
			'deployment controller: A 2 → 1 → 0',
			'replica set controller: 2 pods asked to stop',
			'kubelet: 2 pods ready',
			'endpoint controller: 2 pods behind Service web',
			'endpoint controller: 2 pods out of Service web',
			'kubelet: 2 pods gone',
			'deployment controller: rollout complete',
		]));

	test('a size comes before its answer, though the server does not say when it was asked for', () =>
		assert.deepEqual(after(all, /scaled 2 → 4/, /pods made/), [
			'kubectl: scaled 2 → 4',
			'deployment controller: B 2 → 4',
			'deployment controller: fewer pods available than there must be',
			'replica set controller: 2 pods made',
		]));

	test('nobody says who deleted a pod; what followed is told', () => {
		const lines = after(all, /^api server: # asked to stop/, /kubelet: # gone/);
		assert.ok(lines.includes('endpoint controller: # out of Service web'), lines.join('\n'));
		assert.ok(plain(all.told()).includes('replica set controller: # made'));
	});

	test('crashes are told once a container, with how often; the way back is said to be one', () => {
		const uid = all.board.objects.deployments.named('shop', 'web')?.metadata.uid ?? '';
		const crashes = all.board.timeline(uid).filter(({text}) => /web ended, Error, exit 1/.test(text));
		assert.equal(crashes.length, new Set(crashes.map(({object}) => object.name)).size);
		assert.ok(crashes.some(({count}) => count > 1));
		assert.match(
			plain(all.told()).join('\n'),
			/kubectl: template changed back: .*web:crash → web:2\.0, now revision 4/,
		);
	});

	test('what each step followed from', () => {
		const uid = all.board.objects.deployments.named('shop', 'web')?.metadata.uid ?? '';
		const causes = all.board.timeline(uid).map(({text, after: cause}) => plain([`${text} / ${cause}`])[0]);
		for (const link of [
			'A 0 → 1 → 2 / template changed',
			'2 pods made / A 0 → 1 → 2',
			'2 pods asked to stop / A 2 → 1 → 0',
			'2 pods behind Service web / 2 pods ready',
			'A 2 → 4 / scaled 2 → 4',
			'A 4 → 1 / scaled 4 → 1',
		])
			assert.ok(causes.includes(link), `${link} is not in\n${causes.join('\n')}`);
	});

	test('events add nothing but who stopped a pod; nothing is told twice', () => {
		const settled = (lines: readonly string[]) =>
			plain(lines).map((line) => line.replace(/^(api server|replica set controller): (.* asked to stop)/, '$2'));
		const [rich, poor] = [settled(all.told()), settled(without.told())];
		const start = (lines: readonly string[]) => lines.slice(lines.findIndex((line) => line.startsWith('kubectl-set')));
		assert.deepEqual([...start(rich)].sort(), [...start(poor)].sort());
	});

	test('the same once the events are forgotten', () => {
		const hearing = listen();
		hearing.hear(...story);
		const events = [...hearing.board.objects.events.all()].map(({metadata}) => metadata.uid);
		hearing.hear({kind: 'events', at: last, upserts: [], deletes: events});
		const left = hearing.told();
		assert.deepEqual(
			without.told().filter((line) => !left.includes(line)),
			[],
		);
	});

	test('what pods told that are gone stays: those of the beginning are', () => {
		const lines = plain(all.told());
		const beginning = lines.slice(
			0,
			lines.findIndex((line) => line.startsWith('kubectl-set')),
		);
		assert.deepEqual(beginning.slice(-3), [
			'replica set controller: 2 pods made',
			'scheduler: 2 pods placed',
			'kubelet: 2 pods ready',
		]);
	});
});

suite('a Service of it', () => {
	const tell = (...versions: readonly ((service: Service) => KubeObject | undefined)[]) => {
		const hearing = listen(false);
		hearing.hear(...story);
		const known = hearing.told();
		for (const version of versions) {
			const [service] = hearing.board.objects.services.all();
			assert.ok(service);
			const next = version(service);
			const change = next ? {upserts: [next], deletes: []} : {upserts: [], deletes: [service.metadata.uid]};
			hearing.hear({kind: 'services', at: last + 1000, ...change});
		}
		return hearing.told().filter((line) => !known.includes(line));
	};
	const selecting = (selector: Record<string, string>) => (service: Service) => ({
		...service,
		spec: {...service.spec, selector},
	});

	test('sends elsewhere, and back', () =>
		assert.deepEqual(tell(selecting({app: 'other'}), selecting({app: 'web', track: 'x'}), selecting({app: 'web'})), [
			'somebody: Service web selector app=web → app=other',
			'somebody: Service web selector app=web,track=x → app=web',
		]));

	test('leads to another port', () =>
		assert.deepEqual(
			tell(({spec, ...service}) => ({...service, spec: {...spec, ports: [{port: 80, targetPort: 9090}]}})),
			['somebody: Service web ports 80→8080, now 80→9090'],
		));

	test('is removed, or made', () => {
		assert.deepEqual(
			tell(() => undefined),
			['somebody: Service web removed'],
		);
		assert.deepEqual(
			tell(({metadata, ...service}) => ({...service, metadata: {...metadata, uid: 'second', name: 'second'}})),
			['somebody: Service second made, selector app=web, ports 80→8080'],
		);
	});

	test('with other labels is no change of where it sends', () =>
		assert.deepEqual(
			tell(({metadata, ...service}) => ({...service, metadata: {...metadata, labels: {team: 'blue'}}})),
			[],
		));
});

suite('what is no change', () => {
	test('a first list', () => {
		const hearing = listen(false);
		hearing.hear(...lists);
		const uid = hearing.board.objects.deployments.named('shop', 'web')?.metadata.uid ?? '';
		assert.doesNotMatch(hearing.told().join('\n'), /made$|placed|started|behind|gone/);
		assert.equal(
			hearing.board.timeline(uid).some(({at}) => at >= first),
			false,
		);
	});

	test('a list that is made anew after the version was too old (410)', () => {
		const hearing = listen(false);
		hearing.hear(...story);
		const before = hearing.told();
		const {objects} = hearing.board;
		hearing.turn(stale(last), last);
		for (const kind of ['deployments', 'replicasets', 'pods', 'endpointslices'] as const)
			hearing.hear({
				kind,
				at: last + 100,
				upserts: [...objects[kind].all()].map((one) => structuredClone(one)),
				deletes: [],
			});
		hearing.turn({phase: 'live'}, last + 100);
		assert.deepEqual(hearing.told(), before);
	});

	test('an endpoint that moves from one slice to another', () => {
		const hearing = listen(false);
		hearing.hear(...lists);
		const [slice] = hearing.board.objects.endpointslices.all();
		assert.ok(slice?.endpoints?.length);
		const before = hearing.told();
		const moved: EndpointSlice = {...slice, metadata: {...slice.metadata, name: 'web-other', uid: 'other'}};
		hearing.hear({
			kind: 'endpointslices',
			at: last,
			upserts: [{...slice, endpoints: []} as KubeObject, moved],
			deletes: [],
		});
		assert.deepEqual(hearing.told(), before);
	});
});

function stale(since: number) {
	return {phase: 'stale', since, retryAt: undefined, why: 'connection lost', complete: true} as const;
}

suite('while the connection was down', () => {
	/** All that happened from here on comes in one new list at the end. */
	const fellSilent = changes.find(({at}) => at > first + 4000)!.at;
	const hearing = listen(false);
	hearing.hear(...story.filter(({at}) => at < fellSilent));
	hearing.turn(stale(fellSilent), fellSilent);
	const ended = listen(false);
	ended.hear(...story);
	for (const kind of ['deployments', 'replicasets', 'pods', 'endpointslices'] as const) {
		const now = [...ended.board.objects[kind].all()] as readonly KubeObject[];
		const gone = [...hearing.board.objects[kind].all()].filter(
			({metadata}) => !now.some((one) => one.metadata.uid === metadata.uid),
		);
		hearing.hear({kind, at: last + 1000, upserts: now, deletes: gone.map(({metadata}) => metadata.uid)});
	}
	hearing.turn({phase: 'live'}, last + 1000);
	const lines = plain(hearing.told());

	test('that it was, and how long', () =>
		assert.match(lines.join('\n'), /^rolldeck: the connection was down for \d+s$/m));

	test('what has no time of its own is told as found afterwards', () => {
		assert.match(lines.join('\n'), /kubelet: while the connection was down: .* gone/);
		assert.match(lines.join('\n'), /kubectl: while the connection was down: scaled 2 → 1/);
		assert.equal(
			lines.filter((line) => /behind Service|out of Service/.test(line) && !/while the conn/.test(line)).length,
			2,
		);
	});

	test('what has one is told at that time', () => {
		const told = lines.slice(lines.findIndex((line) => line.startsWith('rolldeck: the connection')));
		for (const line of [
			'deployment controller: C made, revision 3',
			'kubectl: template changed back, now revision 4',
			'deployment controller: B is revision 4 now',
		])
			assert.ok(told.includes(line), told.join('\n'));
	});
});

suite('the journal is bounded', () => {
	const named = (name: string): KubeObject => {
		const text = JSON.stringify(
			lists.flatMap(({upserts}) => upserts).find((object) => 'strategy' in ((object as {spec?: object}).spec ?? {})),
		);
		return JSON.parse(text.replaceAll(/"web"/g, `"${name}"`).replace(/"uid":"[^"]+"/, `"uid":"${name}"`)) as KubeObject;
	};
	const scaled = (name: string, replicas: number): KubeObject => {
		const object = named(name);
		return {...object, spec: {...(object as {spec?: object}).spec, replicas}} as KubeObject;
	};

	test('those that nobody looks at have none, and of those that were looked at the last eight', () => {
		const hearing = listen(false);
		const names = Array.from({length: 10}, (_, index) => `web-${index}`);
		hearing.hear({kind: 'deployments', at: first, upserts: names.map(named), deletes: []});
		for (const kind of ['replicasets', 'pods', 'endpointslices'] as const)
			hearing.hear({kind, at: first, upserts: [], deletes: []});
		const scale = (at: number, replicas: number) =>
			hearing.hear({kind: 'deployments', at, upserts: names.map((name) => scaled(name, replicas)), deletes: []});
		const known = () => names.filter((name) => hearing.told(name).some((line) => / scaled /.test(line)));
		scale(first + 1000, 3);
		assert.deepEqual(known(), ['web-0'], 'the one under the cursor');
		for (const name of names) {
			const {state, board} = hearing;
			board.follow({...state, views: [{id: 'deck'}, {id: 'rollout', uid: name, cursor: undefined}]});
		}
		scale(first + 2000, 4);
		assert.deepEqual(known(), ['web-0', ...names.slice(3)]);
	});

	test('to the last few hundred moments', () => {
		const hearing = listen(false);
		for (const kind of ['deployments', 'replicasets', 'pods', 'endpointslices'] as const)
			hearing.hear({kind, at: first, upserts: kind === 'deployments' ? [named('web')] : [], deletes: []});
		for (let step = 0; step < 1000; step++)
			hearing.hear({
				kind: 'deployments',
				at: first + step * 1000,
				upserts: [scaled('web', 3 + (step % 2))],
				deletes: [],
			});
		assert.equal(hearing.told().filter((line) => / scaled /.test(line)).length, 400);
	});
});

test('kinds may come in any order: each watch is a connection of its own', () => {
	const inOrder = listen(false);
	inOrder.hear(...story);
	const texts = (hearing: Hearing) => {
		const uid = hearing.board.objects.deployments.named('shop', 'web')?.metadata.uid ?? '';
		return new Set(
			hearing.board.timeline(uid).flatMap(({object, count}) => [`${object.kind} ${object.name} ${count > 0}`]),
		);
	};
	const kinds = ['deployments', 'replicasets', 'pods', 'endpointslices'] as const;
	fc.assert(
		fc.property(fc.tuple(...kinds.map(() => fc.integer({min: 0, max: 400}))), (delays) => {
			const late = (batch: Batch) => batch.at + (delays[kinds.indexOf(batch.kind as (typeof kinds)[number])] ?? 0);
			const hearing = listen(false);
			hearing.hear(...lists, ...changes.toSorted((a, b) => late(a) - late(b)));
			assert.deepEqual(texts(hearing), texts(inOrder));
			assert.equal(hearing.board.objects.pods.size, inOrder.board.objects.pods.size);
		}),
		{numRuns: 6},
	);
	assert.ok([...inOrder.board.objects.pods.all()].every((pod: Pod) => pod.metadata.uid));
});
