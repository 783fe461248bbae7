import type {Board} from '../board/board.ts';
import {age} from '../format/age.ts';
import type {Deployment} from '../objects.ts';
import type {Lane, RolloutFacts} from '../rollout/facts.ts';
import {describeChange, diffTemplates} from '../rollout/template-diff.ts';
import type {State} from '../state/state.ts';
import {pieces, rule, wrap} from './frame.ts';
import type {Painter} from './painter.ts';

/** One Deployment's rollout in one screen: what moves, why it waits, what serves, what changed. */
export function rolloutLines(state: State, board: Board, rows: number, painter: Painter): readonly string[] {
	const view = state.views.at(-1);
	if (view?.id !== 'rollout') return [];
	const {columns} = state.size;
	const deployment = board.objects.deployments.get(view.uid);
	if (!deployment) return [rule('Deleted', [], columns, true, painter), ' This Deployment was deleted. q goes back.'];
	const facts = board.facts(view.uid);
	if (!facts)
		return [
			rule(deployment.metadata.name, [], columns, true, painter),
			` ${painter.signs.loading} its ReplicaSets and pods are being listed`,
		];
	const input: RolloutInput = {state, board, deployment, facts, columns, painter};
	const sections = [summary(input), why(input), traffic(input), changed(input)].map((lines) => [...lines]);
	fold(sections, rows);
	const lines = sections.flat();
	const top = Math.min(view.top, Math.max(0, lines.length - rows));
	return lines.slice(top, top + rows);
}

interface RolloutInput {
	readonly state: State;
	readonly board: Board;
	readonly deployment: Deployment;
	readonly facts: RolloutFacts;
	readonly columns: number;
	readonly painter: Painter;
}

/** Sections give up their last lines when the screen is small: what changed first, the cause and the traffic last. */
function fold(sections: string[][], rows: number): void {
	for (const index of [3, 0, 2, 1]) {
		const section = sections[index];
		const over = sections.reduce((sum, {length}) => sum + length, 0) - rows;
		if (!section || over <= 0) continue;
		section.length = Math.max(section.length === 0 ? 0 : Math.min(2, section.length), section.length - over);
	}
}

function summary({state, deployment, facts, columns, painter}: RolloutInput): readonly string[] {
	const {arrow, dot} = painter.signs;
	const {bounds} = facts;
	const kind = bounds.strategy === 'Recreate' ? 'Recreate' : 'Rolling update';
	const numbers =
		facts.from === undefined || facts.from === facts.revision
			? `revision ${facts.revision ?? 'new'}`
			: `${facts.from} ${arrow} ${facts.revision ?? 'new'}`;
	const started = facts.startedAt === undefined ? '' : `  started ${age(state.now - facts.startedAt)} ago`;
	const deadline = facts.clocks.find(({id}) => id === 'deadline');
	const left = deadline && deadline.at > state.now ? `gives up in ${age(deadline.at - state.now)}` : '';
	const lanes = facts.lanes.filter(
		(lane) => lane.place === 'new' || lane.desired + lane.running + lane.waiting + (lane.ending ?? 0) > 0,
	);
	const widest = Math.max(1, ...lanes.map((lane) => Math.max(lane.desired, lane.running + lane.waiting)));
	const bar = Math.min(30, Math.max(8, columns - 56));
	return [
		rule(`${deployment.metadata.name} ${dot} ${kind} ${numbers}`, [], columns, true, painter),
		pieces(
			[
				{text: ` ${painter.sign(facts.role)} ${facts.words}`, role: facts.role},
				{text: `${started}${facts.completedAt === undefined ? '' : ''}`},
				{text: left === '' ? '' : `  ${left}`, role: 'waiting'},
			],
			columns,
			painter,
		),
		...lanes.map((lane) => laneLine(lane, widest, bar, columns, painter)),
		...(bounds.strategy === 'Recreate'
			? []
			: [
					pieces(
						[
							{
								text: `   bounds  available at least ${bounds.minimumAvailable} of ${bounds.desired}: ${bounds.canRemove > 0 ? `${bounds.canRemove} old may stop` : 'no old pod may stop'}`,
								muted: true,
							},
						],
						columns,
						painter,
					),
					pieces(
						[
							{
								text: `           pods at most ${bounds.maximumPods}: ${bounds.canAdd > 0 ? `${bounds.canAdd} new may start` : 'no new pod may start'}`,
								muted: true,
							},
						],
						columns,
						painter,
					),
				]),
	];
}

