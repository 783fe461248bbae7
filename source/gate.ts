import type {Board} from './board/board.ts';
import {type ChangeCalls, checkChange, makeChange} from './checked-change.ts';
import {findAction} from './commands/actions/index.ts';
import {blocker, planContext, planFor, signatureOf, typeFirst} from './dialog/plans.ts';
import {dialogView} from './dialog/view.ts';
import type {Deployment} from './objects.ts';
import type {Dialog, Target, TargetCheck, TargetResult} from './state/dialog.ts';
import type {News, State} from './state/state.ts';
import type {Store} from './state/store.ts';

/** What the gate asks of the cluster and of the terminal. */
export interface GateCalls extends ChangeCalls {
	/** Puts text on the terminal's clipboard. */
	copy(text: string): void;
}

export interface Gate {
	/** Asks about a change. Read-only mode and an empty choice are refused before anything is shown. */
	open(action: string, deployments: readonly Deployment[], argument?: string): void;
	/** A key in the dialog. */
	key(key: string): void;
	/** Text from the clipboard: it goes into the dialog's field for text, if it has one, and is never an answer. */
	paste(text: string): void;
	/** This picture of the dialog is on the screen: from here on keys count. */
	painted(picture: number): void;
	/** To be called after every publication: plans are made anew, and another plan disarms Enter for a second. */
	refresh(): void;
	/** Whether a request is under way whose result nobody knows yet. */
	readonly inFlight: boolean;
}

/** How long Enter rests after a changed question has been painted, in milliseconds. */
const disarmFor = 1000;

export function createGate(
	store: Store<State>,
	board: Board,
	calls: GateCalls,
	now: () => number,
	say: (message: News) => void,
): Gate {
	let nextId = 1;
	let nextPicture = 1;
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

	// A change under the dialog between the plan and its dry run does no harm: the next plan brings its own check.
	const checkTarget = async (dialog: Dialog, target: Target): Promise<TargetCheck> => {
		const plan = planFor(dialog, target, board, now());
		const {access, dryRun, why, warnings = []} = await checkChange(calls, findAction(dialog.action), target, plan);
		return {access, dryRun, why, warnings};
	};

	const apply = async (dialog: Dialog) => {
		update(dialog.id, (present) => ({...present, phase: 'applying', results: present.targets.map(() => asking)}));
		const outcomes = await Promise.all(
			dialog.targets.map(async (target, index) => {
				const {outcome, sentence} = await applyTarget(dialog, target);
				const result: TargetResult = {outcome: outcome === 'conflict' ? 'failed' : outcome, sentence};
				update(dialog.id, (present) => ({...present, results: replaced(present.results, index, result)}));
				return outcome;
			}),
		);
		const conflict = outcomes.includes('conflict');
		update(dialog.id, (present) => {
			if (outcomes.every((outcome) => outcome === 'done')) return undefined;
			return conflict && outcomes.length === 1
				? {...present, ...disarmed(), phase: 'asking', results: []}
				: {...present, phase: 'finished'};
		});
		if (conflict) refresh();
	};

	const applyTarget = async (dialog: Dialog, target: Target): Promise<Applied> => {
		const plan = planFor(dialog, target, board, now());
		if (plan.kind === 'refused') return {outcome: 'failed', sentence: plan.sentence};
		const before = board.objects.deployments.get(target.uid);
		inFlight += 1;
		const made = await makeChange(calls, findAction(dialog.action), target, plan);
		inFlight -= 1;
		if (made.outcome !== 'done') {
			if (made.outcome !== 'conflict') say({role: 'failed', text: made.sentence, sticky: true});
			return made;
		}
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
	};

	const refresh = () => {
		const {dialog} = store.get();
		if (dialog?.phase !== 'asking') return;
		const signature = signatureOf(dialog, board);
		if (signature === dialog.signature) return;
		replan(dialog, disarmed());
	};

	/** Somebody else has changed what would be done: it has to be looked at first. */
	const disarmed = () => ({
		changedUnder: true,
		picture: nextPicture++,
		armedAt: Number.POSITIVE_INFINITY,
		typed: '',
	});

	/** Another plan, whatever the reason: the old checks say nothing about it. */
	const replan = (dialog: Dialog, changes: Partial<Dialog>) => {
		const next = {...dialog, ...changes};
		const planned = {...next, signature: signatureOf(next, board), checks: next.targets.map(() => unchecked)};
		update(dialog.id, () => planned);
		check(planned);
	};

	/** The word typed so far with this key in it; undefined: no word is wanted, or the key belongs to something else. */
	const typedWord = (dialog: Dialog, key: string): string | undefined => {
		const required = typeFirst(dialog, board, now());
		if (required === undefined) return undefined;
		if (dialog.typed !== '' && key === 'backspace') return dialog.typed.slice(0, -1);
		if (dialog.typed !== '' && key === 'ctrl-u') return '';
		// A word begins with its own first letter: until then digits still belong to the number above it.
		const begins = dialog.typed !== '' || required.startsWith(key);
		return begins && /^[-.a-z0-9]$/.test(key) ? dialog.typed + key : undefined;
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
				mustType: store.get().typedConfirm,
				signature: '',
				checks: deployments.map(() => unchecked),
				results: [],
				phase: 'asking',
				painted: false,
				picture: nextPicture++,
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
			const {paste, key: actionKey} = findAction(dialog.action);
			if (key === 'C' && !paste) {
				const {kubectl} = dialogView(dialog, board, now());
				if (kubectl === undefined) return;
				calls.copy(kubectl);
				say({role: 'ok', text: `Copied: ${kubectl}`, sticky: false});
				return;
			}
			const typed = typedWord(dialog, key);
			if (typed !== undefined) {
				update(dialog.id, (present) => ({...present, typed}));
				return;
			}
			const target = board.objects.deployments.get(dialog.targets[0]?.uid ?? '');
			const context = planContext(board, now(), dialog.targets.length);
			const input = target && actionKey?.(key, dialog.input, target, context);
			if (input !== undefined) replan(dialog, {input, typed: '', changedUnder: false});
			else if (key === 'pagedown') update(dialog.id, (present) => ({...present, top: present.top + 5}));
			else if (key === 'pageup') update(dialog.id, (present) => ({...present, top: Math.max(0, present.top - 5)}));
			else if (key === 'q') close();
		},
		paste(text) {
			const {dialog} = store.get();
			if (!dialog?.painted || dialog.phase !== 'asking') return;
			const {paste} = findAction(dialog.action);
			if (paste) replan(dialog, {input: paste(text, dialog.input), typed: '', changedUnder: false});
		},
		painted(picture) {
			const {dialog} = store.get();
			if (dialog?.picture !== picture) return;
			const armedAt = dialog.armedAt === Number.POSITIVE_INFINITY ? now() + disarmFor : dialog.armedAt;
			update(dialog.id, (present) => ({...present, painted: true, armedAt}));
		},
		refresh,
	};
}

const unchecked: TargetCheck = {access: undefined, dryRun: undefined, why: undefined};
const asking: TargetResult = {outcome: 'asking', sentence: 'asking the server'};

interface Applied {
	readonly outcome: 'done' | 'failed' | 'conflict' | 'unknown';
	readonly sentence: string;
}

function replaced<T>(list: readonly T[], index: number, value: T): readonly T[] {
	return list.map((present, at) => (at === index ? value : present));
}
