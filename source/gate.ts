import type {Board} from './board/board.ts';
import type {AccessQuery, JsonPatchOperation} from './cluster/request.ts';
import type {Action, DialogRow, Plan, PlanContext, ReadyPlan} from './commands/action.ts';
import {findAction} from './commands/actions/index.ts';
import type {Deployment} from './objects.ts';
import type {Dialog, Target, TargetCheck, TargetResult} from './state/dialog.ts';
import type {Message, State} from './state/state.ts';
import type {Store} from './state/store.ts';

/** One change as it goes to the server. */
export interface ChangeRequest {
	readonly target: Target;
	readonly subresource?: 'scale';
	readonly operations: readonly JsonPatchOperation[];
	readonly fieldManager: string;
}

/** What the gate asks of the cluster. Every function that fails throws an Error whose message is a sentence. */
export interface GateCalls {
	mayI(query: AccessQuery): Promise<'yes' | 'no' | 'unknown'>;
	/** Throws where the server would refuse. `not-checked`: a webhook cannot do dry runs. */
	dryRun(request: ChangeRequest): Promise<'accepted' | 'not-checked'>;
	/** Throws where the server refused, and where the answer was lost; `arrived` tells what became of it then. */
	apply(request: ChangeRequest): Promise<void>;
	/** Writes one line about a change to the audit file. */
	audit(entry: Readonly<Record<string, string>>): void;
}

/** An error of `apply` after which something must be shown: the object has changed, or nobody knows. */
export interface ApplyFailure extends Error {
	readonly conflict?: boolean;
	readonly arrived?: 'yes' | 'no' | 'unknown';
}

export interface Gate {
	/** Asks about a change. Read-only mode and an empty choice are refused before anything is shown. */
	open(action: string, deployments: readonly Deployment[], argument?: string): void;
	/** A key in the dialog. */
	key(key: string): void;
	/** The dialog is on the screen: from here on keys count. */
	painted(id: number): void;
	/** To be called after every publication: plans are made anew, and another plan disarms Enter for a second. */
	refresh(): void;
	/** Whether a request is under way whose result nobody knows yet. */
	readonly inFlight: boolean;
}

/** How long Enter rests after what it would do has changed, in milliseconds. */
const disarmFor = 1000;