function laneLine(lane: Lane, widest: number, room: number, columns: number, painter: Painter): string {
	const cells = (count: number) =>
		Math.min(room, Math.round((count * room) / Math.max(widest, room)) || (count > 0 ? 1 : 0));
	const full = cells(lane.available);
	const partial = Math.max(0, cells(Math.max(lane.desired, lane.running + lane.waiting)) - full);
	const counts = [
		`${lane.available} of ${lane.desired} available`,
		...(lane.waiting > 0 ? [`${lane.waiting} waiting`] : []),
		...(lane.ending ? [`${lane.ending} ending`] : []),
		...(lane.failed > 0 ? [`${lane.failed} failed`] : []),
		...(lane.serving === undefined ? [] : [`${lane.serving} serving`]),
	];
	return pieces(
		[
			{text: `   ${lane.place === 'new' ? 'new' : 'old'} ${String(lane.revision ?? '-').padStart(4)}  `},
			{text: painter.signs.full.repeat(full), role: 'ok'},
			{text: painter.signs.partial.repeat(partial), role: lane.failed > 0 ? 'failed' : 'waiting'},
			{text: ' '.repeat(Math.max(0, room - full - partial) + 2)},
			{text: counts.join(', ')},
		],
		columns,
		painter,
	);
}

function why({state, facts, columns, painter}: RolloutInput): readonly string[] {
	if (facts.causes.length === 0)
		return facts.owners.length === 0
			? []
			: [
					rule('Careful', [], columns, false, painter),
					...facts.owners.map((text) => pieces([{text: `   ${text}`, role: 'waiting'}], columns, painter)),
				];
	const lines = [rule('Why it waits', [], columns, false, painter)];
	for (const cause of facts.causes) {
		const since = cause.since === undefined ? '' : `  for ${age(state.now - cause.since)}`;
		lines.push(
			pieces(
				[
					{
						text: ` ${painter.sign(cause.needsPerson ? 'failed' : 'waiting')} `,
						role: cause.needsPerson ? 'failed' : 'waiting',
					},
					{text: `${cause.sentence}${since}`},
				],
				columns,
				painter,
			),
		);
		for (const evidence of cause.evidence.slice(0, 2)) {
			const times =
				evidence.count !== undefined && evidence.count > 1
					? ` (${evidence.count} times${evidence.last === undefined ? '' : `, last ${age(state.now - evidence.last)} ago`})`
					: '';
			lines.push(
				pieces(
					[{text: `     ${evidence.object.name}  ${evidence.source}  ${evidence.text}${times}`, muted: true}],
					columns,
					painter,
				),
			);
		}
		if (cause.advice !== undefined)
			for (const text of wrap(cause.advice, columns - 8, painter))
				lines.push(pieces([{text: `     ${text}`}], columns, painter));
	}
	for (const text of facts.owners) lines.push(pieces([{text: `   ${text}`, role: 'waiting'}], columns, painter));
	return lines;
}

function traffic({facts, columns, painter}: RolloutInput): readonly string[] {
	const lines = [rule('Traffic', [], columns, false, painter)];
	if (facts.traffic.length === 0) lines.push(painter.muted('   No Service sends anything to these pods.'));
	for (const {service, ports, byLane, notReady, draining, warnings} of facts.traffic) {
		const lanes = byLane.map(
			({revision, ready}) =>
				`${revision ?? '-'} ${ready > 0 ? `${painter.signs.full.repeat(Math.min(10, ready))} ${ready} ready` : 'none'}`,
		);
		lines.push(
			pieces(
				[
					{
						text: `   ${service.metadata.name} ${ports}   ${lanes.join('   ')}${notReady > 0 ? `   ${notReady} not ready` : ''}${draining > 0 ? `   ${draining} draining` : ''}`,
					},
				],
				columns,
				painter,
			),
		);
		for (const warning of warnings) lines.push(pieces([{text: `     ${warning}`, role: 'waiting'}], columns, painter));
	}
	return lines;
}

function changed({facts, columns, painter}: RolloutInput): readonly string[] {
	const from = facts.lanes.find(({place, revision}) => place !== 'new' && revision === facts.from)?.replicaSet.spec
		.template;
	const to = facts.newReplicaSet?.spec.template;
	if (!from || !to) return [];
	const changes = diffTemplates(from, to);
	return [
		rule(`Changed ${facts.from} ${painter.signs.arrow} ${facts.revision ?? 'new'}`, [], columns, false, painter),
		...(changes.length === 0
			? [painter.muted('   nothing in the template')]
			: changes.map((change) => pieces([{text: `   ${describeChange(change)}`}], columns, painter))),
	];
}
