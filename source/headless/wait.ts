import type {Connection} from '../cluster/connection.ts';
import {type ExitCode, OperationError} from '../exit.ts';
import {age} from '../format/age.ts';
import {formatSelector} from '../format/selector.ts';
import {createGroundWatches} from '../ground.ts';
import type {Deployment} from '../objects.ts';
import type {RolloutOutput, Waiting} from '../options.ts';
import {resources} from '../resources/index.ts';
import type {RolloutFacts} from '../rollout/facts.ts';
import {wantedGround} from '../rollout/ground.ts';
import type {LastWords} from '../rollout/last-words.ts';
import {groundedFacts, podsOf} from './ground.ts';
import {statusJson} from './json.ts';
import {readLastWords} from './last-words.ts';
import type {Outlet} from './outlet.ts';
import {readDeployment} from './read.ts';
import {createRollouts, factKinds} from './rollouts.ts';
import {type Verdict, verdictOn} from './verdict.ts';
import {watchKinds} from './watch-kinds.ts';
import {clockNote, explanation, standing} from './words.ts';

export interface WaitOptions extends Waiting {
	/** The revision that has to be the one that rolls; undefined: any. */
	readonly revision?: number | undefined;
	readonly output?: RolloutOutput;
}

/**
 * Follows a rollout to its end. Prints a line on stdout whenever its words or its cause change (as JSON: one object a line), and
 * on stderr why it has failed or did not end in time.
 * @returns 0 complete, 1 failed, 124 not ended in time.
 * @throws ClusterError; OperationError where the Deployment is deleted, or another revision rolls than was asked for. Rejects with
 * the signal's reason after ctrl-c.
 */
export async function awaitRollout(
	connection: Connection,
	namespace: string,
	name: string,
	{timeoutMs, failFast, revision, output = 'text'}: WaitOptions,
	outlet: Outlet,
): Promise<ExitCode> {
	// Newer than all that was changed before; a watch may begin with what a cache still has.
	const first = await readDeployment(connection, namespace, name, outlet.signal);
	const {uid, generation: newest = 0} = first.metadata;
	outlet.stderr.write(clockNote(connection.clockSkewMs()));
	const rollouts = createRollouts();
	const end = Promise.withResolvers<Verdict | 'late'>();
	let isLoaded = false;
	let last: {readonly deployment: Deployment; readonly facts: RolloutFacts; readonly said: string} | undefined;
	let cancelAlarm: (() => void) | undefined;
	const serverNow = () => outlet.now() + connection.clockSkewMs();

	const jsonOf = (deployment: Deployment, facts: RolloutFacts, verdict: Verdict, lastWords: LastWords | undefined) =>
		JSON.stringify(statusJson(deployment, facts, verdict, {clockSkew: connection.clockSkewMs(), lastWords}));

	const look = () => {
		if (!isLoaded) return;
		const now = serverNow();
		const deployment = rollouts.objects.deployments.get(uid);
		const facts = deployment && rollouts.facts(uid, now);
		if (!facts) throw new OperationError(`${name} was deleted while its rollout was followed.`);
		if ((deployment.metadata.generation ?? 0) < newest) return;
		checkRevision(facts, revision, name);
		const verdict = verdictOn(facts, failFast);
		const said = signatureOf(facts);
		// What a container said before it crashed belongs to the JSON of the failure, and is still to be read.
		if (said !== last?.said && !(output === 'json' && verdict === 'failed')) {
			const text = output === 'json' ? jsonOf(deployment, facts, verdict, undefined) : standing(facts, name);
			const time = output === 'json' || outlet.isWatched ? '' : `${new Date(outlet.now()).toISOString()} `;
			outlet.stdout.write(`${time}${text}\n`);
		}
		last = {deployment, facts, said};
		if (verdict !== 'going') end.resolve(verdict);
		else ground.want(wantedGround(facts, podsOf(facts, rollouts)), namespace);
		cancelAlarm?.();
		// What the clock alone changes: a pod that has been ready for long enough, a silence that has become too long.
		if (facts.nextChangeAt !== undefined)
			cancelAlarm = outlet.after(Math.min(60_000, Math.max(100, facts.nextChangeAt - now)), () => guarded(look));
	};
	/** What is thrown in a timer would end the process. */
	const guarded = (task: () => void) => {
		try {
			task();
		} catch (error) {
			end.reject(error);
		}
	};

	const ground = createGroundWatches(connection, (known) => {
		rollouts.stand(uid, known);
		guarded(look);
	});
	const cancelTimeout = timeoutMs > 0 ? outlet.after(timeoutMs, () => end.resolve('late')) : undefined;
	const subject = {resource: resources.deployments, namespace, name};
	const watches = watchKinds(
		connection,
		subject,
		factKinds,
		outlet,
		{
			changes(kind, changes) {
				if (rollouts.apply(kind, changes).has(uid)) look();
			},
			settled: (kind, as) => rollouts.settle(kind, as),
			loaded() {
				isLoaded = true;
				look();
			},
		},
		formatSelector(first.spec.selector),
	);
	try {
		const verdict = await Promise.race([end.promise, watches.failed]);
		if (verdict === 'complete') return 0;
		if (verdict === 'late') {
			const where = last ? `: ${last.facts.words}` : '';
			outlet.stderr.write(`${name} has not come to its end within ${age(timeoutMs)}${where}.\n`);
		}
		if (last) {
			const {deployment} = last;
			// It has ended: what comes meanwhile is told no more.
			watches.stop();
			ground.stop();
			cancelAlarm?.();
			const facts = (await groundedFacts(connection, deployment, rollouts, serverNow(), outlet.signal)) ?? last.facts;
			const lastWords = await readLastWords(connection, facts, rollouts, outlet.signal);
			if (output === 'json' && verdict === 'failed')
				outlet.stdout.write(`${jsonOf(deployment, facts, verdict, lastWords)}\n`);
			outlet.stderr.write(
				explanation(facts, {context: connection.context.name, namespace, name}, serverNow(), lastWords),
			);
		}
		return verdict === 'late' ? 124 : 1;
	} finally {
		cancelTimeout?.();
		cancelAlarm?.();
		ground.stop();
		watches.stop();
	}
}

/**
 * Fails where another revision rolls than was asked for. Before the controller has seen the last change, the number that stands
 * there is that of the change before.
 * @throws OperationError
 */
export function checkRevision(facts: RolloutFacts, wanted: number | undefined, name: string): void {
	if (wanted === undefined || facts.state === 'unobserved' || facts.revision === wanted) return;
	throw new OperationError(
		`Revision ${wanted} of ${name} is not the one that rolls: ${facts.revision === undefined ? 'that has no number yet' : `that is ${facts.revision}`}.`,
	);
}

/** Equal means that there is nothing new to say: times run on without a line each. */
function signatureOf({state, words, causes: [cause]}: RolloutFacts): string {
	return [state, words.replaceAll(/\b\d+[smhd]\b/g, ''), cause?.short].join('\n');
}