export function createGate(
	store: Store<State>,
	board: Board,
	calls: GateCalls,
	now: () => number,
	say: (message: Omit<Message, 'id' | 'at'>) => void,
): Gate {
	let nextId = 1;
	let inFlight = 0;

	const update = (id: number, recipe: (dialog: Dialog) => Dialog | undefined) => {
		store.change((state) => (state.dialog?.id === id ? {...state, dialog: recipe(state.dialog)} : state));
	};

	const check = (dialog: Dialog) => {
		for (const [index, target] of dialog.targets.entries()) {
			void checkTarget(dialog, target).then((checked) => {
				update(dialog.id, (present) =>
					present.signature === dialog.signature
						? {...present, checks: replaced(present.checks, index, checked)}
						: present,
				);
			});
		}
	};

	const checkTarget = async (dialog: Dialog, target: Target): Promise<TargetCheck> => {
		const action = findAction(dialog.action);
		const plan = planFor(dialog, target, board, now());
		const query = {...action.access, namespace: target.namespace, name: target.name};
		const access = await calls.mayI(query).catch(() => 'unknown' as const);
		if (access === 'no') {
			return {
				access,
				dryRun: undefined,
				why: `You may not ${query.verb} ${resourceOf(query)} in ${target.namespace}: ask whoever gives rights there for it.`,
			};
		}
		if (plan.kind === 'refused') return {access, dryRun: undefined, why: plan.sentence};
		try {
			return {access, dryRun: await calls.dryRun(requestOf(target, plan)), why: undefined};
		} catch (error) {
			// A change under the dialog between the plan and the dry run: the next plan brings its own check.
			return {access, dryRun: 'refused', why: sentenceOf(error)};
		}
	};

	const apply = async (dialog: Dialog) => {
		update(dialog.id, (present) => ({...present, phase: 'applying', results: present.targets.map(() => asking)}));
		const outcomes = await Promise.all(
			dialog.targets.map(async (target, index) => {
				const result = await applyTarget(dialog, target);
				update(dialog.id, (present) => ({...present, results: replaced(present.results, index, result)}));
				return result;
			}),
		);
		const conflict = outcomes.find(({sentence}) => sentence === changedMeanwhile);
		update(dialog.id, (present) => {
			if (outcomes.every(({outcome}) => outcome === 'done')) return undefined;
			return conflict && outcomes.length === 1
				? {...present, phase: 'asking', results: [], changedUnder: true, armedAt: now() + disarmFor, typed: ''}
				: {...present, phase: 'finished'};
		});
		if (conflict) refresh();
	};

	const applyTarget = async (dialog: Dialog, target: Target): Promise<TargetResult> => {
		const plan = planFor(dialog, target, board, now());
		if (plan.kind === 'refused') return {outcome: 'failed', sentence: plan.sentence};
		const action = findAction(dialog.action);
		const before = board.objects.deployments.get(target.uid);
		const entry = {
			object: `deployment/${target.name}`,
			namespace: target.namespace,
			uid: target.uid,
			action: action.id,
			change: plan.summary,
		};
		inFlight += 1;
		try {
			await calls.apply(requestOf(target, plan));
			calls.audit({...entry, outcome: 'applied'});
			say({
				role: 'moving',
				text: `${target.name}: ${plan.doing}`,
				sticky: false,
				following: {
					deploymentUid: target.uid,
					name: target.name,
					doing: plan.doing,
					done: plan.done,
					until: plan.until,
					generation: (before?.metadata.generation ?? 0) + 1,
					askedAt: now(),
				},
			});
			return {outcome: 'done', sentence: plan.summary};
		} catch (error) {
			const {conflict, arrived} = error as ApplyFailure;
			calls.audit({...entry, outcome: arrived === 'unknown' ? 'unknown' : 'failed', why: sentenceOf(error)});
			if (conflict) return {outcome: 'failed', sentence: changedMeanwhile};
			say({role: 'failed', text: sentenceOf(error), sticky: true, following: undefined});
			return {
				outcome: arrived === 'unknown' ? 'unknown' : arrived === 'yes' ? 'done' : 'failed',
				sentence: sentenceOf(error),
			};
		} finally {
			inFlight -= 1;
		}
	};

	const refresh = () => {
		const {dialog} = store.get();
		if (dialog?.phase !== 'asking') return;
		const signature = signatureOf(dialog, board);
		if (signature === dialog.signature) return;
		replan(dialog, {changedUnder: true, armedAt: now() + disarmFor, typed: ''});
	};

	/** Another plan, whatever the reason: the old checks say nothing about it. */
	const replan = (dialog: Dialog, changes: Partial<Dialog>) => {
		const next = {...dialog, ...changes};
		const planned = {...next, signature: signatureOf(next, board), checks: next.targets.map(() => unchecked)};
		update(dialog.id, () => planned);
		check(planned);
	};

	const close = () => store.change((state) => ({...state, dialog: undefined}));

	return {
		get inFlight() {
			return inFlight > 0;
		},
		open(id, deployments, argument) {
			const action = findAction(id);
			const [first] = deployments;
			if (!first) return;
			const context = planContext(board, now(), deployments.length);
			const dialog: Dialog = {
				id: nextId++,
				action: id,
				targets: deployments.map(({metadata}) => ({
					uid: metadata.uid,
					kind: 'Deployment',
					namespace: metadata.namespace ?? '',
					name: metadata.name,
				})),
				input: action.start(first, context, argument),
				signature: '',
				checks: deployments.map(() => unchecked),
				results: [],
				phase: 'asking',
				painted: false,
				armedAt: 0,
				changedUnder: false,
				typed: '',
				top: 0,
			};
			const planned = {...dialog, signature: signatureOf(dialog, board)};
			store.change((state) => ({...state, dialog: planned}));
			check(planned);
		},
		key(key) {
			const {dialog} = store.get();
			if (!dialog) return;
			if (key === 'esc') {
				// What has been sent cannot be called back; the dialog stays until its answer is there.
				if (dialog.phase !== 'applying') close();
				return;
			}
			if (!dialog.painted || dialog.phase === 'applying') return;
			if (dialog.phase === 'finished') {
				if (key === 'enter' || key === 'q') close();
				return;
			}
			if (key === 'enter') {
				if (blocker(dialog, board, now()) === undefined) void apply(dialog);
				return;
			}
			const required = typeFirst(dialog, board, now());
			if (required !== undefined && dialog.typed.length > 0 && (key === 'backspace' || key === 'ctrl-u')) {
				update(dialog.id, (present) => ({...present, typed: key === 'ctrl-u' ? '' : present.typed.slice(0, -1)}));
				return;
			}
			if (required !== undefined && /^[a-z.]$|^[-0-9]$/.test(key) && (dialog.typed !== '' || /^[a-z]$/.test(key))) {
				update(dialog.id, (present) => ({...present, typed: present.typed + key}));
				return;
			}
			const target = board.objects.deployments.get(dialog.targets[0]?.uid ?? '');
			if (!target) return;
			const context = planContext(board, now(), dialog.targets.length);
			const input = findAction(dialog.action).key?.(key, dialog.input, target, context);
			if (input !== undefined) replan(dialog, {input, typed: '', changedUnder: false});
			else if (key === 'pagedown') update(dialog.id, (present) => ({...present, top: present.top + 5}));
			else if (key === 'pageup') update(dialog.id, (present) => ({...present, top: Math.max(0, present.top - 5)}));
			else if (key === 'q') close();
		},
		painted(id) {
			update(id, (dialog) => (dialog.painted ? dialog : {...dialog, painted: true}));
		},
		refresh,
	};
}

const unchecked: TargetCheck = {access: undefined, dryRun: undefined, why: undefined};
const asking: TargetResult = {outcome: 'asking', sentence: 'asking the server'};
const changedMeanwhile = 'It was changed meanwhile, so nothing was sent: look at what is there now.';

/** What a dialog says, as things stand now. */
export interface DialogView {
	/** `Undo checkout`. */
	readonly title: string;
	readonly rows: readonly DialogRow[];
	/** What Enter does, or why it does nothing yet. */
	readonly enter: string | undefined;
	readonly blocked: string | undefined;
	readonly keyHints: readonly string[];
	/** The same at a shell. */
	readonly kubectl: string | undefined;
}

/** Everything the dialog shows, from the dialog and the objects as they are now. Pure. */
export function dialogView(dialog: Dialog, board: Board, now: number): DialogView {
	const action = findAction(dialog.action);
	const plans = dialog.targets.map((target) => planFor(dialog, target, board, now));
	const [plan] = plans;
	const [target] = dialog.targets;
	const several = dialog.targets.length > 1;
	const subject = several ? `${dialog.targets.length} Deployments` : (target?.name ?? '');
	const required = typeFirst(dialog, board, now);
	const ready = plan?.kind === 'ready' ? plan : undefined;
	return {
		title: `${titleVerb(action, board.objects.deployments.get(target?.uid ?? ''))} ${subject}${several ? '' : ` in ${target?.namespace}`}`,
		rows: [
			...(several ? targetRows(dialog, plans) : []),
			...(several ? (plan?.rows ?? []).filter(({label}) => label === 'replicas') : (plan?.rows ?? [])),
			...checkRows(dialog, several),
			...(required === undefined
				? []
				: [{label: 'type', text: `${required} to go on: ${dialog.typed}█`, role: 'failed' as const}]),
			...(several ? [] : resultRows(dialog)),
		],
		enter: ready?.enter,
		blocked: blocker(dialog, board, now),
		keyHints: action.keyHints ?? [],
		kubectl: ready && target ? `kubectl -n ${target.namespace} ${ready.kubectl}` : undefined,
	};
}

function titleVerb(action: Action, deployment: Deployment | undefined): string {
	if (action.id !== 'pause') return action.verb;
	return deployment?.spec.paused ? 'Resume' : 'Pause';
}

function targetRows(dialog: Dialog, plans: readonly Plan[]): DialogRow[] {
	return dialog.targets.map((target, index): DialogRow => {
		const plan = plans[index];
		const result = dialog.results[index];
		const check = dialog.checks[index];
		const what = plan?.kind === 'ready' ? plan.summary : (plan?.sentence ?? '');
		const state = result ? result.sentence : (check?.why ?? '');
		const failed =
			plan?.kind === 'refused' ||
			result?.outcome === 'failed' ||
			result?.outcome === 'unknown' ||
			check?.why !== undefined;
		return {
			label: '',
			text: [`${target.name}  ${what}`, state === what ? '' : state].filter(Boolean).join('  '),
			...(failed ? {role: 'failed'} : result?.outcome === 'done' ? {role: 'ok'} : {}),
		};
	});
}

function checkRows(dialog: Dialog, several: boolean): DialogRow[] {
	if (dialog.phase !== 'asking' || several) return [];
	const [check] = dialog.checks;
	const rows: DialogRow[] = [];
	if (dialog.changedUnder)
		rows.push({label: 'changed', text: 'it changed while you looked: this is how it is now', role: 'waiting'});
	if (check?.why !== undefined) rows.push({label: 'refused', text: check.why, role: 'failed'});
	else if (check?.dryRun === 'accepted')
		rows.push({label: 'checked', text: 'the server accepts it (dry run)', role: 'ok', minor: true});
	else if (check?.dryRun === 'not-checked')
		rows.push({label: 'checked', text: 'not checked: a webhook there cannot do dry runs', role: 'waiting'});
	else rows.push({label: 'checked', text: 'asking the server …', role: 'muted'});
	return rows;
}

function resultRows(dialog: Dialog): DialogRow[] {
	return dialog.results.map(
		({outcome, sentence}): DialogRow => ({
			label: outcome === 'failed' ? 'refused' : '',
			text: sentence,
			role: outcome === 'asking' ? 'moving' : outcome === 'done' ? 'ok' : 'failed',
		}),
	);
}

/** Why Enter does nothing now, as a sentence; undefined: it goes ahead. */
export function blocker(dialog: Dialog, board: Board, now: number): string | undefined {
	if (dialog.phase === 'applying') return 'asking the server';
	if (dialog.phase === 'finished') return undefined;
	for (const [index, target] of dialog.targets.entries()) {
		const plan = planFor(dialog, target, board, now);
		if (plan.kind === 'refused') return dialog.targets.length > 1 ? `${target.name}: ${plan.sentence}` : plan.sentence;
		const check = dialog.checks[index];
		if (check?.why !== undefined) return check.why;
		if (check?.dryRun === undefined) return 'checking';
	}
	if (now < dialog.armedAt) return 'it has just changed: look first';
	const required = typeFirst(dialog, board, now);
	return required !== undefined && dialog.typed !== required ? `type ${required} first` : undefined;
}

function typeFirst(dialog: Dialog, board: Board, now: number): string | undefined {
	for (const target of dialog.targets) {
		const plan = planFor(dialog, target, board, now);
		if (plan.kind === 'ready' && plan.typeFirst !== undefined) return plan.typeFirst;
	}
	return undefined;
}

function planFor(dialog: Dialog, target: Target, board: Board, now: number): Plan {
	const deployment = board.objects.deployments.get(target.uid);
	if (!deployment) return {kind: 'refused', sentence: `${target.name} was deleted meanwhile.`, rows: []};
	return findAction(dialog.action).plan(deployment, dialog.input, planContext(board, now, dialog.targets.length));
}

function planContext(board: Board, now: number, count: number): PlanContext {
	return {board, now, count};
}

/** What would be sent, as text: equal means that nothing a person decided on has changed. */
function signatureOf(dialog: Dialog, board: Board): string {
	return JSON.stringify(
		dialog.targets.map((target) => {
			const plan = planFor(dialog, target, board, 0);
			return plan.kind === 'ready' ? plan.operations : plan.sentence;
		}),
	);
}

function requestOf(target: Target, plan: ReadyPlan): ChangeRequest {
	return {
		target,
		operations: plan.operations,
		fieldManager: plan.fieldManager,
		...(plan.subresource && {subresource: plan.subresource}),
	};
}

function resourceOf({resource, subresource}: Pick<AccessQuery, 'resource' | 'subresource'>): string {
	return subresource === undefined ? resource : `${resource}/${subresource}`;
}

function replaced<T>(list: readonly T[], index: number, value: T): readonly T[] {
	return list.map((present, at) => (at === index ? value : present));
}

function sentenceOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
